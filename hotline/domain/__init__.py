"""Decisions over plain values: no database, no clock, no Flask, no input or output of any kind."""

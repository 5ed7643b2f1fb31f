"""Step 8 of the procedure: figures of a period, the report made of them, the meeting and its decisions."""

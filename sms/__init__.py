"""The text line: what any SMS carrier must do, what a text means, and what is done about it."""

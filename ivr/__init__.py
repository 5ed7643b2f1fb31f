"""The voice line: the menu, what the line can be told to do, and what one call leaves behind."""

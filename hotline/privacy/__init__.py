"""Personal data (UU 27/2022): forgotten at its term, held for a court, asked for by its subjects."""

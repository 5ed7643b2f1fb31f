"""The number that people text and key in: at least four digits, the last one a Damm check digit.

The Damm algorithm (H. M. Damm, 2004) finds every single wrong digit and every swap of two neighbours, the
two slips that thumbs make. Numbers that look like a year (1900-2099) are left out.
"""

from typing import Final

FIRST_BODY: Final = 100
LONGEST: Final = 12
"""Digits that a number has at most: more than the hotline will ever count, few enough for a column."""
YEARS: Final = range(190, 210)
"""Bodies whose numbers would run from 1900 to 2099."""

# The totally anti-symmetric quasigroup of order 10 from Damm's thesis.
_TABLE: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _TABLE[interim][int(digit)]
    return interim


def number_of(ordinal: int) -> str:
    """The number of the `ordinal`-th incident, counted from 1. Raises ValueError below 1."""
    if ordinal < 1:
        raise ValueError(f"incidents are counted from 1, not {ordinal}")
    body = FIRST_BODY + ordinal - 1
    if body >= YEARS.start:
        body += len(YEARS)
    return f"{body}{_damm(str(body))}"


def is_valid(number: str) -> bool:
    """Whether `number` as written can be one of ours: length, check digit, and not a year."""
    if not (number.isascii() and number.isdigit()) or not 4 <= len(number) <= LONGEST or number[0] == "0":
        return False
    return int(number[:-1]) not in YEARS and _damm(number) == 0

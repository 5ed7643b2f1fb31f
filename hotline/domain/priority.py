"""How urgent something is: the programme's four words."""

from enum import StrEnum


class Priority(StrEnum):
    """How urgent: the four words that operators and units use, most urgent first."""

    DARURAT = "darurat"
    TINGGI = "tinggi"
    SEDANG = "sedang"
    RENDAH = "rendah"

    @property
    def rank(self) -> int:
        """1 for the most urgent to 4, the common number of the field."""
        return list(Priority).index(self) + 1

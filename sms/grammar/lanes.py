"""Rows of whole numbers, side by side in one long number: to add two rows is one addition, to multiply a row
is one multiplication. This is what makes plain Python fast enough for a model's sums.
"""

from dataclasses import dataclass
from struct import Struct
from typing import Final

_BYTES: Final = 4
"""Of one lane: sums stay far below 2^31."""
_HALF: Final = 1 << 31
_BIAS: Final = 128
_UNSIGNED: Final = bytes((value + _BIAS) % 256 for value in range(256))


@dataclass(frozen=True, slots=True)
class Lanes:
    """`width` numbers in one."""

    width: int
    bias: int
    half: int
    split: Struct

    @classmethod
    def of(cls, width: int) -> "Lanes":
        """Room for so many numbers."""
        one = sum(1 << 8 * _BYTES * at for at in range(width))
        return cls(width, _BIAS * one, _HALF * one, Struct(f"<{width}I"))

    def packed(self, row: bytes) -> int:
        """A row of signed bytes as one number."""
        spread = bytearray(_BYTES * self.width)
        spread[::_BYTES] = row.translate(_UNSIGNED)
        return int.from_bytes(spread, "little") - self.bias

    def unpacked(self, row: int) -> list[int]:
        """The numbers in `row`, each of which must be within 2^31 of nothing."""
        lanes = self.split.unpack((row + self.half).to_bytes(_BYTES * self.width, "little"))
        return [lane - _HALF for lane in lanes]

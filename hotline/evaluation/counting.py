"""A figure, and the few ways in which one is made: exactly, with its `n` and the incidents behind it.

Minutes and shares have one decimal, rounded half up from exact values, so that anybody who counts again from
the log gets the same digits. The 90th percentile is the nearest rank: a time that really happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Final

_TENTH: Final = Decimal("0.1")
_MINUTE_US: Final = 60_000_000
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report. `value` is None where nothing is known; `unknown` says of how many cases."""

    value: Decimal | None
    n: int
    behind: tuple[str, ...] = ()
    """Numbers of the incidents that it was counted from."""
    unknown: int = 0


NOTHING: Final = Figure(Decimal(0), 0)
"""What a count is that no incident added to."""


Span = tuple[str, int | None]
"""How long one step of one incident took, in microseconds; None where one of its ends was never noted.

A plain tuple of plain values: of a large month there are hundreds of thousands.
"""


def span(number: str, start: datetime | None, end: datetime | None) -> Span:
    """From `start` to `end`; times that run backwards (somebody's clock was wrong) are not known either."""
    if start is None or end is None:
        return number, None
    length = (end - start) // _MICROSECOND
    return number, length if length >= 0 else None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a step, looked through and sorted once for all that is said of it."""

    spans: Sequence[tuple[str, int]]
    """Each incident with its length."""
    lengths: Sequence[int]
    """The shortest first."""
    behind: tuple[str, ...]
    unknown: tuple[str, ...]
    """Incidents of which nobody knows how long it took."""


def known(spans: Sequence[Span]) -> Known:
    """What is known of these."""
    found = [(number, length) for number, length in spans if length is not None]
    unknown = tuple(number for number, length in spans if length is None) if len(found) < len(spans) else ()
    lengths = sorted(map(itemgetter(1), found))
    return Known(found, lengths, tuple(map(itemgetter(0), found)), unknown)


def count(numbers: Iterable[str]) -> Figure:
    """How many."""
    behind = tuple(numbers)
    return Figure(Decimal(len(behind)), len(behind), behind)


def share(hits: Sequence[str], n: int, *, unknown: int = 0) -> Figure:
    """The percentage that `hits` are of `n`; not known of nothing."""
    value = tenths(Fraction(100 * len(hits), n)) if n else None
    return Figure(value, n, tuple(hits), unknown)


def median(known: Known) -> Figure:
    """The middle length in minutes; the mean of both where two are in the middle."""
    lengths, middle = known.lengths, len(known.lengths) // 2
    if not lengths:
        return Figure(None, 0, (), len(known.unknown))
    if len(lengths) % 2:
        return _minutes(Fraction(lengths[middle]), known)
    return _minutes(Fraction(lengths[middle - 1] + lengths[middle], 2), known)


def ninetieth(known: Known) -> Figure:
    """The shortest length that nine of ten do not exceed, in minutes."""
    if not known.lengths:
        return Figure(None, 0, (), len(known.unknown))
    rank = -(-9 * len(known.lengths) // 10)
    return _minutes(Fraction(known.lengths[rank - 1]), known)


def within(known: Known, allowed: timedelta) -> Figure:
    """The percentage of known lengths that are no longer than `allowed`."""
    longest = allowed // _MICROSECOND
    met = [number for number, length in known.spans if length <= longest]
    return share(met, len(known.spans), unknown=len(known.unknown))


def beyond(known: Known, allowed: timedelta) -> Figure:
    """How many took longer than `allowed`."""
    longest = allowed // _MICROSECOND
    late = tuple(number for number, length in known.spans if length > longest)
    return Figure(Decimal(len(late)), len(known.spans), late, len(known.unknown))


def mean(values: Sequence[tuple[str, int]]) -> Figure:
    """The mean of small whole numbers, such as marks."""
    if not values:
        return Figure(None, 0)
    total = Fraction(sum(value for _, value in values), len(values))
    return Figure(tenths(total), len(values), tuple(number for number, _ in values))


def tenths(value: Fraction) -> Decimal:
    """One decimal, half up, without the detour over a float."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_TENTH, ROUND_HALF_UP)


def written(value: Decimal | None, language: str) -> str:
    """As the language writes it, whole numbers without a decimal; empty where it is not known."""
    if value is None:
        return ""
    said = str(value) if value % 1 else str(int(value))
    return said.replace(".", ",") if language == "id" else said


def _minutes(length: Fraction, known: Known) -> Figure:
    return Figure(tenths(length / _MINUTE_US), len(known.lengths), known.behind, len(known.unknown))

"""A figure, and the few ways in which one is made: exactly, with its `n` and the incidents behind it.

Minutes and shares have one decimal, rounded half up from exact values, so that anybody who counts again from
the log gets the same digits. The 90th percentile is the nearest rank: a time that really happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

_TENTH: Final = Decimal("0.1")
_MINUTE_US: Final = 60_000_000


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


@dataclass(frozen=True, slots=True)
class Span:
    """How long one step of one incident took; None where one of its ends was never noted."""

    number: str
    length: timedelta | None


def span(number: str, start: datetime | None, end: datetime | None) -> Span:
    """From `start` to `end`; times that run backwards (somebody's clock was wrong) are not known either."""
    if start is None or end is None or end < start:
        return Span(number, None)
    return Span(number, end - start)


def count(numbers: Iterable[str]) -> Figure:
    """How many."""
    behind = tuple(numbers)
    return Figure(Decimal(len(behind)), len(behind), behind)


def share(hits: Sequence[str], n: int, *, unknown: int = 0) -> Figure:
    """The percentage that `hits` are of `n`; not known of nothing."""
    value = tenths(Fraction(100 * len(hits), n)) if n else None
    return Figure(value, n, tuple(hits), unknown)


def median(spans: Sequence[Span]) -> Figure:
    """The middle length in minutes; the mean of both where two are in the middle."""
    known = _known(spans)
    if not known:
        return Figure(None, 0, (), len(spans))
    middle = len(known) // 2
    if len(known) % 2:
        return _minutes(Fraction(known[middle]), spans, known)
    return _minutes(Fraction(known[middle - 1] + known[middle], 2), spans, known)


def ninetieth(spans: Sequence[Span]) -> Figure:
    """The shortest length that nine of ten do not exceed, in minutes."""
    known = _known(spans)
    if not known:
        return Figure(None, 0, (), len(spans))
    rank = -(-9 * len(known) // 10)
    return _minutes(Fraction(known[rank - 1]), spans, known)


def within(spans: Sequence[Span], allowed: timedelta) -> Figure:
    """The percentage of known lengths that are no longer than `allowed`."""
    known = [each for each in spans if each.length is not None]
    met = [each.number for each in known if each.length is not None and each.length <= allowed]
    return share(met, len(known), unknown=len(spans) - len(known))


def beyond(spans: Sequence[Span], allowed: timedelta) -> Figure:
    """How many took longer than `allowed`."""
    late = tuple(each.number for each in spans if each.length is not None and each.length > allowed)
    known = sum(each.length is not None for each in spans)
    return Figure(Decimal(len(late)), known, late, len(spans) - known)


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


def _known(spans: Sequence[Span]) -> list[int]:
    """Lengths in microseconds, the shortest first."""
    return sorted(each.length // timedelta(microseconds=1) for each in spans if each.length is not None)


def _minutes(length: Fraction, spans: Sequence[Span], known: Sequence[int]) -> Figure:
    behind = tuple(each.number for each in spans if each.length is not None)
    return Figure(tenths(length / _MINUTE_US), len(known), behind, len(spans) - len(known))

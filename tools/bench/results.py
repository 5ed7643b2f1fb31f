"""What a scenario brings home: figures of several runs, what they stand against, and if that is enough."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

from tools.bench.time_limit import TooLongError


class DoesNotCountError(AssertionError):
    """The result was not what it had to be (a text missing, a send not recorded): its speed says nothing."""


def insist(true: bool, sentence: str) -> None:
    """Raises DoesNotCountError with `sentence` where the result is not true."""
    if not true:
        raise DoesNotCountError(sentence)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: of the figure itself, or (`ratio`) of the figure against its peer."""

    at_least: float | None = None
    at_most: float | None = None
    ratio: bool = False

    def words(self) -> str:
        """As in the table: '>= 600', '<= 25', '>= 1.5 x'."""
        sign, bound = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        return f"{sign} {bound:,g}{' x' if self.ratio else ''}"

    def holds(self, value: float) -> bool:
        """Whether `value` is within it."""
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `figures` and `peers` are of the same runs, in the same order."""

    what: str
    unit: str
    figures: tuple[float, ...]
    target: Target | None = None
    peer: str = ""
    peers: tuple[float, ...] = ()
    memory_mib: float | None = None
    problem: str = ""

    @property
    def figure(self) -> float | None:
        """The median of the runs; None where nothing counts."""
        return median(self.figures) if self.figures else None

    @property
    def ratio(self) -> float | None:
        """The median of figure / peer, run by run: what else the machine does hits both."""
        pairs = [one / other for one, other in zip(self.figures, self.peers, strict=False) if other]
        return median(pairs) if pairs else None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.problem:
            return False
        value = self.ratio if self.target and self.target.ratio else self.figure
        return self.target.holds(value) if self.target and value is not None else None

    def as_json(self) -> dict[str, Any]:
        """For var/bench.json."""
        found = asdict(self)
        target = self.target.words() if self.target else ""
        return {
            **found,
            "target": target,
            "figure": self.figure,
            "ratio": self.ratio,
            "reached": self.reached,
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


HEAD: Final = ("what", "figure", "target", "spread", "peer or limit, in the same run", "ratio", "MiB", "")


def table(rows: Sequence[Row]) -> str:
    """The rows under each other, as plain text."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    figure, ratio = row.figure, row.ratio
    return (
        row.what,
        f"{_number(figure)} {row.unit}" if figure is not None else "-",
        row.target.words() if row.target else "",
        f"{_number(min(row.figures))}-{_number(max(row.figures))} ({len(row.figures)})"
        if row.figures
        else "",
        f"{row.peer} {_number(median(row.peers))}" if row.peers else row.peer,
        f"{ratio:.2f}" if ratio is not None else "",
        f"{row.memory_mib:.0f}" if row.memory_mib is not None else "",
        row.problem or {True: "reached", False: "NOT REACHED", None: ""}[row.reached],
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def counted(what: str, unit: str, measure: Callable[[], Row]) -> Row:
    """The row that `measure` brings, or one that says why its result does not count."""
    return next(all_counted(what, unit, lambda: iter((measure(),))))


def all_counted(what: str, unit: str, measure: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """The rows that `measure` brings; where it breaks, a last one that says why. Only the end of the time
    that a scenario has goes further.
    """
    try:
        yield from measure()
    except TooLongError:
        raise
    except AssertionError as error:
        yield Row(what, unit, (), problem=f"does not count: {error}")
    except Exception as error:
        yield Row(what, unit, (), problem=f"broke off: {type(error).__name__}: {error}")

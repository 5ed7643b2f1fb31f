"""The agenda that the software drafts for a month's meeting: what went worst, in the playbook's words.

Every point names the figure by which it will be seen a month later whether anything changed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.playbook import Playbook
from hotline.evaluation.counting import Figure, written
from hotline.evaluation.figures import Figures
from hotline.evaluation.times import STEPS
from hotline.evaluation.troubles import TROUBLES
from hotline.models import Unit, UnreadWord

WORDS_NAMED: Final = 12
"""Unread words that one line of the agenda names."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point: its topic (a key of the playbook's agenda), its words, the figure that shows it."""

    topic: str
    words: str
    figure: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What an agenda is drafted from: the month's figures, and what stands beside them in the database."""

    figures: Figures
    playbook: Playbook
    unread: tuple[str, ...]
    covered: frozenset[str]
    """Kelurahan that have an active unit of their own."""


def facts_of(session: Session, figures: Figures, playbook: Playbook) -> Facts:
    """Reads what the figures do not say."""
    period = figures.period
    words = (
        select(UnreadWord.word)
        .where(UnreadWord.week >= period.first, UnreadWord.week <= period.last)
        .group_by(UnreadWord.word)
        .order_by(func.sum(UnreadWord.times).desc(), UnreadWord.word)
        .limit(WORDS_NAMED)
    )
    areas = select(Unit.area_code).where(Unit.active, Unit.area_code.is_not(None)).distinct()
    return Facts(
        figures, playbook, tuple(session.scalars(words)),
        frozenset(code for code in session.scalars(areas) if code),
    )  # fmt: skip


def draft(facts: Facts) -> list[Point]:
    """The points, topic by topic; where there are too many, each topic keeps its worst ones."""
    topics = [list(source(facts)) for source in _SOURCES]
    rounds = chain.from_iterable(zip_longest(*topics))
    kept = [point for point in rounds if point is not None][: facts.playbook.evaluation.agenda_items]
    return [point for topic in topics for point in topic if point in kept]


def _point(facts: Facts, topic: str, key: str, **values: str) -> Point:
    """A point with the figure under `key`: `n` counts the cases behind it where nothing else is said."""
    figure = facts.figures[key]
    filled = {"n": str(len(figure.behind) or figure.n), **values}
    return Point(topic, facts.playbook.report.item(topic, **filled), key, figure.behind)


def _value(facts: Facts, figure: Figure) -> str:
    return written(figure.value, facts.playbook.programme.language) or facts.playbook.report.word("unknown")


def _worst(facts: Facts, keys: Sequence[str]) -> list[str]:
    """Of these figures those that are not nought, the highest first."""
    known = [(facts.figures[key].value, key) for key in keys]
    return [key for value, key in sorted(known, key=lambda each: (-(each[0] or 0), each[1])) if value]


def _delays(facts: Facts) -> Iterator[Point]:
    """Steps that were late: of the most urgent first, and of these the one that was late most often."""
    for priority, target in facts.playbook.targets.items():
        late = {f"t3/{priority}/{step}/late": step for step in STEPS}
        for key in _worst(facts, list(late)):
            step = late[key]
            p90 = facts.figures[f"t3/{priority}/{step}/p90"]
            yield _point(
                facts, "delays", key, priority=target.name, step=facts.playbook.report.word(step),
                value=_value(facts, p90), target=str(STEPS[step][1](target)),
            )  # fmt: skip


def _units(topic: str, outcome: str) -> Callable[[Facts], Iterator[Point]]:
    """Units with the most tasks that ended so."""

    def points(facts: Facts) -> Iterator[Point]:
        names = {task.unit_id: task.unit_name for task in facts.figures.rows.sent}
        keys = {f"t5/unit/{unit}/{outcome}": name for unit, name in names.items()}
        for key in _worst(facts, list(keys)):
            yield _point(facts, topic, key, name=keys[key])

    return points


def _uncovered(facts: Facts) -> Iterator[Point]:
    """Kelurahan with cases and without a unit of their own."""
    bare = {
        f"t2/all/{code}": area.name
        for code, area in facts.playbook.areas.items()
        if code not in facts.covered
    }
    for key in _worst(facts, list(bare)):
        yield _point(facts, "uncovered", key, name=bare[key])


def _repeated(facts: Facts) -> Iterator[Point]:
    """RT where it happens again and again."""
    least = facts.playbook.evaluation.repeated_cases
    places = [key for key in facts.figures.by_key if key.startswith("t2/rt/")]
    for key in _worst(facts, places):
        if facts.figures[key].n >= least:
            *_, area, rt = key.split("/")
            yield _point(facts, "repeated", key, name=f"{facts.playbook.areas[area].name} RT {rt}")


def _junk(facts: Facts) -> Iterator[Point]:
    junk = facts.figures["t1/junk"]
    if junk.behind:
        yield _point(facts, "junk", "t1/junk", n=str(junk.n), value=_value(facts, junk))


def _unread(facts: Facts) -> Iterator[Point]:
    if facts.unread:
        said = ", ".join(facts.unread)
        yield Point("unread_words", facts.playbook.report.item("unread_words", name=said))


def _failures(facts: Facts) -> Iterator[Point]:
    names = {f"t10/outage/{code}": name for code, name in facts.playbook.evaluation.outages.items()}
    for key in _worst(facts, list(names)):
        figure = facts.figures[key]
        yield _point(facts, "failures", key, n=str(figure.n), name=names[key], value=_value(facts, figure))


def _texts(facts: Facts) -> Iterator[Point]:
    names = {f"t10/text/{name}": facts.playbook.report.word(f"text_{name}") for name in TROUBLES}
    for key in _worst(facts, list(names)):
        yield _point(facts, "texts", key, name=names[key])


def _counted(topic: str, key: str) -> Callable[[Facts], Iterator[Point]]:
    """A point as soon as there is one such case."""

    def points(facts: Facts) -> Iterator[Point]:
        if facts.figures[key].behind:
            yield _point(facts, topic, key, value=str(facts.playbook.evaluation.backlog_days))

    return points


_SOURCES: Final[tuple[Callable[[Facts], Iterator[Point]], ...]] = (
    _delays,
    _units("unanswered", "unanswered"),
    _units("dead_numbers", "undelivered"),
    _uncovered,
    _repeated,
    _counted("backlog", "t8/old"),
    _counted("not_solved", "t9/no"),
    _failures,
    _texts,
    _unread,
    _junk,
    _counted("overdue", "t11/overdue"),
)
"""One source for each topic, in the order of the agenda."""

"""What the text line learns: an operator's correction becomes a word with one click, recorded and undoable;
and the words that nobody could read, week by week.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError, family, fetch, fetch_for, log, touch
from hotline.models import Audit, Incident, Lesson, Report, UnreadWord
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork

PLACE: Final = "place"
TYPE: Final = "type"
LONGEST: Final = 60
SHORTEST: Final = 4
"""Letters of a phrase: shorter ones stand in too many texts."""
MOST_WORDS: Final = 5
LONGEST_WORD: Final = 40
_NAMES_NOTHING: Final = frozenset(
    {"di", "d", "ke", "k", "dari", "dr", "ada", "ado", "yang", "yg", "pak", "bu"}
)
"""A phrase does not begin with one of these: it would be missed where somebody leaves it out."""
_MARK: Final = select(func.max(Lesson.id), func.count(Lesson.undone_at))
_WORDS: Final = re.compile(r"[a-z0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Taught:
    """One lesson as the grammar needs it: a phrase, and the place or the type that it speaks of."""

    phrase: str
    area_code: str | None = None
    rt: int | None = None
    type_code: str | None = None
    name: str | None = None
    """What the desk calls the place; None where that is the phrase."""


def normal(phrase: str) -> str:
    """A phrase in the form in which lessons are kept: small letters and figures, single spaces."""
    return " ".join(_WORDS.findall(phrase.lower()))


def lessons_in_force(session: Session) -> list[Taught]:
    """Everything that was taught and not taken back, oldest first."""
    query = select(Lesson).where(Lesson.undone_at.is_(None)).order_by(Lesson.id)
    return [
        Taught(row.phrase, row.area_code, row.rt, row.type_code, row.name) for row in session.scalars(query)
    ]


def lessons_mark(session: Session) -> str:
    """Another word than before where the lessons have changed; empty where there never was one."""
    newest, undone = session.execute(_MARK).one()
    return f"{newest}-{undone}" if newest else ""


def all_lessons(session: Session, limit: int = 200) -> list[Lesson]:
    """Every lesson, also those taken back, the newest first."""
    return list(session.scalars(select(Lesson).order_by(Lesson.id.desc()).limit(limit)))


def lessons_of(session: Session, incident_ids: Sequence[int]) -> list[Lesson]:
    """What was taught at these incidents and holds."""
    if has_none(session, Lesson, incident_ids):
        return []
    query = select(Lesson).where(Lesson.incident_id.in_(incident_ids), Lesson.undone_at.is_(None))
    return list(session.scalars(query.order_by(Lesson.id)))


def about(lesson: Lesson) -> str:
    """Whether it names a place or speaks of a type."""
    return TYPE if lesson.type_code is not None else PLACE


def teach_place(work: UnitOfWork, incident_id: int, phrase: str, by: Actor) -> Lesson:
    """From now on `phrase` names the place of this incident, which the desk has corrected.

    Raises ConflictError where the phrase was not said, is too common, or the place is not known.
    """
    incident = fetch_for(work, incident_id, by, Act.CORRECT)
    if incident.area_code is None:
        raise ConflictError("the incident has no kelurahan yet")
    return _teach(work, Taught(_said(work, incident, phrase), incident.area_code, incident.rt), by, incident)


def teach_type(work: UnitOfWork, incident_id: int, phrase: str, by: Actor) -> Lesson:
    """From now on `phrase` speaks of this incident's type. Raises ConflictError as `teach_place` does."""
    incident = fetch_for(work, incident_id, by, Act.CORRECT)
    return _teach(work, Taught(_said(work, incident, phrase), type_code=incident.type_code), by, incident)


def teach_without_case(work: UnitOfWork, taught: Taught, by: Actor) -> Lesson:
    """From now on a phrase names a place or speaks of a type, as whoever knows the district says.

    Raises ConflictError as `teach_place` does, KeyError for a kelurahan or a type that the playbook has not.
    """
    require(by, Act.MANAGE_WORDS)
    return _teach(work, replace(taught, phrase=_fit(work, taught.phrase)), by)


def _said(work: UnitOfWork, incident: Incident, phrase: str) -> str:
    wanted = _fit(work, phrase)
    if not any(f" {wanted} " in f" {normal(words)} " for words in _words_of(work.session, incident)):
        raise ConflictError("nobody said this about the incident")
    return wanted


def _fit(work: UnitOfWork, phrase: str) -> str:
    wanted = normal(phrase)
    if len(wanted) > LONGEST or len(wanted.split()) > MOST_WORDS:
        raise ConflictError("the phrase is too long to be met again")
    if len(wanted.replace(" ", "")) < SHORTEST or wanted.replace(" ", "").isdigit():
        raise ConflictError("the phrase is too short: it would be found everywhere")
    if any(
        wanted == normal(name) for each in work.playbook.areas.values() for name in (each.name, *each.aliases)
    ):
        raise ConflictError("this is the name of a kelurahan")
    return wanted


def _teach(work: UnitOfWork, taught: Taught, by: Actor, incident: Incident | None = None) -> Lesson:
    known = select(Lesson.id).where(Lesson.phrase == taught.phrase, Lesson.undone_at.is_(None))
    if work.session.scalar(known.limit(1)) is not None:
        raise ConflictError("this phrase is taught already")
    lesson = Lesson(
        phrase=taught.phrase, area_code=taught.area_code, rt=taught.rt, type_code=taught.type_code,
        name=taught.name, incident_id=incident.id if incident else None, taught_at=work.now, taught_by=by.id,
    )  # fmt: skip
    meaning = _meaning(work, taught)
    work.session.add(lesson)
    work.session.flush()
    _note(work, lesson, "taught", by, f"{taught.phrase}: {meaning}")
    return lesson


def _note(work: UnitOfWork, lesson: Lesson, act: str, by: Actor, words: str) -> None:
    """At the case that it was taught at; else in the audit, which holds no words."""
    if lesson.incident_id is not None:
        incident = fetch(work, lesson.incident_id)
        log(work, incident, act, by, words)
        touch(work, incident)
    else:
        work.note(Audit, at=work.now, operator_id=by.id, act=act, subject=f"lesson {lesson.id}")


def _meaning(work: UnitOfWork, taught: Taught) -> str:
    if taught.type_code is not None:
        return work.playbook.types[taught.type_code].name
    area = work.playbook.areas[taught.area_code or ""].name
    return f"{area} RT {taught.rt}" if taught.rt is not None else area


def unteach(work: UnitOfWork, lesson_id: int, by: Actor) -> Lesson:
    """Takes a lesson back; it stays as a record. Raises ConflictError where it was taken back already."""
    if not by.may(Act.MANAGE_WORDS):
        require(by, Act.CORRECT)
    lesson = work.session.get(Lesson, lesson_id, with_for_update=True)
    if lesson is None or lesson.undone_at is not None:
        raise ConflictError("the lesson was taken back already")
    lesson.undone_at, lesson.undone_by = work.now, by.id
    _note(work, lesson, "untaught", by, lesson.phrase)
    return lesson


def _words_of(session: Session, incident: Incident) -> list[str]:
    query = select(Report.words).where(Report.incident_id.in_(family(session, incident.id)))
    return list(session.scalars(query))


def note_unread(work: UnitOfWork, words: Iterable[str]) -> None:
    """Counts words that no part of the lexicon knows, for the weekly list."""
    week = week_of(work.now.astimezone(work.playbook.programme.zone).date())
    told = dict.fromkeys(normal(each)[:LONGEST_WORD] for each in words)
    work.gather(
        _count,
        [(week, word) for word in told if len(word) >= SHORTEST and not any(sign.isdigit() for sign in word)],
    )


def _count(session: Session, told: Sequence[tuple[date, str]]) -> None:
    """In the words' order: two who count the same ones never wait for each other in a circle."""
    rows = [
        {"week": week, "word": word, "times": times} for (week, word), times in sorted(Counter(told).items())
    ]
    session.connection().execute(_counting(session.get_bind().dialect.name), rows)


@cache
def _counting(dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    counted = insert(UnreadWord)
    again = {"times": UnreadWord.times + counted.excluded.times}
    return counted.on_conflict_do_update(index_elements=["week", "word"], set_=again)


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Week:
    """The unread words of one week, the most frequent first."""

    monday: date
    words: tuple[tuple[str, int], ...]


def unread_words(session: Session, weeks: int = 4, most: int = 60) -> list[Week]:
    """What could not be read in the last weeks that had any, the newest first."""
    mondays = session.scalars(
        select(UnreadWord.week).distinct().order_by(UnreadWord.week.desc()).limit(weeks)
    )
    return [Week(monday, _of_week(session, monday, most)) for monday in mondays]


def _of_week(session: Session, monday: date, most: int) -> tuple[tuple[str, int], ...]:
    query = (
        select(UnreadWord.word, UnreadWord.times)
        .where(UnreadWord.week == monday)
        .order_by(UnreadWord.times.desc(), UnreadWord.word)
        .limit(most)
    )
    return tuple((row.word, row.times) for row in session.execute(query))


def candidates(words: str, unread: Sequence[str], most: int = 3) -> list[str]:
    """Phrases of a report that a correction most likely turns on: each unread word with the word before it,
    such as 'lorong melati', or alone where that names nothing.
    """
    found: list[str] = []
    spoken = normal(words).split()
    wanted = {normal(word) for word in unread}
    for position, word in enumerate(spoken):
        if word not in wanted or len(word) < SHORTEST:
            continue
        end = position + 1
        while end < len(spoken) and spoken[end] in wanted and end - position < MOST_WORDS - 1:
            end += 1
        start = position - 1 if position and spoken[position - 1] not in _NAMES_NOTHING else position
        if not (position and spoken[position - 1] in wanted):
            found.append(" ".join(spoken[start:end]))
    return list(dict.fromkeys(found))[:most]

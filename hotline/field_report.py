"""Step 6 of the procedure: what the team found and did, as answers to the questions of the type."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.evaluation_rules import FieldQuestion
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, fetch_for, log, touch
from hotline.models import FieldAnswer, Incident
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork

_ENDS: Final = re.compile(r"[;,\n]+|\.(?=\s|$)")
"""Where a part of a text ends; a point within a number or a time does not."""
_WORD: Final = re.compile(r"\w+")


def questions_for(playbook: Playbook, type_code: str) -> list[FieldQuestion]:
    """The questions of this type, in the playbook's order."""
    return [each for each in playbook.field_questions.values() if not each.types or type_code in each.types]


def answers_of(session: Session, incident_id: int, *, written_here: bool = False) -> dict[str, str]:
    """Question to what the team said; only what somebody at the desk wrote down, where that is asked for."""
    if has_none(session, FieldAnswer, [incident_id]):
        return {}
    query = select(FieldAnswer).where(FieldAnswer.incident_id == incident_id)
    if written_here:
        query = query.where(FieldAnswer.by_id.is_not(None))
    return {row.question: row.words for row in session.scalars(query)}


def answer_questions(
    work: UnitOfWork, incident_id: int, answers: Mapping[str, str], by: Actor, *, stamp: str | None = None
) -> Incident:
    """Writes answers down, as the team told them by telephone, radio or paper; an empty one takes back.

    Raises ConflictError once the incident is closed, KeyError for a question that is not in the playbook.
    """
    incident = fetch_for(work, incident_id, by, Act.SET_UNIT_STATUS, stamp=stamp)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    query = select(FieldAnswer).where(FieldAnswer.incident_id == incident.id)
    known = {row.question: row for row in work.session.scalars(query)}
    changed = [
        work.playbook.field_questions[code].words
        for code, words in answers.items()
        if _write(work, incident, known.get(code), code, words.strip(), by)
    ]
    if changed:
        log(work, incident, "field_report", by, "; ".join(changed))
        touch(work, incident)
    return incident


def take_words(work: UnitOfWork, incident: Incident, words: str) -> None:
    """A unit's closing text, split over the questions of the type; an answer that is there already stays.

    The text itself stands whole in the unit's task, and the desk sees both.
    """
    known = answers_of(work.session, incident.id)
    for code, part in split(work.playbook, incident.type_code, words).items():
        if code not in known:
            work.session.add(
                FieldAnswer(incident_id=incident.id, question=code, words=part, at=work.now, by_id=None)
            )


def split(playbook: Playbook, type_code: str, words: str) -> dict[str, str]:
    """Question to the parts of `words` that answer it, by the first cue in each part."""
    found: dict[str, list[str]] = defaultdict(list)
    questions = questions_for(playbook, type_code)
    for part in filter(None, (each.strip() for each in _ENDS.split(words))):
        found[_question_of(questions, part)].append(part)
    return {code: "; ".join(parts) for code, parts in found.items()}


def _question_of(questions: Sequence[FieldQuestion], part: str) -> str:
    """The question whose cue stands first; of two at one place the one with the longer cue."""
    spoken = f" {' '.join(_WORD.findall(part.casefold()))} "
    places = [(spoken.find(f" {cue} "), -len(cue), each.code) for each in questions for cue in each.cues]
    hits = sorted(place for place in places if place[0] >= 0)
    return hits[0][2] if hits else next(each.code for each in questions if each.rest)


def _write(  # noqa: PLR0917  one answer has that many sides
    work: UnitOfWork, incident: Incident, known: FieldAnswer | None, code: str, words: str, by: Actor
) -> bool:
    if words == (known.words if known else ""):
        return False
    if not words:
        work.session.delete(known)
    elif known is None:
        work.session.add(
            FieldAnswer(incident_id=incident.id, question=code, words=words, at=work.now, by_id=by.id)
        )
    else:
        known.words, known.at, known.by_id = words, work.now, by.id
    return True


def told_together(playbook: Playbook, answers: Mapping[str, str]) -> str:
    """The answers as one text, for the closing form and the report."""
    known = playbook.field_questions
    return "\n".join(f"{known[code].words} {words}" for code, words in answers.items() if code in known)

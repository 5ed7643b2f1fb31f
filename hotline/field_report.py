"""Step 6 of the procedure: what the team found and did, as answers to the questions of the type."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.evaluation_rules import FieldQuestion
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, fetch_for, log, touch
from hotline.models import FieldAnswer, Incident
from hotline.unit_of_work import UnitOfWork


def questions_for(playbook: Playbook, type_code: str) -> list[FieldQuestion]:
    """The questions of this type, in the playbook's order."""
    return [each for each in playbook.field_questions.values() if not each.types or type_code in each.types]


def answers_of(session: Session, incident_id: int) -> dict[str, str]:
    """Question to what the team said."""
    query = select(FieldAnswer).where(FieldAnswer.incident_id == incident_id)
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

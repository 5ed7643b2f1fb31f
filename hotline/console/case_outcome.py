"""The end of a case as its page shows it: field report, files, the end that waits, advice, callers' words."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.attachments import attachments_of
from hotline.closing import needs_second_look, proposal_of
from hotline.domain.evaluation_rules import FieldQuestion
from hotline.field_report import answers_of, questions_for, told_together
from hotline.incidents import family
from hotline.models import Attachment, Feedback, FollowUp, Incident, Operator, Proposal
from hotline.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows the work in the field."""

    questions: tuple[tuple[FieldQuestion, str], ...]
    told: str
    """What somebody at the desk wrote down; what was split from a unit's text stands in its own words."""
    files: tuple[Attachment, ...]
    second_look: bool
    proposal: Proposal | None
    proposed_by: str
    advice: tuple[FollowUp, ...]
    words: tuple[Feedback, ...]
    """What was advised at the end and what callers said of it: of a case that is closed."""

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(bool(words) for _, words in self.questions)


def outcome_of(work: UnitOfWork, session: Session, incident: Incident) -> Outcome:
    """Read in one go; `work` only looks."""
    answers = answers_of(session, incident.id)
    written = answers_of(session, incident.id, written_here=True) if answers else {}
    is_over, could_end = incident.disposition is not None, incident.verified_at is not None
    proposal = proposal_of(work, incident.id) if could_end and not is_over else None
    first = session.get(Operator, proposal.by_id) if proposal else None
    advice = select(FollowUp).where(FollowUp.incident_id == incident.id).order_by(FollowUp.id)
    words = select(Feedback).where(Feedback.incident_id.in_(family(session, incident.id)))
    return Outcome(
        questions=tuple(
            (each, answers.get(each.code, "")) for each in questions_for(work.playbook, incident.type_code)
        ),
        told=told_together(work.playbook, written),
        files=tuple(attachments_of(session, incident.id)),
        second_look=needs_second_look(work, incident),
        proposal=proposal,
        proposed_by=first.name if first else "",
        advice=tuple(session.scalars(advice)) if is_over else (),
        words=tuple(session.scalars(words.order_by(Feedback.id))) if is_over else (),
    )

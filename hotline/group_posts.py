"""What was written in the programme's group chat: each post a report with its own time, none kept twice."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.channels import Channel
from hotline.domain.group_chat import Post
from hotline.domain.phone import SenderKind, read_number
from hotline.domain.rights import Actor
from hotline.intake import Reading, Told, enter_report
from hotline.models import Incident, Report
from hotline.unit_of_work import UnitOfWork


def kept_already(session: Session, posts: Sequence[Post]) -> list[str | None]:
    """For each post the number of the incident that it was kept for, None for a new one."""
    words = {post.words for post in posts}
    query = (
        select(Report.words, Report.made_at, Incident.number)
        .join(Incident, Incident.id == Report.incident_id)
        .where(Report.channel == Channel.WHATSAPP, Report.words.in_(words))
    )
    known = {(said, made_at): number for said, made_at, number in session.execute(query)}
    return [known.get((post.words, post.at)) if post.at else None for post in posts]


def keep(work: UnitOfWork, post: Post, reading: Reading, by: Actor, *, number: str = "") -> Incident:
    """One post as a report, of a new incident or of that with `number`. Raises what `enter_report` raises."""
    at = min(post.at or work.now, work.now)
    sender = read_number(post.sender, work.playbook.programme.region)
    is_number = sender.kind in (SenderKind.MOBILE, SenderKind.LANDLINE)
    told = Told(
        Channel.WHATSAPP, post.words, at, sender.address if is_number else None,
        name="" if is_number else post.sender[:120], entered_by=by.id, reading=reading,
    )  # fmt: skip
    return enter_report(work, told, by, number=number)

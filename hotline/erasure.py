"""HAPUS: who asks to be forgotten is a task with a term, for whoever answers for personal data."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import ErasureRequest
from hotline.unit_of_work import UnitOfWork


def ask_erasure(work: UnitOfWork, number: str, text_id: int) -> ErasureRequest:
    """Notes that this number wants to be forgotten; the one open request of a number stands for further
    ones.
    """
    open_one = select(ErasureRequest).where(
        ErasureRequest.number == number, ErasureRequest.settled_at.is_(None)
    )
    known = work.session.scalars(open_one.limit(1)).one_or_none()
    if known is not None:
        return known
    request = ErasureRequest(number=number, text_id=text_id, asked_at=work.now)
    work.session.add(request)
    work.session.flush()
    return request


def open_requests(session: Session) -> list[ErasureRequest]:
    """Requests that nobody has settled, oldest first."""
    query = select(ErasureRequest).where(ErasureRequest.settled_at.is_(None)).order_by(ErasureRequest.id)
    return list(session.scalars(query))

"""Telephone calls: who waits and is taken next, who must be called back, who was answered without a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import calling_back, waiting
from hotline import calls as use_cases
from hotline.console import forms, queries
from hotline.console.case import path_of
from hotline.console.language import local
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.incidents import may_see
from hotline.models import Call, Caller, Incident, Operator, Report
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("calls", __name__)
SHIFT = timedelta(hours=12)
HISTORY = 5


@dataclass(frozen=True, slots=True)
class CallView:
    """A caller with what is known of him: his cases, the newest first, and whether he must not be rung."""

    call: Call
    cases: tuple[Incident, ...]
    earlier: int
    """How often this number called before."""
    quiet: bool
    operator: str

    @property
    def number(self) -> str:
        """The caller's; empty where he hides it, whatever word the carrier has for that."""
        number = self.call.joins or self.call.number
        is_told = "." in number or any(char.isdigit() for char in number)  # a telephone, or a SIP client
        return number if is_told else ""

    @property
    def can_be_rung(self) -> bool:
        """Whether there is a number to ring, and nobody asked us not to."""
        return self.number.startswith("+") and not self.quiet


@bp.get("/calls")
@needs(Act.ANSWER_CALLS)
def index() -> Response:
    """The waiting, the talking, the missed, and how fast today's were answered."""
    return calls_page()


def calls_page(status: int = 200, *, problem: str = "") -> Response:
    """The calls as they are now."""
    now = runtime().clock.now()
    with looking() as session:
        telephone = session.scalar(select(Operator.telephone).where(Operator.id == actor().id)) or ""
        people = {row.id: row.name for row in session.scalars(select(Operator))}
        views = {
            "waiting": _views(session, waiting.waiting(session), people),
            "talking": _views(session, waiting.talking(session), people),
            "answered": _views(session, use_cases.without_case(session, now - SHIFT), people),
            "recent": _views(session, use_cases.recent(session), people),
        }
        owed = [(each, _view(session, each.last, people)) for each in calling_back.owed(session)]
        times = use_cases.answer_times(session, _midnight(now))
    return page("calls", status, problem=problem, telephone=telephone, owed=owed, times=times, **views)


def _midnight(now: datetime) -> datetime:
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _views(session: Session, found: Iterable[Call], people: dict[int, str]) -> list[CallView]:
    return [_view(session, call, people) for call in found]


def _view(session: Session, call: Call, people: dict[int, str]) -> CallView:
    number = call.joins or call.number
    cases = (
        select(Incident)
        .join(Report, Report.incident_id == Incident.id)
        .join(Caller, Caller.id == Report.caller_id)
        .where(Caller.number == number, queries.visible_to(actor()))
        .order_by(Incident.id.desc())
        .limit(HISTORY)
    )
    own = session.get(Incident, call.incident_id) if call.incident_id else None
    first = [own] if own is not None and may_see(actor(), own) else []
    mine = dict.fromkeys([*first, *session.scalars(cases)])
    earlier = queries.count(session, Call, Call.number == number, Call.id < call.id, Call.inbound.is_(True))
    quiet = queries.count(session, Caller, Caller.number == number, Caller.quiet_since.is_not(None)) > 0
    known = number.startswith("+")
    return CallView(call, tuple(mine), earlier if known else 0, quiet, people.get(call.operator_id or 0, ""))


@bp.post("/calls/telephone")
@needs(Act.ANSWER_CALLS)
def telephone() -> Response:
    """At which telephone this operator takes calls."""
    number = forms.telephone("telephone")
    with acting() as work:
        waiting.set_telephone(work, number, actor())
    return seen("/calls")


@bp.post("/calls/next")
@needs(Act.ANSWER_CALLS)
def take_next() -> Response:
    """Rings the operator's telephone for whoever has waited longest."""
    with acting() as work:
        waiting.take_next(work, actor())
    return seen("/calls")


@bp.post("/calls/<int:call>/back")
@needs(Act.ANSWER_CALLS)
def back(call: int) -> Response:
    """Rings the operator's telephone, then the caller's."""
    with acting() as work:
        calling_back.call_back(work, call, actor())
    return seen("/calls")


@bp.post("/calls/<int:call>/done")
@needs(Act.ANSWER_CALLS)
def done(call: int) -> Response:
    """Nobody needs to call this number any more."""
    with acting() as work:
        calling_back.done(work, call, actor())
    return seen("/calls")


@bp.post("/calls/<int:call>/case")
@needs(Act.ENTER_REPORT)
def case(call: int) -> Response:
    """Opens the case of a call, or goes to the one that it has."""
    with acting() as work:
        incident = use_cases.open_case(work, call, actor())
        if not may_see(actor(), incident):
            raise forms.FieldError(_("Kasus ini bukan untuk Anda."))
    return seen(path_of(incident.number))

"""How the hotline itself is, in words; letting a held queue go; the sends that only a person may repeat."""

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import carriers, health, restoring
from hotline.console import queries
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.incidents import may_see
from hotline.lines import is_resting, known_lines
from hotline.models import Incident, Line, TextMessage, Unit
from hotline.modem_settings import line_names
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("system", __name__)


@bp.get("/system")
@needs(Act.SEE_QUEUE, Act.MANAGE_UNITS)
def index() -> Response:
    """Database, queue of work, spool, lines, doubtful sends."""
    return system_page()


def system_page(status: int = 200, *, problem: str = "") -> Response:
    """The hotline's state as it is now."""
    state = health.look(runtime())
    with looking() as session:
        doubtful = _doubtful(session) if actor().may(Act.SEE_QUEUE) else []
        lines = _lines(session)
    bell = runtime().waker.answers() if runtime().settings.redis_url else None
    return page("system", status, state=state, bell=bell, lines=lines, doubtful=doubtful, problem=problem)


@bp.post("/lines/<name>/release")
@needs(Act.RELEASE_QUEUE)
def release(name: str) -> Response:
    """The carrier takes texts again: what waited may leave at once. After a restoration only what is new."""
    with acting() as work:
        if name == restoring.NAME:
            restoring.release(work, actor())
        else:
            carriers.let_go(work, name, actor())
    return seen("/system")


def _lines(session: Session) -> list[tuple[Line, bool]]:
    """The lines for texts that are in use, and whether each rests since it failed too often."""
    settings, now = runtime().settings, runtime().clock.now()
    names = line_names(settings.sms_gateways, settings.modems)
    return [(line, is_resting(line, now)) for line in known_lines(session) if line.name in names]


def _doubtful(session: Session) -> list[tuple[TextMessage, str, str]]:
    """Text, case number and unit's name, for those whose case this reader may see."""
    texts = queries.doubtful_texts(session)
    wanted = [text.incident_id for text in texts if text.incident_id is not None]
    cases = {each.id: each for each in session.scalars(select(Incident).where(Incident.id.in_(wanted)))}
    units = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    shown = [text for text in texts if text.incident_id is None or may_see(actor(), cases[text.incident_id])]
    numbers = {each.id: each.number or "" for each in cases.values()}
    return [
        (text, numbers.get(text.incident_id or 0, ""), units.get(text.unit_id or 0, "")) for text in shown
    ]

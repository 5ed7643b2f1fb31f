"""Recordings, behind the same policy as the case they belong to."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file
from sqlalchemy import select
from sqlalchemy.orm import undefer

from hotline.domain.rights import Act
from hotline.incidents import NoSuchIncidentError, may_see
from hotline.models import Call, Incident, Recording, Report
from hotline.web import actor, needs, runtime

bp = Blueprint("recordings", __name__)


@bp.get("/recordings/<int:recording>")
@needs(Act.SEE_QUEUE)
def play(recording: int) -> Response:
    """The sound, in ranges so that a player can jump; never anything but a sound."""
    with runtime().reading() as session:
        found = session.get(Recording, recording, options=[undefer(Recording.sound)])
        of = select(Report.incident_id).where(Report.call_id == (found.call_id if found else 0)).limit(1)
        by_call = select(Call.incident_id).where(Call.id == (found.call_id if found else 0))
        incident = session.get(Incident, session.scalar(of) or session.scalar(by_call) or 0)
    if found is None or found.sound is None or incident is None or not may_see(actor(), incident):
        raise NoSuchIncidentError(str(recording))
    kind = found.content_type if found.content_type.startswith("audio/") else "audio/mpeg"
    response = send_file(BytesIO(found.sound), mimetype=kind, conditional=bool(request.headers.get("Range")))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response

"""A unit's PIN for the telephone: made here, shown once, known to nobody afterwards."""

from flask import Blueprint
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline import pins as use_cases
from hotline.console.pages import page
from hotline.domain.rights import Act
from hotline.models import Unit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("pins", __name__)


@bp.post("/units/<int:unit>/pin")
@needs(Act.MANAGE_UNITS)
def give(unit: int) -> Response:
    """A new PIN; the one before is void."""
    with acting() as work:
        found = work.session.get(Unit, unit)
        if found is None:
            raise NotFound
        pin = use_cases.give_pin(work, unit, runtime().settings.secret_key, actor())
        name = found.name
    return page("pin", unit_name=name, pin=pin)

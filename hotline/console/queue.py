"""The queue: everything open, in three bands, the most urgent first.

All who have the same role and language see the same rows, so they are read and drawn once for all of them
and kept for half a second (`hotline.snapshots`). What is one browser's own is put in afterwards: the tokens
of its forms, and which case is open beside the queue. Where they go stand signs that nobody can know.
"""

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Blueprint, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from hotline.console import bands, language
from hotline.console.clocks import running_clock
from hotline.console.pages import drawn, looking, page, seen, snapshot, wants_fragment
from hotline.console.queries import hidden_from
from hotline.domain.rights import Act, Actor
from hotline.web import actor, needs, one_time_token, runtime

bp = Blueprint("queue", __name__)

_FORM: Final = secrets.token_hex()
_TOKEN: Final = secrets.token_hex()


@dataclass(frozen=True, slots=True)
class Part:
    """Which part is shown: all bands from their beginning, or one of them behind the row with a number."""

    band: bands.Band | None = None
    after: str = ""

    @property
    def address(self) -> str:
        """Where it is shown again; a case that is open beside it is put behind the question mark."""
        return f"/?band={self.band}&after={self.after}" if self.band else "/?"


WHOLE: Final = Part()


@bp.get("/")
@needs(Act.SEE_QUEUE, Act.MANAGE_UNITS)
def index() -> Response:
    """The first page: the queue, or the units for those who don't work with incidents."""
    if not actor().may(Act.SEE_QUEUE):
        return seen("/units")
    rows = board(_part(), _number("at"))
    if wants_fragment():
        return drawn(rows)
    with looking():
        pass
    return page("queue", board=rows)


def _part() -> Part:
    band, after = request.args.get("band", ""), _number("after")
    return Part(bands.Band(band), after) if after and band in set(bands.Band) else WHOLE


def _number(name: str) -> str:
    """A case's number in the address."""
    asked = request.args.get(name, "")
    return asked if asked.isascii() and asked.isdigit() and len(asked) <= 12 else ""


def board(part: Part = WHOLE, at: str = "") -> Markup:
    """The queue for whoever asks; `at` is the number of the case that stands open beside it."""
    role, lang = actor().role, language.language()
    anybody = Actor("operator", None, "", role)
    shared = snapshot().once(("queue", role, lang, part), partial(_drawn, part, anybody))
    pieces = shared.replace(_FORM, generate_csrf()).split(_TOKEN)
    whole = pieces[0] + "".join(one_time_token() + piece for piece in pieces[1:])
    return Markup(_opened(whole, at) if at else whole)  # noqa: S704 - drawn by our own template  # nosec B704


def _opened(whole: str, at: str) -> str:
    row = f'id="open-{at}" data-row'
    return whole.replace(row, f'{row} aria-current="page"', 1).replace(
        'hx-get="/?', f'hx-get="/?at={at}&amp;', 1
    )


def _drawn(part: Part, by: Actor) -> str:
    """With signs where somebody's own words belong; `by` is anybody of the role."""
    now = runtime().clock.now()
    with runtime().reading() as session:
        if part.band is None:
            shown = bands.read_bands(session, by, now, bands.SHOWN)
        else:
            shown = bands.read_on(session, by, now, part.band, part.after)
        hidden = hidden_from(session, by, now)
    return render_template(
        "_queue.html",
        shown=shown,
        hidden=hidden,
        part=part,
        visitor=by,
        csrf_token=lambda: _FORM,
        token=lambda: _TOKEN,
    )


def clock_of(row: bands.Row) -> object:
    """The running clock of a row."""
    return running_clock(row.incident, runtime().playbook.targets[row.incident.priority])

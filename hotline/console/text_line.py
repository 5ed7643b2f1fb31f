"""The text line on the screen: what is wrong with it, numbers to agree to, and the keys for misuse."""

from functools import partial

from flask import Blueprint, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import carriers, health, misuse, other_numbers
from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.case_values import Case
from hotline.console.pages import seen, snapshot
from hotline.domain.rights import Act
from hotline.models import Misuse
from hotline.web import acting, actor, local_path, needs, runtime, while_locked

bp = Blueprint("text_line", __name__)


def troubles() -> list[carriers.Trouble]:
    """What is wrong now, for the head of a page: the same for all who look."""
    return snapshot().once("troubles", partial(health.find_troubles, runtime()))


@bp.get("/troubles")
@needs()
@while_locked
def show() -> Response:
    """The head of the page once more: a page may stay open for a whole shift."""
    return make_response(render_template("_troubles.html", visitor=actor()))


def cost_of(parts: int) -> str:
    """What a text of so many parts costs a number, by what the last one cost: 'IDR 700'; empty where that is
    not known.
    """
    with runtime().reading() as session:
        price = carriers.price_of_a_part(session)
    return f"{price[1]} {price[0] * parts:.0f}" if price else ""


def counted_as_misuse(case: Case) -> bool:
    """Whether the key was pressed for this case; where its log says nothing of it, nobody is asked."""
    if not any(line.entry.kind.startswith(misuse.LOGGED) for line in case.lines):
        return False
    with runtime().reading() as session:
        return misuse.counted_here(session, case.incident.id)


def _kind() -> Misuse:
    wanted = forms.choice("kind", [each.value for each in Misuse])
    if not wanted:
        raise forms.FieldError(_("Pilih jenisnya."))
    return Misuse(wanted)


@bp.post("/incidents/<number>/misuse")
@needs(Act.REJECT)
def press_for_incident(number: str) -> Response:
    """No report: ends the case without a word to its caller, and counts."""
    with acting() as work:
        misuse.press_for_incident(work, id_of(work, number, actor()), _kind(), actor(), stamp=forms.stamp())
    back = forms.words("back", limit=40)
    return seen(local_path(back) if back else path_of(number))


@bp.post("/tray/<int:text>/misuse")
@needs(Act.FILE_TEXT)
def press_for_text(text: int) -> Response:
    """No report: takes the text out of the tray, and counts."""
    with acting() as work:
        misuse.press_for_text(work, text, _kind(), actor())
    return seen("/tray")


@bp.post("/incidents/<number>/forgive")
@needs(Act.REJECT)
def forgive(number: str) -> Response:
    """It was a report after all."""
    with acting() as work:
        misuse.forgive(work, id_of(work, number, actor()), actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/agree/<int:contact>")
@needs(Act.WRITE)
def agree(number: str, contact: int) -> Response:
    """The number for which somebody reported may be texted."""
    with acting() as work:
        other_numbers.agree(work, id_of(work, number, actor()), contact, actor())
    return seen(path_of(number))

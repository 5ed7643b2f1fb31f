"""A report that came by another way: at the counter, by telephone, in the WhatsApp group, by radio."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline.console import forms, language
from hotline.console.case import path_of
from hotline.console.pages import looking, page, seen
from hotline.domain.channels import Channel
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act
from hotline.incidents import find, may_see
from hotline.intake import Reading, Told, enter_report
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("entry", __name__)

BY_HAND: Final = (
    Channel.WALK_IN, Channel.TELEPHONE, Channel.WHATSAPP, Channel.OFFICER, Channel.RADIO,
)  # fmt: skip
_AHEAD: Final = timedelta(minutes=5)
"""How far a clock on the wall may be ahead of ours."""


@bp.get("/entry")
@needs(Act.ENTER_REPORT)
def form() -> Response:
    """An empty form, or one that adds to the case whose number stands in the address."""
    return entry_page(typed={"number": request.args.get("number", "")})


def entry_page(status: int = 200, *, problem: str = "", typed: Mapping[str, str] | None = None) -> Response:
    """The form, with what was typed and what is understood of it."""
    with looking():
        pass
    typed = typed or {}
    return page(
        "entry", status, typed=typed, problem=problem, channels=BY_HAND,
        made_at=typed.get("made_at") or language.field_time(runtime().clock.now()),
        reading=runtime().read_words(typed.get("words", "")), words=typed.get("words", ""),
    )  # fmt: skip


@bp.post("/entry/reading")
@needs(Act.ENTER_REPORT)
def read() -> Response:
    """What is understood of the words typed so far. Changes nothing."""
    words = forms.words("words")
    names = ("type", "priority", "area", "rt", "place", "people")
    typed = {name: request.form.get(name, "") for name in names}
    reading = runtime().read_words(words)
    return make_response(render_template("_reading.html", reading=reading, words=words, typed=typed))


@bp.post("/entry")
@needs(Act.ENTER_REPORT)
def save() -> Response:
    """Keeps the report: as a new case, or added to the one that is named."""
    told, number = _told(), forms.words("number", limit=12)
    with acting() as work:
        if number:
            _must_exist(work, number)
        incident = enter_report(work, told, actor(), number=number)
    return seen(path_of(incident.number))


def _must_exist(work: UnitOfWork, number: str) -> None:
    known = find(work.session, number)
    if known is None or not may_see(actor(), known):
        raise forms.FieldError(_("Tidak ada kasus dengan nomor %(number)s.", number=number))


def _told() -> Told:
    words = forms.needed("words", _("Tulis apa yang dilaporkan."))
    channel = forms.choice("channel", {each.value for each in BY_HAND})
    return Told(
        channel=Channel(channel or Channel.WALK_IN), words=words, made_at=_made_at(),
        number=forms.telephone("caller_number"), name=forms.words("caller_name", limit=120),
        entered_by=actor().id, reading=reading_of(words),
    )  # fmt: skip


def _made_at() -> datetime:
    typed, now = forms.words("made_at", limit=30), runtime().clock.now()
    if not typed:
        return now
    made_at = language.read_field_time(typed)
    if made_at is None:
        raise forms.FieldError(_("Waktu laporan tidak terbaca."))
    if made_at > now + _AHEAD:
        raise forms.FieldError(_("Waktu laporan ada di masa depan."))
    return made_at


def reading_of(words: str) -> Reading:
    """What was understood, with the operator's own choices before it."""
    playbook = runtime().playbook
    read = runtime().read_words(words)
    return replace(
        read,
        type_code=(kind := forms.choice("type", playbook.types) or read.type_code),
        priority=forms.priority() or _priority(read, kind),
        area_code=forms.choice("area", playbook.areas) or read.area_code,
        rt=forms.whole("rt", 99) or read.rt,
        place=forms.words("place", limit=200) or read.place,
        people=forms.whole("people", 9999) or read.people,
    )


def _priority(read: Reading, kind: str) -> Priority:
    """Of another type than was read, the type's own priority."""
    return read.priority if kind == read.type_code else runtime().playbook.types[kind].priority

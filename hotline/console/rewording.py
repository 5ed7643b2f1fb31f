"""One text on its page: its words, what may stand in it, how people get it, and who worded it before."""

from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import rewording as use_cases
from hotline.console import forms, queries
from hotline.console.fault_words import told
from hotline.console.pages import looking, page, seen
from hotline.console.playbook_page import occasion_of
from hotline.console.text_labels import FIELD, READER
from hotline.domain.playbook import Fault
from hotline.domain.rights import Act
from hotline.domain.segments import Size, measure
from hotline.models import Wording
from hotline.playbook_texts import ANSWERED_WITH, fields_of
from hotline.rewording import TextName
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("rewording", __name__)


@dataclass(frozen=True, slots=True)
class FieldView:
    """What may stand in a text between braces."""

    name: str
    means: str
    longest: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """Words as people would get them with the longest values, and why they can't go out."""

    words: str
    filled: str
    size: Size
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version: whose it is, and what the text said from then on."""

    row: Wording
    by: str
    words: str


@bp.get("/playbook/<key>/<language>")
@needs(Act.MANAGE_WORDS)
def show(key: str, language: str) -> Response:
    """The text as it is in force."""
    return text_page(name=TextName(key, language))


def text_page(
    status: int = 200, *, problem: str = "", name: TextName | None = None, typed: str | None = None
) -> Response:
    """A text, by default that of the address; `typed` is what somebody would like it to say, by default what
    the refused form held.
    """
    name, words = name or TextName(**(request.view_args or {})), runtime().words
    given = typed if typed is not None else request.form.get("words")
    with looking() as session:
        words.look(session)
        written = use_cases.written_words(words.written, name)
        rows = use_cases.versions(session, name)
        people = queries.names_of(session, *(row.made_by for row in rows))
    present = words.playbook.texts[name.key].words[name.language]
    reader, when = occasion_of(words.playbook, name.key)
    return page(
        "text", status, which=name, reader=READER[reader], when=when, written=written, present=present,
        trial=_trial(name, present if given is None else given), problem=problem, fields=_fields(name),
        newest=rows[0] if rows else None, unused=_unused(name),
        history=[
            VersionView(row, people.get(row.made_by or 0, ""), row.words or row.written) for row in rows
        ],
    )  # fmt: skip


def _unused(name: TextName) -> list[str]:
    """Why the screen's words can't go out."""
    mine = [each for each in runtime().words.unused if (each.key, each.language) == (name.key, name.language)]
    return [_told(fault, name) for each in mine for fault in each.faults]


def _fields(name: TextName) -> list[FieldView]:
    book = runtime().playbook
    longest = book.texts[name.key].longest
    return [
        FieldView(field, str(FIELD.get(field, "")), longest[field], field in ANSWERED_WITH)
        for field in longest
        if field in fields_of(book, name.key)
    ]


def _trial(name: TextName, typed: str) -> Trial:
    book, tidied = runtime().playbook, use_cases.tidied(typed[: use_cases.LONGEST])
    faults = use_cases.faults_with(book, name, tidied)
    try:
        filled = tidied.format(**book.texts[name.key].longest)
    except (ValueError, LookupError, AttributeError):
        filled = tidied
    return Trial(typed, filled, measure(filled), tuple(_told(fault, name) for fault in faults))


def _told(fault: Fault, name: TextName) -> str:
    """What is wrong, without the name of the text where it is the one on the page."""
    return told(fault.problem.removeprefix(f"text {name.key}: "))


@bp.post("/playbook/<key>/<language>")
@needs(Act.MANAGE_WORDS)
def save(key: str, language: str) -> Response:
    """The words count from now on; or, where only a look was asked for, stand there as people would get
    them.
    """
    name, typed = TextName(key, language), forms.words("words", limit=use_cases.LONGEST)
    if forms.choice("do", ("check", "save")) == "check":
        return text_page(name=name, typed=typed)
    try:
        with acting() as work:
            use_cases.reword(work, name, typed, actor(), _seen())
    except use_cases.UnfitWordsError:
        return text_page(422, problem=_("Belum bisa dipakai. Lihat alasannya di bawah."), name=name)
    return seen(request.path)


@bp.post("/playbook/<key>/<language>/try")
@needs(Act.MANAGE_WORDS)
def attempt(key: str, language: str) -> Response:
    """The words typed so far, as people would get them. Changes nothing."""
    trial = _trial(TextName(key, language), request.form.get("words", ""))
    return make_response(render_template("_text_trial.html", trial=trial))


@bp.post("/playbook/<key>/<language>/back")
@needs(Act.MANAGE_WORDS)
def go_back(key: str, language: str) -> Response:
    """An earlier version counts again, or the file's words."""
    name, version = TextName(key, language), forms.whole("version", 10**17)
    try:
        with acting() as work:
            use_cases.go_back(work, name, version, actor(), _seen())
    except use_cases.UnfitWordsError as error:
        why = "; ".join(_told(fault, name) for fault in error.faults)
        return text_page(422, problem=_("Kata lama itu tidak cocok lagi: %(why)s", why=why), name=name)
    return seen(request.path.removesuffix("/back"))


def _seen() -> int:
    """The newest version when the form was made."""
    return forms.whole("seen", 10**17) or 0

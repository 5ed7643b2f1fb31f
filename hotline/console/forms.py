"""What people typed into forms, read strictly: a field that makes no sense is said so and nothing is done."""

from collections.abc import Container
from datetime import date

from flask import request
from flask_babel import gettext as _

from hotline.console.days import read_day
from hotline.domain.phone import SenderKind, read_number
from hotline.domain.playbook import Priority
from hotline.verification import Findings
from hotline.web import runtime

LONGEST_TEXT = 640
LONGEST_WORDS = 4000
LONGEST_ROW = 18
"""Digits of a row's number: with more no database has one, and none is asked."""


class FieldError(Exception):
    """What was typed can't be used; the message says why, in the reader's language."""


def words(name: str, *, limit: int = LONGEST_WORDS) -> str:
    """The text in a field, without the space around it. Raises FieldError where it is too long."""
    typed = request.form.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
    if len(typed) > limit:
        raise FieldError(_("Isian terlalu panjang: paling banyak %(limit)s huruf.", limit=limit))
    return typed


def needed(name: str, problem: str, *, limit: int = LONGEST_WORDS) -> str:
    """The text in a field that must not be empty. Raises FieldError with `problem`."""
    typed = words(name, limit=limit)
    if not typed:
        raise FieldError(problem)
    return typed


def whole(name: str, highest: int) -> int | None:
    """The number in a field; None where it is empty. Raises FieldError for anything but 1 to `highest`."""
    typed = words(name, limit=20)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= highest):
        raise FieldError(_("Angka harus dari 1 sampai %(highest)s.", highest=highest))
    return int(typed)


def rows(name: str) -> list[int]:
    """The numbers of the rows that were chosen; what can be none is left out."""
    chosen = request.form.getlist(name)
    return [int(each) for each in chosen if each.isascii() and each.isdigit() and len(each) <= LONGEST_ROW]


def day(name: str) -> date | None:
    """A date; None where the field is empty. Raises FieldError for what is none."""
    typed = words(name, limit=10)
    try:
        return read_day(typed) if typed else None
    except ValueError as error:
        raise FieldError(_("Tanggal tidak dikenali.")) from error


def choice(name: str, allowed: Container[str]) -> str:
    """A choice from a list; "" where nothing is chosen. Raises FieldError for one that is not in the list."""
    chosen = words(name, limit=40)
    if chosen and chosen not in allowed:
        raise FieldError(_("Pilihan itu tidak ada dalam daftar."))
    return chosen


def priority(name: str = "priority") -> Priority | None:
    """The priority chosen, if one is."""
    chosen = choice(name, {each.value for each in Priority})
    return Priority(chosen) if chosen else None


def stamp() -> str | None:
    """What the form was made from (`hotline.incidents.stamp_of`)."""
    return request.form.get("stamp") or None


def telephone(name: str) -> str | None:
    """A telephone number in E.164; None where the field is empty. Raises FieldError for what can't be one."""
    typed = words(name, limit=40)
    if not typed:
        return None
    sender = read_number(typed, runtime().playbook.programme.region)
    if sender.kind in (SenderKind.INVALID, SenderKind.NAME, SenderKind.SHORT):
        raise FieldError(_("Nomor telepon tidak dikenali. Contoh: 0812 3456 7890."))
    return sender.address


def findings() -> Findings:
    """What the desk knows after asking; a field that the form does not have stays as it is."""
    playbook, form = runtime().playbook, request.form
    return Findings(
        type_code=choice("type", playbook.types) or None,
        priority=priority(),
        area_code=choice("area", playbook.areas) if "area" in form else None,
        rt=whole("rt", 99) or 0 if "rt" in form else None,
        place=words("place", limit=200) if "place" in form else None,
        people=whole("people", 9999) or 0 if "people" in form else None,
        summary=words("summary", limit=200) if "summary" in form else None,
    )

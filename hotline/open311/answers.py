"""What the interface answers, as plain values; wsgi.py gives them their addresses."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree as Xml

from sqlalchemy.orm import Session

from hotline.open311.clients import SEEN_EVERY, client_of
from hotline.open311.document import document
from hotline.open311.pace import Pace
from hotline.open311.requests import CLOSED, OPEN, SPAN, Asked, find, services
from hotline.runtime import Runtime

JSON: Final = "application/json; charset=utf-8"
XML: Final = "text/xml; charset=utf-8"
OLDEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2900, 1, 1, tzinfo=UTC)
"""Times beyond these are taken for these: no database is asked for the year 1."""
MOST_NAMED: Final = 100
"""Numbers or types that one question may name."""


@dataclass(frozen=True, slots=True)
class OpenData:
    """What the interface is answered from, and how often each client has asked."""

    runtime: Runtime
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body and its type; where a client asked too often, the seconds until it may again."""

    status: int
    body: bytes
    content_type: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What came in: the key, the fields, and the form that is wanted (`json` or `xml`)."""

    key: str
    fields: Mapping[str, str]
    form: str


class UnfitError(Exception):
    """The question can't be answered; the message says why."""


def openapi(data: OpenData) -> Answer:
    """The interface's own description, for everybody."""
    return Answer(200, json.dumps(document(data.runtime.playbook), ensure_ascii=False).encode(), JSON)


def all_services(data: OpenData, question: Question) -> Answer:
    """What can be asked about."""
    return _answer(data, question, ("services", "service"), lambda _: services(data.runtime.playbook))


def all_requests(data: OpenData, question: Question) -> Answer:
    """The cases that fit."""
    runtime = data.runtime

    def found(session: Session) -> list[dict[str, Any]]:
        asked = _asked(question.fields, runtime.clock.now())
        return find(session, runtime.playbook, asked)

    return _answer(data, question, ("service_requests", "request"), found)


def one_request(data: OpenData, question: Question, number: str) -> Answer:
    """One case, in a list of its own; 404 for one that is none, or is not published."""
    runtime = data.runtime

    def found(session: Session) -> list[dict[str, Any]]:
        now = runtime.clock.now()
        return find(session, runtime.playbook, Asked(now, now, (number,)))

    return _answer(data, question, ("service_requests", "request"), found, needs_one=True)


def _answer(
    data: OpenData, question: Question, names: tuple[str, str],
    found: Callable[[Session], list[dict[str, Any]]], *, needs_one: bool = False,
) -> Answer:  # fmt: skip
    runtime = data.runtime
    with runtime.reading() as session:
        client = client_of(session, question.key) if question.key else None
        if client is None:
            return _error(question, 401, "the key is not known" if question.key else "an API key is needed")
        most = runtime.playbook.limits.open_data_per_minute
        wait = data.pace.seconds_to_wait(client.id, runtime.clock.now(), most)
        if wait:
            return replace(_error(question, 429, f"at most {most} questions a minute"), retry_after=wait)
        try:
            rows = found(session)
        except UnfitError as error:
            return _error(question, 400, str(error))
    _note_use(runtime, question.key, client.used_at)
    if needs_one and not rows:
        return _error(question, 404, "there is no such service request")
    return Answer(200, *_written(rows, names, question.form))


def _note_use(runtime: Runtime, key: str, used_at: datetime | None) -> None:
    now = runtime.clock.now()
    if used_at is not None and now - used_at < SEEN_EVERY:
        return
    with runtime.work() as work:
        client = client_of(work.session, key)
        if client is not None:
            client.used_at = now


def _asked(fields: Mapping[str, str], now: datetime) -> Asked:
    """Raises UnfitError for a field that makes no sense."""
    start, end = _moment(fields, "start_date"), _moment(fields, "end_date")
    status = fields.get("status")
    if status not in (None, OPEN, CLOSED):
        raise UnfitError("status is open or closed")
    first, last = start or (end or now) - SPAN, end or (start or now) + SPAN
    return Asked(first, last, _list(fields, "service_request_id"), _list(fields, "service_code"), status)


def _moment(fields: Mapping[str, str], name: str) -> datetime | None:
    said = fields.get(name)
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(said.strip().replace(" ", "+"))
    except ValueError as error:
        raise UnfitError(f"{name} is a time such as 2026-06-01T00:00:00+07:00") from error
    if found.tzinfo is None:
        raise UnfitError(f"{name} needs its zone, such as 2026-06-01T00:00:00Z")
    if found.year < OLDEST.year:
        return OLDEST
    return found if found.year < LATEST.year else LATEST


def _list(fields: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(each.strip() for each in fields.get(name, "").split(",") if each.strip())
    if len(found) > MOST_NAMED:
        raise UnfitError(f"{name} names at most {MOST_NAMED}")
    return found


def _error(question: Question, status: int, words: str) -> Answer:
    rows = [{"code": status, "description": words}]
    return Answer(status, *_written(rows, ("errors", "error"), question.form))


def _written(rows: list[dict[str, Any]], names: tuple[str, str], form: str) -> tuple[bytes, str]:
    if form == "json":
        return json.dumps(rows, ensure_ascii=False).encode(), JSON
    root = Xml.Element(names[0])
    for row in rows:
        element = Xml.SubElement(root, names[1])
        for name, value in row.items():
            Xml.SubElement(element, name).text = _in_xml(value)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True), XML


def _in_xml(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Whatever the carrier's side may send to a running hotline: kept, answered, never a traceback, never twice.

Each row has a sender of its own, so that what became of it can be told apart. Everything is sent again and
in another order of its fields, as a carrier does that was not answered in time. On PostgreSQL, which is the
stricter of the two: it refuses NUL bytes, words longer than their column and figures out of range.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.phone import SenderKind, read_number
from hotline.models import Call, Caller, Incident, Kept, Report, TextMessage
from hotline.models.base import Base
from tests.stories.system import HOTLINE, System

pytestmark = pytest.mark.parametrize("house", ["postgresql"], indirect=True)
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
MEGABYTE: Final = 1024 * 1024
LONG_WORD: Final = "a" * MEGABYTE


@dataclass(frozen=True)
class Text:
    """One inbound text: `number` is whose it is in the end ("" for nobody's), `case` whether it opens one."""

    what: str
    body: bytes
    number: str = ""
    case: bool = False
    content_type: str = FORM
    answered: bool = False

    @property
    def again(self) -> bool:
        """Whether it is the same text in another order of its fields: it has an id, and no field twice."""
        return b"id=bad-" in self.body and self.body.count(b"from=") == 1


def form(**fields: str) -> bytes:
    """The carrier's form; the fields that are usual, changed and with more."""
    usual = {"to": HOTLINE, "date": "2026-11-24 10:00:00", "text": "maling rt 5 eka jaya"}
    return urlencode({**usual, **fields}).encode()


def case(what: str, serial: int, body: bytes, content_type: str = FORM) -> Text:
    """A text that is a report: a case and a receipt, however odd the rest of it is."""
    return Text(what, body, phone(serial), case=True, content_type=content_type, answered=True)


def phone(serial: int) -> str:
    """A resident of the rows' own."""
    return f"+6281270{serial:06d}"


def bare(serial: int) -> str:
    """The same without the plus."""
    return phone(serial).removeprefix("+")


WORDS: Final = "maling rt 5 eka jaya"

TEXTS: Final = [
    case("as the carrier writes it", 1, form(**{"from": phone(1), "id": "bad-1"})),
    case("no id", 2, form(**{"from": phone(2)})),
    case("no date, no to", 3, urlencode({"from": phone(3), "text": WORDS, "id": "bad-3"}).encode()),
    case("unknown fields", 4, form(**{"from": phone(4), "id": "bad-4", "mood": "x", "": "y", "a[b]": "z"})),
    case("a field twice", 5, form(**{"from": phone(5), "id": "bad-5"}) + b"&from=%2B6281270999999&text=x"),
    case(
        "None as a word", 6,
        form(**{"from": phone(6), "id": "None", "linkId": "None", "date": "None", "networkCode": "None"}),
    ),
    case("a lost plus", 7, b"from=+%s&text=maling+rt+5+eka+jaya&id=bad-7" % bare(7).encode()),
    case("00 for the plus", 8, form(**{"from": f"00{bare(8)}", "id": "bad-8"})),
    case("a local number", 9, form(**{"from": f"0{bare(9)[2:]}", "id": "bad-9"})),
    case("no plus at all", 10, form(**{"from": bare(10), "id": "bad-10"})),
    case("emoji", 11, form(**{"from": phone(11), "id": "bad-11", "text": f"{WORDS} 🔥😱👨\u200d👩\u200d👧"})),
    case("NUL bytes", 12, form(**{"from": phone(12), "id": "bad\x0012", "text": "maling\x00 rt 5 eka jaya"})),
    case("NUL raw", 13, b"from=%s&id=bad-13&text=maling\x00 rt 5 eka jaya\x00" % phone(13).encode()
         .replace(b"+", b"%2B")),
    case("invalid UTF-8", 14, b"from=%%2B%s&id=bad-14&text=maling+rt+5+eka+jaya+%%ff%%fe\xff\x80"
         % bare(14).encode()),
    case("a megabyte", 15, form(**{"from": phone(15), "id": "bad-15", "text": f"{WORDS} {LONG_WORD}"})),
    case("JSON", 16, json.dumps({"from": phone(16), "text": WORDS, "id": 16, "to": None}).encode(), JSON),
    case("JSON under the form's name", 17, json.dumps({"from": phone(17), "text": WORDS}).encode()),
    case("a form under JSON's name", 18, form(**{"from": phone(18), "id": "bad-18"}), JSON),
    case("no content type", 19, form(**{"from": phone(19), "id": "bad-19"}), ""),
    case("another character set", 20, form(**{"from": phone(20), "id": "bad-20"}), f"{FORM}; charset=utf-16"),
    case("an unknown date", 21, form(**{"from": phone(21), "id": "bad-21", "date": "Selasa, pukul sepuluh"})),
    case("a date that is none", 22, form(**{"from": phone(22), "id": "bad-22", "date": "9999-99-99T99:99"})),
    case("an endless id", 23, form(**{"from": phone(23), "id": "i" * 100_000})),
    case("lone surrogates", 24, b'{"from": "%s", "text": "maling rt 5 eka jaya \\ud800"}'
         % phone(24).encode(), JSON),
    case("right to left", 25, form(**{"from": phone(25), "id": "bad-25", "text": f"\u202e{WORDS}\u202c"})),
    case("five thousand fields", 26, form(**{"from": phone(26), "id": "bad-26"}) + b"&x=1" * 5000),
    Text("empty text", form(**{"from": phone(40), "id": "bad-40", "text": ""}), phone(40)),
    Text("only blanks", form(**{"from": phone(41), "id": "bad-41", "text": " \r\n\t"}), phone(41)),
    Text("no text at all", urlencode({"from": phone(42), "id": "bad-42"}).encode(), phone(42)),
    Text("alphanumeric sender", form(**{"from": "TELKOMSEL", "id": "bad-50"}), "TELKOMSEL"),
    Text("a sender of emoji", form(**{"from": "🔥🔥", "id": "bad-51"}), "🔥🔥"),
    Text("short sender", form(**{"from": "95123", "id": "bad-52"}), "95123"),
    Text("short sender with a plus", form(**{"from": "+1234", "id": "bad-53"}), "+1234"),
    Text("no sender", form(**{"id": "bad-54"})),
    Text("a sender of NULs", form(**{"from": "\x00\x00", "id": "bad-55"})),
    Text("an endless sender", form(**{"from": "X" * 100_000, "id": "bad-56"}), "X" * 80),
    Text("an impossible number", form(**{"from": "+62999", "id": "bad-57"}), "+62999"),
    Text("another country", form(**{"from": "+254711000001", "id": "bad-58"}), "+254711000001", case=True),
    Text("nothing", b""),
    Text("no field", b"&&&===;%%%"),
    Text("bytes", bytes(range(256))),
    Text("JSON of another shape", b'[1, {"from": null}]', content_type=JSON),
    Text("endless JSON", b"[" * 50_000, content_type=JSON),
    Text("a huge figure", b'{"from": ' + b"9" * 50_000 + b"}", content_type=JSON),
]  # fmt: skip


def reordered(body: bytes) -> bytes:
    """The same fields the other way round, with one more: what a second gateway of a carrier may send."""
    return b"&".join([b"networkCode=51010", *reversed(body.split(b"&"))])


def post(system: System, path: str, body: bytes, content_type: str = FORM) -> requests.Response:
    """One callback, to whichever process serves them."""
    headers = {"Content-Type": content_type} if content_type else {}
    return requests.post(f"{system.hooks[0]}{path}", data=body, headers=headers, timeout=30)


def no_complaints(system: System) -> None:
    """No process has written a traceback, and all of them still run."""
    said = system.said()
    assert "Traceback" not in said, said[-4000:]
    assert all(process.alive for process in (*system.servers, *system.workers))


def count(system: System, kind: type[Base]) -> int:
    """How many rows of this kind there are."""
    with Session(system.engine()) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def cases_of(session: Session) -> Mapping[str, int]:
    """Incidents by the number that reported them."""
    query = (
        select(Caller.number, func.count(Report.incident_id.distinct()))
        .join(Report, Report.caller_id == Caller.id)
        .group_by(Caller.number)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def test_every_odd_text_is_kept_and_opens_at_most_one_case(house: System) -> None:
    inbound = f"/sms/{house.token}/inbound"
    before = count(house, Incident)
    for text in TEXTS:
        for _ in range(2):
            assert post(house, inbound, text.body, text.content_type).status_code == 200, text.what
    house.wait_until_idle()
    for text in [text for text in TEXTS if text.again][::-1]:
        assert post(house, inbound, reordered(text.body), text.content_type).status_code == 200, text.what
    house.wait_until_idle()
    with Session(house.engine()) as session:
        kept = session.scalars(select(Kept.body).where(Kept.kind == "sms.inbound")).all()
        assert {text.body[:MEGABYTE] for text in TEXTS} <= set(kept)
        texts = session.scalars(select(TextMessage)).all()
        came = Counter(text.number for text in texts if text.inbound)
        went = Counter(text.number for text in texts if not text.inbound and text.state != "WITHHELD")
        cases = cases_of(session)
        for text in TEXTS:
            if text.number:
                assert came[text.number] == 1, f"{text.what}: {came[text.number]} texts in the archive"
                assert cases.get(text.number, 0) == text.case, text.what
                assert went[text.number] == text.answered, text.what
    assert count(house, Incident) - before == sum(text.case for text in TEXTS)
    no_complaints(house)


ODD_FIELDS: Final = [
    ("nothing", b"", FORM),
    ("no id", b"status=Success&phoneNumber=%2B6281270000001", FORM),
    ("None as a word", b"id=None&status=None&phoneNumber=None&failureReason=None", FORM),
    ("an unknown state", b"id=ATXid_odd&status=Teleported&phoneNumber=%2B6281270000001&retryCount=x", FORM),
    ("an unknown text", b"id=ATXid_unknown&status=Success", FORM),
    ("a sender's name", b"id=ATXid_name&status=Failed&phoneNumber=TELKOMSEL&senderId=TELKOMSEL", FORM),
    ("a short number", b"id=ATXid_short&status=Failed&phoneNumber=95123", FORM),
    ("NUL bytes", b"id=ATXid%00odd&status=Suc%00cess&phoneNumber=%00", FORM),
    ("invalid UTF-8", b"id=\xff\xfe&status=%ff%fe&phoneNumber=%80", FORM),
    ("emoji", "id=🔥&status=🔥&phoneNumber=🔥&failureReason=🔥".encode(), FORM),
    ("a megabyte", b"id=ATXid_long&status=" + b"S" * MEGABYTE + b"&phoneNumber=1", FORM),
    ("an endless id", b"id=" + b"i" * 100_000 + b"&status=Success&phoneNumber=" + b"9" * 100_000, FORM),
    ("JSON", b'{"id": 7, "status": null, "phoneNumber": ["x"], "failureReason": {"a": 1}}', JSON),
    ("JSON of another shape", b"[[[[", JSON),
    ("no content type", b"id=ATXid_bare&status=Success", ""),
]


def test_every_odd_report_and_opt_out_is_kept_and_does_nothing(house: System) -> None:
    system = house
    before = count(system, TextMessage), count(system, Incident)
    for address in ("receipt", "opt-out"):
        path = f"/sms/{system.token}/{address}"
        for what, body, content_type in ODD_FIELDS:
            for sent in (body, body, reordered(body)):
                assert post(system, path, sent, content_type).status_code == 200, f"{address}: {what}"
    system.wait_until_idle()
    with Session(system.engine()) as session:
        for kind in ("sms.receipt", "sms.opt_out"):
            kept = set(session.scalars(select(Kept.body).where(Kept.kind == kind)))
            assert {body[:MEGABYTE] for _, body, _ in ODD_FIELDS} <= kept
    assert (count(system, TextMessage), count(system, Incident)) == before
    no_complaints(system)


CALLS: Final = [
    ("nothing", b"", FORM),
    ("no session", form(callerNumber=phone(60), isActive="1"), FORM),
    ("None as a word", form(sessionId="None", callerNumber="None", isActive="None", direction="None"), FORM),
    ("unknown fields", form(sessionId="v-3", callerNumber=phone(61), isActive="1", mood="x"), FORM),
    ("a lost plus", b"sessionId=v-4&isActive=1&callerNumber=+%s" % bare(62).encode(), FORM),
    ("00 for the plus", form(sessionId="v-5", isActive="1", callerNumber=f"00{bare(63)}"), FORM),
    ("a client's name", form(sessionId="v-6", isActive="1", callerNumber="Callcenter.sdsad"), FORM),
    ("a short number", form(sessionId="v-7", isActive="1", callerNumber="95123"), FORM),
    ("NUL bytes", form(sessionId="v\x008", isActive="1", callerNumber="\x00", dtmfDigits="\x001"), FORM),
    ("invalid UTF-8", b"sessionId=v-9%ff&isActive=1&callerNumber=%ff%fe&dtmfDigits=%80\xff", FORM),
    ("emoji", form(sessionId="v-🔥", isActive="🔥", callerNumber="🔥", dtmfDigits="🔥"), FORM),
    ("a megabyte", form(sessionId="v-11", isActive="1", dtmfDigits="1" * MEGABYTE), FORM),
    ("three megabytes", form(sessionId="v-12", isActive="1", mood="x" * MEGABYTE * 3), FORM),
    ("JSON", b'{"sessionId": "v-13", "isActive": true, "callerNumber": null}', JSON),
    ("endless JSON", b"[" * 50_000, JSON),
    ("an unknown date", form(sessionId="v-15", isActive="1", callStartTime="kemarin sore"), FORM),
    ("the end before the beginning", form(sessionId="v-16", isActive="0", callerNumber=phone(64)), FORM),
    ("a recording of words", form(sessionId="v-19", isActive="1", recordingUrl="x" * 5000), FORM),
    ("a recording nowhere", form(sessionId="v-20", isActive="1", recordingUrl="http://[::1/r.mp3"), FORM),
    ("an endless duration", form(sessionId="v-21", isActive="0", durationInSeconds="9" * 30), FORM),
    ("lone surrogates", b'{"sessionId": "v-22", "isActive": 1, "dtmfDigits": "\\ud800"}', JSON),
]
STEPS: Final = [
    "/call", "/step/kind-----0-0", "/step/nowhere-9-9-99-9-9", "/step/%00%ff", "/step/" + "x" * 3000,
    "/step/describe-1-3-5-0-0/silent",
]  # fmt: skip


def test_every_odd_call_is_answered_at_every_address(house: System) -> None:
    """Each callback three times at each address: an answer each time, no second case, never a dead line."""
    for place, step in enumerate(STEPS):
        for what, body, content_type in CALLS:
            sent = body.replace(b"v-", b"v%d-" % place)
            answers = [post(house, f"/ivr/{house.token}{step}", sent, content_type) for _ in range(3)]
            assert {answer.status_code for answer in answers} == {200}, f"{what} at {step}"
            assert {answer.content[:5] for answer in answers} == {b"<?xml"}, f"{what} at {step}"
    house.wait_until_idle()
    with Session(house.engine()) as session:
        of_call = select(func.count()).where(Report.call_id.is_not(None)).group_by(Report.call_id)
        assert set(session.scalars(of_call)) == {1}, "one case a call"
        went = select(TextMessage.number).where(TextMessage.inbound.is_(False))
        answered = session.scalars(went.where(TextMessage.state != "WITHHELD"))
        assert {read_number(number, "ID").kind for number in answered} <= {SenderKind.MOBILE}
    no_complaints(house)


def test_whoever_does_not_know_the_token_finds_nothing(house: System) -> None:
    system = house
    system.wait_until_idle()
    before = count(system, Call)
    for token in ("x", "none", f"{system.token}x", system.token[:-1], system.token.upper() + "-"):
        for address in ("sms/{}/inbound", "sms/{}/receipt", "sms/{}/opt-out", "ivr/{}/call", "ivr/{}/step/x"):
            answer = post(system, "/" + address.format(token), form(**{"from": phone(1), "id": "unheard"}))
            assert answer.status_code == 404, address
    # What the company reports of earlier texts may come in meanwhile.
    with Session(system.engine()) as session:
        assert not [body for body in session.scalars(select(Kept.body)) if b"unheard" in body]
    assert count(system, Call) == before
    no_complaints(system)

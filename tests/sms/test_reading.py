"""Whatever arrives is kept; what can be understood is understood once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.delivery import TextState
from hotline.models import TextMessage
from sms.africastalking import AfricasTalkingSms
from sms.reading import read_text
from tests.support.desk import RESIDENT, Desk, keepers_of
from tests.support.fake_gateway import FakeSmsGateway

FORM = "application/x-www-form-urlencoded"
WORDS = "maling rt 5 eka jaya"


class CarrierFields(FakeSmsGateway):
    """Sends nowhere, but reads callbacks as the real carrier writes them."""

    sender = "12345"
    read_inbound = AfricasTalkingSms.read_inbound


@pytest.fixture
def line(desk: Desk) -> Desk:
    """A desk whose callbacks are the carrier's own forms."""
    gateway = CarrierFields()
    desk.gateway, desk.drain.keepers = gateway, keepers_of(gateway, desk.readers)
    return desk


def form(**fields: str) -> bytes:
    return urlencode({"from": RESIDENT, "to": "12345", "text": WORDS, "id": "a-1", **fields}).encode()


def arrives(desk: Desk, body: bytes, content_type: str = FORM) -> TextMessage:
    desk.callback("inbound", body, content_type)
    assert not desk.unkept()
    return desk.texts(inbound=True)[-1]


@pytest.mark.parametrize(
    "sender", ["+6281200000001", " 6281200000001", "6281200000001", "006281200000001", "081200000001"]
)
def test_a_number_is_known_however_it_is_written(line: Desk, sender: str) -> None:
    assert arrives(line, form(**{"from": sender})).number == RESIDENT
    assert len(line.incidents()) == 1


@pytest.mark.parametrize("sender", ["TELKOMSEL", "12345", "", "None", "+", "0741123456", "+62 999"])
def test_what_can_not_answer_is_kept_for_a_person_and_never_answered(line: Desk, sender: str) -> None:
    message = arrives(line, form(**{"from": sender}))
    assert message.unread
    assert (line.incidents(), line.texts(inbound=False)) == ([], [])


@pytest.mark.parametrize("words", ["", "   ", "\n", "None", "\x00"])
def test_an_empty_text_is_kept_for_a_person_and_never_answered(line: Desk, words: str) -> None:
    message = arrives(line, form(text=words))
    assert (message.unread, "empty" in message.flags) == (True, True)
    assert line.texts(inbound=False) == []


@pytest.mark.parametrize(
    "date", ["", "None", "gestern", "2999-01-01", "1999-01-01 00:00:00", "2026-13-45", "0"]
)
def test_an_unknown_or_impossible_date_is_ours(line: Desk, date: str) -> None:
    assert arrives(line, form(date=date)).sent_at == line.clock.at


@pytest.mark.parametrize(
    "date", ["2026-03-02T12:59:00Z", "2026-03-02 12:59:00", "2026-03-02T12:59:00.000Z", "2026-03-02+12:59:00"]
)
def test_a_known_date_is_the_persons(line: Desk, date: str) -> None:
    sent_at = arrives(line, form(date=date)).sent_at
    assert sent_at is not None
    assert (line.clock.at - sent_at).total_seconds() == 60


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"from=%2B6281200000001", FORM),
        (b"text=maling", FORM),
        (b"&&&===", FORM),
        (b"\xff\xfe\x00=\x80", FORM),
        (b"from=%2B6281200000001&text=" + quote_from_bytes(b"maling \xff\xfe rt 5").encode(), FORM),
        ("from=%2B6281200000001&text=maling🔥🔥 rt 5 eka jaya".encode(), FORM),
        (b"from=%2B6281200000001&text=maling%00%00 rt 5", FORM),
        (b"from=%2B6281200000001&text=" + b"a" * 1_000_000, FORM),
        (b"from=%2B6281200000001&text=" + b"maling " * 140_000, FORM),
        (json.dumps({"from": RESIDENT, "text": WORDS, "id": 7}).encode(), "application/json"),
        (json.dumps({"from": [RESIDENT], "text": {"a": 1}}).encode(), "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"text": "\\ud800\\u0000"}', "application/json"),
        (b"null", "application/json"),
    ],
)
def test_no_bytes_are_too_strange_to_keep(line: Desk, body: bytes, content_type: str) -> None:
    arrives(line, body, content_type)
    assert len(line.texts(inbound=True)) == 1


def test_bytes_that_nobody_can_read_are_shown_as_they_came_each_of_them(line: Desk) -> None:
    multipart = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nmaling rt 8 eka jaya\r\n--x--\r\n'
    for body, content_type in [
        (b"", FORM),
        (multipart, "multipart/form-data; boundary=x"),
        (b"[1,2", "application/json"),
    ]:
        arrives(line, body, content_type)
    assert [text.words for text in line.texts(inbound=True)] == ["", multipart.decode(), "[1,2"]
    assert all(text.unread for text in line.texts(inbound=True))


def test_json_instead_of_a_form_is_understood(line: Desk) -> None:
    body = json.dumps({"from": RESIDENT, "text": WORDS, "id": 7}).encode()
    assert arrives(line, body, "application/json").carrier_id == "7"
    assert line.incident().type_code == "CURI"


def test_a_repeat_opens_no_second_incident(line: Desk) -> None:
    for _ in range(3):
        arrives(line, form())
    assert (len(line.incidents()), len(line.texts(inbound=True))) == (1, 1)


def test_a_repeat_in_another_order_with_more_fields_is_still_a_repeat(line: Desk) -> None:
    arrives(line, form())
    arrives(line, b"linkId=9&id=a-1&text=maling+rt+5+eka+jaya&to=12345&from=%2B6281200000001")
    assert (len(line.incidents()), len(line.texts(inbound=True))) == (1, 1)


def test_the_same_id_with_other_words_keeps_both_and_says_so(line: Desk) -> None:
    arrives(line, form())
    second = arrives(line, form(text="kebakaran rt 9 payo selincah"))
    assert (second.variant, second.flags) == (1, "same_id_other_words")
    assert len(line.incidents()) == 2


def test_equal_texts_without_an_id_close_together_are_one(line: Desk) -> None:
    arrives(line, form(id=""))
    arrives(line, form(id="None", date="2026-03-02T12:59:00Z"))
    assert len(line.texts(inbound=True)) == 1
    line.clock.advance(minutes=5)
    arrives(line, form(id=""))
    assert [text.flags for text in line.texts(inbound=True)] == ["without_id", "without_id"]
    assert len(line.incidents()) == 1


def test_incoming_texts_are_received_and_stay_so(line: Desk) -> None:
    message = arrives(line, form())
    assert (message.state, message.words, message.parts) == (TextState.RECEIVED, WORDS, 1)


_VALUES = st.one_of(
    st.text(max_size=40), st.sampled_from([RESIDENT, " 6281200000001", "None", "", WORDS, "3", "STATUS"])
)
_NAMES = st.sampled_from(["from", "to", "text", "date", "id", "linkId", "networkCode", "cost", "x"])
_BODIES = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(_NAMES, _VALUES, max_size=9).map(lambda row: urlencode(row, errors="replace").encode()),
    st.dictionaries(_NAMES, _VALUES | st.integers() | st.none(), max_size=9).map(
        lambda row: json.dumps(row).encode()
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_BODIES, content_type=st.sampled_from([FORM, "application/json", "", "text/plain"]))
def test_every_callback_becomes_one_text_and_no_traceback(line: Desk, body: bytes, content_type: str) -> None:
    before = len(line.texts(inbound=True))
    line.clock.advance(hours=5)
    line.callback("inbound", body, content_type)
    assert not line.unkept()
    assert len(line.texts(inbound=True)) - before in {0, 1}


def test_two_workers_and_one_number_open_one_incident(any_desk: Desk) -> None:
    """The second waits for its turn and then finds what the first has opened."""
    for number, words in enumerate([WORDS, "malingnya bawa motor, rt 5 eka jaya", "tolong cepat ada maling"]):
        body = json.dumps({"from": RESIDENT, "text": words, "id": f"b-{number}"}).encode()
        any_desk.callback("inbound", body, "application/json", settle=False)
    start = threading.Barrier(3)

    def work(kept_id: int) -> None:
        start.wait(10)
        with any_desk.work() as unit:
            read_text(unit, kept_id, any_desk.gateway, any_desk.readers)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, [1, 2, 3]))
    assert len(any_desk.incidents()) == 1
    assert len(any_desk.texts(inbound=True)) == 3

"""Our own check of the sounds' address: while it fails the carrier's voice speaks in their place."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ivr.sound_check import FAILURES, SoundCheck, fetches
from tests.support.eventually import eventually
from tests.support.sms_carrier import HANG_UP, CarrierServer, http
from tests.support.voice import Exchange


@pytest.fixture
def server() -> Iterator[CarrierServer]:
    found = CarrierServer()
    yield found
    found.close()


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (http(200, b"RIFF....WAVE", "audio/wav"), True),
        (http(200, b"<html>", "text/html"), False),
        (http(404, b"RIFF", "audio/wav"), False),
        (http(503, b"", "text/plain"), False),
        (HANG_UP, False),
        (b"nonsense", False),
    ],
)
def test_a_sound_is_there_where_its_first_bytes_are(
    server: CarrierServer, answer: bytes, there: bool
) -> None:
    server.reply(answer)
    assert fetches(f"{server.url}/sounds/thanks.wav") is there


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x.wav", "no address", "", "http://[::1/x.wav"])
def test_an_address_where_nobody_is_has_no_sound(address: str) -> None:
    assert not fetches(address)


def test_two_failures_in_a_row_change_the_voice_and_one_success_changes_it_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = iter([True, False, True, False, False, False, True])
    check = SoundCheck(lambda: "http://here/thanks.wav", fetch=lambda _address: next(answers))
    held = []
    with caplog.at_level(logging.WARNING):
        for _ in range(7):
            check.check()
            held.append(check._failures < FAILURES)
    assert held == [True, True, True, True, False, False, True]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_it_begins_with_the_first_call_and_no_caller_waits_for_it() -> None:
    asked: list[str] = []
    go_on, never = threading.Event(), threading.Event()

    def slow(address: str) -> bool:
        asked.append(address)
        (go_on if len(asked) <= FAILURES else never).wait(300)
        return False

    check = SoundCheck(lambda: "http://here/thanks.wav", every_s=0.01, fetch=slow)
    assert check.holds(), "until it is known the sounds are taken to be there"
    eventually(lambda: asked == ["http://here/thanks.wav"], "the address is asked")
    assert check.holds()
    go_on.set()
    eventually(lambda: not check.holds(), "the sounds are known to be away")


def test_while_they_are_away_the_carriers_voice_says_the_same_words(exchange: Exchange) -> None:
    there = exchange.dial()

    class Away:
        def holds(self) -> bool:
            return False

    exchange.line = replace(exchange.line, sounds_reached=Away())
    phone = exchange.dial()
    assert phone.tags == there.tags == ["GetDigits", "Redirect"]
    (said,) = phone.actions[0]
    assert said.tag == "Say"
    assert (said.text or "").startswith("Sigap Ketimun Kecamatan Paal Merah.")
    assert "Kejahatan atau kekerasan, tekan dua." in (said.text or "")
    phone.press("2").press("3").press("#")
    assert [action.tag for action in phone.actions[0]] == ["Say"]
    assert "Setelah nada" in (phone.actions[0][0].text or "")

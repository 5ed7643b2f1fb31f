"""How little the hotline says: STOP, DIAM, HAPUS, budgets of replies, and machines that answer machines."""

from collections.abc import Callable

import pytest

from hotline import conversation, notify, verification
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.models import Caller
from hotline.privacy.requests import open_requests
from hotline.verification import Findings
from tests.support.desk import OPERATOR, RESIDENT, Desk

REPORT = "maling rt 5 eka jaya"


def _verify(desk: Desk, number: str = "1007") -> None:
    with desk.work() as work:
        verification.verify(work, desk.incident(number).id, Findings(), OPERATOR)


def test_thanks_get_no_answer(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "terima kasih")
    assert len(desk.said_to(RESIDENT)) == 1
    assert not desk.texts(inbound=True)[-1].unread


def test_not_understood_is_said_once_an_hour(desk: Desk) -> None:
    for _ in range(3):
        desk.text(RESIDENT, "selamat malam pak")
    assert len(desk.said_to(RESIDENT)) == 1
    desk.clock.advance(minutes=61)
    desk.text(RESIDENT, "selamat malam pak")
    assert len(desk.said_to(RESIDENT)) == 2
    assert all(text.unread for text in desk.texts(inbound=True))


def test_help_says_how_and_a_machine_that_asks_again_and_again_is_left_alone(desk: Desk) -> None:
    for _ in range(5):
        desk.text(RESIDENT, "BANTUAN")
    assert len(desk.said_to(RESIDENT)) == desk.runtime.playbook.limits.replies_per_hour


def test_a_machine_that_sends_our_own_words_back_is_left_alone(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    for _ in range(12):
        desk.text(RESIDENT, desk.said_to(RESIDENT)[-1])
    assert len(desk.said_to(RESIDENT)) <= 5
    assert len(desk.incidents()) == 1


def test_stop_stops_announcements_and_mulai_brings_them_back(desk: Desk) -> None:
    desk.text(RESIDENT, "STOP")
    assert "tidak akan dikirimi pengumuman" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, REPORT)
    assert "no. 1007" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, "MULAI")
    with desk.runtime.reading() as session:
        assert session.query(Caller).one().opted_out_at is None


def test_a_plea_not_to_be_called_silences_us_until_the_desk_releases_the_number(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rt 5 eka jaya, jangan telepon saya")
    desk.text(RESIDENT, "MULAI")
    assert desk.said_to(RESIDENT) == []
    assert {text.state for text in desk.texts(inbound=False)} == {TextState.WITHHELD}
    assert desk.incident().do_not_call
    with desk.work() as work:
        conversation.keep_quiet(work, desk.incident().id, OPERATOR, quiet=False)
    desk.text(RESIDENT, "STATUS 1007")
    assert len(desk.said_to(RESIDENT)) == 1


def test_diam_silences_every_text_about_the_open_incident(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "DIAM")
    _verify(desk)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    desk.settle()
    assert len(desk.said_to(RESIDENT)) == 1
    assert desk.incident().informed_at is None
    assert [entry.kind for entry in desk.log()].count("quiet") == 1


@pytest.mark.parametrize("word", ["STOP", "stop", "BERHENTI", "berhenti.", "UNREG", " Stop "])
def test_these_words_alone_stop_announcements(desk: Desk, word: str) -> None:
    desk.text(RESIDENT, word)
    with desk.runtime.reading() as session:
        assert session.query(Caller).one().opted_out_at == desk.clock.at


@pytest.mark.parametrize(
    "words",
    [
        "tolong stop mereka pak, tawuran rt 5 eka jaya",
        "motor berhenti di rt 5 eka jaya, orangnya mencurigakan",
        "stop motor saya dibegal", "stop kebakaran", "stop pak jangan kirim lagi",
        "cancel", "quit", "end", "selesai", "sudah berhenti hujannya", "STOP NARKOBA di rt 5 eka jaya",
    ],
)  # fmt: skip
def test_a_word_among_others_stops_nothing(desk: Desk, words: str) -> None:
    desk.text(RESIDENT, words)
    with desk.runtime.reading() as session:
        assert all(caller.opted_out_at is None for caller in session.query(Caller))


def test_stop_silences_nothing_about_the_own_case(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "STOP")
    said = len(desk.said_to(RESIDENT))
    _verify(desk)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    desk.text(RESIDENT, "STATUS 1007")
    assert len(desk.said_to(RESIDENT)) == said + 2


def test_hapus_is_one_task_with_a_term_for_a_person_and_is_answered(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "HAPUS")
    desk.text(RESIDENT, "HAPUS")
    with desk.runtime.reading() as session:
        (asked,) = open_requests(session)
    assert asked.number == RESIDENT
    assert "3x24 jam" in desk.said_to(RESIDENT)[-1]
    assert desk.texts(inbound=True)[-1].unread
    assert desk.incident().disposition is None, "what is running goes on"


def test_replies_to_all_together_end_and_receipts_and_progress_never(desk: Desk) -> None:
    most = desk.runtime.playbook.limits.replies_per_hour_in_all
    with desk.work() as work:
        for position in range(most):
            notify.text(work, f"+628129{position:06d}", "Halo", Purpose.REPLY)
    desk.text(RESIDENT, "BANTUAN")
    assert desk.said_to(RESIDENT) == []
    assert desk.texts(inbound=False)[-1].problem == "budget_in_all"
    desk.text(RESIDENT, REPORT)
    assert "no. 1007" in desk.said_to(RESIDENT)[-1]
    _verify(desk)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    desk.settle()
    assert "1007" in desk.said_to(RESIDENT)[-1]


@pytest.mark.parametrize(
    "answer_of", [lambda said, _: said, lambda _, turn: f"Terima kasih. Tiket Anda nomor {turn}."]
)
def test_two_machines_that_answer_each_other_stop_by_themselves(
    desk: Desk, answer_of: Callable[[str, int], str]
) -> None:
    """One that sends our words back, and one that counts its answers up: our last word ends it."""
    desk.text(RESIDENT, "BANTUAN")
    heard = 0
    for turn in range(40):
        said = desk.said_to(RESIDENT)
        if len(said) == heard:
            break
        heard = len(said)
        desk.text(RESIDENT, answer_of(said[-1], turn))
    assert heard <= 5
    assert len(desk.incidents()) <= 1

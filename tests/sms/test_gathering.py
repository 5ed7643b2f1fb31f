"""Long texts that a SIM brings piece by piece: late, out of order, with a gap; and what nobody answers."""

from itertools import permutations
from typing import Any, Final

import pytest
from sqlalchemy import select

from hotline.models import Kept, TextMessage
from sms.gathering import GAP
from tests.support.sims import CARRIER, ISAT, TSEL, Sims

SITI, JOKO = "+6281200000001", "+6281200000002"
WORDS: Final = ("tolong pak ada maling masuk rumah ", "di eka jaya rt 5 dekat masjid ", "bawa parang")


def piece(sims: Sims, place: int, words: str, sender: str = SITI) -> None:
    sims.arrives(TSEL, sender, words, udh=f"0500030703{place:02X}")


def read(sims: Sims) -> list[TextMessage]:
    return sims.desk.texts(inbound=True)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_pieces_are_one_text_in_whatever_order_they_come(any_sims: Sims, order: tuple[int, ...]) -> None:
    for place in order:
        assert read(any_sims) == []
        piece(any_sims, place, WORDS[place - 1])
        any_sims.clock.advance(seconds=20)
    (text,) = read(any_sims)
    assert text.words == "".join(WORDS)
    incident = any_sims.desk.incident()
    assert (incident.type_code, incident.rt) == ("CURI", 5)
    assert len(any_sims.sent()) == 1


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        (1, GAP + WORDS[1] + WORDS[2]),
        (2, WORDS[0] + GAP + WORDS[2]),
        (3, WORDS[0] + WORDS[1] + GAP),
    ],
)
def test_a_piece_that_never_comes_leaves_a_gap_after_the_playbooks_minutes(
    sims: Sims, missing: int, shown: str
) -> None:
    for place in {1, 2, 3} - {missing}:
        piece(sims, place, WORDS[place - 1])
    sims.settle(seconds=sims.rules.limits.gap_minutes * 60 - 1)
    assert read(sims) == []
    sims.settle(seconds=1)
    (text,) = read(sims)
    assert text.words == shown
    assert "gap" in text.flags.split()


def test_what_comes_after_the_gap_was_shown_is_a_text_of_its_own_and_no_second_incident(
    any_sims: Sims,
) -> None:
    piece(any_sims, 1, WORDS[0])
    piece(any_sims, 2, WORDS[1])
    any_sims.settle(seconds=301)
    piece(any_sims, 3, WORDS[2])
    first, late = read(any_sims)
    assert late.words == GAP + WORDS[2]
    assert "late_part" in late.flags.split()
    assert first.incident_id == late.incident_id == any_sims.desk.incident().id


def test_a_piece_that_is_brought_twice_counts_once(sims: Sims) -> None:
    for place in (1, 1, 2, 3, 3, 2):
        piece(sims, place, WORDS[place - 1])
    assert [text.words for text in read(sims)] == ["".join(WORDS)]


def test_two_people_and_two_texts_with_the_same_count_are_not_mixed(sims: Sims) -> None:
    for place in (1, 2, 3):
        piece(sims, place, WORDS[place - 1])
        piece(sims, place, WORDS[place - 1].upper(), sender=JOKO)
    for place in (1, 2, 3):
        piece(sims, place, f"api {place} ")
    whole = "".join(WORDS)
    assert [text.words for text in read(sims)] == [whole, whole.upper(), "api 1 api 2 api 3 "]


def test_a_sign_that_is_torn_between_two_pieces_is_whole_again(sims: Sims) -> None:
    sims.arrives(TSEL, SITI, "api \ud83d", udh="050003070201")
    sims.arrives(TSEL, SITI, "\udd25 besar", udh="050003070202")
    assert [text.words for text in read(sims)] == ["api 🔥 besar"]


def test_what_waited_is_read_together_each_by_its_own_line(any_sims: Sims) -> None:
    """As after the desk was down: pieces and whole texts of SIMs and a carrier, in one transaction."""
    for place in (3, 1):
        any_sims.arrives(TSEL, SITI, WORDS[place - 1], udh=f"0500030703{place:02X}", read=False)
    api = "ada kebakaran rumah di talang bakung rt 3".encode("utf-16-be").hex()
    any_sims.keep("sms.inbound", {"id": "1", "sender": JOKO, "text": api}, read=False)
    any_sims.arrives(ISAT, "TELKOMSEL", "Paket Anda habis", read=False)
    any_sims.arrives(TSEL, SITI, WORDS[1], udh="050003070302", read=False)
    any_sims.settle()
    told = {(text.carrier, text.number): text.words for text in read(any_sims)}
    assert told[TSEL, SITI] == "".join(WORDS)
    assert len(told) == 3
    assert sorted(line for line, _ in any_sims.sent()) == [CARRIER, TSEL]


@pytest.mark.parametrize(
    ("sender", "row", "flag"),
    [
        ("+6281200000001", {"class": 0}, "flash"),
        ("TELKOMSEL", {}, "network"),
        ("3636", {}, "network"),
        ("777", {}, "network"),
        ("BANK", {}, None),
        ("12345", {}, None),
    ],
)
def test_flash_and_operators_own_senders_are_archived_and_never_answered(
    sims: Sims, sender: str, row: dict[str, Any], flag: str | None
) -> None:
    sims.arrives(ISAT, sender, "maling di eka jaya rt 5", **row)
    (text,) = read(sims)
    assert flag is None or flag in text.flags.split()
    assert text.unread is (flag != "network")
    assert sims.sent() == []
    assert sims.desk.incidents() == []


@pytest.mark.parametrize("row", [{"coding": "8bit"}, {"udh": "0605040B8423F0"}])
def test_a_service_message_is_kept_and_is_no_word_to_anybody(sims: Sims, row: dict[str, Any]) -> None:
    sims.arrives(TSEL, SITI, "maling", **row)
    assert read(sims) == []
    with sims.desk.runtime.reading() as session:
        assert [kept.problem for kept in session.scalars(select(Kept))] == [
            "a service message: no words to anybody"
        ]

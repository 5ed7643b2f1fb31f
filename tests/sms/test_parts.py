"""A long text that comes in parts, whole or not, in whatever order: one incident, every part to be seen."""

from itertools import permutations
from typing import Final

import pytest

from hotline.models import TextMessage
from hotline.verification import Findings
from sms.joining import counted, glued, is_full, is_torn
from tests.hotline.journey import THEFT, verified
from tests.support.desk import NEIGHBOUR, RESIDENT, Desk

COUNTED: Final = (
    "1/3 tolong pak ada maling masuk rumah tetangga saya",
    "2/3 lokasinya di eka jaya rt 5 dekat masjid",
    "3/3 orangnya dua bawa parang",
)
LONG: Final = (
    "assalamualaikum pak saya mau melapor tadi malam sekitar jam dua ada maling masuk ke rumah tetangga saya"
    " yang sedang pulang kampung, motor dan kulkas diangkut pakai mobil bak terbuka warna hitam, kejadiannya"
    " di rt 5 eka jaya dekat masjid"
)
TORN: Final = (LONG[:153], LONG[153:])


def texts(desk: Desk, *words: str, seconds: float = 2) -> list[TextMessage]:
    for each in words:
        desk.text(RESIDENT, each)
        desk.clock.advance(seconds=seconds)
    return desk.texts(inbound=True)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_counted_parts_are_one_incident_in_whatever_order_they_come(
    desk: Desk, order: tuple[int, ...]
) -> None:
    parts = texts(desk, *(COUNTED[position] for position in order))
    incident = desk.incident()
    assert (incident.type_code, incident.area_code, incident.rt) == ("CURI", "EJ", 5)
    assert "weapon" in incident.reasons
    assert {part.incident_id for part in parts} == {incident.id}
    assert all("part" in part.flags.split() for part in parts)


def test_a_text_that_was_torn_where_it_was_full_is_put_together_across_the_torn_word(desk: Desk) -> None:
    parts = texts(desk, *TORN)
    incident = desk.incident()
    assert (incident.type_code, incident.area_code, incident.rt) == ("CURI", "EJ", 5)
    assert parts[1].joined_to_id == parts[0].id
    assert [part.words for part in parts] == list(TORN)


def test_the_torn_rest_may_come_first(desk: Desk) -> None:
    texts(desk, *reversed(TORN))
    assert [(each.type_code, each.area_code, each.rt) for each in desk.incidents()] == [("CURI", "EJ", 5)]


def test_one_receipt_answers_all_parts(desk: Desk) -> None:
    texts(desk, *COUNTED)
    receipts = [words for words in desk.said_to(RESIDENT) if "Laporan" in words]
    assert len(receipts) == 1
    assert not any("belum kami pahami" in words for words in desk.said_to(RESIDENT))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_a_counted_part_that_comes_late_is_still_a_part(desk: Desk, order: tuple[int, ...]) -> None:
    late = desk.runtime.playbook.sending.parts_within_seconds + 300
    texts(desk, *(COUNTED[position] for position in order), seconds=late)
    incident = desk.incident()
    assert (incident.type_code, incident.area_code, incident.rt) == ("CURI", "EJ", 5)
    assert "weapon" in incident.reasons


def test_two_long_texts_after_each_other_are_two(desk: Desk) -> None:
    """The count that comes again begins another text, also where its parts are overtaken."""
    texts(desk, "2/2 di eka jaya rt 5", "1/2 ada maling di rumah tetangga")
    texts(desk, "1/2 ada kebakaran rumah", "2/2 di payo selincah rt 9")
    assert [(each.type_code, each.area_code, each.rt) for each in desk.incidents()] == [
        ("CURI", "EJ", 5),
        ("API", "PS", 9),
    ]


def test_what_the_desk_has_said_of_the_type_holds_against_the_rest_of_a_text(desk: Desk) -> None:
    texts(desk, COUNTED[2])
    verified(desk, findings=Findings(type_code="BEGAL"))
    texts(desk, COUNTED[0], COUNTED[1])
    assert desk.incident().type_code == "BEGAL"


@pytest.mark.parametrize("which", range(3))
def test_what_came_of_a_text_is_there_though_the_rest_never_comes(desk: Desk, which: int) -> None:
    """As an incident where it can be read alone, and before a person where it can't."""
    (part,) = texts(desk, COUNTED[which])
    assert desk.incidents() or part.unread


def test_what_a_person_sees_of_a_part_is_marked(desk: Desk) -> None:
    texts(desk, COUNTED[0], COUNTED[2])
    assert all("part" in part.flags.split() for part in desk.texts(inbound=True))


def test_parts_of_two_people_are_not_mixed(desk: Desk) -> None:
    desk.text(RESIDENT, "1/2 tolong ada maling di rt 5")
    desk.text(NEIGHBOUR, "2/2 eka jaya dekat masjid")
    desk.text(RESIDENT, "2/2 payo selincah")
    assert desk.incident("1007").area_code == "PS"


@pytest.mark.parametrize(
    ("second", "incidents"),
    [
        ("kebakaran rumah di payo selincah rt 9", 2),
        ("BATAL 1007", 1),
        ("STATUS", 1),
    ],
)
def test_what_surely_is_something_else_is_no_rest_of_a_full_text(
    desk: Desk, second: str, incidents: int
) -> None:
    full = f"{THEFT} {'orangnya lari ke arah sungai ' * 6}"[:155].rstrip("x")
    assert is_full(full)
    texts(desk, full, second)
    assert len(desk.incidents()) == incidents
    assert not any("part" in text.flags.split() for text in desk.texts(inbound=True))


NOT_PARTS: Final = frozenset({"jam", "rt", "rw"})


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("1/2 tolong pak", (1, 2, "tolong pak")),
        ("(2/3) tolong pak", (2, 3, "tolong pak")),
        ("tolong pak 1/2", (1, 2, "tolong pak")),
        ("tolong pak (2/2)", (2, 2, "tolong pak")),
        ("1/2. tolong", (1, 2, "tolong")),
        ("1 / 2 tolong", (1, 2, "tolong")),
        ("3/2 tolong", None),
        ("1/2 jam lagi", None),
        ("sudah rt 1/2", None),
        ("tgl 12/11 ada maling", None),
        ("maling 10/12", None),
        ("0/2 tolong", None),
        ("maling", None),
    ],
)
def test_a_count_is_told_from_a_date_and_half_an_hour(words: str, part: tuple[int, int, str] | None) -> None:
    found = counted(words, NOT_PARTS)
    assert (found and (found.part, found.of, found.words)) == part


@pytest.mark.parametrize(
    ("words", "full"),
    [("a" * 149, False), ("a" * 150, True), ("a" * 160, True), ("a" * 161, False), ("漢" * 63, False),
     ("漢" * 67, True), ("漢" * 71, False)],
)  # fmt: skip
def test_a_part_that_another_follows_is_full(words: str, *, full: bool) -> None:
    assert is_full(words) is full


@pytest.mark.parametrize(
    ("words", "torn"), [("a" * 153, True), ("a" * 152, False), ("a" * 160, False), ("漢" * 67, True)]
)
def test_a_part_that_a_machine_cut_has_exactly_one_length(words: str, *, torn: bool) -> None:
    assert is_torn(words) is torn


def test_only_a_text_that_was_torn_at_its_very_end_is_glued_without_a_space() -> None:
    assert glued("a" * 153, "b") == "a" * 153 + "b"
    assert glued("a" * 151, "b") == f"{'a' * 151} b"
    assert glued("a" * 152 + " ", "b") == f"{'a' * 152}  b"

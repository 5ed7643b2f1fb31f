"""The agenda that the software drafts: what goes on it, in which order, and how much of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from hotline.domain.channels import Channel
from hotline.domain.lifecycle import Disposition, IncidentStatus, UnitStatus
from hotline.domain.playbook import Playbook, Priority
from hotline.evaluation.agenda import Facts, Point, draft
from hotline.evaluation.figures import Figures, figures
from hotline.evaluation.naming import name_of
from hotline.evaluation.period import read_period
from hotline.evaluation.rows import Advice, Case, Failure, Heard, Rows, Sent, Trouble, Word

AT: Final = datetime(2026, 6, 10, 13, 0, tzinfo=UTC)
NOW: Final = datetime(2026, 7, 2, tzinfo=UTC)
EMPTY: Final = Rows([], [], [], [], [], [], [], [], [])


def case(number: str, **given: Any) -> Case:
    """A theft in RT 5 of Eka Jaya that went well."""
    went_well: dict[str, Any] = {
        "type_code": "CURI", "priority": Priority.TINGGI, "area_code": "EJ", "rt": 5,
        "status": IncidentStatus.CLOSED, "disposition": Disposition.RESOLVED, "rejection": None,
        "received_at": AT, "verified_at": AT, "dispatched_at": AT, "responded_at": AT, "on_scene_at": AT,
        "closed_at": AT, "informed_at": AT, "reopenings": 0, "confidential": False,
        "summary": "",
    }  # fmt: skip
    return Case(number=number, **{**went_well, **given})


def task(number: str, unit: int, **given: Any) -> Sent:
    """An alert that nobody answered."""
    silent: dict[str, Any] = {
        "priority": Priority.TINGGI, "unit_name": f"Petugas {unit}", "agency": "LINMAS", "area_code": "EJ",
        "status": UnitStatus.ALERTED, "alerted_at": AT, "queued_at": AT, "delivered_at": AT,
        "answered_at": None, "accepted_at": None, "on_scene_at": None, "ended_at": None, "lost": False,
    }  # fmt: skip
    return Sent(number=number, unit_id=unit, **{**silent, **given})


def counted(playbook: Playbook, rows: Rows) -> Figures:
    period = read_period("2026-06", playbook.programme.zone)
    return figures(rows, period, playbook, NOW)


def drafted(playbook: Playbook, rows: Rows, **facts: Any) -> list[Point]:
    everywhere: dict[str, Any] = {"unread": (), "covered": frozenset(playbook.areas)}
    return draft(Facts(counted(playbook, rows), playbook, **{**everywhere, **facts}))


def test_a_month_in_which_all_went_well_has_an_empty_agenda(playbook: Playbook) -> None:
    assert drafted(playbook, EMPTY) == []
    assert drafted(playbook, replace(EMPTY, cases=[case("1007")])) == []


HOUR: Final = timedelta(hours=9)
SOURCES: Final[dict[str, tuple[Rows, dict[str, Any], Point]]] = {
    "a step that was late": (
        replace(EMPTY, cases=[case("1007", verified_at=AT + HOUR, dispatched_at=AT + HOUR,
                                   responded_at=AT + HOUR, on_scene_at=AT + HOUR)]),
        {},
        Point("delays", "TINGGI: Verifikasi melewati target 1 kali (P90 540 menit, target 5).",
              "t3/tinggi/verify/late", ("1007",)),
    ),
    "a unit that does not answer": (
        replace(EMPTY, sent=[task("1007", 4), task("1015", 4)]), {},
        Point("unanswered", "2 tugas tanpa jawaban dari Petugas 4.", "t5/unit/4/unanswered",
              ("1007", "1015")),
    ),
    "a number that texts do not reach": (
        replace(EMPTY, sent=[task("1007", 4, lost=True, status=UnitStatus.STOOD_DOWN)]), {},
        Point("dead_numbers", "1 SMS tidak sampai ke Petugas 4: periksa nomornya.", "t5/unit/4/undelivered",
              ("1007",)),
    ),
    "a kelurahan without a unit": (
        replace(EMPTY, cases=[case("1007")]), {"covered": frozenset({"TB"})},
        Point("uncovered", "Eka Jaya: 1 kasus, tidak ada petugas aktif.", "t2/all/EJ", ("1007",)),
    ),
    "a place where it happens again and again": (
        replace(EMPTY, cases=[case("1007"), case("1015"), case("1023")]), {},
        Point("repeated", "Eka Jaya RT 5: 3 kasus di tempat yang sama.", "t2/rt/EJ/5",
              ("1007", "1015", "1023")),
    ),
    "cases open for days": (
        replace(EMPTY, waiting=[case("1007", closed_at=None, disposition=None)]), {},
        Point("backlog", "1 kasus terbuka lebih dari 3 hari.", "t8/old", ("1007",)),
    ),
    "callers who say no": (
        replace(EMPTY, words=[Word("1007", solved=False, satisfaction=None, open=False)]), {},
        Point("not_solved", "1 pelapor menjawab belum teratasi.", "t9/no", ("1007",)),
    ),
    "a failure of the hotline": (
        replace(EMPTY, failures=[Failure("power", AT, AT + HOUR, "")]), {},
        Point("failures", "Listrik padam: 1 kali, 540 menit.", "t10/outage/power"),
    ),
    "texts that went wrong": (
        replace(EMPTY, troubles=[Trouble("1007", "failed")]), {},
        Point("texts", "SMS gagal: 1 kali.", "t10/text/failed", ("1007",)),
    ),
    "words that nobody could read": (
        EMPTY, {"unread": ("jerambah", "lorong")},
        Point("unread_words", "Kata yang belum dikenal: jerambah, lorong."),
    ),
    "pranks": (
        replace(EMPTY, cases=[case("1007"), case("1015", disposition=Disposition.PRANK, rejection="PRANK")]),
        {},
        Point("junk", "Bagian iseng 50% dari 2 kasus.", "t1/junk", ("1015",)),
    ),
    "advice that is overdue": (
        replace(EMPTY, advice=[Advice("1007", "patroli", "Danru", AT.date(), None, confidential=False)]), {},
        Point("overdue", "1 rekomendasi lewat tanggal.", "t11/overdue", ("1007",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SOURCES)
def test_what_went_wrong_stands_on_the_agenda_with_its_figure_and_cases(
    playbook: Playbook, what: str
) -> None:
    rows, facts, point = SOURCES[what]
    assert point in drafted(playbook, rows, **facts)


def test_the_longest_list_leaves_room_for_every_other_topic(playbook: Playbook) -> None:
    silent = [task(f"{number}", unit) for unit in range(1, 30) for number in range(unit)]
    points = drafted(playbook, replace(EMPTY, sent=silent, heard=[Heard("1", Channel.SMS)]), unread=("alay",))
    assert len(points) == playbook.evaluation.agenda_items
    assert [point.topic for point in points[:1] + points[-1:]] == ["unanswered", "unread_words"]
    assert points[0].words == "29 tugas tanpa jawaban dari Petugas 29."


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("t3/darurat/verify/late", "DARURAT · Verifikasi · Terlambat"),
        ("t2/rt/EJ/5", "Eka Jaya · RT 5"),
        ("t2/CURI/-", "Pencurian · Belum jelas"),
        ("t4/5/21", "Kasus menurut jam dan hari · Sab · 21.00"),
        ("t5/unit/4/unanswered", "Petugas 4 · Tanpa jawaban"),
        ("t8/waits/verify", "Verifikasi"),
        ("t10/outage/power", "Listrik padam"),
        ("t9/satisfaction/3", "Kepuasan (1-5) · 3"),
        ("t2/all/GONE", "t2/all/GONE"),
    ],
)
def test_a_figure_has_a_name_that_people_can_read(playbook: Playbook, key: str, name: str) -> None:
    assert name_of(key, playbook, "id", {4: "Petugas 4"}) == name


def test_every_figure_has_such_a_name(playbook: Playbook) -> None:
    rows = replace(EMPTY, cases=[case("1007")], sent=[task("1007", 4)], heard=[Heard("1007", Channel.SMS)])
    found = counted(playbook, rows).by_key
    assert len(found) > 150
    assert [key for key in found if name_of(key, playbook, "en", {4: "Unit 4"}) == key] == []

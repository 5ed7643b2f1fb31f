"""With nobody at the desk its officers decide by text, and what nobody takes climbs."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import verification
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.heartbeat import is_stale
from hotline.models import LoginSession
from hotline.verification import Findings
from tests.hotline.callout import climbs, empty_desk, enlist, kinds, off_duty, pass_time
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk


def officer_and_guards(desk: Desk) -> tuple[str, list[str]]:
    off_duty(desk)
    (officer,) = enlist(desk, 1, "PIKET", None)
    return officer, enlist(desk, 3) + enlist(desk, 2, "POLSEK", None)


def challenge_of(desk: Desk) -> str:
    return climbs(desk)[-1].challenge


def test_with_an_empty_desk_the_duty_officer_verifies_and_sends_by_text(desk: Desk) -> None:
    officer, guards = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya, korban luka")
    asked = desk.said_to(officer)[-1]
    assert asked.startswith("MEJA KOSONG 1007")
    assert challenge_of(desk) in asked
    assert TaskKind.UNCLAIMED in kinds(desk)
    desk.text(officer, f"V 1007 {challenge_of(desk)}")
    assert "tim sudah dipanggil" in desk.said_to(officer)[-1]
    assert desk.incident().verified_at is not None
    alerted = [guard for guard in guards if desk.said_to(guard)]
    assert len(alerted) >= 4
    assert TaskKind.UNCLAIMED not in kinds(desk)
    said = {line.kind: line.actor_name for line in desk.log()}
    assert said["verified"] == said["dispatched"] == f"PIKET {officer[-3:]}"


def test_a_wrong_challenge_changes_nothing_and_five_end_it(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    right = challenge_of(desk)
    wrong = f"{(int(right) + 1) % 10_000:04d}"
    for _ in range(5):
        desk.text(officer, f"V 1007 {wrong}")
    assert "tidak cocok" in desk.said_to(officer)[-1]
    desk.text(officer, f"V 1007 {right}")
    assert desk.incident().verified_at is None


def test_whoever_was_asked_twice_may_answer_the_first_text(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    first = challenge_of(desk)
    pass_time(desk, 300)
    assert len(desk.said_to(officer)) >= 2
    desk.text(officer, f"V 1007 {first}")
    assert "tim sudah dipanggil" in desk.said_to(officer)[-1]


def test_a_challenge_is_worth_nothing_from_another_telephone(desk: Desk) -> None:
    _, guards = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    desk.text(guards[0], f"V 1007 {challenge_of(desk)}")
    assert desk.incident().verified_at is None


def test_a_late_decision_hears_what_happened(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    with desk.work() as work:
        verification.verify(work, desk.incident().id, Findings(), OPERATOR)
    desk.text(officer, f"T 1007 {challenge_of(desk)}")
    assert "sudah diputuskan" in desk.said_to(officer)[-1]
    assert desk.incident().disposition is None


def test_what_is_not_true_is_rejected_by_text(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    desk.text(officer, f"T 1007 {challenge_of(desk)}")
    assert desk.incident().disposition == "UNFOUNDED"


def test_an_unclaimed_emergency_climbs_even_while_a_page_is_open(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    (second,) = enlist(desk, 1, "TRANTIB", None)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    pass_time(desk, 119)
    assert desk.said_to(officer) == []
    pass_time(desk, 1)
    assert desk.said_to(officer)
    pass_time(desk, 120)
    assert desk.said_to(second)


def test_a_claimed_emergency_stays_at_the_desk(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    with desk.work() as work:
        verification.claim(work, desk.incident().id, OPERATOR)
    pass_time(desk, 200)
    assert desk.said_to(officer) == []


def test_a_claim_that_ran_out_is_no_claim(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    with desk.work() as work:
        verification.claim(work, desk.incident().id, OPERATOR)
    pass_time(desk, 301)
    assert desk.said_to(officer)


@pytest.mark.parametrize(
    "words",
    [
        "suami saya sering memukuli saya di rt 5 eka jaya",
        "saya dipalak oknum polisi barusan di rt 5 eka jaya",
    ],
)
def test_to_a_case_that_operators_do_not_see_a_desk_of_operators_is_empty(desk: Desk, words: str) -> None:
    """A page is open, but its operator would never know: the coordinator's telephone hears, and his alone."""
    officer, _ = officer_and_guards(desk)
    (coordinator,) = enlist(desk, 1, "TRANTIB", None)
    desk.text(RESIDENT, words)
    assert (desk.incident().confidential, desk.incident().priority) == (True, Priority.TINGGI)
    assert desk.said_to(coordinator)[-1].startswith("MEJA KOSONG 1007 TINGGI")
    pass_time(desk, 1200)
    assert (len(desk.said_to(coordinator)), desk.said_to(officer)) == (1, [])


def test_a_coordinators_open_page_is_enough_for_what_operators_do_not_see(desk: Desk) -> None:
    off_duty(desk)
    (officer,) = enlist(desk, 1, "TRANTIB", None)
    with desk.work() as work:
        for login in work.session.scalars(select(LoginSession)):
            login.operator_id = COORDINATOR.id or 0
    desk.text(RESIDENT, "suami saya sering memukuli saya di rt 5 eka jaya")
    pass_time(desk, 1200)
    assert desk.said_to(officer) == []


@pytest.mark.parametrize(("ago", "stale"), [(0, False), (19, False), (20, True), (-1, True), (-3600, True)])
def test_an_open_page_writes_its_beat_anew_also_once_the_clock_was_put_back(
    desk: Desk, ago: int, stale: bool
) -> None:
    now = desk.clock.now()
    assert is_stale(now - timedelta(seconds=ago), now) is stale


def test_nothing_calm_wakes_the_officer(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "tetangga karaoke keras di rt 5 eka jaya")
    desk.clock.advance(hours=3)
    desk.settle()
    assert desk.said_to(officer) == []


def test_an_unclaimed_emergency_goes_round_its_officers_until_somebody_decides(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    pass_time(desk, 1200)
    asked = desk.said_to(officer)
    assert len(asked) >= 3
    desk.text(officer, f"V 1007 {challenge_of(desk)}")
    assert desk.incident().verified_at is not None


STORM = [f"perkelahian di rt {rt} {area}" for rt, area in enumerate(("talang bakung", "eka jaya") * 2, 1)]


def storm(desk: Desk, reports: int = 4) -> str:
    """Nobody at the desk, urgent reports from so many people every ten seconds; the officer's telephone."""
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    for serial, words in enumerate(STORM[:reports]):
        desk.text(f"+62812700001{serial:02d}", words)
        desk.clock.advance(seconds=10)
    return officer


def told(desk: Desk, officer: str) -> list[list[tuple[str, str]]]:
    """Number and challenge of each case, text by text."""
    return [re.findall(r"(\d{4,5}) (\d{4}) [A-Z]", words) for words in desk.said_to(officer)[1:]]


def test_in_a_storm_the_officer_hears_of_the_first_at_once_and_then_of_all_together(desk: Desk) -> None:
    officer = storm(desk)
    assert [words[:16] for words in desk.said_to(officer)] == [f"MEJA KOSONG {desk.incidents()[0].number}"]
    assert kinds(desk).count(TaskKind.UNCLAIMED) == len(STORM)
    pass_time(desk, 259)
    assert len(desk.said_to(officer)) == 1
    pass_time(desk, 1)
    assert desk.said_to(officer)[-1].startswith("MEJA KOSONG 3 laporan TINGGI: ")
    pass_time(desk, 299)
    assert len(desk.said_to(officer)) == 2
    pass_time(desk, 1)
    heard = desk.said_to(officer)
    for incident in desk.incidents():
        assert sum(f"{incident.number} " in words for words in heard) == 1
    assert (len(heard), [len(words) for words in heard if len(words) > 160]) == (3, [])


def test_whoever_has_decided_all_he_was_asked_hears_of_the_rest_and_decides_each_by_its_own_challenge(
    desk: Desk,
) -> None:
    officer = storm(desk)
    desk.text(officer, f"V 1007 {climbs(desk)[0].challenge}")
    assert desk.said_to(officer)[-1].startswith("MEJA KOSONG 3 laporan")
    (first, right), (second, other) = told(desk, officer)[-1]
    desk.text(officer, f"V {first} {other}")
    assert desk.incident(first).verified_at is None
    desk.text(officer, f"V {first} {right}")
    desk.text(officer, f"T {second} {other}")
    assert desk.incident(first).verified_at is not None
    assert desk.incident(second).disposition == "UNFOUNDED"
    assert desk.said_to(officer)[-1].startswith(f"MEJA KOSONG {desk.incidents()[-1].number} TINGGI")


def test_an_emergency_waits_for_no_bundle(desk: Desk) -> None:
    officer = storm(desk, 1)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    assert desk.said_to(officer)[-1].startswith(f"MEJA KOSONG {desk.incidents()[-1].number} DARURAT")


def test_what_was_taken_up_meanwhile_stands_in_no_bundle(desk: Desk) -> None:
    officer = storm(desk, 3)
    with desk.work() as work:
        for incident in desk.incidents()[:-1]:
            verification.verify(work, incident.id, Findings(), OPERATOR)
    pass_time(desk, 270)
    last = desk.incidents()[-1].number
    assert [words for words in desk.said_to(officer)[1:] if words[:11] == "MEJA KOSONG"] == [
        words for words in desk.said_to(officer)[1:] if words.startswith(f"MEJA KOSONG {last} TINGGI")
    ]


def test_a_clock_that_is_put_back_keeps_no_report_from_the_officer(desk: Desk) -> None:
    officer = storm(desk, 2)
    desk.clock.advance(hours=-1)
    pass_time(desk, 3600 + 600)
    assert len(desk.said_to(officer)) >= 2


def test_the_officer_may_ask_what_he_shall_decide_and_of_nothing_else(desk: Desk) -> None:
    officer = storm(desk, 2)
    desk.text(officer, "INFO 1007")
    assert "Talang Bakung RT 1" in desk.said_to(officer)[-1]
    desk.text(officer, f"INFO {desk.incidents()[1].number}")
    assert "bukan tugas Anda" in desk.said_to(officer)[-1]

"""The ladder as tables, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.callout import Ladder
from hotline.domain.delivery import TextState
from hotline.domain.escalation import (
    UNREACHED,
    CaseFacts,
    CaseStep,
    DeskLimits,
    Due,
    UnitFacts,
    UnitStep,
    next_case_step,
    next_unit_step,
)
from hotline.domain.lifecycle import ACTIVE, UnitStatus
from hotline.domain.playbook import Priority
from hotline.playbook_reader import read_playbook

LADDERS = read_playbook(Path("hotline/playbooks/paal_merah")).ladders
DARURAT = LADDERS[Priority.DARURAT]
T0 = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
ALERTED = UnitFacts(UnitStatus.ALERTED, T0)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def step(facts: UnitFacts, *, receipts: bool = True, ladder: Ladder = DARURAT) -> tuple[str, float] | None:
    due = next_unit_step(ladder, facts, arrive_minutes=15, receipts=receipts)
    return None if due is None else (due.step, (due.at - T0).total_seconds())


SENT: dict[str, Any] = {"text": TextState.ACCEPTED, "sent_at": at(2)}
SHOWN: dict[str, Any] = {**SENT, "text": TextState.DELIVERED, "text_settled_at": at(5)}

# What has happened to an alert of T0, and what is due after how many seconds (darurat).
UNANSWERED: list[tuple[str, dict[str, Any], tuple[str, float] | None]] = [
    ("not even handed over", {}, (UnitStep.CALL, 30)),
    ("no delivery report 60 s after it was handed over", SENT, (UnitStep.CALL, 62)),
    ("shown and silent", SHOWN, (UnitStep.CALL, 65)),
    ("refused", {"text": TextState.REFUSED, "text_settled_at": at(3)}, (UnitStep.CALL, 3)),
    ("telephone off", {**SHOWN, "text": TextState.ABSENT}, (UnitStep.CALL, 5)),
    ("a landline gets no text", {"text": TextState.WITHHELD}, (UnitStep.CALL, 0)),
    ("in doubt", {**SHOWN, "text": TextState.UNKNOWN}, (UnitStep.CALL, 5)),
    ("telephoned", {**SENT, "called_at": at(62)}, (UnitStep.NEXT_PERSON, 107)),
    ("telephoned late", {**SENT, "called_at": at(3662)}, (UnitStep.NEXT_PERSON, 3707)),
    ("passed on", {**SENT, "called_at": at(62), "passed_on_at": at(107)}, None),
]


@pytest.mark.parametrize(
    ("facts", "due"), [row[1:] for row in UNANSWERED], ids=[row[0] for row in UNANSWERED]
)
def test_an_unanswered_alert(facts: dict[str, Any], due: tuple[str, float] | None) -> None:
    assert step(replace(ALERTED, **facts)) == due


def test_a_line_without_delivery_reports_counts_what_it_took_as_shown() -> None:
    tinggi = LADDERS[Priority.TINGGI]
    assert step(replace(ALERTED, **SENT), ladder=tinggi) == (UnitStep.CALL, 62)
    assert step(replace(ALERTED, **SENT), ladder=tinggi, receipts=False) == (UnitStep.CALL, 182)


COMING = UnitFacts(UnitStatus.EN_ROUTE, T0, accepted_at=at(60))
ON_SCENE = UnitFacts(UnitStatus.ON_SCENE, T0, on_scene_at=at(600), heard_at=at(600))

UNDER_WAY: list[tuple[str, UnitFacts, tuple[str, float] | None]] = [
    ("no time of arrival given: the target", COMING, (UnitStep.ASK_ARRIVAL, 960)),
    ("its own time of arrival", replace(COMING, arrives_at=at(300)), (UnitStep.ASK_ARRIVAL, 300)),
    ("accepted only", replace(COMING, status=UnitStatus.ACCEPTED), (UnitStep.ASK_ARRIVAL, 960)),
    ("asked", replace(COMING, arrival_asked_at=at(960)), (UnitStep.TELL_DESK, 1080)),
    ("the desk knows", replace(COMING, arrival_asked_at=at(960), arrival_told_at=at(1080)), None),
    ("on scene and silent", ON_SCENE, (UnitStep.ASK_SAFE, 1500)),
    ("it said something", replace(ON_SCENE, heard_at=at(900)), (UnitStep.ASK_SAFE, 1800)),
    ("asked whether it is safe", replace(ON_SCENE, safety_asked_at=at(1500)), (UnitStep.ALARM, 1680)),
    ("alarmed", replace(ON_SCENE, safety_asked_at=at(1500), alarmed_at=at(1680)), None),
    (
        "it answered after the question",
        replace(ON_SCENE, safety_asked_at=at(1500), heard_at=at(1510)),
        (UnitStep.ASK_SAFE, 2410),
    ),
    (
        "silent again after an alarm",
        replace(ON_SCENE, safety_asked_at=at(1500), alarmed_at=at(1680), heard_at=at(1700)),
        (UnitStep.ASK_SAFE, 2600),
    ),
]


@pytest.mark.parametrize(("facts", "due"), [row[1:] for row in UNDER_WAY], ids=[row[0] for row in UNDER_WAY])
def test_a_unit_under_way(facts: UnitFacts, due: tuple[str, float] | None) -> None:
    assert step(facts) == due


@given(
    status=st.sampled_from(sorted(set(UnitStatus) - ACTIVE)),
    text=st.sampled_from(TextState),
    called=st.none() | st.just(at(60)),
    ladder=st.sampled_from(list(LADDERS.values())),
)
def test_whoever_has_ended_hears_nothing(
    status: UnitStatus, text: TextState, called: datetime | None, ladder: Ladder
) -> None:
    assert step(UnitFacts(status, T0, text=text, called_at=called), ladder=ladder) is None


@given(
    text=st.sampled_from(TextState),
    sent=st.none() | st.integers(0, 7200),
    settled=st.integers(0, 7200),
    now=st.integers(0, 7200),
)
def test_every_unanswered_alert_is_passed_on_in_two_steps_however_late(
    text: TextState, sent: int | None, settled: int, now: int
) -> None:
    """The storm that a lost hour could bring: each step counts from when the one before was really done."""
    facts = replace(
        ALERTED, text=text, sent_at=None if sent is None else at(sent), text_settled_at=at(settled)
    )
    taken: list[UnitStep] = []
    moment = at(now)
    while (due := next_unit_step(DARURAT, facts, arrive_minutes=15)) is not None:
        if taken:
            assert due.at - moment >= timedelta(seconds=DARURAT.call_seconds)
        moment = max(moment, due.at)
        taken.append(due.step)
        name = {UnitStep.CALL: "called_at", UnitStep.NEXT_PERSON: "passed_on_at"}[due.step]
        facts = replace(facts, **{name: moment})  # type: ignore[arg-type]
    assert taken == [UnitStep.CALL, UnitStep.NEXT_PERSON]


def test_only_what_a_telephone_may_not_have_shown_counts_as_unreached() -> None:
    assert TextState.DELIVERED not in UNREACHED
    assert TextState.ACCEPTED not in UNREACHED


DESK = DeskLimits(silent_seconds=180, officers=3, dispatch_minutes=3)
NEW = CaseFacts(T0, beat_at=at(0))
SENT_OUT = CaseFacts(
    T0, verified_at=at(60), dispatched_at=at(90), waved_at=at(90), open_places=3, reserve=True
)
ALL_TOLD = replace(SENT_OUT, reserve=False, exhausted_at=at(210), coordinator_at=at(270), head_at=at(450))

CASES: list[tuple[str, Priority, CaseFacts, tuple[str, float] | None]] = [
    ("new at a desk that is there", Priority.DARURAT, NEW, (CaseStep.TAKE_UP, 120)),
    ("claimed", Priority.DARURAT, replace(NEW, claimed_until=at(340)), (CaseStep.TAKE_UP, 340)),
    ("the claim ran out", Priority.DARURAT, replace(NEW, claimed_until=at(10)), (CaseStep.TAKE_UP, 120)),
    ("empty desk", Priority.DARURAT, replace(NEW, beat_at=at(-600)), (CaseStep.TAKE_UP, 0)),
    ("no desk ever", Priority.DARURAT, replace(NEW, beat_at=None), (CaseStep.TAKE_UP, 0)),
    ("tinggi, empty desk", Priority.TINGGI, replace(NEW, beat_at=at(-600)), (CaseStep.TAKE_UP, 0)),
    ("tinggi, desk falls silent", Priority.TINGGI, NEW, (CaseStep.TAKE_UP, 180)),
    ("sedang waits for the desk", Priority.SEDANG, replace(NEW, beat_at=None), None),
    ("rendah waits for the desk", Priority.RENDAH, replace(NEW, beat_at=None), None),
    (
        "the second officer",
        Priority.DARURAT,
        replace(NEW, taken_to=1, taken_at=at(120)),
        (CaseStep.TAKE_UP, 240),
    ),
    (
        "all officers asked: a second round, more slowly",
        Priority.DARURAT,
        replace(NEW, taken_to=3, taken_at=at(360), rings=True),
        (CaseStep.TAKE_UP, 600),
    ),
    (
        "all officers asked, and the desk silenced it",
        Priority.DARURAT,
        replace(NEW, taken_to=3, taken_at=at(360), silenced_at=at(400)),
        (CaseStep.TAKE_UP, 480),
    ),
    (
        "a night without anybody",
        Priority.DARURAT,
        replace(NEW, taken_to=60, taken_at=at(9000), rings=True),
        (CaseStep.TAKE_UP, 10920),
    ),
    (
        "tinggi, all officers asked",
        Priority.TINGGI,
        replace(NEW, beat_at=None, taken_to=3, taken_at=at(600)),
        None,
    ),
    (
        "verified, nobody sent",
        Priority.DARURAT,
        replace(NEW, verified_at=at(60)),
        (CaseStep.SEND_SOMEBODY, 240),
    ),
    (
        "the desk hears it",
        Priority.DARURAT,
        replace(NEW, verified_at=at(60), reminded_at=at(240), rings=True),
        None,
    ),
    (
        "the desk silenced it and sent nobody",
        Priority.DARURAT,
        replace(NEW, verified_at=at(60), reminded_at=at(240), silenced_at=at(300)),
        (CaseStep.SEND_SOMEBODY, 480),
    ),
    (
        "all were stood down and it is still open",
        Priority.DARURAT,
        replace(SENT_OUT, open_places=0, released_at=at(400)),
        (CaseStep.SEND_SOMEBODY, 580),
    ),
    ("places open: the next wave", Priority.DARURAT, SENT_OUT, (CaseStep.WIDEN, 210)),
    ("somebody dropped out", Priority.DARURAT, replace(SENT_OUT, missing=1), (CaseStep.WIDEN, 90)),
    (
        "of one kind nobody is left: the desk is told",
        Priority.DARURAT,
        replace(SENT_OUT, lacking=True),
        (CaseStep.EXHAUSTED, 90),
    ),
    (
        "of one kind nobody is left, and the desk knows: the search for the others goes on",
        Priority.DARURAT,
        replace(SENT_OUT, exhausted_at=at(91)),
        (CaseStep.WIDEN, 210),
    ),
    (
        "nobody at all is left: the coordinator",
        Priority.DARURAT,
        replace(SENT_OUT, reserve=False, exhausted_at=at(210)),
        (CaseStep.COORDINATOR, 210),
    ),
    (
        "waves go on, and nobody accepts",
        Priority.DARURAT,
        replace(SENT_OUT, waved_at=at(210)),
        (CaseStep.COORDINATOR, 270),
    ),
    (
        "then the lurah",
        Priority.DARURAT,
        replace(SENT_OUT, reserve=False, exhausted_at=at(210), coordinator_at=at(270)),
        (CaseStep.HEAD, 450),
    ),
    ("all told, and the desk hears it", Priority.DARURAT, replace(ALL_TOLD, rings=True), None),
    (
        "all told, and the desk silenced it",
        Priority.DARURAT,
        replace(ALL_TOLD, silenced_at=at(500)),
        (CaseStep.RING, 680),
    ),
    ("silenced, and somebody comes", Priority.DARURAT, replace(ALL_TOLD, committed=1), None),
    ("one comes, two are missing", Priority.DARURAT, replace(SENT_OUT, committed=1), (CaseStep.WIDEN, 210)),
    ("all places filled", Priority.DARURAT, replace(SENT_OUT, committed=3, open_places=0), None),
]


@pytest.mark.parametrize(
    ("priority", "facts", "due"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_a_case(priority: Priority, facts: CaseFacts, due: tuple[str, float] | None) -> None:
    found: Due[CaseStep] | None = next_case_step(LADDERS[priority], DESK, facts)
    assert (None if found is None else (found.step, (found.at - T0).total_seconds())) == due


@pytest.mark.parametrize(("priority", "facts"), [(row[1], row[2]) for row in CASES])
def test_a_settled_case_is_silent(priority: Priority, facts: CaseFacts) -> None:
    assert next_case_step(LADDERS[priority], DESK, replace(facts, settled=True)) is None

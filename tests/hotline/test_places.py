"""Places, waves and races: who accepts first fills, the rest are released, who drops out is replaced."""

import shutil
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.engine import make_url

from hotline import dispatch
from hotline.dispatch import Answer
from hotline.domain.delivery import TextState
from hotline.domain.escalation import CaseStep
from hotline.domain.lifecycle import (
    ACTIVE,
    COMMITTED,
    IllegalTransitionError,
    StatusCode,
    UnitStatus,
)
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError
from hotline.models import Assignment, Promise, Unit
from hotline.outbox import Kind
from hotline.places import FILLING, EnoughError, places
from hotline.roster import actor_of
from tests.hotline.callout import call_out, climbs, emergency, ended, enlist, off_duty, pass_time, receipt
from tests.hotline.journey import tasks
from tests.support.desk import OPERATOR, Desk


def status_of(desk: Desk, phone: str) -> UnitStatus:
    with desk.runtime.reading() as session:
        query = (
            select(Assignment.status).join(Unit).where(Unit.number == phone).order_by(Assignment.id.desc())
        )
        return session.scalars(query).first() or pytest.fail(f"{phone} was never alerted")


def alerted(desk: Desk, phones: Sequence[str]) -> list[str]:
    return [phone for phone in phones if desk.said_to(phone)]


@pytest.fixture
def field(desk: Desk) -> Desk:
    """A verified darurat, and only the units that a test enlists."""
    off_duty(desk)
    emergency(desk)
    return desk


def test_two_guards_and_a_policeman(field: Desk) -> None:
    guards, police = enlist(field, 4), enlist(field, 2, "POLSEK", None)
    call_out(field, "1007", [*guards, *police], guards=2, police=1)
    for phone in (guards[0], police[0], guards[3]):
        field.text(phone, "1007 1")
    assert [status_of(field, phone) for phone in guards] == [
        UnitStatus.ACCEPTED, UnitStatus.STOOD_DOWN, UnitStatus.STOOD_DOWN, UnitStatus.ACCEPTED,
    ]  # fmt: skip
    assert status_of(field, police[1]) is UnitStatus.STOOD_DOWN
    for phone in (guards[1], guards[2], police[1]):
        assert "cukup" in field.said_to(phone)[-1]


def test_the_rest_hear_at_once_that_they_need_not_come(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(first, "1007 1")
    (stand_down,) = [text for text in field.texts() if text.number == second and "cukup" in text.words]
    assert stand_down.sent_at == field.clock.now()


def test_a_late_acceptance_hears_that_it_is_enough(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(second, "1007 2")
    field.text(first, "1007 1")
    field.text(second, "1007 1")
    assert status_of(field, second) is UnitStatus.DECLINED
    assert "cukup" in field.said_to(second)[-1]


def test_whoever_stands_there_is_there_whatever_the_places_say(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(second, "1007 2")
    field.text(first, "1007 1")
    field.text(second, "1007 4")
    assert status_of(field, second) is UnitStatus.ON_SCENE


def test_who_drops_out_is_replaced_from_the_reserve(field: Desk) -> None:
    first, reserve = enlist(field, 2)
    call_out(field, "1007", [first])
    field.text(first, "1007 1")
    assert alerted(field, [reserve]) == []
    field.text(first, "1007 7 motor mogok")
    assert alerted(field, [reserve]) == [reserve]


def test_whoever_was_released_is_asked_again_before_nobody_is(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(first, "1007 1")
    field.text(first, "1007 7 ban bocor")
    assert field.said_to(second)[-1].startswith("TUGAS 1007 DARURAT")
    field.text(second, "1007 1")
    assert status_of(field, second) is UnitStatus.ACCEPTED


def test_whom_the_desk_stands_down_nobody_replaces(field: Desk) -> None:
    first, reserve = enlist(field, 2)
    call_out(field, "1007", [first])
    with field.work() as work:
        dispatch.stand_down(work, tasks(field)[0].id, OPERATOR)
    pass_time(field, 600)
    assert alerted(field, [reserve]) == []


def test_the_nearest_ring_first_then_the_next_after_the_playbooks_seconds(field: Desk) -> None:
    here, next_door, far = (
        enlist(field, 1),
        enlist(field, 5, "LINMAS", "TB"),
        enlist(field, 1, "LINMAS", "LS"),
    )
    call_out(field, "1007", here, guards=1)
    pass_time(field, 104)
    assert alerted(field, next_door) == []
    pass_time(field, 1)  # the call at 60 s was not answered for 45 s: the next person
    assert alerted(field, next_door) == next_door[:1]
    pass_time(field, 104)
    assert alerted(field, next_door) == next_door[:1]
    pass_time(field, 1)  # he too was called in vain
    assert alerted(field, next_door) == next_door[:2]
    assert alerted(field, far) == []


def test_an_open_place_brings_the_next_wave_though_somebody_may_still_answer(field: Desk) -> None:
    first, *others = enlist(field, 4)
    call_out(field, "1007", [first], guards=1)
    field.clock.advance(seconds=1)
    receipt(field, first)
    field.clock.advance(seconds=59)
    receipt(field, first)
    with field.work() as work:  # his telephone rings at this moment, and he has time
        work.session.get_one(Assignment, 1).called_at = field.clock.now() + timedelta(minutes=10)
    pass_time(field, 59)
    assert alerted(field, others) == []
    pass_time(field, 1)
    assert alerted(field, others) == others[:2]


def test_off_duty_people_are_left_alone_unless_the_ladder_says_so(desk: Desk) -> None:
    off_duty(desk)
    number = emergency(desk)
    (on,) = enlist(desk, 1)
    off = enlist(desk, 2, on=False)
    with desk.work() as work:
        incident = work.session.get_one(type(desk.incident(number)), desk.incident(number).id)
        incident.priority = Priority.TINGGI
    call_out(desk, number, [on], guards=1)
    pass_time(desk, 3600)
    assert alerted(desk, off) == []
    assert TaskKind.NOBODY_LEFT in [task.kind for task in desk.tasks()]


def test_an_emergency_calls_off_duty_people_once_nobody_on_duty_is_left(field: Desk) -> None:
    on = enlist(field, 2)
    off = enlist(field, 2, on=False)
    call_out(field, "1007", on[:1], guards=1)
    pass_time(field, 119)
    assert alerted(field, off) == []
    pass_time(field, 900)
    assert alerted(field, off) == off


def test_somebody_with_another_task_is_not_called_out_by_itself(field: Desk) -> None:
    busy, other = enlist(field, 2)
    call_out(field, "1007", [busy])
    field.text(busy, "1007 1")
    number = emergency(field, "begal di rt 9 talang bakung")
    call_out(field, number, [other])
    field.text(other, f"{number} 2")
    assert len(field.said_to(busy)) == 1


@pytest.mark.parametrize("count", [2, 8])
def test_of_those_who_accept_in_the_same_moment_one_wins(any_desk: Desk, count: int) -> None:
    off_duty(any_desk)
    emergency(any_desk)
    phones = enlist(any_desk, count)
    call_out(any_desk, "1007", phones, guards=1)
    both = threading.Barrier(count)

    def accept(assignment_id: int) -> str:
        both.wait(20)
        try:
            with any_desk.work() as work:
                assignment = dispatch.find_assignment(work, assignment_id)
                dispatch.answer(work, assignment, Answer(StatusCode.ACCEPT), actor_of(assignment.unit))
        except (EnoughError, IllegalTransitionError) as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(count) as pool:
        ends = Counter(pool.map(accept, [task.id for task in tasks(any_desk)]))
    assert ends["won"] == 1
    assert Counter(task.status for task in tasks(any_desk)) == {
        UnitStatus.ACCEPTED: 1, UnitStatus.STOOD_DOWN: count - 1,
    }  # fmt: skip


@pytest.mark.timeout(600)
def test_thirty_units_with_lost_receipts_and_dead_phones_fill_three_places(field: Desk) -> None:
    guards, police = enlist(field, 24), enlist(field, 6, "POLSEK", None)
    call_out(field, "1007", [*guards[:2], *police[:1]], guards=2, police=1)
    willing = [guards[-1], guards[-2], police[-1]]
    answered: set[str] = set()
    for _ in range(90):
        pass_time(field, 20)
        for phone in willing:
            if field.said_to(phone) and phone not in answered:
                answered.add(phone)
                field.text(phone, "1007 1")
        if len(answered) == 3:
            break
    assert [status_of(field, phone) for phone in willing] == [UnitStatus.ACCEPTED] * 3
    others = [phone for phone in (*guards, *police) if phone not in willing]
    said = [field.said_to(phone) for phone in others]
    pending = [task for task in tasks(field) if task.status is UnitStatus.ALERTED]
    assert pending == []
    pass_time(field, 600)
    assert [field.said_to(phone) for phone in others] == said
    assert [climb.step for climb in climbs(field)].count(CaseStep.COORDINATOR) <= 1


CODES = st.sampled_from(StatusCode)


class CallOutLife(RuleBasedStateMachine):
    """Five guards and two policemen answer as they like, the clock runs, the desk acts now and then."""

    template: Path
    count = 0

    @initialize()
    def open(self) -> None:
        CallOutLife.count += 1
        path = self.template.with_name(f"callout-{CallOutLife.count}.sqlite3")
        shutil.copy(self.template, path)
        self.desk = Desk(f"sqlite:///{path}", self.template.parent / "var")
        off_duty(self.desk)
        self.phones = enlist(self.desk, 5) + enlist(self.desk, 2, "POLSEK", None)
        self.number = emergency(self.desk)
        call_out(self.desk, self.number, [self.phones[0], self.phones[5]], guards=2, police=1)
        self.settled_at_texts: int | None = None

    def teardown(self) -> None:
        self.desk.close()

    @rule(who=st.integers(0, 6), code=CODES, twice=st.booleans())
    def answer(self, who: int, code: StatusCode, twice: bool) -> None:
        for _ in range(1 + twice):
            self.desk.text(self.phones[who], f"{self.number} {code.value}")
        self.forget_replies()

    @rule(
        who=st.integers(0, 6), words=st.sampled_from(["SIAPA 1007", "TUGAS", "terima kasih", "Y", "86 ndan"])
    )
    def chat(self, who: int, words: str) -> None:
        self.desk.text(self.phones[who], words)
        self.forget_replies()

    @rule(seconds=st.sampled_from([1, 44, 60, 121, 900, 3600]))
    def wait(self, seconds: int) -> None:
        self.desk.clock.advance(seconds=seconds)
        self.desk.settle()

    @rule(which=st.integers(0, 9))
    def stand_down(self, which: int) -> None:
        sent = tasks(self.desk)
        try:
            with self.desk.work() as work:
                dispatch.stand_down(work, sent[which % len(sent)].id, OPERATOR)
        except (ConflictError, IllegalTransitionError):
            return
        self.desk.settle()

    @rule()
    def close(self) -> None:
        if self.desk.incident(self.number).disposition is not None:
            return
        ended(self.desk, self.number)
        self.settled_at_texts = len(self.desk.gateway.sent)

    def forget_replies(self) -> None:
        """What a unit itself asks for is answered, also after the end."""
        if self.settled_at_texts is not None:
            self.settled_at_texts = len(self.desk.gateway.sent)

    @invariant()
    def never_two_winners_for_one_place(self) -> None:
        with self.desk.work() as work:
            for role, held in places(work, self.desk.incident(self.number)).items():
                came = [each for each in tasks(self.desk) if each.role == role and each.status in COMMITTED]
                finished = [each for each in tasks(self.desk) if each.role == role and each.status in FILLING]
                assert held.filled == len(finished)
                if held.wanted:
                    assert len(came) <= held.wanted

    @invariant()
    def settled_means_silent(self) -> None:
        if self.settled_at_texts is not None:
            assert len(self.desk.gateway.sent) == self.settled_at_texts
            assert not [each for each in tasks(self.desk) if each.status in ACTIVE]

    @invariant()
    def an_unanswered_emergency_is_on_somebodys_screen_or_phone(self) -> None:
        incident = self.desk.incident(self.number)
        sent = tasks(self.desk)
        if incident.disposition is not None or any(each.status in FILLING for each in sent):
            return
        with self.desk.runtime.reading() as session:
            query = select(Promise.id).where(
                Promise.settled_at.is_(None), Promise.kind.in_([Kind.WATCH_UNIT, Kind.WATCH_CASE])
            )
            watched = session.scalar(query.limit(1)) is not None
        ringing = {task.kind for task in self.desk.tasks()} & {
            TaskKind.NOBODY_LEFT, TaskKind.ESCALATED, TaskKind.CALL_UNIT, TaskKind.CALL_EMERGENCY,
        }  # fmt: skip
        on_a_phone = [each for each in sent if each.status is UnitStatus.ALERTED and not each.passed_on_at]
        assert watched or ringing or on_a_phone

    @invariant()
    def nobody_has_two_open_tasks_for_it(self) -> None:
        open_ones = Counter(each.unit_id for each in tasks(self.desk) if each.status in ACTIVE)
        assert all(count == 1 for count in open_ones.values())

    @invariant()
    def nothing_is_stuck_and_nothing_is_sent_twice(self) -> None:
        assert not self.desk.unkept()
        texts = [text for text in self.desk.texts(inbound=False) if text.state is not TextState.WITHHELD]
        assert Counter(self.desk.gateway.sent) == Counter((text.number, text.words) for text in texts)


@pytest.mark.timeout(600)
def test_a_call_out_keeps_its_promises_whatever_people_answer(sqlite_url: str) -> None:
    CallOutLife.template = Path(make_url(sqlite_url).database or "")
    run_state_machine_as_test(
        CallOutLife,
        settings=settings(
            max_examples=8, stateful_step_count=12, suppress_health_check=list(HealthCheck), derandomize=True
        ),
    )

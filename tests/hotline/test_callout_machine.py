"""An emergency's life in any order: answers, drops, late and repeated texts, lost receipts, an operator who
claims, ticks off and walks away, a clock that runs.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
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
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from hotline import dispatch, tasks, verification
from hotline.domain.delivery import TextState
from hotline.domain.escalation import CaseStep
from hotline.domain.lifecycle import ACTIVE, COMMITTED, IllegalTransitionError, StatusCode, UnitStatus
from hotline.domain.priority import Priority
from hotline.domain.tasks import OF_NOBODY, TaskKind
from hotline.incidents import ConflictError
from hotline.models import LoginSession, Promise
from hotline.outbox import Kind
from hotline.places import FILLING, places
from hotline.timers import hurry, look_now
from hotline.verification import Findings
from tests.hotline import journey
from tests.hotline.callout import ROBBED, call_out, climbs, empty_desk, ended, enlist, off_duty, receipt
from tests.support.desk import OPERATOR, RESIDENT, Desk
from tests.support.postgres import PostgresServer

LONGEST_QUIET = timedelta(minutes=5)
"""Nothing rings and no telephone was asked: the next look is at most this far away."""

WHO = st.integers(0, 6)


class AnEmergency(RuleBasedStateMachine):
    """Five guards, two policemen, duty officer, coordinator and lurah; a darurat that nobody has verified."""

    fresh: Callable[[], Desk]

    @initialize()
    def report(self) -> None:
        self.desk = type(self).fresh()
        off_duty(self.desk)
        self.phones = enlist(self.desk, 5) + enlist(self.desk, 2, "POLSEK", None)
        self.officers = enlist(self.desk, 1, "PIKET", None) + enlist(self.desk, 1, "TRANTIB", None)
        enlist(self.desk, 1, "LURAH", "EJ")
        self.desk.text(RESIDENT, ROBBED)
        self.number = self.desk.incident().number or ""
        self.said_at_the_end: int | None = None

    def teardown(self) -> None:
        self.desk.close()

    def open(self) -> bool:
        return self.desk.incident(self.number).disposition is None

    @rule()
    def claim(self) -> None:
        if self.open():
            with self.desk.work() as work:
                verification.claim(work, self.desk.incident(self.number).id, OPERATOR)

    @rule(first=st.integers(0, 4), police=st.booleans())
    def send(self, first: int, police: bool) -> None:
        if not self.open():
            return
        with self.desk.work() as work:
            findings = Findings(priority=Priority.DARURAT)
            verification.verify(work, self.desk.incident(self.number).id, findings, OPERATOR)
        try:
            call_out(self.desk, self.number, [self.phones[first], *self.phones[5 : 5 + police]], guards=2)
        except ConflictError:
            self.desk.settle()

    @rule(right=st.booleans(), word=st.sampled_from("VT"))
    def decide(self, right: bool, word: str) -> None:
        """A duty officer answers the last challenge, or guesses."""
        asked = [each for each in climbs(self.desk) if each.step is CaseStep.TAKE_UP and each.unit_id]
        challenge = asked[-1].challenge if asked and right else "0000"
        who = self.officers[0] if not asked or asked[-1].unit_id == asked[0].unit_id else self.officers[-1]
        self.text(who, f"{word} {self.number} {challenge}")

    @rule(who=WHO, code=st.sampled_from(StatusCode), times=st.integers(1, 2))
    def answer(self, who: int, code: StatusCode, times: int) -> None:
        for _ in range(times):
            self.text(self.phones[who], f"{self.number} {code.value}")

    @rule(
        who=WHO, words=st.sampled_from(["SIAPA 1007", "TUGAS", "makasih", "Y", "tolong dikeroyok", "LIBUR"])
    )
    def chat(self, who: int, words: str) -> None:
        self.text(self.phones[who], words)

    @rule(who=WHO, status=st.sampled_from(["DELIVERED", "ABSENT", "FAILED"]))
    def report_delivery(self, who: int, status: str) -> None:
        if self.desk.said_to(self.phones[who]):
            receipt(self.desk, self.phones[who], status)

    @rule(seconds=st.sampled_from([1, 44, 60, 121, 301, 3600]))
    def wait(self, seconds: int) -> None:
        self.desk.clock.advance(seconds=seconds)
        self.desk.settle()

    @rule(hours=st.integers(1, 3))
    def put_the_clock_back(self, hours: int) -> None:
        """As the worker does in its next round."""
        self.desk.clock.advance(hours=-hours)
        with self.desk.work() as work:
            look_now(work.session, work.now)
            hurry(work.session, Kind.SEND_TEXT, work.now)
        self.desk.settle()

    @rule(which=st.integers(0, 9))
    def stand_down(self, which: int) -> None:
        sent = journey.tasks(self.desk)
        try:
            with self.desk.work() as work:
                dispatch.stand_down(work, sent[which % len(sent)].id, OPERATOR)
        except (ConflictError, IllegalTransitionError, ZeroDivisionError):
            return
        self.desk.settle()

    @rule(which=st.integers(0, 9))
    def tick_off(self, which: int) -> None:
        """Somebody says that he has done what the desk was asked to do, whether or not he has."""
        if found := self.desk.tasks():
            with self.desk.work() as work:
                tasks.done(work, found[which % len(found)].id, OPERATOR)
            self.desk.settle()

    @rule(gone=st.booleans())
    def leave(self, gone: bool) -> None:
        if gone:
            empty_desk(self.desk)
            return
        with self.desk.work() as work:
            for login in work.session.scalars(select(LoginSession)):
                login.beat_at = self.desk.clock.now()

    @rule()
    def close(self) -> None:
        if self.open() and self.desk.incident(self.number).verified_at is not None:
            ended(self.desk, self.number)

    def text(self, phone: str, words: str) -> None:
        """Nobody types faster. What somebody himself asks for is answered, also after the end."""
        self.desk.clock.advance(seconds=20)
        self.desk.text(phone, words)
        if self.said_at_the_end is not None:
            self.said_at_the_end = len(self.desk.gateway.sent)

    @invariant()
    def never_two_winners_for_one_place(self) -> None:
        sent = journey.tasks(self.desk)
        with self.desk.work() as work:
            held = places(work, self.desk.incident(self.number))
        for role, place in held.items():
            mine = [each.status for each in sent if each.role == role]
            assert place.filled == sum(status in FILLING for status in mine)
            if place.wanted:
                assert sum(status in COMMITTED for status in mine) <= place.wanted

    @invariant()
    def settled_means_silent(self) -> None:
        if self.open():
            return
        if self.said_at_the_end is None:
            self.said_at_the_end = len(self.desk.gateway.sent)
        assert len(self.desk.gateway.sent) == self.said_at_the_end
        assert not [each for each in journey.tasks(self.desk) if each.status in ACTIVE]
        assert not [task for task in self.desk.tasks() if task.kind in OF_NOBODY]

    @invariant()
    def an_unanswered_darurat_is_always_on_somebodys_screen_or_phone(self) -> None:
        incident, sent = self.desk.incident(self.number), journey.tasks(self.desk)
        if incident.disposition is not None or any(each.status in FILLING for each in sent):
            return
        on_a_screen = {task.kind for task in self.desk.tasks()} & (OF_NOBODY | {TaskKind.CALL_UNIT})
        on_a_phone = [each for each in sent if each.status is UnitStatus.ALERTED and not each.passed_on_at]
        with self.desk.runtime.reading() as session:
            looks = Promise.settled_at.is_(None), Promise.kind == Kind.WATCH_CASE
            next_look = session.scalar(select(func.min(Promise.due_at)).where(*looks))
        soon = next_look is not None and next_look - self.desk.clock.now() <= LONGEST_QUIET
        assert on_a_screen or on_a_phone or soon

    @invariant()
    def nobody_has_two_open_tasks_for_it(self) -> None:
        open_ones = Counter(each.unit_id for each in journey.tasks(self.desk) if each.status in ACTIVE)
        assert all(times == 1 for times in open_ones.values())

    @invariant()
    def nothing_is_stuck_and_nothing_is_sent_twice(self) -> None:
        assert [promise.problem for promise in self.desk.unkept()] == []
        texts = [text for text in self.desk.texts(inbound=False) if text.state is not TextState.WITHHELD]
        assert Counter(self.desk.gateway.sent) == Counter((text.number, text.words) for text in texts)


def live(fresh: Callable[[], Desk], examples: int, steps: int) -> None:
    AnEmergency.fresh = staticmethod(fresh)
    run_state_machine_as_test(
        AnEmergency,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck),
            derandomize=True, deadline=None, database=None,
        ),
    )  # fmt: skip


@pytest.mark.timeout(300)
def test_an_emergency_keeps_its_promises_whatever_people_do(sqlite_url: str, tmp_path: Path) -> None:
    template, serial = Path(make_url(sqlite_url).database or ""), count()

    def fresh() -> Desk:
        path = shutil.copy(template, tmp_path / f"emergency-{next(serial)}.sqlite3")
        return Desk(f"sqlite:///{path}", tmp_path / "var")

    live(fresh, examples=6, steps=14)


@pytest.mark.timeout(300)
def test_it_keeps_them_on_postgresql_too(
    postgres: PostgresServer, postgresql_url: str, tmp_path: Path
) -> None:
    template = str(make_url(postgresql_url).database)

    def fresh() -> Desk:
        return Desk(postgres.url(postgres.create_database(template)), tmp_path / "var")

    live(fresh, examples=2, steps=10)

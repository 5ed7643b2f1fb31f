"""Calls whose callbacks are dropped, repeated, reordered: none without a case, a missed call or a reason."""

import random
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hotline import waiting
from hotline.database import open_engine
from hotline.domain.calls import CALL_TRANSITIONS, IN_QUEUE, CallEnd, CallState, Errand
from hotline.incidents import ConflictError
from hotline.models import CallEvent, Incident, Recording, Report, Task
from hotline.schema import upgrade
from ivr.hearing import At
from tests.support.desk import GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk
from tests.support.voice import DESK_PHONE, Exchange, Telephone

NUMBERS = (RESIDENT, NEIGHBOUR, GUARD, "anonymous", "+62741306000")
KEYS = ("0", "1", "2", "3", "4", "7#", "9", "#", "1007#", "5")


@cache
def _template() -> bytes:
    """An empty database with the tables."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()  # the last connection to close takes the log in
        return path.read_bytes()


class Calls(RuleBasedStateMachine):
    """A carrier that keeps its promises badly, in front of the real line over a real database."""

    @initialize(missed_call_mode=st.booleans())
    def open(self, missed_call_mode: bool) -> None:
        """A fresh desk."""
        self.folder = Path(mkdtemp())
        path = self.folder / "x.sqlite3"
        path.write_bytes(_template())
        url = f"sqlite:///{path}"
        self.exchange = Exchange(Desk(url, self.folder / "var"))
        self.exchange.with_voice(missed_call_mode=missed_call_mode)
        self.exchange.at_the_desk()
        self.phones: list[Telephone] = []
        self.held_back: list[tuple[Telephone, At, dict[str, str]]] = []
        self.recorded = 0

    def teardown(self) -> None:
        """Ends its threads."""
        if hasattr(self, "exchange"):
            self.exchange.close()
            self.exchange.desk.close()
        if hasattr(self, "folder"):
            rmtree(self.folder)

    @rule(number=st.sampled_from(NUMBERS))
    def dial(self, number: str) -> None:
        """Somebody calls."""
        self.phones.append(self.exchange.dial(number))

    @rule(which=st.randoms(use_true_random=False), keys=st.sampled_from(KEYS))
    def press(self, which: random.Random, keys: str) -> None:
        """Keys, where the line asks for some."""
        if phone := self._any(which, "GetDigits"):
            phone.press(keys)

    @rule(which=st.randoms(use_true_random=False))
    def fall_silent(self, which: random.Random) -> None:
        """No key."""
        if phone := self._any(which, "Redirect"):
            phone.silent()

    @rule(which=st.randoms(use_true_random=False))
    def speak(self, which: random.Random) -> None:
        """After the tone."""
        if phone := self._any(which, "Record"):
            self.recorded += 1
            phone.record(f"https://voice.example/rec/{self.recorded}.mp3")

    @rule(which=st.randoms(use_true_random=False), with_recording=st.booleans(), told=st.booleans())
    def hang_up(self, which: random.Random, with_recording: bool, told: bool) -> None:
        """The line drops; the carrier tells now, much later, or never."""
        if not self.phones:
            return
        phone = which.choice(self.phones)
        fields = {}
        if with_recording:
            self.recorded += 1
            fields = {"recordingUrl": f"https://voice.example/rec/{self.recorded}.mp3"}
        if told:
            phone.hang_up(which.randrange(90), **fields)
        else:
            self.phones.remove(phone)

    @rule(which=st.randoms(use_true_random=False))
    def repeat(self, which: random.Random) -> None:
        """Any callback of any call once more: the same answer, and nothing else."""
        if not self.phones:
            return
        phone = which.choice(self.phones)
        sent = which.randrange(len(phone.sent))
        before = self._everything()
        assert phone.again(sent) == phone.again(sent)
        assert self._everything() == before

    @rule(which=st.randoms(use_true_random=False), keys=st.sampled_from(KEYS))
    def overtake(self, which: random.Random, keys: str) -> None:
        """A key on its way while the call ends: it arrives last."""
        if phone := self._any(which, "GetDigits"):
            asked = list(phone.actions)
            phone.hang_up()
            phone.actions = asked
            phone.press(keys)

    @rule(which=st.randoms(use_true_random=False))
    def join(self, which: random.Random) -> None:
        """Somebody picks up where the line dialled or queued."""
        for phone in which.sample(self.phones, len(self.phones)):
            if {"Dial", "Enqueue"} & set(phone.tags):
                phone.joined(dequeuedToPhoneNumber=DESK_PHONE)
                return

    @rule()
    def take_next(self) -> None:
        """The operator presses the button and picks up."""
        with self.exchange.desk.work() as work:
            try:
                waiting.take_next(work, OPERATOR)
            except ConflictError:
                return
        self.phones.append(self.exchange.answered(DESK_PHONE))

    @rule(seconds=st.sampled_from([1, 5, 30, 400]))
    def time_goes_by(self, seconds: int) -> None:
        """And what is due is done."""
        self.exchange.desk.clock.advance(seconds=seconds)
        self.exchange.settle()

    def _any(self, which: random.Random, tag: str) -> Telephone | None:
        fit = [phone for phone in self.phones if tag in phone.tags]
        return which.choice(fit) if fit else None

    def _everything(self) -> list[Any]:
        kinds = (Incident, Report, Recording, Task, CallEvent)
        return [len(self.exchange.rows(kind)) for kind in kinds] + [
            (call.state, call.end, call.incident_id) for call in self.exchange.calls()
        ]

    @invariant()
    def no_call_is_without_a_case_a_missed_call_or_a_reason(self) -> None:
        """What holds after every step."""
        if not hasattr(self, "exchange"):
            return
        tasks = {task.call_id for task in self.exchange.rows(Task)}
        with_recording = {recording.call_id for recording in self.exchange.rows(Recording)}
        for call in self.exchange.calls():
            assert (call.state is CallState.OVER) == (call.end is not None) == (call.ended_at is not None)
            assert call.state in CALL_TRANSITIONS
            if call.end is CallEnd.REPORTED:
                assert call.incident_id is not None
            if call.end is CallEnd.MISSED:
                assert call.id in tasks
                assert call.incident_id is None
            if call.end is not None and call.waiting_since is not None and call.talked_at is None:
                assert call.id in tasks
            if call.id in with_recording and call.errand is Errand.CALLER:
                assert call.incident_id is not None or call.talked_at is not None
            if call.state in IN_QUEUE and call.errand is Errand.CALLER:
                assert call.waiting_since is not None
        assert len({call.incident_id for call in self.exchange.calls() if call.incident_id}) <= len(
            self.exchange.rows(Incident)
        )


TestCalls = Calls.TestCase
TestCalls.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)

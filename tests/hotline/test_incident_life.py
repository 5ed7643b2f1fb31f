"""Any order of reports, decisions and answers: what must hold always holds."""

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.engine import make_url

from hotline import closing, conversation, dispatch, merging, notify, verification
from hotline.closing import Closing
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import ACTIVE, Disposition, IllegalTransitionError, StatusCode, incident_status
from hotline.domain.playbook import Priority
from hotline.incidents import ConflictError, NoSuchIncidentError, assignments, family, find
from hotline.models import Incident
from hotline.verification import Findings
from tests.hotline.journey import sent
from tests.support.databases import put_in_place
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, POLICE, RESIDENT, Desk

REFUSED = (ConflictError, NoSuchIncidentError, IllegalTransitionError)
PEOPLE = st.sampled_from([RESIDENT, NEIGHBOUR])
UNITS = st.sampled_from([GUARD, POLICE])
WORDS = st.sampled_from(
    ["maling rt 5 eka jaya", "kebakaran di payo selincah rt 3", "ada ribut ribut di rt 5 eka jaya"]
)
PICKS = st.integers(0, 5)


class IncidentLife(RuleBasedStateMachine):
    """Two residents, two units and a desk do what comes to their minds."""

    template: Path
    begun: Desk
    """That which left the template."""

    @initialize()
    def open(self) -> None:
        path = self.template.with_name("life.sqlite3")
        put_in_place(self.template, path)
        self.desk = Desk(f"sqlite:///{path}", self.template.parent / "var", self.begun)
        self.seen: list[tuple[int, str, str]] = []
        self.endings: Counter[tuple[str, str]] = Counter()

    def teardown(self) -> None:
        self.desk.close()

    def pick(self, choice: int) -> Incident:
        incidents = self.desk.incidents()
        return incidents[choice % len(incidents)]

    @rule(number=PEOPLE, words=WORDS)
    def report(self, number: str, words: str) -> None:
        self.desk.text(number, words)

    @rule(number=PEOPLE, choice=PICKS, verb=st.sampled_from(["STATUS", "TAMBAH", "DIAM", "terima kasih"]))
    def write(self, number: str, choice: int, verb: str) -> None:
        self.desk.text(
            number, f"{verb} {self.pick(choice).number}" if verb.isupper() and verb != "DIAM" else verb
        )

    @rule(number=UNITS, choice=PICKS, code=st.sampled_from(StatusCode))
    def unit_answers(self, number: str, choice: int, code: StatusCode) -> None:
        self.desk.text(number, f"{self.pick(choice).number} {code.value}")

    @rule(choice=PICKS, priority=st.sampled_from(Priority))
    def verify(self, choice: int, priority: Priority) -> None:
        found = Findings(priority=priority)
        self.attempt(lambda work: verification.verify(work, self.pick(choice).id, found, COORDINATOR))

    @rule(choice=PICKS, units=st.sets(st.integers(1, 2), min_size=1))
    def send(self, choice: int, units: set[int]) -> None:
        self.attempt(
            lambda work: dispatch.dispatch(work, self.pick(choice).id, sorted(units), "", COORDINATOR)
        )

    @rule(choice=PICKS, code=st.sampled_from(StatusCode))
    def desk_answers(self, choice: int, code: StatusCode) -> None:
        said = dispatch.Answer(code, "lewat HT")
        self.attempt(lambda work: dispatch.set_status(work, choice + 1, said, COORDINATOR))

    @rule(choice=PICKS)
    def stand_down(self, choice: int) -> None:
        self.attempt(lambda work: dispatch.stand_down(work, choice + 1, COORDINATOR))

    @rule(choice=PICKS, into=PICKS)
    def merge(self, choice: int, into: int) -> None:
        target = self.pick(into).number or ""
        self.attempt(lambda work: merging.merge(work, self.pick(choice).id, target, COORDINATOR))

    @rule(choice=PICKS)
    def unmerge(self, choice: int) -> None:
        self.attempt(lambda work: merging.unmerge(work, self.pick(choice).id, COORDINATOR))

    @rule(choice=PICKS, quiet=st.booleans())
    def switch(self, choice: int, quiet: bool) -> None:
        self.attempt(
            lambda work: conversation.keep_quiet(work, self.pick(choice).id, COORDINATOR, quiet=quiet)
        )

    @rule(choice=PICKS)
    def close(self, choice: int) -> None:
        end = Closing(Disposition.RESOLVED)
        if self.attempt(lambda work: closing.close(work, self.pick(choice).id, end, COORDINATOR)):
            self.remember_ending(choice, "closed_resolved")

    @rule(choice=PICKS)
    def reject(self, choice: int) -> None:
        incident_id = self.pick(choice).id
        if self.attempt(lambda work: verification.reject(work, incident_id, "NOT_FOUND", "", COORDINATOR)):
            self.remember_ending(choice, "closed_unfounded")

    @rule(choice=PICKS)
    def reopen(self, choice: int) -> None:
        self.attempt(lambda work: closing.reopen(work, self.pick(choice).id, "lagi", COORDINATOR))

    def attempt(self, act: object) -> bool:
        """Whether it was done; a refusal is an answer too."""
        try:
            with self.desk.work() as work:
                act(work)  # type: ignore[operator]
        except REFUSED:
            return False
        self.desk.clock.advance(seconds=1)
        self.desk.settle()
        return True

    def remember_ending(self, choice: int, text_key: str) -> None:
        with self.desk.runtime.reading() as session:
            root = find(session, self.pick(choice).number or "")
            assert root is not None
            words = self.desk.runtime.playbook.say(text_key, number=root.number or "")
            for number in notify.callers(session, root.id):
                self.endings[number, words] += 1

    @invariant()
    def status_follows_from_the_facts(self) -> None:
        with self.desk.runtime.reading() as session:
            for incident in self.desk.incidents():
                if incident.merged_into_id is not None:
                    continue
                tasks = assignments(session, family(session, incident.id))
                verified = incident.verified_at is not None
                facts = incident_status(
                    verified=verified, units=[each.status for each in tasks], disposition=incident.disposition
                )
                assert incident.status is facts
                assert incident.rank == incident.priority.rank
                if incident.disposition is not None:
                    assert not [each for each in tasks if each.status in ACTIVE]

    @invariant()
    def the_log_only_grows(self) -> None:
        lines = [(line.id, line.kind, line.words) for line in self.desk.log()]
        assert lines[: len(self.seen)] == self.seen
        self.seen = lines

    @invariant()
    def every_caller_hears_each_ending_once(self) -> None:
        said = Counter((text.number, text.words) for text in self.desk.texts(inbound=False))
        assert all(said[ending] == times for ending, times in self.endings.items())

    @invariant()
    def nothing_goes_round_the_door(self) -> None:
        texts = self.desk.texts(inbound=False)
        allowed = Counter((text.number, text.words) for text in texts if text.state is not TextState.WITHHELD)
        assert Counter(self.desk.gateway.sent) == allowed
        logged = {line.text_id for line in self.desk.log()}
        assert all(text.id in logged for text in texts if text.incident_id is not None)

    @invariant()
    def nothing_is_stuck(self) -> None:
        assert not self.desk.unkept()


def begin(url: str, var: Path) -> Desk:
    """From here every rule has something to bite on: two incidents, of which one has a unit under way."""
    desk = Desk(url, var)
    desk.text(RESIDENT, "maling rt 5 eka jaya")
    desk.text(NEIGHBOUR, "ada ribut ribut di rt 5 eka jaya")
    sent(desk, [GUARD], "1007")
    desk.close()
    return desk


def test_an_incidents_life_keeps_its_promises(sqlite_url: str) -> None:
    IncidentLife.template = Path(make_url(sqlite_url).database or "")
    IncidentLife.begun = begin(sqlite_url, IncidentLife.template.parent / "var")
    run_state_machine_as_test(
        IncidentLife,
        settings=settings(
            max_examples=20, stateful_step_count=18, suppress_health_check=list(HealthCheck), derandomize=True
        ),
    )

"""The watch over a modem: what is wrong is shown and mailed, once; credit, canaries, stuck daemons."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.carriers import Alarm, troubles
from hotline.lines import line_of
from hotline.mail import Letter
from hotline.modem_settings import Modem
from sms.line_rules import line_rules_of
from sms.modem.runner import PATIENCE_S, Runner
from sms.modem.store import USSD, Arrival, Store
from sms.modem.talk import Talk
from sms.modem.watch import State, Watch
from tests.support.clock import FrozenClock
from tests.support.desk import Desk
from tests.support.mail_server import Mailbox
from workers.modems import _mail

TSEL, ISAT = Modem("tsel", "+6281174300001", "dummy:a"), Modem("isat", "+6285674300001", "dummy:b")


def deaf(_caller: str) -> None:
    """Nobody rings here."""


@dataclass
class Watched:
    """A watch over the first of two SIMs."""

    desk: Desk
    store: Store
    watch: Watch
    mails: list[tuple[str, str]]
    talk: Talk = field(default_factory=lambda: Talk(deaf, registered=True, signal=60))

    def seen(self) -> None:
        """The daemon has spoken with the modem at this moment."""
        moment = self.desk.clock.now().strftime("%Y-%m-%d %H:%M:%S")
        with sqlite3.connect(self.store.path) as database:
            database.execute("DELETE FROM phones")
            database.execute(
                "INSERT INTO phones (ID, IMEI, IMSI, Client, UpdatedInDB) VALUES ('', '', '', '', ?)",
                (moment,),
            )
        database.close()

    def look(self, *, running: bool = True, fresh: bool = False) -> list[Alarm]:
        return self.watch.look(State(self.talk, 0, running=running, fresh=fresh))

    def shown(self) -> list[Alarm]:
        """At the head of every page."""
        with self.desk.runtime.reading() as session:
            rules, now = self.desk.runtime.playbook.sending, self.desk.clock.now()
            found = troubles(session, rules, now, [TSEL.name])
        return [each.alarm for each in found]

    def asked(self) -> list[tuple[str, str]]:
        """(number, words) in the modem's outbox."""
        with sqlite3.connect(self.store.path) as database:
            rows = database.execute(
                "SELECT DestinationNumber, TextDecoded FROM outbox ORDER BY ID"
            ).fetchall()
        database.close()
        return rows


@pytest.fixture
def watched(desk: Desk, tmp_path: Path) -> Watched:
    mails: list[tuple[str, str]] = []
    store = Store(tmp_path / "smsd.sqlite3")
    store.create()
    peers = {each.name: each.number for each in (TSEL, ISAT)}
    rules = line_rules_of(desk.runtime.playbook)
    made = Watched(
        desk, store, Watch(desk.runtime, TSEL, store, rules, peers, lambda *mail: mails.append(mail)), mails
    )
    made.seen()
    return made


def arrival(sender: str, words: str, message_class: int = -1) -> Arrival:
    return Arrival(1, sender, words.encode("utf-16-be").hex(), "Unicode", "", message_class, "", "")


def weak(watched: Watched) -> None:
    watched.talk.signal = 10


def off_the_network(watched: Watched) -> None:
    watched.talk.registered = False


def full(watched: Watched) -> None:
    watched.talk.storage_used, watched.talk.storage_size = 18, 20


def poor(watched: Watched) -> None:
    watched.watch.aside(arrival("*888#", "Sisa pulsa Rp 2.500 s.d. 31/12/2026", USSD))


def broke(watched: Watched) -> None:
    watched.watch.aside(arrival("*888#", "Pulsa Rp.0", USSD))


def silent(watched: Watched) -> None:
    watched.desk.clock.advance(minutes=4)


@pytest.mark.parametrize(
    ("happens", "alarm"),
    [
        (weak, Alarm.WEAK_SIGNAL), (off_the_network, Alarm.NO_NETWORK), (full, Alarm.STORAGE),
        (poor, Alarm.LOW_CREDIT), (broke, Alarm.NO_CREDIT), (silent, Alarm.SILENT),
    ],
)  # fmt: skip
def test_what_is_wrong_is_shown_and_mailed_once(
    watched: Watched, happens: Callable[[Watched], None], alarm: Alarm
) -> None:
    assert watched.look() == []
    happens(watched)
    assert [watched.look(), watched.look()] == [[alarm], [alarm]]
    assert watched.shown() == [alarm]
    assert [subject for subject, _ in watched.mails] == [f"tsel: {alarm}"]
    assert TSEL.number in watched.mails[0][1]


def test_a_signal_that_was_not_measured_yet_is_not_a_weak_one(watched: Watched) -> None:
    watched.talk.signal = None
    assert watched.look() == []


def test_it_is_said_again_after_hours_and_said_when_it_is_over(watched: Watched) -> None:
    watched.talk.signal = 10
    watched.look()
    watched.desk.clock.advance(hours=7)
    watched.seen()
    watched.look()
    watched.talk.signal = 60
    watched.watch.aside(arrival(ISAT.number, watched.asked()[-1][1]))
    with watched.desk.work() as work:
        line_of(work, "tsel").canary_back_at = work.now
    watched.look()
    subjects = [subject for subject, _ in watched.mails]
    assert subjects[0] == "tsel: weak_signal"
    assert subjects[-1] == "tsel: in order again"
    assert watched.shown() == []


def test_a_daemon_that_has_just_started_is_no_alarm_and_one_that_cannot_run_is_one_at_once(
    watched: Watched,
) -> None:
    watched.desk.clock.advance(minutes=10)
    assert watched.look(fresh=True) == []
    assert watched.look(running=False, fresh=True) == [Alarm.SILENT]


def test_the_credit_is_asked_for_where_the_network_has_something_to_dial_and_not_too_often(
    watched: Watched,
) -> None:
    for _ in range(3):
        watched.look()
    assert [number for number, _ in watched.asked()].count("*888#") == 1
    watched.desk.clock.advance(hours=7)
    watched.look()
    assert [number for number, _ in watched.asked()].count("*888#") == 2


def test_a_canary_flies_to_the_other_sim_and_one_that_is_lost_is_an_alarm(watched: Watched) -> None:
    watched.look()
    (canary,) = [words for number, words in watched.asked() if number == ISAT.number]
    assert canary.startswith("KENARI ")
    watched.desk.clock.advance(minutes=16)
    watched.seen()
    assert watched.look() == [Alarm.CANARY_LOST]
    other = Watch(
        watched.desk.runtime,
        ISAT,
        watched.store,
        watched.watch.rules,
        watched.watch.peers,
        watched.watch.alarm,
    )
    assert other.aside(arrival(TSEL.number, canary)) is True
    assert watched.look() == []
    assert other.aside(arrival("+6281200000001", canary)) is False


def test_an_alarm_goes_by_mail_and_not_by_the_dead_line(mailbox: Mailbox) -> None:
    _mail(mailbox.url, Letter(["a@kecamatan.invalid"], "tsel: silent", "number: +62811"))
    assert [letter["Subject"] for letter in mailbox.letters] == ["tsel: silent"]


class Stuck:
    """A daemon that runs and says nothing."""

    talk = Talk(deaf)
    plugged_in = alive = True
    starts = 1

    def restart(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        pass


class Idle:
    """A pump with nothing to bring."""

    line = "tsel"
    store: Any = None

    def step(self, _aside: object) -> int:
        return 0


class Alarmed:
    """A watch that finds the modem silent."""

    def aside(self, _arrival: Arrival) -> bool:
        return False

    def look(self, _state: State) -> Sequence[Alarm]:
        return [Alarm.SILENT]


def test_a_stuck_daemon_is_started_again_and_gets_time_to_come_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FrozenClock()
    monkeypatch.setattr("time.monotonic", lambda: clock.now().timestamp())
    daemon = Stuck()
    runner = Runner(daemon, Idle(), Alarmed())  # type: ignore[arg-type]
    runner._tidied_at = clock.at.timestamp() + 10_000
    runner.step()
    assert daemon.starts == 2
    for _ in range(5):
        clock.at += timedelta(seconds=PATIENCE_S / 6)
        runner.step()
    assert daemon.starts == 2
    clock.at += timedelta(seconds=PATIENCE_S)
    runner.step()
    assert daemon.starts == 3


def test_a_modem_that_is_not_plugged_in_has_no_daemon_to_start_again() -> None:
    daemon = Stuck()
    daemon.plugged_in = False
    runner = Runner(daemon, Idle(), Alarmed())  # type: ignore[arg-type]
    runner._tidied_at = float("inf")
    runner.step()
    assert daemon.starts == 1

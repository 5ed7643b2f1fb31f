"""Watches one modem: writes down how it is, asks for the credit, lets canaries fly, raises the alarm.

Alarms go by the screen and by mail, never by a text: the line that is dead can't say so.
"""

import logging
import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from hotline.carriers import Alarm, carrier_of
from hotline.lines import line_of
from hotline.models import Line
from hotline.modem_settings import Modem
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from sms.line_rules import LineRules
from sms.modem.cutting import Piece, cut
from sms.modem.fitness import problems_of
from sms.modem.store import USSD, Arrival, Store
from sms.modem.talk import Talk

CANARY: Final = "KENARI"
_CANARY: Final = re.compile(rf"^{CANARY} ([0-9A-F]{{8}})$")
_MONEY: Final = re.compile(r"Rp\.?\s?(\d[\d.]*)", re.IGNORECASE)
Teller = Callable[[str, str], None]
"""Takes the subject and the words of a mail; must not raise."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How the daemon is: what was overheard of it, and how often it was started again."""

    talk: Talk
    restarts: int
    running: bool
    fresh: bool
    """Just started: that nothing was heard of the modem yet is no wonder."""


class Watch:
    """One modem's. `peers` are all modems of this hotline, name to number."""

    def __init__(  # noqa: PLR0917  each of its own type
        self,
        runtime: Runtime,
        modem: Modem,
        store: Store,
        rules: LineRules,
        peers: Mapping[str, str],
        alarm: Teller,
    ) -> None:
        self.runtime = runtime
        self.modem = modem
        self.store = store
        self.rules = rules
        self.peers = peers
        self.alarm = alarm

    def look(self, state: State) -> list[Alarm]:
        """Writes down how the modem is, and sees to what is due; what is wrong with it.

        Raises SQLAlchemyError while the desk's database is down, sqlite3.Error where the store can't be read.
        """
        phone, talk = self.store.phone(), state.talk
        with self.runtime.work() as work:
            line = self._line(work)
            if phone is not None:
                line.seen_at = phone.seen_at
                if talk.signal is not None or phone.signal >= 0:  # -1 until Gammu has asked
                    line.signal = phone.signal if talk.signal is None else talk.signal
            line.registered = talk.registered
            line.storage_used, line.storage_size = talk.storage_used, talk.storage_size
            line.restarts = state.restarts
            if line.seen_at is not None and phone is not None:
                self._ask_for_credit(line, work.now)
                self._let_a_canary_fly(line, work.now)
            found = problems_of(line, self.rules.watch, work.now) if state.running else [Alarm.SILENT]
            if state.running and state.fresh and Alarm.SILENT not in line.problem.split():
                found = [each for each in found if each is not Alarm.SILENT]
            words = self._note(work, line, found)
        if words:
            self.alarm(*words)
        return found

    def aside(self, arrival: Arrival) -> bool:
        """Takes what is no report: the network's answer about the credit, and canaries that came home.

        While the desk's database is down nothing of it is written down, and texts go on to the spool.
        """
        try:
            return self._aside(arrival)
        except SQLAlchemyError as error:
            _log.warning("modem %s: not noted: %s", self.modem.name, type(error).__name__)
            return False

    def _aside(self, arrival: Arrival) -> bool:
        words = bytes.fromhex(arrival.text).decode("utf-16-be", "replace") if _is_words(arrival) else ""
        if arrival.message_class == USSD:
            self._note_credit(words)
            return True
        canary = _CANARY.match(words.strip())
        if canary is None or arrival.sender not in self.peers.values():
            self._note_heard()
            return False
        self._note_canary(arrival.sender, canary[1])
        return True

    def _note_canary(self, number: str, word: str) -> None:
        with self.runtime.work() as work:
            sender = next(name for name, its in self.peers.items() if its == number)
            line = line_of(work, sender)
            if line.canary_word == word:
                line.canary_back_at = work.now
            self._line(work).heard_at = work.now

    def _line(self, work: UnitOfWork) -> Line:
        line = line_of(work, self.modem.name)
        network = self.rules.network_of(self.modem.number)
        line.number, line.network = self.modem.number, network.code if network else "?"
        return line

    def _note_heard(self) -> None:
        with self.runtime.work() as work:
            self._line(work).heard_at = work.now

    def _note_credit(self, words: str) -> None:
        amount = _MONEY.search(words)
        with self.runtime.work() as work:
            line = self._line(work)
            line.credit, line.credit_at = words[:200], work.now
            line.credit_left = int(amount[1].replace(".", "")) if amount else line.credit_left

    def _ask_for_credit(self, line: Line, now: datetime) -> None:
        network = self.rules.network_of(self.modem.number)
        if network is None or not network.credit_request:
            return
        if not _due(line.credit_at, self.rules.watch.credit_hours, now):
            return
        line.credit_at = now
        self._put(network.credit_request, [Piece("", "", "Default_No_Compression")], USSD)

    def _let_a_canary_fly(self, line: Line, now: datetime) -> None:
        """To the next modem of the hotline, or to itself where it is the only one."""
        hours = self.rules.watch.canary_hours
        if not hours or not _due(line.canary_sent_at, hours, now):
            return
        names = list(self.peers)
        other = names[(names.index(self.modem.name) + 1) % len(names)]
        line.canary_word, line.canary_sent_at = secrets.token_hex(4).upper(), now
        self._put(self.peers[other], cut(f"{CANARY} {line.canary_word}", 0), -1)

    def _put(self, number: str, pieces: list[Piece], message_class: int) -> None:
        try:
            creator = f"watch-{secrets.token_hex(6)}"
            self.store.put(creator, number, pieces, message_class=message_class)
        except sqlite3.Error as error:
            _log.warning("modem %s: the outbox takes nothing: %s", self.modem.name, error)

    def _note(self, work: UnitOfWork, line: Line, found: list[Alarm]) -> tuple[str, str] | None:
        """Writes down what is wrong; the mail to send where it is new, or was said too long ago."""
        known, words = line.problem, " ".join(found)
        line.problem, now = words, work.now
        if words != known:
            carrier_of(work, line.name).changes += 1  # what screens show of the lines is out of date
        if not found:
            line.problem_since = line.alarmed_at = None
            return (f"{line.name}: in order again", "") if known else None
        line.problem_since = line.problem_since or now
        fresh = set(found) - set(known.split())
        if not fresh and not _due(line.alarmed_at, self.rules.watch.alarm_again_hours, now):
            return None
        line.alarmed_at = now
        return f"{line.name}: {', '.join(found)}", _told(line)


def _is_words(arrival: Arrival) -> bool:
    return arrival.coding != "8bit" and len(arrival.text) % 4 == 0


def _due(last: datetime | None, hours: int, now: datetime) -> bool:
    return last is None or now - last >= timedelta(hours=hours)


def _told(line: Line) -> str:
    """All that is known of the line, for a mail."""
    facts = {
        "number": line.number, "since": line.problem_since, "last spoken with": line.seen_at,
        "signal %": line.signal, "network": line.registered,
        "SIM": f"{line.storage_used}/{line.storage_size}", "credit": line.credit,
        "last text in": line.heard_at, "last text out": line.sent_at,
        "daemon started again": line.restarts,
    }  # fmt: skip
    return "\n".join(f"{name}: {value}" for name, value in facts.items())

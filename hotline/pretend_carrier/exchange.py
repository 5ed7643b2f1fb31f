"""The exchange: telephones, texts and money, in memory behind one lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from threading import RLock
from time import time
from typing import Any, Final

from hotline.pretend_carrier.events import EventLog
from hotline.pretend_carrier.phones import Phone
from hotline.pretend_carrier.texts import Text, TextState, text_from_json

PRICE_PER_PART: Final = Decimal(350)
POLLED_MOST: Final = 5_000
ELSEWHERE_MOST: Final = 500
# Polled ids must grow across restarts without a state file, and still fit in 31 bits.
SERIAL_EPOCH: Final = 1_700_000_000


@dataclass(frozen=True, slots=True)
class Note:
    """One HTTP exchange with the hotline, for the traffic panel: the secret in the path is left out."""

    kind: str
    about: str
    outcome: str

    def as_json(self) -> dict[str, str]:
        """The shape of /phones/api/traffic."""
        return {"kind": self.kind, "about": self.about, "outcome": self.outcome}


class Exchange:
    """All state of the company. Every change is made under `lock` and becomes an event."""

    def __init__(self, phones: Iterable[Phone], balance: Decimal) -> None:
        self.lock: Final = RLock()
        self.events: Final = EventLog()
        self._phones: dict[str, Phone] = {phone.number: phone for phone in phones}
        self._inbox: deque[Text] = deque(maxlen=POLLED_MOST)
        self._elsewhere: deque[Text] = deque(maxlen=ELSEWHERE_MOST)
        self._notes: deque[Note] = deque(maxlen=300)
        self._serial = int(time()) - SERIAL_EPOCH
        self._balance = balance

    # -- telephones

    def phone(self, number: str) -> Phone | None:
        """The telephone with this number, if it is one of ours."""
        return self._phones.get(number)

    def phones(self) -> list[Phone]:
        """All telephones, in the order of the phone book."""
        with self.lock:
            return list(self._phones.values())

    def add_phone(self, phone: Phone) -> bool:
        """Put up one more telephone, with the texts that came for it before; False if the number is taken."""
        with self.lock:
            if phone.number in self._phones:
                return False
            phone.thread.extend(text for text in self._elsewhere if text.recipient == phone.number)
            self._phones[phone.number] = phone
            self.events.add("phone", phone.number)
            return True

    def is_off(self, number: str) -> bool:
        """True for a telephone of ours that is switched off."""
        phone = self.phone(number)
        return phone is not None and not phone.on

    def changed(self, kind: str, number: str) -> None:
        """Tell whoever watches that something at this number is different."""
        self.events.add(kind, number)

    # -- texts

    def keep_inbound(self, text: Text) -> None:
        """A text from outside to the hotline: numbered for polling, and shown where it was written."""
        with self.lock:
            self._serial += 1
            text.serial = self._serial
            self._inbox.append(text)
        self._show(text, text.sender)

    def show_unsent(self, text: Text) -> None:
        """A text that never left its telephone."""
        self._show(text, text.sender)

    def deliver(self, text: Text) -> None:
        """A text from the hotline: into the thread of its telephone, or to the list of other numbers."""
        self._show(text, text.recipient)

    def set_state(self, text: Text, state: TextState) -> None:
        """Move a text on and show it."""
        text.state = state
        self.events.add("text", text.sender if text.serial else text.recipient)

    def polled(self, after: int, most: int = 100) -> list[Text]:
        """Inbound texts with a serial above `after`, oldest first."""
        with self.lock:
            fresh = [text for text in self._inbox if text.serial > after]
        return fresh[:most]

    def waiting_texts(self, phone: Phone) -> list[Text]:
        """Texts that wait until this telephone is switched on."""
        with self.lock:
            return [text for text in phone.thread if text.state is TextState.WAITING]

    def elsewhere(self, most: int = 50) -> list[Text]:
        """The newest texts to numbers without a telephone here, oldest first."""
        with self.lock:
            return list(self._elsewhere)[-most:]

    def _show(self, text: Text, number: str) -> None:
        with self.lock:
            phone = self._phones.get(number)
            (phone.thread if phone else self._elsewhere).append(text)
        self.events.add("text", number)

    # -- money

    @property
    def balance(self) -> Decimal:
        """What the hotline's account still holds, in rupiah."""
        return self._balance

    def set_balance(self, balance: Decimal) -> None:
        """Put this much on the hotline's account."""
        with self.lock:
            self._balance = balance
        self.events.add("account")

    def charge(self, cost: Decimal) -> bool:
        """Take `cost` from the account; False and nothing taken if it holds less."""
        with self.lock:
            if self._balance < cost:
                return False
            self._balance -= cost
            return True

    # -- what was said to the hotline

    def note(self, note: Note) -> None:
        """Keep one line for the traffic panel."""
        with self.lock:
            self._notes.append(note)
        self.events.add("note")

    def notes(self) -> list[Note]:
        """The newest exchanges with the hotline, oldest first."""
        with self.lock:
            return list(self._notes)

    # -- the state file

    def snapshot(self) -> dict[str, Any]:
        """Everything worth keeping over a restart; calls are not."""
        with self.lock:
            return {
                "serial": self._serial,
                "balance": str(self._balance),
                "inbox": [text.as_json() for text in self._inbox],
                "phones": [phone.as_json() | {"call": None} for phone in self._phones.values()],
            }

    def restore(self, kept: dict[str, Any]) -> None:
        """Take over a snapshot: its telephones are added to those of the phone book."""
        with self.lock:
            self._serial = max(self._serial, kept["serial"])
            self._balance = Decimal(kept["balance"])
            self._inbox.extend(text_from_json(row) for row in kept["inbox"])
            for row in kept["phones"]:
                self._restore_phone(row)

    def _restore_phone(self, row: dict[str, Any]) -> None:
        phone = self._phones.setdefault(row["number"], Phone(row["number"], row["name"], row["role"]))
        phone.on, phone.credit, phone.opted_out = row["on"], row["credit"], row["opted_out"]
        phone.thread.extend(text_from_json(text) for text in row["messages"])

"""Brings what a modem's store holds to where the desk keeps everything, and only then marks it as kept.

Each text has a key of its own, so that bringing it twice, as after a crash between the two, does no harm.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from hotline.domain.delivery import DeliveryReport
from hotline.modem_settings import Modem
from hotline.outbox import Kind
from hotline.spool import Incoming
from sms.modem.codes import report_of_all
from sms.modem.gateway import CONTENT_TYPE
from sms.modem.store import USSD, Arrival, Store, Told

INBOUND: Final = "modem.inbound"
RECEIPT: Final = "modem.receipt"
CALL: Final = "modem.call"
PROMISES: Final = {INBOUND: Kind.READ_TEXT, RECEIPT: Kind.READ_RECEIPT, CALL: Kind.READ_MISSED_CALL}
UNHEARD_S: Final = 40
"""After this the sender of a text does not wait for its outcome any more, and hears of it as of a report."""


class Keeping(Protocol):
    """Makes what came in durable; `hotline.keeping.Keeper` fits."""

    def keep(self, entry: Incoming) -> None:
        """Returns when it is. Raises NotKeptError."""
        ...


Aside = Callable[[Arrival], bool]
"""Takes what is ours and no report: answers to credit requests, canaries. Whether it was that."""


class Pump:
    """One modem's. `calls` is the folder where the daemon leaves the numbers of who rang."""

    def __init__(
        self, modem: Modem, store: Store, calls: Path, keeper: Keeping, now: Callable[[], datetime]
    ) -> None:
        self.line = modem.name
        self.number = modem.number
        self.store = store
        self.calls = calls
        self.keeper = keeper
        self.now = now

    def step(self, aside: Aside = lambda _: False) -> int:
        """Brings over all that is there; how much. Raises sqlite3.Error while the store can't be read,
        NotKeptError while neither database nor spool take anything.
        """
        return self._texts(aside) + self._reports() + self._unheard() + self._calls()

    def _texts(self, aside: Aside) -> int:
        brought = 0
        for arrival in self.store.arrivals():
            if not aside(arrival) and arrival.message_class != USSD:
                body = self.body_of(arrival)
                self._keep(INBOUND, body["id"], body)
            self.store.mark_kept([arrival.id])
            brought += 1
        return brought

    def _reports(self) -> int:
        told = self.store.told()
        for report in told:
            if self._is_of_the_desk(report.creator):
                self._keep(RECEIPT, f"{self.line}:report:{report.id}", self._receipt(report))
            self.store.settle(report.id)
        return len(told)

    def _receipt(self, told: Told) -> dict[str, Any]:
        return {
            "id": told.creator, "number": told.number, "report": report_of_all(list(told.statuses)),
            "status": f"part {told.part} of {len(told.statuses)}: {told.status:#04x}",
        }  # fmt: skip

    def _unheard(self) -> int:
        """What came of texts for whose sender it took too long, or who was killed."""
        unheard = self.store.uncollected(UNHEARD_S)
        for creator, number, code in unheard:
            if not self._is_of_the_desk(creator):
                self.store.collect(creator)
                continue
            report = DeliveryReport.FAILED if code else DeliveryReport.ON_ITS_WAY
            told = {"id": creator, "number": number, "report": report}
            said = {"status": f"+CMS ERROR: {code}" if code else "went out"}
            self._keep(RECEIPT, f"{self.line}:out:{creator}", told | said)
            self.store.collect(creator)
        return len(unheard)

    def _is_of_the_desk(self, creator: str) -> bool:
        """Whether the desk asked for this text, and not the watch over the modem."""
        return creator.startswith(f"{self.line}-")

    def _calls(self) -> int:
        calls = sorted(self.calls.glob("*.call"))
        for path in calls:
            caller = path.read_text(encoding="utf-8", errors="replace").strip()
            told = {"id": path.stem, "caller": caller, "called": self.number}
            self._keep(CALL, f"{self.line}:{path.stem}", told)
            path.unlink()
        return len(calls)

    def body_of(self, arrival: Arrival) -> dict[str, Any]:
        """What is kept of a row of the inbox: everything that it says."""
        return {
            "id": f"{self.line}-{identity(arrival)}", "row": arrival.id, "called": self.number,
            "sender": arrival.sender, "text": arrival.text, "coding": arrival.coding, "udh": arrival.udh,
            "class": arrival.message_class, "sent_at": arrival.sent_at, "centre": arrival.centre,
        }  # fmt: skip

    def _keep(self, kind: str, key: str, body: dict[str, Any]) -> None:
        content = json.dumps({"line": self.line, **body}, ensure_ascii=False).encode()
        self.keeper.keep(Incoming(kind, key[:80], content, CONTENT_TYPE, self.now()))


def identity(arrival: Arrival) -> str:
    """The same for a text that the daemon wrote down twice, as it does when it is killed before the SIM has
    forgotten the text, or when its database was locked: nobody sends the same words twice in one second.
    """
    said = (arrival.sender, arrival.sent_at, arrival.udh, arrival.coding, arrival.text)
    return hashlib.sha256("|".join(said).encode()).hexdigest()[:32]

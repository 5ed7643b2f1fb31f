"""What any SMS carrier must do: send, and make sense of its own callbacks. The outcomes are a closed set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from hotline.domain.delivery import DeliveryReport

FLASH: Final = "flash"
"""Shown on a telephone's screen and kept nowhere: what networks and swindlers send."""
SERVICE: Final = "service"
"""For a programme of the telephone, and no words at all."""
NETWORK: Final = "network"
"""From the SIM's own operator."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which piece of a longer text this is; pieces of one text share sender, `reference` and `parts`."""

    reference: str
    parts: int
    place: int
    """From 1."""
    characters: str
    """Its words in UTF-16 as hexadecimal: a piece may begin or end within a sign."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text from a telephone, as the carrier tells it; nothing but the words is sure to be there."""

    sender: str
    words: str
    carrier_id: str | None
    sent_at: datetime | None
    called: str | None = None
    link: str | None = None
    part: Part | None = None
    """Set where the carrier hands over long texts piece by piece."""
    silent: str = ""
    """FLASH, SERVICE or NETWORK where nobody must answer it: it is no word from a person to the hotline."""
    flag: str = ""
    """What the desk should know of how it came."""


@dataclass(frozen=True, slots=True)
class CarrierReceipt:
    """A delivery report; `status` and `reason` are the carrier's own words, kept for the desk."""

    carrier_id: str
    report: DeliveryReport
    status: str
    reason: str = ""
    opted_out: bool = False
    number: str | None = None
    """Whom the text went to, as the carrier writes it: tells two texts apart that share an id."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """A number that told the carrier it wants no more texts."""

    number: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it and will try to deliver it."""

    carrier_id: str | None
    cost: str = ""
    parts: int | None = None


class Wait(StrEnum):
    """Whether a refusal may pass by itself."""

    FINAL = "final"
    MONEY = "money"
    CONFIGURATION = "configuration"
    LATER = "later"
    BUSY = "busy"
    """The carrier wants fewer texts a second."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier said no; nothing was sent."""

    reason: str
    wait: Wait = Wait.FINAL
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent, or not: only a person or a rule of the playbook may send it again."""

    reason: str
    carrier_id: str | None = None
    """Under which the carrier would speak of it, where that is known: a later receipt settles the doubt."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly was not sent; trying again is safe."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """One inbound text as the carrier's own list has it; `row` is all of it, to be kept."""

    id: str
    row: bytes


@dataclass(frozen=True, slots=True)
class Fetch:
    """A page of that list, oldest first; empty at its end."""

    texts: tuple[Fetched, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the account."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The carrier said nothing that can be used."""

    reason: str


Outcome = Accepted | Refused | Unknown | NotSent


class SmsGateway(Protocol):
    """One carrier, in both directions. Reading never raises: what does not fit is left empty."""

    name: str
    gives_receipts: bool
    most_numbers: int
    """Numbers that one request may name."""
    lists_messages: bool
    """Whether inbound texts can be fetched from it, with `fetch` and `read_fetched`."""
    tells_balance: bool

    def send(self, numbers: Sequence[str], words: str) -> dict[str, Outcome]:
        """Sends `words` to each of `numbers` (E.164) in as few requests as the carrier allows; one
        attempt each.
        """
        ...

    def read_inbound(self, body: bytes, content_type: str) -> Inbound:
        """A kept inbound callback."""
        ...

    def read_receipt(self, body: bytes, content_type: str) -> CarrierReceipt | None:
        """A kept delivery report; None where it names no text."""
        ...

    def read_opt_out(self, body: bytes, content_type: str) -> OptOut | None:
        """A kept opt-out; None where it names no number."""
        ...

    def fetch(self, after: str) -> Fetch | NoAnswer:
        """The page of the carrier's own list of inbound texts that follows the one with id `after`."""
        ...

    def read_fetched(self, row: bytes) -> Inbound:
        """A kept row of that list; the id in it need not be the one of the callback."""
        ...

    def balance(self) -> Balance | NoAnswer:
        """What is left on the account."""
        ...

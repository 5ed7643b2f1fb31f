"""What a line can be told to do, as plain values; a gateway turns them into its carrier's words.

Only what the carrier's contract has is here. A caller hears one `Prompt` an answer, joined from clips, since
carriers were seen to play only the first of several.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """Sounds heard one after the other, by the names of their clips: ("report_number", "digit_1", …)."""

    clips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a call goes on: the caller's progress as a URL path segment, and whether silence led there."""

    segment: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """Plays our own sounds."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Say:
    """Lets the carrier's voice speak: takes a sound's place when that can't be fetched."""

    words: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Plays, then waits for keys: `digits` of them at most, or until `finish`. One of the two must be given.

    Carriers do not report silence, so `silence` says where the call goes when no key was pressed.
    """

    said: Play | Say
    then: Step
    silence: Step
    timeout_s: int
    digits: int | None = None
    finish: str | None = None

    def __post_init__(self) -> None:
        if self.digits is None and self.finish is None:
            raise ValueError("a question needs a number of digits or a key that ends them")


@dataclass(frozen=True, slots=True)
class Record:
    """Plays, gives a tone and records until `finish`, `longest_s` seconds or hanging up."""

    said: Play | Say
    then: Step
    silence: Step
    longest_s: int
    finish: str


@dataclass(frozen=True, slots=True)
class Dial:
    """Connects the caller to the first of `numbers` (E.164) that answers; each is shown our own number."""

    numbers: tuple[str, ...]
    longest_s: int
    one_by_one: bool = False
    record: bool = False


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Lets the caller wait in the queue `name`, hearing `hold`."""

    name: str
    hold: Prompt


@dataclass(frozen=True, slots=True)
class Dequeue:
    """Connects this line to the first who waits on `number` in the queue `name`; hangs up if nobody does."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Lets the carrier ask again at another step."""

    to: Step


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuses a call that was not answered yet, at no cost to the caller."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Ends the call once everything before it was heard."""


Speech = Play | Say | Ask | Record | Dial | Enqueue | Dequeue | Redirect | Reject | HangUp


class Addresses(Protocol):
    """Where the carrier fetches our sounds and where it asks what to do next, as absolute URLs."""

    @property
    def number(self) -> str:
        """Ours, E.164: whoever is rung for a caller sees it, and never the caller's."""

    def sound(self, prompt: Prompt) -> str:
        """The address of one sound that joins the prompt's clips."""

    def step(self, step: Step) -> str:
        """The address that takes the call on from `step`."""

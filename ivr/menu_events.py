"""What can happen to a caller in the menu, and what the menu wants done about it."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from hotline.domain.lifecycle import IncidentStatus


@dataclass(frozen=True, slots=True)
class Called:
    """The call has just come in."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys were pressed, without the one that ends them; empty if that was the only one."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No key was pressed in time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recording is over; without a URL nothing was heard."""

    url: str | None


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over, perhaps with a recording that nobody has told of before."""

    url: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """Answers `FileReport`: the incident's number (None while none can be given), and if it is texted."""

    number: str | None
    texted: bool


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The answer to `LookUp`: the incident's public state, or None if this caller has no such report."""

    number: str
    status: IncidentStatus | None
    since: time | None = None
    """Since when, by the clock of the programme's zone."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers `Wait`: nobody is there yet."""

    position: int


@dataclass(frozen=True, slots=True)
class Ready:
    """Answers `Wait`: an operator has picked up and is joined to whoever is in this queue."""

    queue: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Answers `Wait`: this telephone is to be rung, and the talk recorded."""

    number: str
    longest_s: int


@dataclass(frozen=True, slots=True)
class Nobody:
    """Answers `Wait` and `FindOfficer`: no person will come."""


Event = Called | Digits | Silence | Recorded | HungUp | Filed | LookedUp | Waiting | Ready | Connect | Nobody


@dataclass(frozen=True, slots=True)
class FileReport:
    """File what the caller has told. May be wanted several times for one call, which still has one report."""

    group: int | None
    area: str | None
    rt: int | None


@dataclass(frozen=True, slots=True)
class KeepRecording:
    """Keep a recording with the call; the same one may come several times."""

    url: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find the report with this number, if it is one of this caller's."""

    number: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Let the caller wait for a person, from the first time that this is wanted."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller waits no longer."""


@dataclass(frozen=True, slots=True)
class FindOfficer:
    """File what was told and find the duty officer."""

    told: FileReport


class Ending(StrEnum):
    """What a call that is over was."""

    REPORT = "report"
    """Something was told or recorded: it is a report, however early the line dropped."""
    ENQUIRY = "enquiry"
    """The caller asked after a report."""
    MISSED = "missed"
    """Nothing was told. Holds only if the call has filed no report before."""


@dataclass(frozen=True, slots=True)
class End:
    """Write down how the call ended."""

    ending: Ending


Effect = FileReport | KeepRecording | LookUp | Wait | Leave | FindOfficer | End

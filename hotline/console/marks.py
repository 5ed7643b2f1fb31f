"""Template filters: how values look on the page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from hotline.console import labels, language
from hotline.domain.escalation import CaseStep
from hotline.domain.phone import SenderKind, masked, read_number, without_numbers
from hotline.incidents import stamp_of
from hotline.models import Incident, LogEntry
from hotline.web import runtime

_CONTROL: Final = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
_DIRECTION: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0x25A1)


def visible(words: str) -> str:
    """Somebody else's words with control and direction characters made visible: none can play tricks."""
    return words.translate({**_CONTROL, **_DIRECTION})


def place(incident: Incident) -> str:
    """Kelurahan, RT and the place as told; where none is known, empty."""
    area = runtime().playbook.areas[incident.area_code].name if incident.area_code else ""
    rt = f"RT {incident.rt}" if incident.rt is not None else ""
    district = " ".join(part for part in (area, rt) if part)
    return ", ".join(part for part in (district or incident.outside or "", incident.place) if part)


def kind(incident: Incident) -> str:
    """The type's name."""
    return runtime().playbook.types[incident.type_code].name


def utc_now() -> datetime:
    """The server's time, for the browser's clocks."""
    return runtime().clock.now()


def since(moment: datetime) -> str:
    """How long ago, in few characters."""
    return language.age(runtime().clock.now() - moment)


def tint(clock: Any) -> str:
    """How urgent a clock is now."""
    return str(clock.tint(runtime().clock.now()))


def area_name(code: str | None) -> str:
    """The kelurahan's name."""
    return runtime().playbook.areas[code].name if code else ""


def late(delay: timedelta) -> bool:
    """Whether a text was on its way for so long that whoever reads it must know."""
    return delay > timedelta(minutes=runtime().playbook.limits.late_minutes)


def agency(code: str) -> str:
    """The agency's short name."""
    return runtime().playbook.agencies[code].short


def role(code: str) -> str:
    """A place's kind in words, or who was to be told; units without a role stand under their agency."""
    playbook = runtime().playbook
    above: dict[str, str] = {
        CaseStep.COORDINATOR: playbook.desk.coordinator,
        CaseStep.HEAD: playbook.desk.head,
    }
    code = above.get(code, code)
    if code in playbook.roles:
        return playbook.roles[code].name
    return playbook.agencies[code].short if code in playbook.agencies else code


def weekday(day: int) -> str:
    """A weekday's short name; 0 is Monday."""
    return labels.say(labels.WEEKDAY, day)


def log_words(entry: LogEntry) -> str:
    """What stands in a line of the log; a length, a task's kind and a place's kind in the desk's words."""
    if entry.kind == "report":
        return masked_in(entry.words)
    if entry.kind == "call_ended" and (seconds := entry.words.removesuffix(" s")).isdecimal():
        return language.age(timedelta(seconds=int(seconds)))
    code, _, rest = entry.words.partition(": ")
    if entry.kind not in ("task", "task_done") or code not in labels.TASK:
        return entry.words
    return ": ".join(part for part in (labels.say(labels.TASK, code), role(rest)) if part)


def masked_in(words: str) -> str:
    """What was written in the group chat, where members name each other's telephones."""
    return without_numbers(words, runtime().playbook.programme.region)


def sender_masked(sender: str) -> str:
    """A member of the group chat: a number without its middle, a name as it is written there."""
    known = read_number(sender, runtime().playbook.programme.region)
    return masked(known.address) if known.kind in (SenderKind.MOBILE, SenderKind.LANDLINE) else sender


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "visible": visible, "place": place, "kind": kind, "since": since, "tint": tint, "masked": masked,
    "clock": language.clock, "moment": language.moment, "on_paper": language.on_paper,
    "day": language.day, "many": language.many, "date": language.date_of,
    "length_words": language.age, "sender_masked": sender_masked, "masked_in": masked_in,
    "area_name": area_name, "late": late, "agency": agency, "stamp": stamp_of,
    "role": role, "log_words": log_words, "weekday": weekday,
    "iso": lambda moment: moment.isoformat(timespec="seconds"),
}  # fmt: skip
"""By the names that templates use."""

"""The playbook's rules for lines (`lines.toml`): networks, prefixes, pace and limits, which line first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from hotline.domain.contact import Purpose
from hotline.domain.playbook import Document, Fault, Playbook
from hotline.playbook_values import UnfitTableError, value_of

T = TypeVar("T")
DOCUMENT: Final = "lines"


class Preference(StrEnum):
    """What makes one line better than another for a text."""

    HEARD = "heard"
    NETWORK = "network"
    FREE = "free"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Network:
    """An operator of SIMs. `prefixes` are national, with their 0; `senders` are its own, never answered."""

    code: str
    name: str
    prefixes: tuple[str, ...]
    senders: tuple[str, ...]
    credit_request: str = ""
    """What is dialled to hear the credit; empty where the operator has nothing to dial."""


@dataclass(frozen=True, slots=True)
class LineLimits:
    """How much one SIM may send, and how long somebody's own line, or a missing part, is waited for."""

    seconds_between_texts: int
    texts_per_day: int
    same_words_per_hour: int
    gap_minutes: int
    own_line_minutes: int
    failures_until_down: int
    down_minutes: int


@dataclass(frozen=True, slots=True)
class ModemWatch:
    """From when on a modem needs somebody."""

    silent_minutes: int
    least_signal_percent: int
    most_storage_percent: int
    least_credit: int
    credit_hours: int
    canary_hours: int
    """0 for none: each is paid for."""
    canary_minutes: int
    alarm_again_hours: int
    alarm_to: tuple[str, ...]
    """Who is mailed when a SIM needs somebody; a dead line can't say so."""


@dataclass(frozen=True, slots=True)
class LineAlarm:
    """When people are telephoned because no line takes texts: how long that must last, how soon whoever did
    not answer is rung again, and how often in all.
    """

    ring_after_minutes: int
    ring_again_minutes: int
    most_rings: int


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Which lines are asked first for texts of these purposes."""

    purposes: tuple[str, ...]
    prefer: tuple[str, ...]
    waits_for_own_line: bool


@dataclass(frozen=True, slots=True)
class LineRules:
    """All of it."""

    limits: LineLimits
    watch: ModemWatch
    alarm: LineAlarm
    choices: tuple[LineChoice, ...]
    networks: tuple[Network, ...]

    def network_of(self, number: str) -> Network | None:
        """The network of a number in E.164 of this country: that of its longest prefix."""
        national = f"0{number[3:]}" if number.startswith("+") else number
        fitting = (
            (len(prefix), network.code, network)
            for network in self.networks
            for prefix in network.prefixes
            if national.startswith(prefix)
        )
        return max(fitting, default=(0, "", None))[2]

    def choice_for(self, purpose: str) -> LineChoice:
        """The rule for texts of this purpose, else the last one."""
        return next((choice for choice in self.choices if purpose in choice.purposes), self.choices[-1])

    def is_networks_own(self, sender: str) -> bool:
        """Whether an operator writes on its own behalf."""
        name = sender.strip().upper()
        return any(name in network.senders for network in self.networks)


def line_rules_of(playbook: Playbook) -> LineRules:
    """The rules of a playbook that `check_lines` found no fault with."""
    document = playbook.documents[DOCUMENT]
    rows = {key: [value_of(kind, table) for table in _tables(document, key)] for key, kind in _KINDS.items()}
    (limits,), (watch,), (alarm,) = rows["line_limits"], rows["modem_watch"], rows["line_alarm"]
    return LineRules(limits, watch, alarm, tuple(rows["line_choice"]), tuple(rows["networks"]))


def check_lines(playbook: Playbook) -> list[Fault]:
    """Every fault of `lines.toml`."""
    document = playbook.documents.get(DOCUMENT)
    if document is None:
        return [Fault(f"{playbook.folder}/{DOCUMENT}.toml", 1, "the file is missing")]
    faults = [fault for key in _KINDS for fault in _unfit(document, key)]
    return faults or [*_choices(document), *_prefixes(document)]


_KINDS: Final[Mapping[str, type[Any]]] = {
    "line_limits": LineLimits, "modem_watch": ModemWatch, "line_alarm": LineAlarm,
    "line_choice": LineChoice, "networks": Network,
}  # fmt: skip


def _tables(document: Document, key: str) -> list[Any]:
    tables = document.data.get(key, [])
    return tables if isinstance(tables, list) else [tables]


def _unfit(document: Document, key: str) -> Iterator[Fault]:
    tables = _tables(document, key)
    if not tables:
        yield Fault(document.path, 1, f"has no [{key}]")
    for position, table in enumerate(tables):
        try:
            value_of(_KINDS[key], table)
        except UnfitTableError as error:
            for name, problem in error.problems:
                place = (key, position, name) if isinstance(document.data[key], list) else (key, name)
                yield Fault(document.path, document.line(*place), f"{name or key} {problem}")


def _choices(document: Document) -> Iterator[Fault]:
    known = {"purposes": {each.value for each in Purpose}, "prefer": {each.value for each in Preference}}
    for position, table in enumerate(_tables(document, "line_choice")):
        for field, words in known.items():
            for word in table[field]:
                if word not in words:
                    line = document.line("line_choice", position, field)
                    problem = f"{field} knows {', '.join(sorted(words))}, not {word!r}"
                    yield Fault(document.path, line, problem)


def _prefixes(document: Document) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for position, table in enumerate(_tables(document, "networks")):
        for prefix in table["prefixes"]:
            line = document.line("networks", position, "prefixes")
            if not (prefix.isdigit() and prefix.startswith("0")):
                yield Fault(document.path, line, f"prefix {prefix!r} must be digits that begin with 0")
            if prefix in seen:
                yield Fault(document.path, line, f"prefix {prefix} is {seen[prefix]}'s already")
            seen.setdefault(prefix, table["code"])

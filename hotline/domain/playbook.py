"""Everything a programme decides, as values: types, places, people, targets, words.

The files under `hotline/playbooks/<name>/` hold these in TOML; `hotline.playbook_reader` reads and checks
them together. A sub-district adopts the hotline by copying that folder and changing its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from hotline.domain.callout import Cover, DeskRules, Ladder, Partner, Role, RosterRules, Route, ShiftTemplate
from hotline.domain.evaluation_rules import EvaluationRules, FieldQuestion, ReportWords, Retention
from hotline.domain.limits import Limits, ScreenRules, Sending, Voice
from hotline.domain.priority import Priority as Priority  # noqa: PLC0414  most know it from here

UNCLEAR = "LAIN"
"""The type of an incident that nobody has named yet; every playbook must have it."""


@dataclass(frozen=True, slots=True)
class Programme:
    """Who runs the hotline, where, and in which zone its clocks are read."""

    name: str
    district: str
    city: str
    office: str
    telephone_area_code: str
    region: str
    """ISO 3166 code whose numbering plan national numbers are read in, e.g. ID."""
    zone: ZoneInfo
    language: str
    emergency_number: str
    countries: tuple[str, ...]
    """Regions whose mobile numbers may be texted or called at all (guards against paid-number fraud)."""


@dataclass(frozen=True, slots=True)
class IncidentType:
    """One kind of incident: who leads, what to bring, what to mind, the words people use."""

    code: str
    name: str
    resident_name: str
    priority: Priority
    group: int
    """The menu's group: 1 danger, 2 crime or violence, 3 disorder; 0 for none."""
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    direct_numbers: tuple[str, ...]
    """Telephone numbers to call before volunteers are sent, most important first."""
    equipment: tuple[str, ...]
    safety: tuple[str, ...]
    dispatch_hint: str
    """The safety line that goes out with the dispatch text; short, may be empty."""
    questions: tuple[str, ...]
    raise_when: tuple[str, ...]
    lower_when: tuple[str, ...]
    confidential: bool
    """Handled by the coordinator alone; not withdrawn by a text."""
    withdrawable: bool
    """Whether a caller's BATAL may close it; false where people withdraw out of fear."""
    words: tuple[str, ...]
    second_look: bool = False
    """Whether two people must look at its end, one of them a coordinator."""
    asks_satisfaction: bool = False
    """Whether callers who say that it is solved are asked for a mark from 1 to 5."""
    open_data: bool = False
    """Whether it stands, without words and to the kelurahan only, in the open data."""


@dataclass(frozen=True, slots=True)
class ConfidentialSign:
    """A sign in a text that makes a case the coordinator's, whatever its type."""

    code: str
    name: str
    """What the desk calls such a case."""


@dataclass(frozen=True, slots=True)
class Area:
    """A kelurahan: its key in the menu, its spellings and its neighbours."""

    code: str
    name: str
    official_code: str
    key: str
    highest_rt: int
    latitude: float
    longitude: float
    aliases: tuple[str, ...]
    neighbours: tuple[str, ...]
    needs_mark: bool = False
    """True where the bare name also means something else, so that 'kel' or an RT must stand beside it."""
    street_too: bool = False
    """True where streets carry the same name, so that 'jl' before it means the street."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that people name instead of an address; area and RT only where a source ties it to one."""

    name: str
    matches: tuple[str, ...]
    area: str | None = None
    rt: int | None = None
    area_by_rt: Mapping[int, str] = field(default_factory=dict)
    taught: bool = False
    """The desk has said of a case that what is called so lies there: its RT is read too."""


@dataclass(frozen=True, slots=True)
class OutsidePlace:
    """A name that lies outside the district and must not be taken for a place inside."""

    name: str
    district: str
    in_city: bool
    border: bool


@dataclass(frozen=True, slots=True)
class Agency:
    """Who a unit belongs to, and whether it works in one kelurahan or in the whole city."""

    code: str
    name: str
    short: str
    citywide: bool
    telephone: str


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes within which each step of one priority should be done."""

    code: Priority
    name: str
    meaning: str
    verify: int
    dispatch: int
    accept: int
    arrive: int
    close: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A word from a closed list with its code: a disposition, a reason for rejecting."""

    code: str
    name: str
    text: str = ""
    """Key of the text that callers get; empty where they get none."""
    disposition: str = ""
    """The outcome that a rejection of this kind means."""
    asks: bool = False
    """Whether its text asks the callers if it is solved."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence that goes out, with the longest value each of its {fields} can take."""

    key: str
    words: Mapping[str, str]
    """Language to words."""
    longest: Mapping[str, str]

    def fill(self, language: str, **values: str) -> str:
        """The text in `language` (or the first there is) with its fields filled."""
        words = self.words.get(language) or next(iter(self.words.values()))
        return words.format(**values)


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file as read, with the line of each table, for whoever owns its meaning (menu, lexicon)."""

    path: str
    data: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int]

    def line(self, *place: str | int) -> int:
        """The line where `place` (keys and positions) stands, or that of the nearest table above it."""
        for size in range(len(place), 0, -1):
            if place[:size] in self.lines:
                return self.lines[place[:size]]
        return 1


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a playbook, and where to mend it."""

    path: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Playbook:
    """The programme's words, checked. Lookups raise KeyError for a code that is not in it."""

    name: str
    folder: str
    programme: Programme
    limits: Limits
    voice: Voice
    sending: Sending
    screen: ScreenRules
    types: Mapping[str, IncidentType]
    confidential_signs: Mapping[str, ConfidentialSign]
    areas: Mapping[str, Area]
    landmarks: tuple[Landmark, ...]
    outside: tuple[OutsidePlace, ...]
    agencies: Mapping[str, Agency]
    targets: Mapping[Priority, Target]
    dispositions: Mapping[str, Choice]
    rejections: Mapping[str, Choice]
    texts: Mapping[str, Text]
    group_priority: Mapping[int, Priority]
    ladders: Mapping[Priority, Ladder]
    desk: DeskRules
    roles: Mapping[str, Role]
    routes: tuple[Route, ...]
    shifts: Mapping[str, ShiftTemplate]
    covers: tuple[Cover, ...]
    roster: RosterRules
    partners: Mapping[str, Partner]
    evaluation: EvaluationRules
    report: ReportWords
    field_questions: Mapping[str, FieldQuestion]
    retention: Mapping[str, Retention]
    documents: Mapping[str, Document]

    def __repr__(self) -> str:
        """Short: a failing test prints its playbook, and all the words would hide what failed."""
        return f"<Playbook {self.name}>"

    def say(self, key: str, **values: str) -> str:
        """The text `key` in the programme's language. Raises KeyError for an unknown key."""
        return self.texts[key].fill(self.programme.language, **values)

    def role_of(self, agency: str) -> str:
        """The role whose places people of this agency fill; the agency itself where no role names it."""
        return next((role.code for role in self.roles.values() if agency in role.agencies), agency)

    def area_by_key(self, key: str) -> Area | None:
        """The kelurahan behind a menu key, or None."""
        return next((area for area in self.areas.values() if area.key == key), None)

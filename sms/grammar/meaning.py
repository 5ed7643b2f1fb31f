"""What a text means, as values that remember which of its letters they were read from.

They are tuples: a text makes hundreds of them, and a tuple is made and sorted several times faster than a
frozen dataclass.
"""

from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import Priority

T = TypeVar("T")


class Sender(StrEnum):
    """Who wrote, known from the number: a resident or a unit on our list."""

    RESIDENT = "resident"
    UNIT = "unit"


class Intent(StrEnum):
    """What the sender wants; one for each text."""

    REPORT = "report"
    MORE_INFO = "more_info"
    STATUS_QUERY = "status_query"
    CANCEL = "cancel"
    THANKS = "thanks"
    HELP = "help"
    STOP = "stop"
    RESPONDER_STATUS = "responder_status"
    SPAM_OR_NOISE = "spam_or_noise"
    OTHER = "other"
    START = "start"
    """MULAI: announcements are welcome again."""
    QUIET = "quiet"
    """DIAM: neither call nor text this number."""
    ERASE = "erase"
    """HAPUS: forget what you know of me."""
    DUTY_ON = "duty_on"
    DUTY_OFF = "duty_off"
    DECIDE = "decide"
    """A duty officer's decision with the challenge of the alert that asked for it (`V 1041 4821`)."""
    ANSWER = "answer"
    """A bare digit, yes or no, or a place alone: the answer to something that we asked."""


class Question(StrEnum):
    """What we last asked this number, so that a bare `3` or `rt 9` is understood."""

    PLACE = "place"
    AREA_LIST = "area_list"
    RT = "rt"
    SOLVED = "solved"
    SATISFACTION = "satisfaction"


class Basis(StrEnum):
    """What a value was read from, surest first."""

    CODE = "code"
    """A status digit or a menu digit, as the design fixes them."""
    KEYWORD = "keyword"
    EXPLICIT = "explicit"
    """Written out in the text, in a spelling that is known."""
    SPELLING = "spelling"
    """Written out, but recognised only by likeness."""
    WORDS = "words"
    """Concluded from several words together."""
    LANDMARK = "landmark"
    CONTEXT = "context"
    """Understood only because of what we asked."""


class Sign(StrEnum):
    """Something in the text that bears on how urgent it is, or on who may know of it."""

    WEAPON = "weapon"
    BLUNT_WEAPON = "blunt_weapon"
    GRAVE_INJURY = "grave_injury"
    INJURY = "injury"
    LIGHT_INJURY = "light_injury"
    TRAPPED = "trapped"
    FIRE = "fire"
    SPREADING = "spreading"
    SMALL = "small"
    ATTACK = "attack"
    """Somebody is being hit, chased or beaten by many."""
    BY_MANY = "by_many"
    THREAT = "threat"
    BOMB = "bomb"
    INSIDE = "inside"
    """The intruder, animal or water is in an occupied building."""
    MOB = "mob"
    CROWD = "crowd"
    CHILD = "child"
    ELDER = "elder"
    FRAIL = "frail"
    """Babies, pregnant women, people who cannot flee."""
    HELPLESS = "helpless"
    """Cries for help are heard."""
    ABANDONED = "abandoned"
    LOSS = "loss"
    """Something is gone, and so is whoever took it."""
    MISSING = "missing"
    BITTEN = "bitten"
    MISSING_OBJECT = "missing_object"
    """A thing that stands there without an owner."""
    LURE_CHILD = "lure_child"
    TAKEN = "taken"
    """Somebody, mostly a child, is being carried off."""
    PREY = "prey"
    """A dangerous animal is where children or people are."""
    PUDDLE = "puddle"
    TENSION = "tension"
    HAZARD = "hazard"
    """A facility that has hurt or nearly hurt somebody."""
    SILENT_DISTRESS = "silent_distress"
    NO_CALL = "no_call"
    IN_PROGRESS = "in_progress"
    RECENT = "recent"
    PAST = "past"
    OVER = "over"
    RECURRING = "recurring"
    SUSPICION = "suspicion"
    SERVICE = "service"
    """A request that can wait: a patrol, a warning, a socialisation."""
    PLEA = "plea"
    """Asks for somebody to come now."""
    HARMLESS = "harmless"
    OFFICER = "officer"
    """Complains about somebody in office: it is confidential, whatever its type."""
    IMPOSTOR = "impostor"
    """Somebody only says that he is in office."""
    NEGATED = "negated"
    """A dangerous word that the text itself takes back."""


class Span(NamedTuple):
    """A stretch of the original text: from `start` up to, not including, `end`."""

    start: int
    end: int


class Found(NamedTuple, Generic[T]):
    """A value with the letters it was read from and how sure the reading is, 0 to 1."""

    value: T
    spans: tuple[Span, ...]
    confidence: float
    basis: Basis


class Reason(NamedTuple):
    """Why a priority is what it is: a sign and where it stands in the text."""

    sign: Sign
    span: Span


class Context(NamedTuple):
    """What the conversation knows already: the sender's open numbers and our last question."""

    open_numbers: tuple[str, ...] = ()
    question: Question | None = None


class Meaning(NamedTuple):
    """Everything that was understood of one text; what was not is None or empty."""

    intent: Intent
    confidence: float
    spans: tuple[Span, ...] = ()
    """The words that the intent was read from."""
    incident_type: Found[str] | None = None
    other_types: tuple[str, ...] = ()
    """Types that came close, best first: the screen offers them beside the chosen one."""
    priority: Found[Priority] | None = None
    danger: Found[Priority] | None = None
    """How urgent its signs make an incident, in a text that is no report by itself but may add to one."""
    reasons: tuple[Reason, ...] = ()
    area: Found[str] | None = None
    """Code of the kelurahan."""
    areas: tuple[str, ...] = ()
    """Codes of every kelurahan that may be meant, best first; more than one where the text is ambiguous."""
    outside: Found[str] | None = None
    """Name of a place that is not ours."""
    rt: Found[int] | None = None
    rw: Found[int] | None = None
    landmark: Found[str] | None = None
    people: int | None = None
    vehicles: tuple[Found[str], ...] = ()
    status: Found[StatusCode] | None = None
    minutes: int | None = None
    number: Found[str] | None = None
    """The incident's number as written, after repair of O, l, I and spaces."""
    number_valid: bool = False
    """Whether the check digit of `number` is right; nothing may act on one that is not."""
    on_behalf_of: str | None = None
    """The number, as written, of the person for whom a borrowed telephone reports (`untuk 0812...`)."""
    choice: str | None = None
    """A bare answer: a digit, YA or TIDAK; or the verb of a duty officer's decision."""
    challenge: str | None = None
    do_not_call: bool = False
    note: str = ""
    """What a unit wrote beside its code, as written."""
    unsure: bool = False
    """Ask or pass to a person: nothing may act on this reading by itself."""
    exact: bool = False
    """Read from a keyword, a bare answer or a number with its code: no likelihood has a say in the intent."""
    unknown_words: tuple[str, ...] = ()
    """Words that no part of the lexicon knows, as written, for the weekly list of what to learn."""

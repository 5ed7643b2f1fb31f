"""The telephone menu as data: its nodes as read from the playbook's menu.toml.

Prompts are lists of clip names (see prompts.toml), `pause`, and the fields `{choices}` (each choice, then its
key), `{number}` (an incident's number, digit by digit), `{state}` (its public state), `{time}` (since when)
and `{position}` (the caller's place in the queue).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Clips = tuple[str, ...]

PAUSE: Final = "pause"
CHOICES: Final = "{choices}"
NUMBER: Final = "{number}"
STATE: Final = "{state}"
TIME: Final = "{time}"
POSITION: Final = "{position}"


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a choice: what is said before it, what it sets, where it leads."""

    key: str
    says: str
    goes: str = ""
    group: int | None = None
    area: str | None = None
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class ChooseNode:
    """One key chooses. Its options stand in the file, or are the playbook's kelurahan."""

    prompt: Clips
    again: Clips
    wrong: Clips
    timeout_s: int
    retries: int
    otherwise: str
    areas_go: str = ""
    """Where every kelurahan leads; empty where the options are the file's."""
    options: tuple[Option, ...] = ()

    def option(self, key: str) -> Option | None:
        """The option behind a key, or None."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True)
class RtNode:
    """The RT's number, ended by a key; that key alone, or silence, means that it is not known."""

    prompt: Clips
    again: Clips
    wrong: Clips
    timeout_s: int
    retries: int
    otherwise: str
    digits: int
    finish: str
    goes: str


@dataclass(frozen=True, slots=True)
class CheckNode:
    """The number of a report, ended by a key, and the answer to it; ends the call."""

    prompt: Clips
    again: Clips
    wrong: Clips
    timeout_s: int
    retries: int
    otherwise: str
    digits: int
    finish: str
    told: Clips


@dataclass(frozen=True, slots=True)
class RecordNode:
    """A message after the tone."""

    prompt: Clips
    longest_s: int
    finish: str
    goes: str


@dataclass(frozen=True, slots=True)
class OperatorNode:
    """The caller waits for a person: asked back in rounds, until one comes or he has waited long enough."""

    prompt: Clips
    """Heard first."""
    waiting: Clips
    """Heard in every round."""
    connecting: Clips
    """Heard while the operator is joined to him, and over again."""
    recorded: Clips
    """Heard before the operator, where the talk is recorded."""
    nobody: Clips
    """Heard once he has waited long enough."""
    goes: str
    leave_key: str = ""
    """The key that leads on at once; empty for none."""


@dataclass(frozen=True, slots=True)
class OfficerNode:
    """Files the report and rings the duty officer; goes on where nobody answers."""

    prompt: Clips
    goes: str


@dataclass(frozen=True, slots=True)
class ReportNode:
    """Files the report and says its number; ends the call."""

    told: Clips
    told_texted: Clips
    """Said instead where the number is texted as well."""
    told_without_number: Clips
    """Said instead while no number can be known."""


AskingNode = ChooseNode | RtNode | CheckNode
Node = AskingNode | RecordNode | OperatorNode | OfficerNode | ReportNode

KINDS: Final[Mapping[str, type[Node]]] = MappingProxyType(
    {
        "choose": ChooseNode,
        "rt": RtNode,
        "check": CheckNode,
        "record": RecordNode,
        "operator": OperatorNode,
        "officer": OfficerNode,
        "report": ReportNode,
    }
)
"""The word for each kind in the file."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a call begins, and how often a node is heard again on request."""

    start: str
    repeats: int


@dataclass(frozen=True, slots=True)
class Menu:
    """All nodes by name."""

    head: Head
    nodes: Mapping[str, Node]

    @property
    def operator(self) -> str:
        """The node where a caller waits for a person; the start where the menu has none."""
        waits = (name for name, node in self.nodes.items() if isinstance(node, OperatorNode))
        return next(waits, self.head.start)

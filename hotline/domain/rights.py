"""Who may do what: one table, read by the screens (which buttons to draw) and by the use cases (what to
refuse).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person at the desk is."""

    OPERATOR = "operator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Act(StrEnum):
    """What can be done at the desk."""

    SEE_QUEUE = "see_queue"
    SEE_CONFIDENTIAL = "see_confidential"
    SEE_IDENTITY = "see_identity"
    ENTER_REPORT = "enter_report"
    CLAIM = "claim"
    VERIFY = "verify"
    REJECT = "reject"
    CORRECT = "correct"
    DISPATCH = "dispatch"
    SET_UNIT_STATUS = "set_unit_status"
    WRITE = "write"
    NOTE = "note"
    MERGE = "merge"
    CLOSE = "close"
    REOPEN = "reopen"
    FILE_TEXT = "file_text"
    RESEND = "resend"
    RELEASE_QUEUE = "release_queue"
    ANSWER_CALLS = "answer_calls"
    MANAGE_SOUNDS = "manage_sounds"
    MANAGE_WORDS = "manage_words"
    PROPOSE_CLOSE = "propose_close"
    ATTACH = "attach"
    SEE_FIGURES = "see_figures"
    EXPORT = "export"
    EVALUATE = "evaluate"
    SEE_AUDIT = "see_audit"
    GUARD_DATA = "guard_data"
    MANAGE_UNITS = "manage_units"
    MANAGE_OPERATORS = "manage_operators"


_DESK: Final = frozenset(
    {
        Act.SEE_QUEUE, Act.ENTER_REPORT, Act.CLAIM, Act.VERIFY, Act.REJECT, Act.CORRECT, Act.DISPATCH,
        Act.SET_UNIT_STATUS, Act.WRITE, Act.NOTE, Act.MERGE, Act.FILE_TEXT, Act.RESEND,
        Act.RELEASE_QUEUE, Act.ANSWER_CALLS,
        Act.PROPOSE_CLOSE, Act.ATTACH, Act.SEE_FIGURES,
    }
)  # fmt: skip

RIGHTS: Final[dict[Role, frozenset[Act]]] = {
    Role.OPERATOR: _DESK,
    Role.COORDINATOR: _DESK
    | {Act.SEE_CONFIDENTIAL, Act.SEE_IDENTITY, Act.CLOSE, Act.REOPEN, Act.MANAGE_UNITS, Act.MANAGE_SOUNDS}
    | {Act.MANAGE_WORDS, Act.EXPORT, Act.EVALUATE, Act.SEE_AUDIT, Act.GUARD_DATA},
    Role.ADMINISTRATOR: frozenset(
        {Act.MANAGE_UNITS, Act.MANAGE_OPERATORS, Act.MANAGE_SOUNDS, Act.MANAGE_WORDS, Act.RELEASE_QUEUE}
    ),
    Role.AUDITOR: frozenset({Act.SEE_QUEUE, Act.SEE_FIGURES, Act.EXPORT, Act.SEE_AUDIT}),
}


class NotAllowedError(Exception):
    """Your role does not allow this."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person at the desk, a unit, a caller, or the hotline itself."""

    kind: str
    id: int | None
    name: str
    role: Role | None = None

    def may(self, act: Act) -> bool:
        """Whether this actor's role allows `act`; the hotline itself may all that its code does."""
        if self.kind == "system":
            return True
        return self.role is not None and act in RIGHTS[self.role]


SYSTEM: Final = Actor("system", None, "SIGAP")


def require(actor: Actor, act: Act) -> None:
    """Raises NotAllowedError unless `actor` may do `act`."""
    if not actor.may(act):
        raise NotAllowedError(act)

"""A caller in the real menu, and a desk that answers what the menu wants done."""

from collections.abc import Iterable

from hotline.domain.lifecycle import IncidentStatus
from ivr.menu import Menu
from ivr.menu_events import (
    Called,
    Connect,
    Digits,
    Effect,
    Event,
    Filed,
    FileReport,
    FindOfficer,
    HungUp,
    LookedUp,
    LookUp,
    Nobody,
    Wait,
)
from ivr.menu_step import Turn, step
from ivr.progress import Progress
from ivr.speech import Ask, Enqueue, HangUp, Play, Record, Speech

URL = "https://voice.example/rec/1.mp3"
OFFICER = Connect("+6281300000008", 1800)


class Line:
    """A caller and a desk that answers what the menu wants done, and remembers it."""

    def __init__(
        self,
        menu: Menu,
        status: IncidentStatus | None = IncidentStatus.RECEIVED,
        operators: Iterable[Event] = (),
        officer: Event = OFFICER,
    ) -> None:
        self.menu = menu
        self.status = status
        self.operators = iter(operators)
        self.officer = officer
        self.done: list[Effect] = []
        self.turn = Turn(Progress())
        self.hear(Called())

    def hear(self, event: Event) -> "Line":
        # The address is all that the line remembers between two callbacks.
        progress = Progress.from_segment(self.turn.progress.to_segment())
        self.turn = step(self.menu, progress, event)
        self.done += self.turn.effects
        for effect in self.turn.effects:
            match effect:
                case FileReport() if not isinstance(event, HungUp):
                    self.hear(Filed("1041", texted=True))
                case LookUp(number):
                    self.hear(LookedUp(number, self.status))
                case Wait():
                    self.hear(next(self.operators, Nobody()))
                case FindOfficer():
                    self.hear(self.officer)
        return self

    def press(self, *keys: str) -> "Line":
        for each in keys:
            self.hear(Digits(each))
        return self

    @property
    def node(self) -> str:
        return self.turn.progress.node

    @property
    def clips(self) -> tuple[str, ...]:
        return tuple(name for speech in self.turn.speech for name in clips_of(speech))

    @property
    def is_over(self) -> bool:
        return HangUp() in self.turn.speech or isinstance(self.turn.speech[-1], Enqueue)


def clips_of(speech: Speech) -> tuple[str, ...]:
    match speech:
        case Play(prompt) | Ask(said=Play(prompt)) | Record(said=Play(prompt)):
            return prompt.clips
        case Enqueue(hold=prompt):
            return prompt.clips
        case _:
            return ()

"""What the line says outside the menu, to units and operators: prompts put together from clips."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import Playbook, Priority
from ivr.menu import PAUSE, Clips
from ivr.prompts import area_clip, digit_clip, press_clip
from ivr.speech import Prompt
from ivr.spoken_numbers import number_clips

NEXT: Final = "8"
REPEAT: Final = "9"
PERSON: Final = "0"
"""Keys of a unit beside the status codes 1 to 7."""
HEARD: Final = "1"
"""The key of an officer who has understood an alarm."""
DUTY_KEYS: Final = {"1": True, "2": False}
"""Keys of a unit without a task: on duty, off duty."""

ASK_PIN: Final = Prompt(("ask_pin",))
PIN_WRONG: Final = Prompt(("pin_wrong", PAUSE, "ask_pin"))
NO_TASK: Final = "task_none"
GOODBYE: Final = Prompt(("thanks",))
TASK_CLOSED: Final = Prompt(("task_closed", PAUSE, "thanks"))
UNANSWERED: Final = Prompt(("task_unanswered",))
DESK_WAIT: Final = Prompt(("desk_wait",))
CALLER_GONE: Final = Prompt(("caller_gone",))
BRIDGE_WAIT: Final = Prompt(("bridge_wait",))
BRIDGE_REFUSED: Final = Prompt(("bridge_refused",))
LINE_DOWN: Final = Prompt(("line_down",))
TEXTS_DEAD: Final = Prompt(
    ("texts_dead", PAUSE, "choice_heard", press_clip(HEARD), PAUSE, "repeat_task", press_clip(REPEAT))
)


def code_clip(code: StatusCode) -> str:
    """The clip that names a status code as a choice."""
    return f"code_{code.name.lower()}"


def noted_clip(code: StatusCode) -> str:
    """The clip that says that a status code was noted."""
    return f"noted_{code.name.lower()}"


def duty_clip(*, on: bool) -> str:
    """The clip that names going on or off duty as a choice."""
    return "duty_on" if on else "duty_off"


def noted_duty_clip(*, on: bool) -> str:
    """The clip that says that somebody is on duty from now on, or off."""
    return f"noted_{duty_clip(on=on)}"


def type_clip(code: str) -> str:
    """The clip that names a type of incident."""
    return f"type_{code.lower()}"


def priority_clip(priority: Priority) -> str:
    """The clip that names a priority."""
    return f"priority_{priority.value}"


def type_clips(playbook: Playbook) -> set[str]:
    """The clips of all types of a programme."""
    return {type_clip(code) for code in playbook.types}


LINE_CLIPS: Final = frozenset(
    {
        "task_is", "dispatch_is", "drill_is", "rt_is", "place_unknown", "more_by_text", "next_task",
        "repeat_task", "to_operator", NO_TASK,
        *(clip for on in (True, False) for clip in (duty_clip(on=on), noted_duty_clip(on=on))),
        *(clip for prompt in (
            ASK_PIN, PIN_WRONG, GOODBYE, TASK_CLOSED, UNANSWERED, DESK_WAIT, CALLER_GONE,
            BRIDGE_WAIT, BRIDGE_REFUSED, LINE_DOWN, TEXTS_DEAD,
        ) for clip in prompt.clips if clip != PAUSE),
        *(make(code) for code in StatusCode for make in (code_clip, noted_clip)),
        *(priority_clip(priority) for priority in Priority),
        *(press_clip(key) for key in "0123456789"),
    }
)  # fmt: skip
"""Every clip named here but those that a programme's lists add."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is said of a task: nothing that its reporter said, since a telephone may be overheard."""

    number: str
    priority: Priority
    type_code: str
    area_code: str | None
    rt: int | None
    drill: bool = False

    def warning(self) -> Clips:
        """Goes before everything else: nobody must take an exercise for the real thing."""
        return ("drill_is", PAUSE) if self.drill else ()

    def clips(self) -> Iterator[str]:
        """Number, priority, kind, place."""
        yield from (digit_clip(digit) for digit in self.number)
        yield from (PAUSE, priority_clip(self.priority), type_clip(self.type_code), PAUSE)
        yield area_clip(self.area_code) if self.area_code else "place_unknown"
        if self.rt is not None:
            yield from ("rt_is", *number_clips(self.rt))
        yield PAUSE


def read_task(task: Task, *, noted: StatusCode | None = None) -> Prompt:
    """A dispatch: what it is, then the keys."""
    lead: Clips = (noted_clip(noted), PAUSE) if noted else ()
    told: Clips = (*task.warning(), "dispatch_is", *task.clips(), "more_by_text", PAUSE)
    choices = _choices((StatusCode.ACCEPT, StatusCode.DECLINE))
    return Prompt((*lead, *told, *choices, *_other(REPEAT)))


def offer_task(task: Task, codes: tuple[StatusCode, ...], *, noted: StatusCode | None, more: bool) -> Prompt:
    """One open task of a unit that called, and what it may answer."""
    lead: Clips = (noted_clip(noted), PAUSE) if noted else ()
    keys = (NEXT, REPEAT, PERSON) if more else (REPEAT, PERSON)
    return Prompt((*lead, *task.warning(), "task_is", *task.clips(), *_choices(codes), *_other(*keys)))


def noted_and_goodbye(code: StatusCode) -> Prompt:
    """The last word to a unit that answered."""
    return Prompt((noted_clip(code), PAUSE, "thanks"))


def offer_duty() -> Prompt:
    """Nothing is to be done; the unit may say whether it is on duty."""
    choices = (clip for key, on in DUTY_KEYS.items() for clip in (duty_clip(on=on), press_clip(key), PAUSE))
    return Prompt((NO_TASK, PAUSE, *choices, *_other(PERSON)))


def duty_noted(*, on: bool) -> Prompt:
    """The last word to a unit that went on or off duty."""
    return Prompt((noted_duty_clip(on=on), PAUSE, "thanks"))


def _choices(codes: tuple[StatusCode, ...]) -> Iterator[str]:
    for code in codes:
        yield from (code_clip(code), press_clip(code.value), PAUSE)


_OTHER: Final = {NEXT: "next_task", REPEAT: "repeat_task", PERSON: "to_operator"}


def _other(*keys: str) -> Iterator[str]:
    for key in keys:
        yield from (_OTHER[key], press_clip(key), PAUSE)

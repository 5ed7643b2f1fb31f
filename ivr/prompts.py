"""The sounds of the line by name: which clips there are, what each one says, and the clips of a prompt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from types import MappingProxyType
from typing import Final

from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Playbook
from ivr.menu import CHOICES, NUMBER, PAUSE, POSITION, STATE, TIME, Clips, Option
from ivr.speech import Ask, Play, Prompt, Record, Say, Speech
from ivr.spoken_numbers import number_clips, time_clips

DOCUMENT: Final = "prompts"
"""The playbook's file of words to be spoken: one table a clip, one entry a language."""


def area_clip(code: str) -> str:
    """The clip that names a kelurahan."""
    return f"area_{code.lower()}"


def press_clip(key: str) -> str:
    """The clip that says which key to press."""
    return f"press_{key}"


def digit_clip(digit: str) -> str:
    """The clip that says one digit."""
    return f"digit_{digit}"


def state_clip(status: IncidentStatus) -> str:
    """The clip that tells an incident's public state."""
    return f"state_{status.lower()}"


def words_of(playbook: Playbook) -> Mapping[str, str]:
    """Clip to the words it speaks, in the programme's language; clips without words in it are left out."""
    document = playbook.documents.get(DOCUMENT)
    tables = document.data if document else {}
    language = playbook.programme.language
    return MappingProxyType({clip: table[language] for clip, table in tables.items() if language in table})


@dataclass(frozen=True, slots=True)
class Filling:
    """What the fields of a prompt stand for; a field without a value says nothing."""

    options: tuple[Option, ...] = ()
    number: str = ""
    status: IncidentStatus | None = None
    since: time | None = None
    position: int | None = None


def prompt_of(clips: Clips, filling: Filling | None = None) -> Prompt:
    """The prompt behind a list of a node, with its fields filled."""
    values = filling or Filling()
    fields = {
        CHOICES: tuple(_each_choice(values.options)),
        NUMBER: tuple(digit_clip(digit) for digit in values.number),
        STATE: (state_clip(values.status),) if values.status else (),
        TIME: time_clips(values.since) if values.since else (),
        POSITION: number_clips(values.position) if values.position is not None else (),
    }
    return Prompt(tuple(name for clip in clips for name in fields.get(clip, (clip,))))


def _each_choice(options: tuple[Option, ...]) -> Iterator[str]:
    # The choice first and its key after it: whoever has heard his own need then listens for the key.
    for option in options:
        yield from (option.says, press_clip(option.key), PAUSE)


def spoken_instead(speech: Sequence[Speech], words: Mapping[str, str]) -> tuple[Speech, ...]:
    """`speech` with the carrier's voice in place of our sounds; for hold sounds there is no such place."""
    return tuple(_in_words(each, words) for each in speech)


def _in_words(speech: Speech, words: Mapping[str, str]) -> Speech:
    match speech:
        case Play(prompt):
            return Say(spoken(prompt, words))
        case Ask(said=Play(prompt)) | Record(said=Play(prompt)):
            return replace(speech, said=Say(spoken(prompt, words)))
        case _:
            return speech


def caption(prompt: Prompt, words: Mapping[str, str]) -> str:
    """What a prompt says, for people who read along; a clip without words is passed over."""
    return " ".join(words[clip] for clip in prompt.clips if clip in words)


def spoken(prompt: Prompt, words: Mapping[str, str]) -> str:
    """What a prompt says, in words, for the carrier's own voice. Raises KeyError for an unknown clip."""
    return " ".join(words[clip] for clip in prompt.clips if clip != PAUSE)

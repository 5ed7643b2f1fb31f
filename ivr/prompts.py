"""The sounds of the line by name: which clips there are, what each one says, and the clips of a prompt."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Playbook
from ivr.menu import CHOICES, NUMBER, PAUSE, STATE, Clips, Option
from ivr.speech import Prompt

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


def prompt_of(
    clips: Clips, *, options: tuple[Option, ...] = (), number: str = "", status: IncidentStatus | None = None
) -> Prompt:
    """The prompt behind a list of a node, with its fields filled."""
    fields = {
        CHOICES: tuple(_each_choice(options)),
        NUMBER: tuple(digit_clip(digit) for digit in number),
        STATE: (state_clip(status),) if status else (),
    }
    return Prompt(tuple(name for clip in clips for name in fields.get(clip, (clip,))))


def _each_choice(options: tuple[Option, ...]) -> Iterator[str]:
    # The choice first and its key after it: whoever has heard his own need then listens for the key.
    for option in options:
        yield from (option.says, press_clip(option.key), PAUSE)


def spoken(prompt: Prompt, words: Mapping[str, str]) -> str:
    """What a prompt says, in words, for the carrier's own voice. Raises KeyError for an unknown clip."""
    return " ".join(words[clip] for clip in prompt.clips if clip != PAUSE)

"""Every prompt of a menu has its words and its sound, and its fields can be filled where they stand."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Playbook
from ivr.line_prompts import LINE_CLIPS, type_clips
from ivr.menu import (
    CHOICES,
    NUMBER,
    PAUSE,
    POSITION,
    STATE,
    TIME,
    CheckNode,
    ChooseNode,
    Clips,
    Menu,
    Node,
    OperatorNode,
    Option,
    ReportNode,
)
from ivr.prompts import DOCUMENT, area_clip, digit_clip, press_clip, state_clip, words_of
from ivr.spoken_numbers import number_names, time_names

Place = tuple[str | int, ...]
"""Keys and positions that lead to an entry of menu.toml."""
Problem = tuple[Place, str]

_PROMPTS: Final = (
    "prompt", "again", "wrong", "told", "told_texted", "told_without_number", "waiting", "connecting",
    "recorded", "nobody",
)  # fmt: skip
_FIELDS: Final[Mapping[str, Mapping[type[Node], tuple[str, ...]]]] = {
    CHOICES: {ChooseNode: ("prompt", "again")},
    NUMBER: {CheckNode: ("told",), ReportNode: ("told", "told_texted")},
    STATE: {CheckNode: ("told",)},
    TIME: {CheckNode: ("told",)},
    POSITION: {OperatorNode: ("prompt", "waiting")},
}
"""Where a field can be filled."""
MANIFEST: Final = "manifest.json"
_CLIP: Final = re.compile(r"[a-z0-9_]+", re.ASCII)


def prompts_are_said(menu: Menu, playbook: Playbook) -> Iterator[Problem]:
    """Each prompt that says nothing, and each clip in one without words or without a sound file."""
    words = words_of(playbook)
    for name, node in menu.nodes.items():
        for field in _PROMPTS:
            clips: Clips | None = getattr(node, field, None)
            if clips is None:
                continue
            if not clips:
                yield ("nodes", name, field), f"{field} says nothing"
            for clip in clips:
                for problem in _unsaid(playbook, words, node, field, clip):
                    yield ("nodes", name, field), problem


def line_is_said(playbook: Playbook) -> Iterator[str]:
    """Each clip that the line says outside the menu (to units and operators) without words or sound."""
    areas = {area_clip(area.code) for area in playbook.areas.values()}
    words = words_of(playbook)
    for clip in sorted({*LINE_CLIPS, *number_names(), *areas, *type_clips(playbook)}):
        yield from _unheard(playbook, words, clip)


def sounds_say_their_words(playbook: Playbook) -> Iterator[str]:
    """Each sound that was rendered from other words than it has now; somebody's own recording is his word.

    The manifest beside the sounds holds SHA-256 marks of what `make prompts` rendered, and from which words.
    """
    folder = Path(playbook.folder) / DOCUMENT
    manifest = folder / MANIFEST
    rendered = json.loads(manifest.read_bytes()) if manifest.is_file() else {}
    for clip, words in words_of(playbook).items():
        marks, sound = rendered.get(clip), folder / f"{clip}.wav"
        if marks is None or marks["words"] == _mark(words.encode()) or not sound.is_file():
            continue
        if marks["sound"] == _mark(sound.read_bytes()):
            yield f"{clip} still says what it said before: render it with make prompts"


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unsaid(playbook: Playbook, words: Mapping[str, str], node: Node, field: str, clip: str) -> Iterator[str]:
    if clip.startswith("{") and field not in _FIELDS.get(clip, {}).get(type(node), ()):
        yield f"{clip} can't be filled here"
        return
    for each in sorted(_clips_behind(node, clip)):
        if not _CLIP.fullmatch(each):
            yield f"{each!r} is no name of a sound: small letters, digits and _"
        else:
            yield from _unheard(playbook, words, each)


def _unheard(playbook: Playbook, words: Mapping[str, str], clip: str) -> Iterator[str]:
    if clip not in words:
        yield f"{clip} has no words in {DOCUMENT}.toml ({playbook.programme.language})"
    elif not (Path(playbook.folder) / DOCUMENT / f"{clip}.wav").is_file():
        yield f"{clip} has no sound: render it with make prompts"


def _clips_behind(node: Node, clip: str) -> set[str]:
    """The clips that one entry of a prompt can turn into."""
    behind = {
        CHOICES: {name for option in _options(node) for name in (option.says, press_clip(option.key))},
        NUMBER: {digit_clip(digit) for digit in "0123456789"},
        STATE: {state_clip(status) for status in IncidentStatus},
        TIME: set(time_names()),
        POSITION: set(number_names()),
        PAUSE: set[str](),
    }
    return behind.get(clip, {clip})


def _options(node: Node) -> tuple[Option, ...]:
    return node.options if isinstance(node, ChooseNode) else ()

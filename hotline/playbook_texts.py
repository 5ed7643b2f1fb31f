"""What must hold for the sentences that go out: all are there, each fits one part, each field is filled."""

import string
from collections.abc import Iterator, Mapping
from typing import Final

from hotline.domain.lifecycle import IncidentStatus, StatusCode, UnitStatus
from hotline.domain.playbook import Document, Fault, Playbook, Text
from hotline.domain.segments import Alphabet, measure

HIGHEST_RT: Final = 99
_NUMBER: Final = frozenset({"number"})
_PLAIN: Final[frozenset[str]] = frozenset()

TEXT_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            "receipt", "receipt_voice", "receipt_outside", "ask_area", "added", "added_closed",
            "cancelled", "cancel_noted",
            "on_the_way", "on_scene", "stood_down", "unit_closed", "ring_accepted",
        ),
        _NUMBER,
    ),
    **dict.fromkeys(
        (
            "status_none", "erase_noted", "help", "not_understood", "stopped", "started", "unit_none",
            "duty_on", "duty_off",
        ),
        _PLAIN,
    ),
    "receipt_emergency": _NUMBER | {"direct"},
    "receipt_place": _NUMBER | {"direct"},
    "place_noted": _NUMBER | {"place"},
    "status": _NUMBER | {"state"},
    "ask_satisfaction": _NUMBER,
    "solved_thanks": _NUMBER,
    "upload_link": _NUMBER | {"link", "hours"},
    "merged": _NUMBER | {"old"},
    "unmerged": _NUMBER | {"old"},
    "reopened": _NUMBER,
    "dispatch": _NUMBER | {"priority", "summary", "hint"},
    "cancel_which": frozenset({"numbers", "example"}),
    "canary": frozenset({"word"}),
    **dict.fromkeys(
        (
            "ask_arrival", "ask_safe", "officer_sent", "officer_nobody", "officer_rejected", "officer_late",
            "code_wrong", "leg_accepted", "leg_refused", "not_yours",
        ),
        _NUMBER,
    ),
    **dict.fromkeys(
        (
            "neighbour_thanks", "tasks_none", "shift_confirmed", "shift_refused", "drill", "drill_present",
            "word_drill", "word_nobody",
        ),
        _PLAIN,
    ),
    "desk_down": _NUMBER | {"priority", "summary", "challenge"},
    "desk_down_many": frozenset({"count", "priority", "cases", "example"}),
    "escalated": _NUMBER | {"priority", "summary", "minutes"},
    "line_dead": frozenset({"line", "time"}),
    "group_note": _NUMBER | {"kind", "place", "time", "state"},
    "handoff": _NUMBER | {"priority", "summary", "code"},
    "ask_neighbour": _NUMBER | {"kind", "place"},
    "tasks_open": frozenset({"tasks"}),
    "details": _NUMBER | {"priority", "details"},
    "coming": _NUMBER | {"people"},
    "remind_shift": frozenset({"day", "hours"}),
    "unit_which": frozenset({"numbers", "example"}),
    "unit_not_possible": _NUMBER | {"status", "present"},
    "unit_help": frozenset({"example"}),
    **{f"state_{status.lower()}": frozenset({"time"}) for status in IncidentStatus},
    **{f"word_{code.name.lower()}": _PLAIN for code in StatusCode},
    **{f"word_{status.lower()}": _PLAIN for status in UnitStatus},
}  # fmt: skip
"""The texts that the code says, and the fields that it fills in each; a playbook may leave out those that
nobody answers with.
"""
ANSWERED_WITH: Final = frozenset({"number", "numbers", "challenge", "code", "word", "example", "link"})
"""Fields that must stand where they are filled: without one nobody could answer, ask again, or open it."""

TEXTS_USED: Final = frozenset(TEXT_FIELDS)
"""Keys of the texts that the code says; a playbook without one of them can't be used."""


def text_faults(playbook: Playbook) -> Iterator[Fault]:
    """Every fault of the sentences that go out."""
    yield from texts_are_there(playbook)
    yield from areas_are_offered(playbook)
    yield from texts_can_be_sent(playbook)
    yield from longest_values_are_long_enough(playbook)


def fields_of(playbook: Playbook, key: str) -> frozenset[str]:
    """What is filled in the text `key`."""
    outcomes = {choice.text for choice in (*playbook.dispositions.values(), *playbook.rejections.values())}
    said = TEXT_FIELDS.get(key)
    if said is not None:
        return said
    return _NUMBER if key in outcomes else frozenset(playbook.texts[key].longest)


def texts_are_there(playbook: Playbook) -> Iterator[Fault]:
    """A fault for each text that the code says and the playbook lacks."""
    path = playbook.documents["texts"].path
    for key in sorted(TEXTS_USED - set(playbook.texts)):
        yield Fault(path, 1, f"text {key} is missing")


def areas_are_offered(playbook: Playbook) -> Iterator[Fault]:
    """The question for the kelurahan offers each with its key: an answer is read by the areas' keys."""
    document, text = playbook.documents["texts"], playbook.texts.get("ask_area")
    if text is None:
        return
    for language, words in text.words.items():
        for area in playbook.areas.values():
            if area.key and f"{area.key} {area.name}" not in words:
                yield _at(document, text, language, f"does not offer {area.key} {area.name}")


def texts_can_be_sent(playbook: Playbook) -> Iterator[Fault]:
    """Faults of each text in each language."""
    document = playbook.documents["texts"]
    for text in playbook.texts.values():
        filled = fields_of(playbook, text.key)
        for language, words in text.words.items():
            for problem in _problems(text, words, filled):
                yield _at(document, text, language, problem)


def longest_values_are_long_enough(playbook: Playbook) -> Iterator[Fault]:
    """A longest value is no guess where the playbook itself has them all: names of places, states, words."""
    document = playbook.documents["texts"]
    own = _longest_of_its_own(playbook)
    for text in playbook.texts.values():
        for name in sorted(own.keys() & text.longest.keys()):
            if len(text.longest[name]) < len(own[name]):
                problem = f"the longest value of {{{name}}} is shorter than '{own[name]}'"
                yield _at(document, text, next(iter(text.words)), problem)


def _longest_of_its_own(playbook: Playbook) -> dict[str, str]:
    """The longest that stands in the playbook for each field that is filled from it."""
    told = {
        key: _filled(text, words)
        for key, text in playbook.texts.items()
        for words in text.words.values()
        if key.startswith(("state_", "word_"))
    }
    found = {
        "place": [f"{area.name} RT {HIGHEST_RT}" for area in playbook.areas.values()],
        "state": [words for key, words in told.items() if key.startswith("state_")],
        "status": [told.get(f"word_{code.name.lower()}", "") for code in StatusCode],
        "present": [told.get(f"word_{status.lower()}", "") for status in UnitStatus],
        "priority": [target.name for target in playbook.targets.values()],
    }
    return {name: max(values, key=len, default="") for name, values in found.items()}


def _filled(text: Text, words: str) -> str:
    """The text with its longest values; empty where it can't be filled, which is a fault of its own."""
    try:
        return words.format(**text.longest)
    except (ValueError, LookupError, AttributeError):
        return ""


def _problems(text: Text, words: str, filled: frozenset[str]) -> Iterator[str]:
    if not words.strip():
        yield "has no words"
    try:
        parsed = [each[1:] for each in string.Formatter().parse(words)]
    except ValueError as error:
        yield f"its braces do not fit together ({error})"
        return
    fields = {name for name, _, _ in parsed if name is not None}
    for name in sorted({name for name, how, turned in parsed if name is not None and (how or turned)}):
        yield f"{{{name}}} must stand alone, without : and !"
    yield from _field_problems(text, fields, filled)
    if fields <= filled & set(text.longest):
        yield from _size_problems(text, words)


def _field_problems(text: Text, fields: set[str], filled: frozenset[str]) -> Iterator[str]:
    for name in sorted(fields - filled):
        yield f"nobody fills {{{name}}}"
    for name in sorted((fields & filled) - set(text.longest)):
        yield f"{{{name}}} has no longest value"
    for name in sorted((filled & ANSWERED_WITH) - fields):
        yield f"{{{name}}} must stand in it"


def _size_problems(text: Text, words: str) -> Iterator[str]:
    try:
        filled = words.format(**text.longest)
    except (ValueError, LookupError, AttributeError) as error:
        yield f"can't be filled in ({error})"
        return
    size = measure(filled)
    if size.alphabet is not Alphabet.GSM7:
        signs = dict.fromkeys(char for char in filled if measure(char).alphabet is not Alphabet.GSM7)
        yield f"has a character outside GSM-7: {' '.join(signs)}"
    elif size.parts > 1:
        yield f"takes {size.units} characters with its longest values; one part has 160"


def _at(document: Document, text: Text, language: str, problem: str) -> Fault:
    return Fault(document.path, document.line(text.key, language), f"text {text.key}: {problem}")

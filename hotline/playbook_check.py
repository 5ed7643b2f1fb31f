"""What must hold between the parts of a playbook: every code named exists, every text fits, nothing is doubled."""

import string
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from hotline.domain.lifecycle import Disposition, IncidentStatus, StatusCode, UnitStatus
from hotline.domain.playbook import UNCLEAR, Document, Fault, Playbook, Priority, Text
from hotline.domain.segments import Alphabet, measure

TEXTS_USED: Final = frozenset(
    {
        "receipt", "receipt_emergency", "receipt_place", "receipt_voice", "receipt_outside", "ask_area", "added",
        "place_noted", "status", "status_none", "cancelled", "cancel_noted", "help", "not_understood", "stopped",
        "started", "on_the_way", "on_scene", "merged", "dispatch", "stood_down", "unit_which", "unit_none",
        "unit_closed", "unit_not_possible", "unit_help", "duty_on", "duty_off",
        *(f"state_{status.lower()}" for status in IncidentStatus),
        *(f"word_{code.name.lower()}" for code in StatusCode),
        *(f"word_{status.lower()}" for status in UnitStatus),
    }
)  # fmt: skip
"""Keys of the texts that the code says; a playbook without one of them can't be used."""


def check(playbook: Playbook) -> list[Fault]:
    """Every fault between the parts of `playbook`, in the order of the checks."""
    return [fault for rule in _RULES for fault in rule(playbook)]


def _types_name_agencies(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["types"]
    for position, kind in enumerate(playbook.types.values()):
        for field, codes in (("leads", kind.leads), ("supports", kind.supports)):
            for code in codes:
                if code not in playbook.agencies:
                    yield _fault(document, f"{field} of {kind.code}: no agency called {code}", "types", position, field)
        if not kind.leads:
            yield _fault(document, f"{kind.code} has nobody to lead it", "types", position, "leads")


def _the_unclear_type_exists(playbook: Playbook) -> Iterator[Fault]:
    if UNCLEAR not in playbook.types:
        yield Fault(playbook.documents["types"].path, 1, f"the type {UNCLEAR} (not clear yet) is missing")


def _codes_are_not_doubled(playbook: Playbook) -> Iterator[Fault]:
    for name, key in (("types", "types"), ("areas", "areas"), ("agencies", "agencies"), ("outcomes", "dispositions")):
        document = playbook.documents[name]
        seen: set[str] = set()
        for position, row in enumerate(document.data[key]):
            if row["code"] in seen:
                yield _fault(document, f"{row['code']} stands twice", key, position, "code")
            seen.add(row["code"])


def _areas_fit_the_menu(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["areas"]
    keys: set[str] = set()
    for position, area in enumerate(playbook.areas.values()):
        if len(area.key) != 1 or area.key not in "123456789" or area.key in keys:
            yield _fault(document, f"{area.name}: key {area.key!r} is not a free digit 1-9", "areas", position, "key")
        keys.add(area.key)
        for code in area.neighbours:
            if code not in playbook.areas:
                yield _fault(document, f"{area.name}: no neighbour {code}", "areas", position, "neighbours")


def _landmarks_lie_in_areas(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["landmarks"]
    for position, landmark in enumerate(playbook.landmarks):
        for code in {landmark.area, *landmark.area_by_rt.values()} - {None}:
            if code not in playbook.areas:
                yield _fault(document, f"{landmark.name}: no area called {code}", "landmarks", position)


def _priorities_are_complete(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["priorities"]
    for priority in Priority:
        if priority not in playbook.targets:
            yield Fault(document.path, 1, f"priority {priority} is missing")


def _outcomes_are_known(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["outcomes"]
    for disposition in Disposition:
        if disposition not in playbook.dispositions:
            yield Fault(document.path, 1, f"disposition {disposition} is missing")
    for position, choice in enumerate(playbook.dispositions.values()):
        if choice.text and choice.text not in playbook.texts:
            yield _fault(document, f"{choice.code}: no text called {choice.text}", "dispositions", position, "text")
    for position, choice in enumerate(playbook.rejections.values()):
        if choice.disposition not in playbook.dispositions:
            problem = f"{choice.code}: no disposition called {choice.disposition!r}"
            yield _fault(document, problem, "rejections", position, "disposition")


def _texts_are_there(playbook: Playbook) -> Iterator[Fault]:
    path = playbook.documents["texts"].path
    for key in sorted(TEXTS_USED - set(playbook.texts)):
        yield Fault(path, 1, f"text {key} is missing")


def _texts_fit_one_part(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["texts"]
    for text in playbook.texts.values():
        for language, words in text.words.items():
            for problem in _text_problems(text, words):
                yield _fault(document, f"text {text.key}: {problem}", text.key, language)


def _text_problems(text: Text, words: str) -> Iterator[str]:
    fields = {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}
    for name in sorted(fields - set(text.longest)):
        yield f"{{{name}}} has no longest value"
    if fields <= set(text.longest):
        size = measure(words.format(**text.longest))
        if size.alphabet is not Alphabet.GSM7:
            yield "has a character outside GSM-7"
        elif size.parts > 1:
            yield f"takes {size.units} characters with its longest values; one part has 160"


def _fault(document: Document, problem: str, *place: str | int) -> Fault:
    return Fault(document.path, document.line(*place), problem)


_RULES: Final[tuple[Callable[[Playbook], Iterable[Fault]], ...]] = (
    _types_name_agencies,
    _the_unclear_type_exists,
    _codes_are_not_doubled,
    _areas_fit_the_menu,
    _landmarks_lie_in_areas,
    _priorities_are_complete,
    _outcomes_are_known,
    _texts_are_there,
    _texts_fit_one_part,
)

"""What must hold between the parts of a playbook: every code named exists, nothing is doubled, every text
fits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from hotline.domain.lifecycle import Disposition
from hotline.domain.playbook import UNCLEAR, Document, Fault, Playbook, Priority
from hotline.playbook_evaluation import evaluation_faults
from hotline.playbook_response import callout_faults
from hotline.playbook_texts import text_faults

_CODED: Final = (
    ("types", "types"),
    ("types", "confidential_signs"),
    ("areas", "areas"),
    ("agencies", "agencies"),
    ("priorities", "priorities"),
    ("outcomes", "dispositions"),
    ("outcomes", "rejections"),
    ("ladders", "ladders"),
    ("routing", "roles"),
    ("roster", "shifts"),
    ("handoff", "partners"),
    ("evaluation", "field_questions"),
    ("privacy", "retention"),
)
"""(document, list) of all tables that are known by their code."""
_VOICE_FIGURES: Final = (
    ("call_back_after_s", 0, 7),  # called back within ten seconds, ringing included
    ("call_backs_per_hour", 1, 60),
    ("call_backs_per_hour_in_all", 1, 1000),
    ("wait_s", 5, 60),
    ("answer_within_s", 1, 60),
    ("longest_talk_s", 60, 3600),
    ("pin_digits", 4, 8),
    ("pin_tries", 1, 10),
    ("pin_locked_minutes", 1, 1440),
)


def check(playbook: Playbook) -> list[Fault]:
    """Every fault between the parts of `playbook`, in the order of the checks."""
    return [fault for rule in _RULES for fault in rule(playbook)]


def _rows(document: Document, key: str) -> list[Mapping[str, Any]]:
    """The tables as they stand in the file: a code that stands twice is one in the playbook and two here."""
    tables = document.data[key]
    return tables if isinstance(tables, list) else [tables]


def _codes_are_not_doubled(playbook: Playbook) -> Iterator[Fault]:
    for name, key in _CODED:
        document = playbook.documents[name]
        seen: set[str] = set()
        for position, row in enumerate(_rows(document, key)):
            if row["code"] in seen:
                yield _fault(document, f"{row['code']} stands twice", key, position, "code")
            seen.add(row["code"])


def _the_unclear_type_exists(playbook: Playbook) -> Iterator[Fault]:
    if UNCLEAR not in playbook.types:
        yield Fault(playbook.documents["types"].path, 1, f"the type {UNCLEAR} (not clear yet) is missing")


def _types_name_agencies(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["types"]
    for position, row in enumerate(_rows(document, "types")):
        for field in ("leads", "supports"):
            for code in row[field]:
                if code not in playbook.agencies:
                    problem = f"{field} of {row['code']}: no agency called {code}"
                    yield _fault(document, problem, "types", position, field)
        if not row["leads"]:
            yield _fault(document, f"{row['code']} has nobody to lead it", "types", position, "leads")


def _groups_have_a_priority(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["types"]
    for position, row in enumerate(_rows(document, "types")):
        if row["group"] and row["group"] not in playbook.group_priority:
            problem = f"group {row['group']} of {row['code']} has no priority in programme.toml"
            yield _fault(document, problem, "types", position, "group")


def _the_line_is_sane(playbook: Playbook) -> Iterator[Fault]:
    document, voice = playbook.documents["programme"], playbook.voice
    for field, low, high in _VOICE_FIGURES:
        if not low <= getattr(voice, field) <= high:
            yield _fault(document, f"{field} must be {low} to {high}", "voice", field)


def _areas_fit_the_menu(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["areas"]
    keys: set[str] = set()
    for position, row in enumerate(_rows(document, "areas")):
        name, key = row["name"], row["key"]
        if len(key) != 1 or key not in "123456789" or key in keys:
            yield _fault(document, f"{name}: key {key!r} is not a free digit 1-9", "areas", position, "key")
        keys.add(key)
        for code in row["neighbours"]:
            if code not in playbook.areas:
                yield _fault(document, f"{name}: no neighbour {code}", "areas", position, "neighbours")


def _landmarks_lie_in_areas(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["landmarks"]
    for position, landmark in enumerate(playbook.landmarks):
        named = [("area", landmark.area), *(("area_by_rt", code) for code in landmark.area_by_rt.values())]
        for field, code in named:
            if code is not None and code not in playbook.areas:
                problem = f"{landmark.name}: no area called {code}"
                yield _fault(document, problem, "landmarks", position, field)


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
    for position, row in enumerate(_rows(document, "dispositions")):
        if row["code"] not in list(Disposition):
            yield _fault(document, f"no outcome is called {row['code']}", "dispositions", position, "code")
    for position, row in enumerate(_rows(document, "rejections")):
        ending = row.get("disposition", "")
        if ending not in playbook.dispositions:
            problem = f"{row['code']}: no disposition called {ending!r}"
            yield _fault(document, problem, "rejections", position, "disposition")


def _outcomes_say_texts(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["outcomes"]
    for key in ("dispositions", "rejections"):
        for position, row in enumerate(_rows(document, key)):
            text = row.get("text", "")
            if text and text not in playbook.texts:
                yield _fault(document, f"{row['code']}: no text called {text}", key, position, "text")


def _the_language_is_written(playbook: Playbook) -> Iterator[Fault]:
    document, language = playbook.documents["texts"], playbook.programme.language
    for text in playbook.texts.values():
        if language not in text.words:
            yield _fault(document, f"text {text.key} has no words in {language!r}", text.key)


_MAY_BE_ZERO: Final = frozenset({"canary_every_minutes", "reserve", "low_balance", "fetch_overlap_minutes"})


def _figures_make_sense(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["programme"]
    for key in ("limits", "sending"):
        for name, value in document.data[key].items():
            least = 0 if name in _MAY_BE_ZERO else 1
            if isinstance(value, int) and value < least:
                yield _fault(document, f"{name} must be at least {least}, not {value}", key, name)
    sending = playbook.sending
    if sending.low_balance < sending.reserve:
        yield _fault(document, "low_balance must not be below reserve", "sending", "low_balance")
    if 0 < sending.canary_every_minutes <= sending.canary_patience_minutes:
        problem = "canary_patience_minutes must be shorter than canary_every_minutes"
        yield _fault(document, problem, "sending", "canary_patience_minutes")


def _fault(document: Document, problem: str, *place: str | int) -> Fault:
    return Fault(document.path, document.line(*place), problem)


_RULES: Final[tuple[Callable[[Playbook], Iterable[Fault]], ...]] = (
    _codes_are_not_doubled,
    _the_unclear_type_exists,
    _types_name_agencies,
    _groups_have_a_priority,
    _the_line_is_sane,
    _areas_fit_the_menu,
    _landmarks_lie_in_areas,
    _priorities_are_complete,
    _outcomes_are_known,
    _outcomes_say_texts,
    _the_language_is_written,
    callout_faults,
    evaluation_faults,
    _figures_make_sense,
    text_faults,
)

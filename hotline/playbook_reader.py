"""Reads a programme's folder of TOML files into a `Playbook` and checks everything together.

Faults are found in one go, each with file and line: first what every file is by itself, then, once all can be
read, what must hold between them.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from hotline.domain.callout import Cover, DeskRules, Ladder, Partner, Role, RosterRules, Route, ShiftTemplate
from hotline.domain.evaluation_rules import EvaluationRules, FieldQuestion, ReportWords, Retention
from hotline.domain.limits import Limits, ScreenRules, Sending, Voice
from hotline.domain.playbook import (
    Agency,
    Area,
    Choice,
    ConfidentialSign,
    Document,
    Fault,
    IncidentType,
    Landmark,
    OutsidePlace,
    Playbook,
    Priority,
    Programme,
    Target,
    Text,
)
from hotline.playbook_check import check
from hotline.playbook_values import UnfitTableError, value_of

Checker = Callable[[Playbook], list[Fault]]
T = TypeVar("T")

REQUIRED: Final = (
    "programme", "priorities", "outcomes", "types", "areas", "landmarks", "agencies", "texts",
    "ladders", "routing", "roster", "handoff", "evaluation", "privacy",
)  # fmt: skip

_TABLE_LINE: Final = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY_LINE: Final = re.compile(r'^\s*("[^"]+"|[\w-]+)\s*=')


class PlaybookError(Exception):
    """The playbook can't be used; carries every fault that was found, each once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def read_playbook(folder: Path, checkers: Sequence[Checker] = ()) -> Playbook:
    """The playbook in `folder`. `checkers` add what other packages must hold it to (menu, lexicon).

    Raises PlaybookError with all faults.
    """
    documents, faults = _read_documents(folder)
    unfit: list[Fault] = []
    playbook = _build(folder, {**_unread(folder), **documents}, unfit)
    # A file that can't be read at all has one fault, not one more for each table that is missed in it.
    unreadable = {fault.path for fault in faults}
    faults.extend(fault for fault in unfit if fault.path not in unreadable)
    if faults:
        raise PlaybookError(faults)
    found = check(playbook) + [fault for checker in checkers for fault in checker(playbook)]
    if found:
        raise PlaybookError(found)
    return playbook


def _read_documents(folder: Path) -> tuple[dict[str, Document], list[Fault]]:
    documents: dict[str, Document] = {}
    faults = [
        Fault(str(folder / f"{name}.toml"), 1, "the file is missing")
        for name in REQUIRED
        if not (folder / f"{name}.toml").is_file()
    ]
    for path in sorted(folder.glob("*.toml")):
        try:
            words = path.read_text(encoding="utf-8")
            documents[path.stem] = Document(str(path), tomllib.loads(words), _lines(words))
        except tomllib.TOMLDecodeError as error:
            faults.append(Fault(str(path), _line_of(error), str(error)))
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            faults.append(Fault(str(path), line, "is not written in UTF-8"))
    return documents, faults


def _unread(folder: Path) -> dict[str, Document]:
    """Stands for a file that can't be read, so that the others are looked at all the same."""
    return {name: Document(str(folder / f"{name}.toml"), {}, {}) for name in REQUIRED}


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    found = re.search(r"line (\d+)", str(error))
    return int(found.group(1)) if found else 1


def _lines(words: str) -> Mapping[tuple[str | int, ...], int]:
    """Where each table, array entry and key stands; tomllib keeps no positions."""
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(words.splitlines(), 1):
        if header := _TABLE_LINE.match(line):
            table = _place_of(header.group(1), header.group(2), counts)
            lines[table] = number
        elif key := _KEY_LINE.match(line):
            lines.setdefault((*table, key.group(1).strip('"')), number)
    return MappingProxyType(lines)


def _place_of(bracket: str, name: str, counts: dict[str, int]) -> tuple[str | int, ...]:
    keys = tuple(part.strip().strip('"') for part in name.split("."))
    if bracket == "[":
        return keys
    counts[name] = counts.get(name, -1) + 1
    return (*keys, counts[name])


def _build(folder: Path, documents: Mapping[str, Document], faults: list[Fault]) -> Playbook:
    """The values of all documents; unfit tables go to `faults`, and then the result must not be used."""

    def one(document: str, key: str, kind: type[T]) -> T:
        return next(_rows(documents[document], key, kind, faults), None)  # type: ignore[return-value]

    def many(document: str, kind: type[T]) -> Mapping[Any, T]:
        return _coded(documents[document], document, kind, faults)

    return Playbook(
        name=folder.name,
        folder=str(folder),
        programme=one("programme", "programme", Programme),
        limits=one("programme", "limits", Limits),
        voice=one("programme", "voice", Voice),
        sending=one("programme", "sending", Sending),
        screen=one("programme", "screen", ScreenRules),
        group_priority=_group_priority(documents["programme"], faults),
        types=many("types", IncidentType),
        confidential_signs=_coded(documents["types"], "confidential_signs", ConfidentialSign, faults),
        areas=many("areas", Area),
        agencies=many("agencies", Agency),
        ladders=many("ladders", Ladder),
        desk=one("ladders", "desk", DeskRules),
        roles=_coded(documents["routing"], "roles", Role, faults),
        routes=tuple(_rows(documents["routing"], "routes", Route, faults)),
        shifts=_coded(documents["roster"], "shifts", ShiftTemplate, faults),
        covers=tuple(_rows(documents["roster"], "covers", Cover, faults)),
        roster=one("roster", "reminders", RosterRules),
        partners=_coded(documents["handoff"], "partners", Partner, faults),
        evaluation=one("evaluation", "evaluation", EvaluationRules),
        report=_report_words(documents, faults),
        field_questions=_coded(documents["evaluation"], "field_questions", FieldQuestion, faults),
        retention=_coded(documents["privacy"], "retention", Retention, faults),
        targets=MappingProxyType(
            {row.code: row for row in _rows(documents["priorities"], "priorities", Target, faults)}
        ),
        dispositions=_choices(documents, "dispositions", faults),
        rejections=_choices(documents, "rejections", faults),
        landmarks=tuple(_rows(documents["landmarks"], "landmarks", Landmark, faults)),
        outside=tuple(_outside(documents["areas"], faults)),
        texts=MappingProxyType({text.key: text for text in _texts(documents["texts"], faults)}),
        documents=MappingProxyType(dict(documents)),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The part of `ReportWords` that stands in the file."""

    words: Mapping[str, Mapping[str, str]]
    agenda: Mapping[str, Mapping[str, str]]


def _report_words(documents: Mapping[str, Document], faults: list[Fault]) -> ReportWords:
    document = documents["evaluation"]
    language = str(documents["programme"].data.get("programme", {}).get("language", ""))
    try:
        said = value_of(_Words, {key: document.data.get(key, {}) for key in ("words", "agenda")})
    except UnfitTableError as error:
        faults.extend(Fault(document.path, document.line(name), problem) for name, problem in error.problems)
        said = _Words({}, {})
    return ReportWords(said.words, said.agenda, language)


def _coded(document: Document, key: str, kind: type[T], faults: list[Fault]) -> Mapping[Any, T]:
    rows = _rows(document, key, kind, faults)
    return MappingProxyType({row.code: row for row in rows})  # type: ignore[attr-defined]


def _choices(documents: Mapping[str, Document], key: str, faults: list[Fault]) -> Mapping[str, Choice]:
    rows = _rows(documents["outcomes"], key, Choice, faults)
    return MappingProxyType({row.code: row for row in rows})


def _rows(document: Document, key: str, kind: type[T], faults: list[Fault]) -> Iterator[T]:
    """Each table under `key` as a `kind`; a single table counts as a list of one."""
    tables = document.data.get(key, [])
    listed = isinstance(tables, list)
    for position, table in enumerate(tables if listed else [tables]):
        place: tuple[str | int, ...] = (key, position) if listed else (key,)
        try:
            yield value_of(kind, table)
        except UnfitTableError as error:
            faults.extend(
                Fault(document.path, document.line(*place, name), f"{name or key} {problem}")
                for name, problem in error.problems
            )
    if not tables:
        faults.append(Fault(document.path, 1, f"has no [{key}]"))


def _group_priority(document: Document, faults: list[Fault]) -> Mapping[int, Priority]:
    groups: dict[int, Priority] = {}
    table = document.data.get("group_priority", {})
    if not isinstance(table, dict):
        faults.append(Fault(document.path, document.line("group_priority"), "group_priority must be a table"))
        return groups
    for group, word in table.items():
        if group.isascii() and group.isdigit() and word in list(Priority):
            groups[int(group)] = Priority(word)
        else:
            line = document.line("group_priority", group)
            faults.append(Fault(document.path, line, f"group {group}: no priority called {word!r}"))
    return MappingProxyType(groups)


@dataclass(frozen=True, slots=True)
class _District:
    """Names that lie in one district outside, as the file has them."""

    district: str
    in_city: bool
    border: bool
    names: tuple[str, ...]


def _outside(document: Document, faults: list[Fault]) -> Iterator[OutsidePlace]:
    if "outside" not in document.data:
        return
    for row in _rows(document, "outside", _District, faults):
        for name in row.names:
            yield OutsidePlace(name, row.district, row.in_city, row.border)


def _texts(document: Document, faults: list[Fault]) -> Iterator[Text]:
    for key, table in document.data.items():
        if not isinstance(table, dict):
            faults.append(Fault(document.path, document.line(key), f"text {key} must be a table"))
            continue
        words = {name: value for name, value in table.items() if name != "longest"}
        longest = table.get("longest", {})
        for name, problem in _unfit_text(words, longest):
            faults.append(Fault(document.path, document.line(key, name), f"text {key}: {problem}"))
        if isinstance(longest, dict):
            yield Text(key, MappingProxyType(words), MappingProxyType(longest))


def _unfit_text(words: Mapping[str, Any], longest: Any) -> Iterator[tuple[str, str]]:
    """Field and problem of what is no sentence."""
    if not words:
        yield "", "has no words"
    for language, sentence in words.items():
        if not isinstance(sentence, str):
            yield language, f"{language} must be text, not {sentence!r}"
    if not isinstance(longest, dict) or any(not isinstance(value, str) for value in longest.values()):
        yield "longest", "longest must be a table of texts"

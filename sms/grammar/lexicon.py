"""The language of the texts, read from the playbook's lexicon and checked against its types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import Document, Fault, Playbook, Priority
from sms.grammar.meaning import Intent, Sign

DOCUMENT: Final = "lexicon"
"""The playbook file that this package owns."""

STRENGTHS: Final[dict[str, float]] = {"decisive": 6.0, "fair": 3.0, "weak": 1.0}
"""How much a phrase of each list weighs; six is enough to decide alone, one never is."""

SECTIONS: Final = (
    "spelling",
    "words",
    "classes",
    "harmless",
    "types",
    "signs",
    "about",
    "about_classes",
    "keywords",
    "alone",
    "decisions",
    "commands",
    "yields",
)


class CueKind(StrEnum):
    """What a phrase speaks of."""

    TYPE = "types"
    SIGN = "signs"
    ABOUT = "about"
    """Whom it is about: a sign too, but without a say in type and urgency, so the model is told nothing."""
    INTENT = "intents"
    STATUS = "statuses"
    HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class Cue:
    """One phrase of the lexicon: what it points to, and how strongly."""

    kind: CueKind
    value: str
    weight: float
    phrase: str


@dataclass(frozen=True, slots=True)
class Rule:
    """When the signs of an incident make it more (or less) urgent than its type is by itself."""

    types: frozenset[str]
    signs: frozenset[Sign]
    blocked: frozenset[Sign]
    priority: Priority

    def fits(self, kind: str, signs: frozenset[Sign]) -> bool:
        """Whether an incident of type `kind` with these signs falls under the rule."""
        return (not self.types or kind in self.types) and self.signs <= signs and not self.blocked & signs


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lexicon as values: spellings, word classes, phrases, keywords and rules of urgency."""

    spellings: Mapping[str, str]
    """Variant to canonical word."""
    plain: frozenset[str]
    particles: frozenset[str]
    clause_breaks: frozenset[str]
    negators: frozenset[str]
    fillers: frozenset[str]
    corrections: frozenset[str]
    abbreviations: frozenset[str]
    classes: Mapping[str, frozenset[str]]
    about_classes: Mapping[str, frozenset[str]]
    """Classes of the phrases that say whom a text is about; nothing else knows their words."""
    cues: tuple[Cue, ...]
    raises: tuple[Rule, ...]
    lowers: tuple[Rule, ...]
    keywords: Mapping[str, Intent]
    alone: Mapping[str, frozenset[str]]
    decisions: Mapping[str, str]
    commands: Mapping[str, str]
    """A unit's word to what it asks for (`sms.unit_words`)."""
    yields: Mapping[str, frozenset[str]]
    """Type to the types it gives way to."""


def read_lexicon(document: Document) -> Lexicon:
    """The lexicon in `document`. Raises KeyError or ValueError where it is unfit; `check_lexicon` says
    why."""
    data = document.data
    words = {name: frozenset(text.split()) for name, text in data["words"].items()}
    return Lexicon(
        spellings=MappingProxyType(
            {variant: word for word, variants in data["spelling"].items() for variant in variants.split()}
        ),
        plain=words["plain"],
        particles=words["particles"],
        clause_breaks=words["clause_breaks"],
        negators=words["negators"],
        fillers=words["fillers"],
        corrections=words["corrections"],
        abbreviations=words["abbreviations"],
        classes=_word_sets(data["classes"]),
        about_classes=_word_sets(data["about_classes"]),
        cues=tuple(_cues(data)),
        raises=tuple(_rule(row) for row in data["raises"]),
        lowers=tuple(_rule(row) for row in data["lowers"]),
        keywords=MappingProxyType(
            {word: Intent(name) for name, text in data["keywords"].items() for word in text.split()}
        ),
        alone=_word_sets(data["alone"]),
        decisions=MappingProxyType(
            {word: verb for verb, text in data["decisions"].items() for word in text.split()}
        ),
        commands=MappingProxyType(
            {word: name for name, text in data["commands"].items() for word in text.split()}
        ),
        yields=_word_sets(data["yields"]),
    )


def phrases(text: str) -> Iterator[str]:
    """The phrases of one list, which are parted by commas and may run over lines."""
    for phrase in text.split(","):
        if words := phrase.split():
            yield " ".join(words)


def _word_sets(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({name: frozenset(text.split()) for name, text in table.items()})


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        types=frozenset(row["types"]),
        signs=frozenset(Sign(name) for name in row["signs"]),
        blocked=frozenset(Sign(name) for name in row["blocked"]),
        priority=Priority(row["priority"]),
    )


def _cues(data: Mapping[str, Any]) -> Iterator[Cue]:
    for kind in (CueKind.TYPE, CueKind.INTENT):
        for value, strengths in data[kind].items():
            for strength, text in strengths.items():
                yield from (Cue(kind, value, STRENGTHS[strength], phrase) for phrase in phrases(text))
    for kind in (CueKind.SIGN, CueKind.ABOUT):
        for name, text in data[kind].items():
            yield from (Cue(kind, Sign(name), 1.0, phrase) for phrase in phrases(text))
    for name, text in data["statuses"].items():
        yield from (Cue(CueKind.STATUS, StatusCode[name], 1.0, phrase) for phrase in phrases(text))
    for phrase in phrases(data["harmless"]["phrases"]):
        yield Cue(CueKind.HARMLESS, "", 0.0, phrase)


def check_lexicon(playbook: Playbook) -> list[Fault]:
    """What is wrong with the playbook's lexicon: unknown codes, unknown classes, doubled words."""
    document = playbook.documents.get(DOCUMENT)
    if document is None:
        return [Fault(playbook.folder, 1, f"the file {DOCUMENT}.toml is missing")]
    missing = [
        name for name in (*SECTIONS, "intents", "statuses", "raises", "lowers") if name not in document.data
    ]
    if missing:
        return [Fault(document.path, 1, f"the table {name} is missing") for name in missing]
    unknown = list(_unknown_names(document, playbook))
    return unknown or [*_doubled(document), *_unfit_phrases(document)]


def _unknown_names(document: Document, playbook: Playbook) -> Iterator[Fault]:
    data = document.data
    known: dict[str, frozenset[str]] = {
        "types": frozenset(playbook.types),
        "intents": frozenset(Intent),
        "keywords": frozenset(Intent),
        "signs": frozenset(Sign),
        "about": frozenset(Sign),
        "statuses": frozenset(StatusCode.__members__),
    }
    for table, names in known.items():
        for name in data[table]:
            if name not in names:
                yield Fault(document.path, document.line(table, name), f"{table}: {name} is not known")
    yield from _unknown_confidence(playbook)
    yield from _unknown_yields(document, playbook)
    for table in ("types", "intents"):
        yield from _unknown_strengths(document, table)
    for table in ("raises", "lowers"):
        for position, row in enumerate(data[table]):
            yield from _rule_faults(document, playbook, (table, position), row)


def _unknown_confidence(playbook: Playbook) -> Iterator[Fault]:
    """Other files name signs too, which only this package knows."""
    types, routing = playbook.documents["types"], playbook.documents["routing"]
    for position, name in enumerate(playbook.confidential_signs):
        if name not in set(Sign):
            line = types.line("confidential_signs", position)
            yield Fault(types.path, line, f"confidential_signs: {name} is not a sign")
    for position, route in enumerate(playbook.routes):
        for name in route.signs:
            if name not in set(Sign):
                line = routing.line("routes", position)
                yield Fault(routing.path, line, f"{route.name}: {name} is not a sign")


def _unknown_yields(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for name, others in document.data["yields"].items():
        for code in (name, *others.split()):
            if code not in playbook.types:
                yield Fault(document.path, document.line("yields", name), f"yields: {code} is not known")


def _unknown_strengths(document: Document, table: str) -> Iterator[Fault]:
    for name, strengths in document.data[table].items():
        for strength in strengths:
            if strength not in STRENGTHS:
                yield Fault(document.path, document.line(table, name), f"{name}: no strength {strength}")


def _rule_faults(
    document: Document, playbook: Playbook, place: tuple[str, int], row: Mapping[str, Any]
) -> Iterator[Fault]:
    words = [
        *(f"type {name}" for name in row["types"] if name not in playbook.types),
        *(f"sign {name}" for name in (*row["signs"], *row["blocked"]) if name not in set(Sign)),
        *(f"priority {name}" for name in [row["priority"]] if name not in set(Priority)),
        *([] if row["signs"] else ["a rule without a sign"]),
    ]
    for word in words:
        yield Fault(document.path, document.line(*place), f"{place[0]}: {word} is not known")


def _doubled(document: Document) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for word, variants in document.data["spelling"].items():
        for variant in variants.split():
            if seen.setdefault(variant, word) != word:
                problem = f"spelling: {variant} stands under both {seen[variant]} and {word}"
                yield Fault(document.path, document.line("spelling", word), problem)
    for table in ("types", "intents"):
        for name, strengths in document.data[table].items():
            yield from _doubled_phrases(document, table, name, strengths)


def _doubled_phrases(
    document: Document, table: str, name: str, strengths: Mapping[str, str]
) -> Iterator[Fault]:
    seen: set[str] = set()
    for strength, text in strengths.items():
        for phrase in phrases(text):
            if phrase in seen:
                problem = f"{table}.{name}.{strength}: {phrase} stands there twice"
                yield Fault(document.path, document.line(table, name), problem)
            seen.add(phrase)


def _unfit_phrases(document: Document) -> Iterator[Fault]:
    """Phrases with an unknown class or a gap at an end, or of which particles leave a single, too common
    word."""
    known = {"@": document.data["classes"], "+": document.data["about_classes"]}
    particles = frozenset(document.data["words"]["particles"].split())
    for cue in _cues(document.data):
        words = cue.phrase.split()
        line = document.line(cue.kind, _name_in_file(cue))
        for word in cue.phrase.replace("/", " ").split():
            if word[0] in known and word.rstrip("?")[1:] not in known[word[0]]:
                yield Fault(document.path, line, f"{cue.phrase}: no class {word}")
        if ".." in (words[0], words[-1]):
            yield Fault(document.path, line, f"{cue.phrase}: a gap needs a word on both sides")
        if len(words) > 1 and sum(word not in particles for word in words) < 2:
            yield Fault(document.path, line, f"{cue.phrase}: particles are not seen, so one word is left")


def _name_in_file(cue: Cue) -> str:
    return StatusCode(cue.value).name if cue.kind is CueKind.STATUS else cue.value

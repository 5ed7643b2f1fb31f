"""What `make train` prints: rules, model, and both together, on messages kept aside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hotline.domain.playbook import Priority
from sms.commands import outward_intent
from sms.grammar import Intent, Meaning
from tools.training.course import Course
from tools.training.fitting import Answers, fit
from tools.training.matrix import Sample
from tools.training.messages import Message

Flags = NDArray[np.bool_]

_LEARNT: Final = 30
"""Messages of the others from which a label can be learnt at all."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A message and what was read of it."""

    message: Message
    meaning: Meaning

    @property
    def is_any(self) -> bool:
        return True

    @property
    def is_residents(self) -> bool:
        return self.message.status is None

    @property
    def is_report(self) -> bool:
        return self.message.type is not None

    @property
    def is_darurat(self) -> bool:
        return self.message.priority is Priority.DARURAT

    @property
    def is_status(self) -> bool:
        return self.message.status is not None

    @property
    def sure_residents(self) -> bool:
        return self.is_residents and not self.meaning.unsure

    @property
    def sure_report(self) -> bool:
        return self.is_report and not self.meaning.unsure

    @property
    def sure_status(self) -> bool:
        return self.is_status and self.meaning.status is not None and not self.meaning.unsure

    @property
    def said_darurat(self) -> bool:
        return self.said is Priority.DARURAT

    @property
    def said(self) -> Priority | None:
        return self.meaning.priority.value if self.meaning.priority is not None else None

    @property
    def intent_right(self) -> bool:
        return outward_intent(self.meaning) == self.message.intent

    @property
    def type_right(self) -> bool:
        found = self.meaning.incident_type
        return found is not None and found.value == self.message.type

    @property
    def priority_right(self) -> bool:
        return self.said is self.message.priority

    @property
    def priority_near(self) -> bool:
        wanted, said = self.message.priority, self.said
        return wanted is not None and said is not None and abs(said.rank - wanted.rank) <= 1

    @property
    def no_report(self) -> bool:
        return self.meaning.intent is not Intent.REPORT

    @property
    def status_right(self) -> bool:
        found = self.meaning.status
        return found is not None and found.value is self.message.status


_MEASURES: Final = (
    ("intent", "is_any", "intent_right"),
    ("  residents'", "is_residents", "intent_right"),
    ("  sure", "sure_residents", "intent_right"),
    ("type", "is_report", "type_right"),
    ("  sure", "sure_report", "type_right"),
    ("priority", "is_report", "priority_right"),
    ("  within one", "is_report", "priority_near"),
    ("darurat heard", "is_darurat", "said_darurat"),
    ("darurat right", "said_darurat", "is_darurat"),
    ("darurat lost as no report", "is_darurat", "no_report"),
    ("status", "is_status", "status_right"),
    ("  sure", "sure_status", "status_right"),
)
"""Name, which pairs count, which of them are right."""


def lines(course: Course, together: Sequence[Meaning], thresholds: Mapping[str, float]) -> Iterator[str]:
    """The table, line by line."""
    messages = [sample.message for sample in course.samples]
    yield f"{len(messages)} messages, {len(course.told.features)} features"
    for name, answers in course.answers.items():
        yield (
            f"  {name:9} C {answers.recipe.strength:<4} rules {answers.recipe.rules_say:<4}"
            f" temperature {answers.temperature:<6}"
            f" right {answers.right:.3f} of {len(answers.asked)} kept aside"
        )
    yield "thresholds  " + "  ".join(f"{name} {value}" for name, value in thresholds.items())
    rules = [Pair(sample.message, sample.rules) for sample in course.samples]
    both = list(map(Pair, messages, together))
    yield f"{'':28} {'rules':>7} {'both':>7} {'n':>6}"
    for name, counts, right in _MEASURES:
        of_rules, _ = _share(rules, counts, right)
        of_both, size = _share(both, counts, right)
        yield f"{name:28} {of_rules:7.3f} {of_both:7.3f} {size:6}"
    yield from _by_type(both)


def _share(pairs: Sequence[Pair], counts: str, right: str) -> tuple[float, int]:
    chosen = [pair for pair in pairs if getattr(pair, counts)]
    return (sum(getattr(pair, right) for pair in chosen) / len(chosen) if chosen else 0.0), len(chosen)


def _by_type(pairs: Sequence[Pair]) -> Iterator[str]:
    yield f"{'type':10} {'n':>5} {'heard':>6} {'right':>6}   most often taken for"
    for kind in sorted({pair.message.type for pair in pairs if pair.message.type is not None}):
        given = [
            pair.meaning.incident_type.value
            for pair in pairs
            if pair.message.type == kind and pair.meaning.incident_type is not None
        ]
        own = sum(pair.message.type == kind for pair in pairs)
        called = sum(
            pair.meaning.incident_type is not None and pair.meaning.incident_type.value == kind
            for pair in pairs
        )
        wrong = sorted(((given.count(other), other) for other in set(given) - {kind}), reverse=True)[:4]
        yield (
            f"{kind:10} {own:5} {given.count(kind) / own:6.3f}"
            f" {given.count(kind) / max(called, 1):6.3f}   "
            + ", ".join(f"{other} {count}" for count, other in wrong)
        )


def by_author(samples: Sequence[Sample], course: Course) -> Iterator[str]:
    """Each author's messages read with weights fitted to the others' alone, where they have the labels."""
    authors = np.array([sample.message.author for sample in samples])
    yield f"{'whole authors kept aside':28} " + " ".join(f"{name:>9}" for name in course.answers)
    for author in np.unique(authors):
        shares = [_of_author(course, name, authors == author) for name in course.answers]
        yield f"{author:28} " + " ".join(f"{share:9.3f}" if share >= 0 else f"{'-':>9}" for share in shares)


def _of_author(course: Course, name: str, theirs: Flags) -> float:
    """The share that is right; -1 where the others hardly have this author's labels."""
    answers: Answers = course.answers[name]
    matrix = course.matrix(name)
    mine = theirs[answers.asked]
    names, often = np.unique(answers.labels[~mine], return_counts=True)
    tested = mine & np.isin(answers.labels, names[often >= _LEARNT])
    if tested.sum() < max(mine.sum() / 2, 20) or len(names) < 2:
        return -1.0
    fitted = fit(matrix, answers.asked[~mine], answers.labels[~mine], answers.recipe)
    given = np.array(fitted.classes)[fitted.scores(matrix.rows[answers.asked[tested]]).argmax(axis=1)]
    return float((given == answers.labels[tested]).mean())

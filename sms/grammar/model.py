"""A linear model that was trained on messages: what it makes of a text, and from which words.

Trained by `tools/train.py`, read from the playbook's `model.json`. Pure Python: whole numbers are added up
and scaled once, and the sums of a word are remembered, since words come again.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from sms.grammar.evidence import Evidence
from sms.grammar.features import (
    letters_of,
    looked_at,
    meant,
    names_of,
    of_kind,
    of_text,
    pair_of,
    signs_of,
    topic_pairs,
)
from sms.grammar.meaning import Meaning, Sender, Span
from sms.grammar.topics import Topics
from sms.grammar.words import Word

Sums = Sequence[int]
"""One whole number a column: all classes of all tasks, side by side."""
_MEMORY: Final = 50_000
_MOST_SPANS: Final = 4
_LEAST_SHARE: Final = 0.35
"""A word is pointed at when it spoke for the class at least this much of what the loudest word did."""


@dataclass(frozen=True, slots=True)
class Task:
    """One question that the model answers with one of its classes."""

    classes: tuple[str, ...]
    first: int
    """The column of its first class."""
    bias: tuple[float, ...]
    scale: tuple[float, ...]
    """What one unit of a stored weight is worth, a class."""
    temperature: float
    """Above 1 the answers are toned down to the certainty they had on messages kept aside."""

    def probabilities(self, names: Sums, letters: Sums, tone: float) -> dict[str, float]:
        """How likely each class is. `tone` is what one unit of `letters` counts."""
        scores = [
            (bias + scale * (names[at] + tone * letters[at])) / self.temperature
            for at, (bias, scale) in enumerate(zip(self.bias, self.scale, strict=True), self.first)
        ]
        highest = max(scores)
        parts = [math.exp(score - highest) for score in scores]
        total = sum(parts)
        return {name: part / total for name, part in zip(self.classes, parts, strict=True)}


@dataclass(frozen=True, slots=True)
class Weights:
    """A word's own sums: of its letters' n-grams, how many those are, and of its names."""

    letters: Sums
    count: int
    names: Sums


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model thinks of a text: how likely each class of each task is, and why."""

    intents: Mapping[str, float]
    types: Mapping[str, float]
    priorities: Mapping[str, float]
    statuses: Mapping[str, float]
    words: Sequence[tuple[Span, Weights]] = ()
    tone: float = 0.0
    columns: Mapping[str, tuple[int, range]] = field(default_factory=dict)
    """Type to its column and the columns of all types."""

    def spans_for(self, kind: str) -> tuple[Span, ...]:
        """The words that spoke loudest for this type against the others."""
        if kind not in self.columns:
            return ()
        column, others = self.columns[kind]
        spoke = [(self._speaks(weights, column, others), span) for span, weights in self.words]
        loudest = max((share for share, _ in spoke), default=0.0)
        chosen = sorted(spoke, reverse=True)[:_MOST_SPANS]
        return tuple(sorted(span for share, span in chosen if 0 < share >= loudest * _LEAST_SHARE))

    def _speaks(self, weights: Weights, column: int, others: range) -> float:
        names, letters = weights.names, weights.letters
        own = names[column] + self.tone * letters[column]
        every = sum(names[others.start : others.stop]) + self.tone * sum(letters[others.start : others.stop])
        return own - every / len(others)


@dataclass(frozen=True, slots=True)
class Model:
    """The trained weights and the four tasks; holds no state that changes an answer."""

    tasks: Mapping[str, Task]
    rows: Mapping[str, int]
    """Feature to its row in `table`."""
    table: memoryview
    """Rows of signed bytes, one a column."""
    width: int
    thresholds: Mapping[str, float]
    topics: Topics
    empty: Sums
    columns: Mapping[str, tuple[int, range]]
    words: dict[tuple[str, str, tuple[str, ...]], Weights] = field(default_factory=dict)
    pairs: dict[tuple[str, ...], Sums] = field(default_factory=dict)
    read: dict[int, Sums] = field(default_factory=dict)
    """Rows of the table that were asked for."""

    @classmethod
    def of(
        cls,
        tasks: Mapping[str, Task],
        features: Sequence[str],
        table: bytes,
        thresholds: Mapping[str, float],
        topics: Topics,
    ) -> "Model":
        """A model of these weights, row by row in the order of `features`."""
        width = sum(len(task.classes) for task in tasks.values())
        types = tasks["type"]
        every = range(types.first, types.first + len(types.classes))
        return cls(
            tasks, {name: at for at, name in enumerate(features)}, memoryview(table).cast("b"), width,
            thresholds, topics, (0,) * width,
            {code: (types.first + at, every) for at, code in enumerate(types.classes)},
        )  # fmt: skip

    def opinion(self, evidence: Evidence, rules: Meaning, sender: Sender) -> Opinion:
        """What the model thinks of the text behind `evidence`, told what the rules made of it."""
        seen = looked_at(evidence.words)
        weighed = [(word.span, self._weights(word)) for word in seen]
        letters = self._added([weights.letters for _, weights in weighed if weights.count])
        count = sum(weights.count for _, weights in weighed)
        tone = 1 / math.sqrt(count) if count else 0.0
        parts = [weights.names for _, weights in weighed]
        parts += self._neighbours(seen)
        parts += self._known(of_text(evidence, rules, sender, len(seen)))
        names = self._added(parts)
        types = self.tasks["type"].probabilities(names, letters, tone)
        kind = max(types, key=types.__getitem__)
        told = self._added([names, *self._known(of_kind(kind, signs_of(evidence)))])
        return Opinion(
            self.tasks["intent"].probabilities(names, letters, tone),
            types,
            self.tasks["priority"].probabilities(told, letters, tone),
            self.tasks["status"].probabilities(names, letters, tone) if sender is Sender.UNIT else {},
            weighed,
            tone,
            self.columns,
        )

    def _row(self, at: int) -> Sums:
        found = self.read.get(at)
        if found is None:
            found = self.read[at] = self.table[at * self.width : (at + 1) * self.width].tolist()
        return found

    def _known(self, features: Iterable[str]) -> list[Sums]:
        rows = self.rows
        return [self._row(rows[name]) for name in features if name in rows]

    def _added(self, parts: Sequence[Sums]) -> Sums:
        if not parts:
            return self.empty
        return list(map(sum, zip(*parts, strict=True)))

    def _weights(self, word: Word) -> Weights:
        key = (word.text, word.word, word.edges)
        found = self.words.get(key)
        if found is None:
            if len(self.words) >= _MEMORY:
                self.words.clear()
            grams = list(letters_of(word))
            topics = self.topics.of_word(word) if word.text.isalpha() else ()
            found = self.words[key] = Weights(
                self._added(self._known(grams)), len(grams), self._added(self._known(names_of(word, topics)))
            )
        return found

    def _neighbours(self, seen: Sequence[Word]) -> list[Sums]:
        """The sums of every two words side by side, and of the topics of every two content words that are
        at most one apart.
        """
        said = ["<", *map(meant, seen), ">"]
        found = [self._pair(left, right) for left, right in pairwise(said)]
        content = [word for word in seen if word.content]
        for apart in (1, 2):
            found += [self._topic_pair(*two) for two in zip(content, content[apart:], strict=False)]
        return [sums for sums in found if sums is not self.empty]

    def _pair(self, left: str, right: str) -> Sums:
        at = self.rows.get(pair_of(left, right))
        return self.empty if at is None else self._row(at)

    def _topic_pair(self, left: Word, right: Word) -> Sums:
        key = (left.text, left.word, right.text, right.word)
        found = self.pairs.get(key)
        if found is None:
            if len(self.pairs) >= _MEMORY:
                self.pairs.clear()
            named = topic_pairs(self.topics.of_word(left), self.topics.of_word(right))
            found = self.pairs[key] = self._added(self._known(named))
        return found

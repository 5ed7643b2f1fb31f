"""A linear model that was trained on messages: what it makes of a text, and from which words.

Trained by `tools/train.py`, read from the playbook's `model.json`. Pure Python: whole numbers are added up
(`lanes.py`) and scaled once, and the sums of a word are remembered, since words come again.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import mul
from typing import Final

from hotline.domain.playbook import Priority
from sms.grammar.evidence import Evidence
from sms.grammar.features import (
    letters_of,
    looked_at,
    of_kind,
    of_text,
    pair_of,
    said,
    signs_of,
    topic_pairs,
    topics_of,
    words_of,
)
from sms.grammar.lanes import Lanes
from sms.grammar.meaning import Found, Meaning, Sender, Span
from sms.grammar.topics import Topics
from sms.grammar.words import Word

Urgency = Callable[[str], Found[Priority]]
"""What the rules make of an incident of some type with all that a text says."""
UNIT: Final = 1 << 10
"""What a weight counts where its group has one feature; of more features each counts less."""
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

    def probabilities(self, sums: Sequence[int]) -> dict[str, float]:
        """How likely each class is; `sums` are those of all columns, in units."""
        per_unit = 1 / (UNIT * self.temperature)
        own = sums[self.first : self.first + len(self.classes)]
        scores = [
            bias / self.temperature + scale * total * per_unit
            for bias, scale, total in zip(self.bias, self.scale, own, strict=True)
        ]
        highest = max(scores)
        parts = [math.exp(score - highest) for score in scores]
        whole = sum(parts)
        return {name: part / whole for name, part in zip(self.classes, parts, strict=True)}


@dataclass(frozen=True, slots=True)
class Weights:
    """A word's own sums, one number for all columns, and how many features they come from."""

    letters: int
    grams: int
    words: int
    names: int
    topics: int
    labels: int
    voices: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """What letters, words and topics say for a type above the others; remembered once somebody asks."""


@dataclass(frozen=True, slots=True)
class Tones:
    """What one feature counts in its group, in units: less where there are many."""

    letters: int
    words: int
    topics: int

    def of(self, voices: tuple[float, float, float]) -> float:
        """How loud a word is in this text whose groups have these voices."""
        letters, words, topics = voices
        return self.letters * letters + self.words * words + self.topics * topics


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model thinks of a text: how likely each class of each task is, and why."""

    intents: Mapping[str, float]
    types: Mapping[str, float]
    priorities: Mapping[str, float]
    statuses: Mapping[str, float]
    heard: Found[Priority]
    """How urgent the rules hold an incident of the likeliest type for, by what the text says."""
    words: Sequence[tuple[Word, Weights]] = ()
    """Every word that was looked at, with its weights."""
    tones: Tones | None = None
    model: "Model | None" = None

    def spans_for(self, kind: str) -> tuple[Span, ...]:
        """The words that spoke loudest for this type against the others."""
        if self.model is None or self.tones is None:
            return ()
        spoke = [
            (self.tones.of(self.model.speaks_for(kind, weights)), word.start, word.end)
            for word, weights in self.words
            if word.content and not word.is_number
        ]
        chosen = sorted(spoke, reverse=True)[:_MOST_SPANS]
        least = chosen[0][0] * _LEAST_SHARE if chosen else 0.0
        return tuple(sorted(Span(start, end) for share, start, end in chosen if 0 < share >= least))


@dataclass(frozen=True, slots=True)
class Model:
    """The trained weights and the four tasks; holds no state that changes an answer."""

    tasks: Mapping[str, Task]
    rows: Mapping[str, int]
    """Feature to its weights, all columns in one number."""
    lanes: Lanes
    thresholds: Mapping[str, float]
    topics: Topics
    words: dict[tuple[str, str, tuple[str, ...]], Weights] = field(default_factory=dict)
    near: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        tasks: Mapping[str, Task],
        features: Sequence[str],
        table: bytes,
        thresholds: Mapping[str, float],
        topics: Topics,
    ) -> "Model":
        """A model of these weights: in `table` a row of signed bytes for each of `features`."""
        width = sum(len(task.classes) for task in tasks.values())
        lanes = Lanes.of(width)
        rows = {name: lanes.packed(table[at * width : (at + 1) * width]) for at, name in enumerate(features)}
        return cls(tasks, rows, lanes, thresholds, topics)

    def opinion(self, evidence: Evidence, rules: Meaning, sender: Sender, urgency: Urgency) -> Opinion:
        """What the model thinks of the text behind `evidence`, told what the rules made of it and how urgent
        they hold an incident of the likeliest type for.
        """
        seen = looked_at(evidence.words)
        weights = [self._weights(word) for word in seen]
        tones, own = self._own(weights, pairs=len(seen) + 1)
        pairs = sum([self.rows.get(pair_of(left, right), 0) for left, right in pairwise(said(seen))])
        total = own + tones.words * pairs + self._near(seen)
        total += self._together(of_text(evidence, rules, sender, len(seen)))
        sums = self.lanes.unpacked(total)
        tasks = self.tasks
        types = tasks["type"].probabilities(sums)
        kind = max(types, key=types.__getitem__)
        heard = urgency(kind)
        told = self.lanes.unpacked(total + self._together(of_kind(kind, heard, signs_of(evidence))))
        return Opinion(
            tasks["intent"].probabilities(sums),
            types,
            tasks["priority"].probabilities(told),
            tasks["status"].probabilities(sums) if sender is Sender.UNIT else {},
            heard,
            list(zip(seen, weights, strict=True)),
            tones,
            self,
        )

    def speaks_for(self, kind: str, weights: Weights) -> tuple[float, float, float]:
        """How much more a word's letters, words and topics speak for a type than for the types in general."""
        found = weights.voices.get(kind)
        if found is None:
            found = weights.voices[kind] = (
                self._above_the_rest(kind, weights.letters),
                self._above_the_rest(kind, weights.words),
                self._above_the_rest(kind, weights.topics),
            )
        return found

    def _above_the_rest(self, kind: str, packed: int) -> float:
        task = self.tasks["type"]
        if kind not in task.classes:
            return 0.0
        every = self.lanes.unpacked(packed)[task.first : task.first + len(task.classes)]
        scaled: list[float] = list(map(mul, task.scale, every))
        return scaled[task.classes.index(kind)] - sum(scaled) / len(scaled)

    def _own(self, weights: Sequence[Weights], pairs: int) -> tuple[Tones, int]:
        """What the words say by themselves, and at which tone; their pairs share the tone of words."""
        letters = grams = words = topics = labels = 0
        names = pairs
        for each in weights:
            letters += each.letters
            grams += each.grams
            words += each.words
            names += each.names
            topics += each.topics
            labels += each.labels
        tones = Tones(tone(grams), tone(names), tone(labels))
        return tones, tones.letters * letters + tones.words * words + tones.topics * topics

    def _together(self, features: Sequence[str]) -> int:
        """What the features of one group say."""
        return tone(len(features)) * self._sum(features)

    def _sum(self, features: Iterable[str]) -> int:
        rows = self.rows
        return sum([rows[name] for name in features if name in rows])

    def _weights(self, word: Word) -> Weights:
        key = (word.text, word.word, word.edges)
        found = self.words.get(key)
        if found is None:
            if len(self.words) >= _MEMORY:
                self.words.clear()
            grams, names = list(letters_of(word)), list(words_of(word))
            labels = list(topics_of(word, self._topics(word)))
            found = self.words[key] = Weights(
                self._sum(grams), len(grams), self._sum(names), len(names), self._sum(labels), len(labels)
            )
        return found

    def _topics(self, word: Word) -> tuple[str, ...]:
        return self.topics.of_word(word) if word.text.isalpha() else ()

    def _near(self, seen: Sequence[Word]) -> int:
        """What the topics of every two content words say that are at most one apart."""
        content = [word for word in seen if word.content]
        total = count = 0
        for apart in (1, 2):
            for left, right in zip(content, content[apart:], strict=False):
                said_by, pairs = self._topic_pair(left, right)
                total += said_by
                count += pairs
        return tone(count) * total

    def _topic_pair(self, left: Word, right: Word) -> tuple[int, int]:
        key = (left.text, left.word, right.text, right.word)
        found = self.near.get(key)
        if found is None:
            if len(self.near) >= _MEMORY:
                self.near.clear()
            named = list(topic_pairs(self._topics(left), self._topics(right)))
            found = self.near[key] = self._sum(named), len(named)
        return found


def tone(count: int) -> int:
    """What each of so many features of a group counts, in units."""
    return round(UNIT / math.sqrt(count)) if count else 0

"""Messages as rows of numbers: each feature a column, weighed by its group and by how rare it is."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sms.grammar import Context, Meaning, Reader
from sms.grammar.evidence import Evidence
from sms.grammar.features import (
    Group,
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
from sms.grammar.model import Urgency
from sms.grammar.topics import Topics
from tools.training.messages import Message

Floats = NDArray[np.float64]

WEIGHTS: Final[Mapping[Group, float]] = {
    Group.LETTERS: 1.4, Group.WORDS: 1.4, Group.TOPICS: 1.0, Group.NEAR: 0.5, Group.RULES: 0.5,
    Group.TOLD: 1.0,
}  # fmt: skip
"""What a group may say against the others."""
_BY_RARITY: Final = frozenset({Group.LETTERS, Group.WORDS})
_RARITY: Final = 5.0
"""Brings the logarithms of rarity to about one."""
LEAST_OFTEN: Final = 2
"""Messages in which a feature must stand; what stands in one alone teaches nothing about others."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as the model will see it."""

    message: Message
    evidence: Evidence
    rules: Meaning
    features: Mapping[Group, Sequence[str]]
    urgency: Urgency

    def told(self, kind: str) -> "Sample":
        """The sample as the priority sees it: with the type that the model gives it."""
        told = of_kind(kind, self.urgency(kind), signs_of(self.evidence))
        return replace(self, features={**self.features, Group.TOLD: told})


def sample_of(message: Message, reader: Reader, topics: Topics) -> Sample:
    """The message with its features; `reader` works by its rules alone."""
    evidence = reader.gather(message.text, message.sender, Context())
    rules = reader.by_rules(evidence, message.sender)
    seen = looked_at(evidence.words)
    named = [topics.of_word(word) if word.text.isalpha() else () for word in seen]
    content = [of for word, of in zip(seen, named, strict=True) if word.content]
    features = {
        Group.LETTERS: [gram for word in seen for gram in letters_of(word)],
        Group.WORDS: [
            *(name for word in seen for name in words_of(word)),
            *(pair_of(left, right) for left, right in pairwise(said(seen))),
        ],
        Group.TOPICS: [name for word, of in zip(seen, named, strict=True) for name in topics_of(word, of)],
        Group.NEAR: [
            name
            for apart in (1, 2)
            for left, right in zip(content, content[apart:], strict=False)
            for name in topic_pairs(left, right)
        ],
        Group.RULES: of_text(evidence, rules, message.sender, len(seen)),
        Group.TOLD: (),
    }
    return Sample(message, evidence, rules, features, reader.urgency(evidence))


@dataclass(frozen=True, slots=True)
class Matrix:
    """The samples' features as numbers."""

    features: tuple[str, ...]
    weights: Floats
    """What one of each feature counts; in a text it is divided by the root of its group's features."""
    of_rules: NDArray[np.bool_]
    """Which features are what the rules found."""
    rows: csr_matrix

    def emphasis(self, rules: float) -> Floats:
        """A factor for each feature: `rules` for what the rules found, one for the rest."""
        return np.where(self.of_rules, rules, 1.0)


def matrix_of(samples: Sequence[Sample]) -> Matrix:
    """The features that stand in enough messages, as a matrix."""
    groups = {name: group for sample in samples for group in Group for name in sample.features[group]}
    often = Counter(name for sample in samples for group in Group for name in set(sample.features[group]))
    features = tuple(sorted(name for name, count in often.items() if count >= LEAST_OFTEN))
    columns = {name: at for at, name in enumerate(features)}
    weights = np.array([_weight(groups[name], often[name], len(samples)) for name in features])
    where: list[tuple[int, int, float]] = [
        (at, columns[name], value * weights[columns[name]])
        for at, sample in enumerate(samples)
        for name, value in _row(sample)
        if name in columns
    ]
    rows, cells, values = zip(*where, strict=True)
    of_rules = np.array([groups[name] is Group.RULES for name in features])
    size = (len(samples), len(features))
    return Matrix(features, weights, of_rules, csr_matrix((values, (rows, cells)), size))


def _row(sample: Sample) -> Iterator[tuple[str, float]]:
    for group in Group:
        share = 1 / math.sqrt(len(sample.features[group]) or 1)
        yield from ((name, count * share) for name, count in Counter(sample.features[group]).items())


def _weight(group: Group, often: int, messages: int) -> float:
    rarity = (math.log((1 + messages) / (1 + often)) + 1) / _RARITY if group in _BY_RARITY else 1.0
    return WEIGHTS[group] * rarity

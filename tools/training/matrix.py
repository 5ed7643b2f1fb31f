"""Messages as rows of numbers: each feature a column, weighed by what kind of feature it is."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sms.grammar import Context, Meaning, Reader
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
from sms.grammar.topics import Topics
from tools.training.messages import Message

Floats = NDArray[np.float64]

LETTERS: Final = 3.0
"""What the n-grams of a text count together, against one feature of another kind."""
KINDS: Final[Mapping[str, float]] = {
    "w": 1.0, "c": 1.0, "e": 1.0, "t": 1.0, "p": 1.0, "x": 0.3, "m": 0.7, "r": 1.0, "k": 1.0, "y": 0.7,
    "z": 0.5, "n": 0.5, "q": 0.8,
}  # fmt: skip
"""Weight of a feature by its first letter: small where one word brings many of them."""
LEAST_OFTEN: Final = 2
"""Messages in which a feature must stand; what stands in one alone teaches nothing about others."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as the model will see it."""

    message: Message
    evidence: Evidence
    rules: Meaning
    letters: Mapping[str, int]
    names: Mapping[str, int]


def sample_of(message: Message, reader: Reader, topics: Topics) -> Sample:
    """The message with its features; `reader` works by its rules alone."""
    evidence = reader.gather(message.text, message.sender, Context())
    rules = reader.by_rules(evidence, message.sender)
    seen = looked_at(evidence.words)
    named = [topics.of_word(word) if word.text.isalpha() else () for word in seen]
    letters = Counter(gram for word in seen for gram in letters_of(word))
    names = Counter(name for word, of in zip(seen, named, strict=True) for name in names_of(word, of))
    said = ["<", *map(meant, seen), ">"]
    names.update(pair_of(left, right) for left, right in pairwise(said))
    content = [of for word, of in zip(seen, named, strict=True) if word.content]
    for apart in (1, 2):
        for left, right in zip(content, content[apart:], strict=False):
            names.update(topic_pairs(left, right))
    names.update(of_text(evidence, rules, message.sender, len(seen)))
    return Sample(message, evidence, rules, letters, names)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The samples' features as numbers."""

    features: tuple[str, ...]
    weights: Floats
    """What one unit of each feature counts; an n-gram's is divided by the root of the text's n-grams."""
    rows: csr_matrix


def matrix_of(samples: Sequence[Sample], kinds: Sequence[str] | None = None) -> Matrix:
    """The features that stand in enough messages, as a matrix. `kinds` are the types that the priority is
    told of, where it is that matrix.
    """
    parts = [list(_row(sample)) for sample in samples]
    if kinds is not None:
        for part, sample, kind in zip(parts, samples, kinds, strict=True):
            part += [(name, 1.0) for name in of_kind(kind, signs_of(sample.evidence))]
    often = Counter(name for part in parts for name, _ in part)
    features = tuple(sorted(name for name, count in often.items() if count >= LEAST_OFTEN))
    columns = {name: at for at, name in enumerate(features)}
    weights = np.array([_weight(name) for name in features])
    where: list[tuple[int, int, float]] = [
        (at, columns[name], value * weights[columns[name]])
        for at, part in enumerate(parts)
        for name, value in part
        if name in columns
    ]
    rows, cells, values = zip(*where, strict=True)
    return Matrix(features, weights, csr_matrix((values, (rows, cells)), (len(samples), len(features))))


def _row(sample: Sample) -> Iterable[tuple[str, float]]:
    tone = 1 / math.sqrt(sum(sample.letters.values()) or 1)
    yield from ((gram, count * tone) for gram, count in sample.letters.items())
    yield from ((name, float(count)) for name, count in sample.names.items())


def _weight(name: str) -> float:
    return KINDS[name[0]] if name[1:2] == ":" else LETTERS

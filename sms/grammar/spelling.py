"""From a word as written to the word that is meant: abbreviations, dialect, affixes, dropped vowels,
slips."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sms.grammar.forms import all_forms, common_forms
from sms.grammar.likeness import another_word, distance, drops_only_vowels, skeleton, without_one

_REPEATED: Final = re.compile(r"(.)\1{2,}")
_ENDINGS: Final = (
    "nyalah",
    "nya",
    "nyo",
    "nyo2",
    "lah",
    "kah",
    "pun",
    "ny",
    "ku",
    "mu",
    "la",
    "x",
    "e",
    "an",
    "in",
    "kan",
    "i",
)
_GLUED: Final = ("di", "ke", "dari", "d", "k", "se", "yg", "sy")
_SHORTEST_SLIP: Final = 5
_SHORTEST_SKELETON: Final = 3
_MEMORY: Final = 50_000


@dataclass(frozen=True, slots=True)
class Spelt:
    """What a written word is taken for."""

    word: str
    root: str | None
    known: bool


@dataclass(slots=True)
class Speller:
    """Knows all words of the lexicon and finds the one that is meant; remembers what it found."""

    spellings: Mapping[str, str]
    vocabulary: frozenset[str]
    plain: frozenset[str]
    forms: Mapping[str, str]
    by_skeleton: Mapping[str, str]
    by_deletion: Mapping[str, str]
    memory: dict[str, Spelt] = field(default_factory=dict)

    @classmethod
    def of(
        cls, spellings: Mapping[str, str], words: Iterable[str], plain: Iterable[str], roots: Iterable[str]
    ) -> "Speller":
        """A speller of these words; `roots` are recognised with all their affixes."""
        roots = sorted(set(roots))
        plain = frozenset(plain)
        vocabulary = frozenset(words) | plain | frozenset(spellings.values())
        forms = {form: root for root in reversed(roots) for form in all_forms(root) if len(form) > 3}
        forms |= {root: root for root in roots}
        likely = vocabulary | {form for root in roots for form in common_forms(root)} | set(spellings)
        return cls(
            spellings, vocabulary, plain, {form: root for form, root in forms.items() if form not in plain},
            _index((skeleton(word), word) for word in likely if len(word) >= 4),
            _index(
                (part, word) for word in likely if len(word) >= _SHORTEST_SLIP for part in without_one(word)
            ),
        )  # fmt: skip

    def spelt(self, written: str) -> Spelt:
        """What `written` (lower case, letters only) is taken for; never fails, an unknown word stays as it
        is."""
        known = self.memory.get(written)
        if known is None:
            if len(self.memory) >= _MEMORY:
                self.memory.clear()
            known = self.memory[written] = self._find(written)
        return known

    def _find(self, written: str) -> Spelt:
        for spelling in dict.fromkeys((written, _REPEATED.sub(r"\1", written))):
            if found := self._exact(spelling) or self._by_ending(spelling) or self._by_glue(spelling):
                return found
        short = _REPEATED.sub(r"\1", written)
        like = self._by_vowels(short) or self._by_slip(short)
        return (self._exact(like) if like else None) or Spelt(written, None, False)

    def _exact(self, word: str) -> Spelt | None:
        word = self.spellings.get(word, word)
        root = self.forms.get(word)
        if root is not None or word in self.vocabulary:
            return Spelt(word, root, True)
        if word.endswith("o") and (word[:-1] + "a") in self.vocabulary:
            return Spelt(word[:-1] + "a", self.forms.get(word[:-1] + "a"), True)
        return None

    def _by_ending(self, word: str) -> Spelt | None:
        for ending in _ENDINGS:
            long_enough = word.endswith(ending) and len(word) - len(ending) >= 3
            if long_enough and (found := self._exact(word[: -len(ending)])):
                return found
        return None

    def _by_glue(self, word: str) -> Spelt | None:
        for front in _GLUED:
            rest = word[len(front) :]
            glued = word.startswith(front) and len(rest) >= (3 if len(front) > 1 else 5)
            if glued and (found := self._exact(rest) or self._by_ending(rest)):
                return found
        return None

    def _by_vowels(self, word: str) -> str | None:
        if len(word) < _SHORTEST_SKELETON:
            return None
        full = self.by_skeleton.get(skeleton(word), "").split()
        return self._only(sorted(each for each in full if drops_only_vowels(word, each)))

    def _by_slip(self, word: str) -> str | None:
        if len(word) < _SHORTEST_SLIP:
            return None
        near = {full for part in without_one(word) for full in self.by_deletion.get(part, "").split()}
        likely = [
            full
            for full in near
            if full[0] == word[0] and distance(word, full) == 1 and not another_word(word, full)
        ]
        return self._only(sorted(likely))

    def _only(self, likely: list[str]) -> str | None:
        """The one word that all candidates come down to; a word that is no cue is believed before one that
        is."""
        meant = {self.spellings.get(word, word) for word in likely}
        if len(meant) > 1:
            meant = {self.forms.get(word, word) for word in meant}
        if len(meant) > 1:
            return next((word for word in likely if word in self.plain), None)
        return likely[0] if likely else None


def _index(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """The words of each key, parted by blanks and in any order: text is made faster than lists of it."""
    index: dict[str, str] = {}
    for key, word in pairs:
        known = index.get(key)
        index[key] = word if known is None else f"{known} {word}"
    return index

"""Recognises the words of place names however they are spelt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from hotline.domain.playbook import Area, OutsidePlace
from sms.grammar.likeness import drops_only_vowels, slips_at_most

SURE = 0.62
"""Least likeness at which a name counts as named."""
SURE_ALONE = 0.85
"""Least likeness of a name that is written as one word behind another."""
INITIAL = 0.5
"""Likeness of a first letter or two: enough beside the other word of the name and a mark."""

_MEMORY: Final = 20_000
_MOST_WORDS: Final = 3
"""Words of a name that are looked for one by one."""


def word_likeness(written: str, name: str) -> float:
    """How alike a written word is to one word of a name: 1 the same, 0 not at all."""
    if not written or written[0] != name[0]:
        return 0.0
    if written == name:
        return 1.0
    return _shortened(written, name) or _slipped(written, name)


def _shortened(written: str, name: str) -> float:
    if drops_only_vowels(written, name) and len(written) >= 2:
        return 0.9 if len(written) >= 3 else 0.7
    if abbreviates(written, name):
        return 0.8
    if name.startswith(written):
        return 0.8 if len(written) >= 3 else INITIAL
    return 0.0


def _slipped(written: str, name: str) -> float:
    slips = slips_at_most(written, name, 2)
    if len(name) >= 4 and slips == 1 and len(written) >= 3:
        return 0.85
    if len(name) >= 7 and slips == 2 and len(written) >= 5:
        return 0.75
    return 0.0


def abbreviates(written: str, name: str) -> bool:
    """Whether `written` keeps the first and last letter of `name` and some between, in order: tlg, bkg,
    slctn."""
    if len(written) < 3 or written[-1] != name[-1]:
        return False
    letters = iter(name)
    return all(letter in letters for letter in written)


@dataclass(slots=True)
class PlaceName:
    """One name: its words, and the forms in which it is written together."""

    code: str
    words: tuple[str, ...]
    joined: frozenset[str]
    sizes: tuple[int, ...]
    """How many words may stand for it: one written together, or as many as it has."""
    memory: dict[tuple[str, ...], float] = field(default_factory=dict)

    @classmethod
    def of_area(cls, area: Area, alias: str) -> "PlaceName":
        words = tuple(alias.lower().split())
        return cls(area.code, words, frozenset(_joined(words)), _sizes(words))

    @classmethod
    def of_outside(cls, place: OutsidePlace) -> "PlaceName":
        words = tuple(place.name.lower().split())
        joined = frozenset({"".join(words)} if len(words) > 1 else ())
        return cls(place.name, words, joined, _sizes(words))

    def likeness(self, written: tuple[str, ...]) -> float:
        """How alike the words are to the name, as many words as the name has or one written together."""
        found = self.memory.get(written)
        if found is None:
            if len(self.memory) > _MEMORY:
                self.memory.clear()
            found = self.memory[written] = self._likeness(written)
        return found

    def _likeness(self, written: tuple[str, ...]) -> float:
        if len(written) == 1 and len(self.words) > 1:
            return self._joined_likeness(written[0])
        if len(written) != len(self.words):
            return 0.0
        likeness = 1.0
        for word, name in zip(written, self.words, strict=True):
            likeness *= word_likeness(word, name)
            if not likeness:
                break
        return likeness

    def _joined_likeness(self, written: str) -> float:
        name = "".join(self.words)
        if written == name:
            return 1.0
        if len(written) < 4 or written[0] != name[0]:
            return 0.0
        if written in self.joined or (drops_only_vowels(written, name)):
            return 0.85
        slips = slips_at_most(written, name, 2)
        return 0.85 if slips == 1 or (slips == 2 and len(name) >= 10 and len(written) >= 9) else 0.0

    def may_start_with(self, written: str) -> bool:
        """Whether the name, or what stands for all of it, can begin with this word."""
        if self.likeness((written,)) >= INITIAL:
            return True
        return len(self.words) > 1 and word_likeness(written, self.words[0]) > 0


@dataclass(frozen=True, slots=True)
class NameIndex:
    """All names under the letter they start with: a misspelt name still starts as it should."""

    letters: Mapping[str, tuple[PlaceName, ...]]
    memory: dict[str, tuple[PlaceName, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[PlaceName]) -> "NameIndex":
        """An index of these names."""
        groups: dict[str, list[PlaceName]] = {}
        for name in names:
            groups.setdefault(name.words[0][0], []).append(name)
        return cls({letter: tuple(group) for letter, group in groups.items()})

    def starting(self, written: str) -> tuple[PlaceName, ...]:
        """The names that may start with this word; remembered, since words come again."""
        found = self.memory.get(written)
        if found is None:
            if len(self.memory) >= _MEMORY:
                self.memory.clear()
            likely = self.letters.get(written[0], ())
            found = self.memory[written] = tuple(name for name in likely if name.may_start_with(written))
        return found


def _sizes(words: tuple[str, ...]) -> tuple[int, ...]:
    return (1, len(words)) if 1 < len(words) <= _MOST_WORDS else (1,)


def _joined(words: tuple[str, ...]) -> set[str]:
    """Beginnings of both words run together: lingsel, talbak, ekajay."""
    if len(words) != 2:
        return {"".join(words)}
    fronts = [[word[:size] for size in range(3, len(word) + 1)] for word in words]
    return {"".join(parts) for parts in product(*fronts)}

"""Which topics a word belongs to: the playbook's lists of words, found behind affixes, dropped vowels and
slips.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hotline.domain.playbook import Document
from sms.grammar.forms import likely_roots
from sms.grammar.spelling import Speller
from sms.grammar.words import Word

DOCUMENT: Final = "topics"
_MEMORY: Final = 50_000


@dataclass(frozen=True, slots=True)
class Topics:
    """The lists of `topics.toml`, turned round: from a word to the names of its lists."""

    members: Mapping[str, tuple[str, ...]]
    speller: Speller
    memory: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document | None, spellings: Mapping[str, str]) -> "Topics":
        """The topics of a playbook; none where it has no such file. `spellings` are the lexicon's."""
        members: dict[str, list[str]] = {}
        lists = document.data.get(DOCUMENT, {}) if document else {}
        for name, words in lists.items():
            for word in words.split():
                for spelling in dict.fromkeys((word, spellings.get(word, word))):
                    members.setdefault(spelling, []).append(name)
        frozen = {word: tuple(dict.fromkeys(names)) for word, names in members.items()}
        return cls(frozen, Speller.of(spellings, frozen, (), ()))

    def of_word(self, word: Word) -> tuple[str, ...]:
        """The topics of `word`; remembered, since words come again."""
        key = (word.text, word.word)
        found = self.memory.get(key)
        if found is None:
            if len(self.memory) >= _MEMORY:
                self.memory.clear()
            found = self.memory[key] = next(filter(None, map(self._listed, self._readings(word))), ())
        return found

    def _listed(self, reading: str) -> tuple[str, ...]:
        return self.members.get(reading, ())

    def _readings(self, word: Word) -> Iterator[str]:
        """What the word may be, surest first."""
        yield word.text
        yield word.word
        yield from (edge[1:] for edge in word.edges if edge.startswith("~"))
        for written in dict.fromkeys((word.text, word.word)):
            yield from likely_roots(written)
        if not word.known:
            spelt = self.speller.spelt(word.text)
            yield spelt.word
            yield from likely_roots(spelt.word)

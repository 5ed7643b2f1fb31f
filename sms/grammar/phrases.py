"""Finds the lexicon's phrases in a text, in one pass over its words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

from sms.grammar.lexicon import Cue, CueKind, Lexicon
from sms.grammar.meaning import Span
from sms.grammar.words import Word

_GAP: Final = 3
"""Words that `..` may stand for."""


class Match(NamedTuple):
    """A phrase that was found: which words of the text it took, and whether the text takes it back."""

    cue: Cue
    mask: int
    """Bit n is set when content word n belongs to the phrase."""
    first: int
    last: int
    spans: tuple[Span, ...]
    negated: bool = False


@dataclass(slots=True)
class _Node:
    edges: dict[str, "_Node"] = field(default_factory=dict)
    gap: "_Node | None" = None
    cues: list[Cue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PhraseFinder:
    """All phrases of a lexicon, compiled into one tree."""

    root: _Node
    lexicon: Lexicon

    @classmethod
    def of(cls, lexicon: Lexicon) -> "PhraseFinder":
        root = _Node()
        for cue in lexicon.cues:
            for words in expand(cue.phrase, lexicon):
                _plant(root, words, cue)
        return cls(root, lexicon)

    def matches(self, words: Sequence[Word]) -> tuple[Match, ...]:
        """The phrases found, without those inside a longer one of their kind; each knows whether it is
        negated."""
        content = [word for word in words if word.content]
        spans = [word.span for word in content]
        begins = self.root.edges.keys()
        found = [
            match
            for start, word in enumerate(content)
            if not begins.isdisjoint(word.edges)
            for match in self._from(content, spans, start)
        ]
        kept = _longest_only(found)
        holders = {match.mask for match in kept if match.mask.bit_count() > 1}
        return tuple(self._judged(match, content, holders) for match in kept)

    def _from(self, content: Sequence[Word], spans: Sequence[Span], start: int) -> list[Match]:
        found: list[Match] = []
        stack: list[tuple[_Node, int, int]] = []
        _step(stack, self.root, content, start, 0)
        while stack:
            node, at, mask = stack.pop()
            if node.cues:
                found += _matches(node.cues, spans, start, mask)
            if at < len(content):
                if node.edges:
                    _step(stack, node, content, at, mask)
                if node.gap is not None:
                    for later in _within(content, at):
                        _step(stack, node.gap, content, later, mask)
        return found

    def _judged(self, match: Match, content: Sequence[Word], holders: set[int]) -> Match:
        """The match, negated when a negator stands right before it that does not belong to another phrase."""
        clause = content[match.first].clause
        bukan = False
        for at in range(match.first - 1, max(match.first - 5, -1), -1):
            word = content[at]
            if word.clause != clause or word.word in self.lexicon.clause_breaks:
                break
            if word.word in self.lexicon.negators and _is_free(at, match.mask, holders):
                if bukan and word.word != "bukan":
                    break
                return match._replace(negated=True)
            if word.word not in self.lexicon.fillers:
                if bukan:
                    break
                bukan = True  # one strange word may stand behind "bukan", none behind the others
        return match


def _is_free(at: int, mask: int, holders: set[int]) -> bool:
    """Whether the negator at `at` may take back the words of `mask`: no phrase owns it, or one that owns
    them too.
    In "belum selesai" the phrase for going on owns both words, and "selesai" is taken back all the same; a
    phrase that ends with the negator ("ternyata bukan") takes back what follows it.
    """
    owners = [holder for holder in holders if holder >> at & 1 and holder >> at != 1]
    return not owners or any(mask & holder == mask for holder in owners)


def expand(phrase: str, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """Every sequence of words that `phrase` stands for, spelt as the text's words are spelt."""
    choices = [_choices(word, lexicon) for word in phrase.split()]
    for words in product(*choices):
        if sequence := tuple(word for word in words if word):
            yield sequence


def _choices(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    optional = word.endswith("?")
    choices = tuple(lexicon.spellings.get(choice, choice) for choice in word.rstrip("?").split("/"))
    choices = tuple("" if choice in lexicon.particles else choice for choice in choices)
    return (*choices, "") if optional else choices


def _plant(root: _Node, words: Iterable[str], cue: Cue) -> None:
    node = root
    for word in words:
        if word == "..":
            node.gap = node.gap or _Node()
            node = node.gap
        else:
            node = node.edges.setdefault(word, _Node())
    if cue not in node.cues:
        node.cues.append(cue)


def _step(
    stack: list[tuple[_Node, int, int]], node: _Node, content: Sequence[Word], at: int, mask: int
) -> None:
    """Stacks what follows `node` where the next word is the one at `at`."""
    edges = node.edges
    stack += [(edges[edge], at + 1, mask | 1 << at) for edge in content[at].edges if edge in edges]


def _within(content: Sequence[Word], at: int) -> Iterator[int]:
    """The places that a gap starting at `at` may lead to: up to three words on, in the same sentence."""
    for later in range(at, min(at + _GAP + 1, len(content))):
        if content[later].sentence != content[at - 1].sentence:
            return
        yield later


def _matches(cues: Sequence[Cue], spans: Sequence[Span], start: int, mask: int) -> list[Match]:
    last = mask.bit_length() - 1
    own = tuple([spans[at] for at in range(start, last + 1) if mask >> at & 1])
    return [Match(cue, mask, start, last, own) for cue in cues]


def _longest_only(found: list[Match]) -> list[Match]:
    """Without matches that lie inside a longer one of the same kind, or inside a harmless one."""
    kinds: dict[CueKind, set[int]] = {}
    for match in found:
        kinds.setdefault(match.cue.kind, set()).add(match.mask)
    harmless = kinds.pop(CueKind.HARMLESS, set())
    longer = {kind: [mask for mask in masks | harmless if mask & (mask - 1)] for kind, masks in kinds.items()}
    kept: dict[tuple[CueKind, str, int], Match] = {}
    for match in found:
        mask, kind = match.mask, match.cue.kind
        if kind is CueKind.HARMLESS or _lies_inside(mask, longer[kind]):
            continue
        key = (kind, match.cue.value, mask)
        if key not in kept or kept[key].cue.weight < match.cue.weight:
            kept[key] = match
    return list(kept.values())


def _lies_inside(mask: int, others: Sequence[int]) -> bool:
    return any(mask & other == mask != other for other in others)

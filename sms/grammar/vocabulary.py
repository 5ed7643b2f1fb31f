"""All words that the reader knows, gathered for the speller."""

from collections.abc import Iterator

from hotline.domain.playbook import Playbook
from sms.grammar.lexicon import CueKind, Lexicon
from sms.grammar.numerals import BELAS, COMPANY, ONES, TEENS, TENS
from sms.grammar.spelling import Speller


def speller_of(lexicon: Lexicon, playbook: Playbook) -> Speller:
    """A speller for the lexicon's phrases, the playbook's places and the words of counting."""
    words, roots = set(_other_words(lexicon)), set()
    for cue in lexicon.cues:
        if cue.kind is CueKind.ABOUT:
            continue  # no slip is mended into a word that only says whom a text is about
        for word in cue.phrase.replace("/", " ").split():
            if word.startswith("~"):
                roots.add(word[1:].rstrip("?"))
            elif word[0].isalpha():
                words.add(word.rstrip("2?"))
    return Speller.of(lexicon.spellings, words, lexicon.plain | set(_place_words(playbook)), roots)


def _other_words(lexicon: Lexicon) -> Iterator[str]:
    for group in (*lexicon.classes.values(), *lexicon.alone.values()):
        yield from (word for word in group if word.isalpha())
    yield from (
        *lexicon.particles,
        *lexicon.clause_breaks,
        *lexicon.negators,
        *lexicon.fillers,
        *lexicon.corrections,
    )
    yield from (*lexicon.keywords, *lexicon.abbreviations, *ONES, *TEENS, *TENS, *BELAS, *COMPANY)


def _place_words(playbook: Playbook) -> Iterator[str]:
    """Words of place names, which no slip-finder may bend into a cue."""
    for name in (
        *(area.name for area in playbook.areas.values()),
        *(place.name for place in playbook.outside),
    ):
        yield from name.lower().split()
    for landmark in playbook.landmarks:
        for match in landmark.matches:
            yield from (word for word in match.lower().replace("-", " ").split() if word.isalpha())

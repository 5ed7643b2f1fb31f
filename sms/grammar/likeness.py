"""How alike two spellings are: one slip of the thumb, dropped vowels, swapped letters."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

VOWELS: Final = frozenset("aeiou")
_LONG: Final = 8
_SHORT: Final = 5


def skeleton(word: str) -> str:
    """The first letter and the consonants after it, doubled ones once: what is left when vowels are
    dropped."""
    kept = word[:1]
    for letter in word[1:]:
        if letter not in VOWELS and letter != kept[-1:]:
            kept += letter
    return kept


def drops_only_vowels(short: str, full: str) -> bool:
    """Whether `short` is `full` with nothing but vowels (and h) left out."""
    at = 0
    for letter in full:
        if at < len(short) and short[at] == letter:
            at += 1
        elif letter not in VOWELS and letter != "h":
            return False
    return at == len(short)


def another_word(written: str, meant: str) -> bool:
    """Whether one letter makes two words of them, not a slip: gubuk and gebuk, nggih and nagih.

    In short words any letter does, in longer ones a vowel; an o for an a is dialect.
    """
    if len(written) != len(meant) or len(meant) >= _LONG:
        return False
    pairs = [(a, b) for a, b in zip(written, meant, strict=True) if a != b]
    return len(pairs) == 1 and pairs[0] != ("o", "a") and (len(meant) <= _SHORT or set(pairs[0]) <= VOWELS)


def without_one(word: str) -> Iterator[str]:
    """The word, and each word that is left when one letter is taken out."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def slips_at_most(left: str, right: str, most: int) -> int:
    """The slips between two words, or `most` + 1 where lengths and letters show that they are more."""
    if abs(len(left) - len(right)) > most or len(set(left) ^ set(right)) > 2 * most:
        return most + 1
    return distance(left, right)


@lru_cache(maxsize=20_000)
def distance(left: str, right: str) -> int:
    """Slips between two words: a letter missing, added, wrong, or two neighbours swapped (Damerau,
    restricted)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]

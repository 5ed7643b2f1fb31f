"""Counts in digits and in words, Indonesian and Jambi: 15, lima belas, duo puluh limo, setengah jam,
berdua."""

import re
from collections.abc import Sequence
from typing import Final

from sms.grammar.words import Word

ONES: Final[dict[str, int]] = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "duo": 2, "tigo": 3, "ampek": 4, "limo": 5,
    "ampat": 4, "anam": 6, "tujoh": 7, "smbilan": 9, "semilan": 9, "sambilan": 9, "selapan": 8,
}  # fmt: skip
TEENS: Final[dict[str, int]] = {"sepuluh": 10, "sebelas": 11, "seratus": 100, "sepuloh": 10, "sebeles": 11}
TENS: Final = frozenset({"puluh", "puluhan", "puloh", "pulu"})
BELAS: Final = frozenset({"belas", "beles", "blas"})
NUMBER_WORDS: Final = frozenset({*ONES, *TEENS, *TENS, *BELAS})
_GLUED: Final = re.compile(
    rf"(?P<first>{'|'.join(ONES)})(?:(?P<belas>{'|'.join(BELAS)})|(?:{'|'.join(TENS)})(?P<last>{'|'.join(ONES)})?)"
)
_SHORTEST_GLUED: Final = 7
COMPANY: Final[dict[str, int]] = {"berdua": 2, "bertiga": 3, "berempat": 4, "berlima": 5, "berenam": 6}


def count_at(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """The count that starts at word `at` and the place after it, or None."""
    if at >= len(words):
        return None
    if words[at].is_number:
        return (int(words[at].text), at + 1) if len(words[at].text) <= 6 else None
    if words[at].word in TEENS:
        return TEENS[words[at].word], at + 1
    if words[at].word not in ONES:
        return _glued(words, at) if len(words[at].text) >= _SHORTEST_GLUED else None
    return _spoken(words, at)


def _glued(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """`duobelas`, `tigapuluhlimo`, `duopuluh limo`: a count whose first words are written as one."""
    written = words[at].text
    match = _GLUED.fullmatch(written)
    if match is None:
        return None
    first = ONES[match["first"]]
    if match["belas"]:
        return 10 + first, at + 1
    if match["last"]:
        return 10 * first + ONES[match["last"]], at + 1
    last = ONES.get(words[at + 1].word) if at + 1 < len(words) else None
    return (10 * first, at + 1) if last is None else (10 * first + last, at + 2)


def _spoken(words: Sequence[Word], at: int) -> tuple[int, int]:
    first, after = ONES[words[at].word], at + 1
    follower = words[after].word if after < len(words) else ""
    if follower in BELAS:
        return 10 + first, after + 1
    if follower not in TENS:
        return first, after
    last = ONES.get(words[after + 1].word) if after + 1 < len(words) else None
    return (10 * first, after + 1) if last is None else (10 * first + last, after + 2)

"""The forms that Indonesian and Jambi Malay make of one root: pukul, dipukul, memukul, mukul, pemukulan …"""

from collections.abc import Iterator
from typing import Final

_NASAL: Final = {
    "p": ("m", True), "b": ("m", False), "f": ("m", False), "t": ("n", True), "d": ("n", False),
    "c": ("n", False), "j": ("n", False), "s": ("ny", True), "k": ("ng", True), "g": ("ng", False),
    "h": ("ng", False), "a": ("ng", False), "e": ("ng", False), "i": ("ng", False), "o": ("ng", False),
    "u": ("ng", False), "l": ("", False), "r": ("", False), "m": ("", False), "n": ("", False),
    "w": ("", False), "y": ("", False), "v": ("m", False), "z": ("n", False),
}  # fmt: skip
"""First letter of the root: the nasal before it, and whether it swallows that letter."""

_PLAIN_PREFIXES: Final = ("", "di", "ter", "te", "ke", "ber", "be", "per", "nge", "ku", "se", "bere", "a")
_SUFFIXES: Final = ("", "an", "kan", "i", "in", "ke", "nya", "nyo", "annya", "kannya", "inya", "lah", "la")
_COMMON_SUFFIXES: Final = ("", "an", "i")


def nasal_stem(root: str) -> str:
    """The root as it stands after me- and pe-: pukul gives mukul, serang nyerang, lapor lapor."""
    nasal, swallows = _NASAL.get(root[:1], ("", False))
    return nasal + (root[1:] if swallows else root)


def all_forms(root: str) -> Iterator[str]:
    """Every form in which `root` may stand, some of which nobody says."""
    for stem in _stems(root):
        for suffix in _SUFFIXES:
            yield stem + suffix


def common_forms(root: str) -> Iterator[str]:
    """The forms frequent enough to be looked for when a word is misspelt."""
    for stem in (root, f"di{root}", f"ter{root}", f"ber{root}", f"me{nasal_stem(root)}", nasal_stem(root)):
        for suffix in _COMMON_SUFFIXES:
            yield stem + suffix
    yield f"ke{root}an"
    yield f"pe{nasal_stem(root)}an"


def _stems(root: str) -> Iterator[str]:
    for prefix in _PLAIN_PREFIXES:
        yield prefix + root
    nasal = nasal_stem(root)
    yield from (nasal, f"me{nasal}", f"pe{nasal}", f"pe{root}", f"se{nasal}", f"nge{nasal}", f"di{nasal}")
    if root[:1] == "c":  # curi: nyuri, nyolong
        yield from (f"ny{root[1:]}", f"meny{root[1:]}")


_FRONTS: Final = ("", "di", "ter", "te", "ke", "ber", "be", "per", "pe", "se", "nge", "ku", "me")
_BACKS: Final = ("", "nya", "nyo", "kan", "an", "i", "in", "ke", "lah", "la", "ku", "mu", "annya", "e")
_SWALLOWED: Final = (
    ("meny", "s"), ("peny", "s"), ("ny", "s"), ("ny", "c"), ("mem", "p"), ("mem", ""), ("pem", "p"),
    ("pem", ""), ("meng", "k"), ("meng", ""), ("peng", "k"), ("peng", ""), ("men", "t"), ("men", ""),
    ("pen", "t"), ("pen", ""), ("ng", "k"), ("ng", ""), ("m", "p"), ("n", "t"), ("n", ""), ("m", ""),
)  # fmt: skip
_SHORTEST_ROOT: Final = 4


def likely_roots(word: str) -> Iterator[str]:
    """What is left of `word` without each likely prefix and suffix; some of it is no word at all."""
    for back in _BACKS:
        if not word.endswith(back) or len(word) - len(back) < _SHORTEST_ROOT:
            continue
        stem = word[: len(word) - len(back)]
        for front in _FRONTS:
            if stem.startswith(front) and len(stem) - len(front) >= _SHORTEST_ROOT:
                yield stem[len(front) :]
        for nasal, first in _SWALLOWED:
            if stem.startswith(nasal) and len(first + stem) - len(nasal) >= _SHORTEST_ROOT:
                yield first + stem[len(nasal) :]

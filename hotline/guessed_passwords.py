"""Which passwords a stranger tries first: words of this place, and the commonest of those that leaked."""

from functools import cache
from pathlib import Path
from typing import Final

FEWEST_SIGNS: Final = 5
"""Different signs in a password: `11111111` and `abababab` are what is tried first."""
COMMON: Final = Path(__file__).parent / "common_passwords.txt"
TRIED_FIRST: Final = frozenset({
    "password", "password1", "passw0rd", "12345678", "123456789", "1234567890", "87654321", "qwertyui",
    "qwerty123", "qwertyuiop", "1q2w3e4r", "asdfghjk", "zxcvbnm1", "iloveyou", "sunshine", "princess",
    "indonesia", "indonesia1", "bismillah", "sayangku", "rahasia1", "rahasia123", "jakarta1", "jambi123",
    "kotajambi", "paalmerah", "ketimun1", "ketimun123", "sigapketimun", "operator", "operator1",
    "koordinator", "admin123", "administrator", "hotline1", "hotline123", "password123", "merdeka1945",
    "garuda123",
})  # fmt: skip
"""Words of this place and trade, which no list from elsewhere has."""


def is_guessed_soon(username: str, password: str) -> bool:
    """Whether it is one of them, in whatever case, or made of the name or of few signs."""
    plain = password.lower()
    if plain in TRIED_FIRST or username in plain or len(set(plain)) < FEWEST_SIGNS:
        return True
    return plain in common()


@cache
def common() -> frozenset[str]:
    """The list, read when somebody first chooses a password."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))

"""What stands in the place of a telephone number that was forgotten: the same number, the same mark."""

import hmac
from hashlib import sha256
from typing import Final

MARK: Final = "#"
"""No telephone number begins with it."""
_LENGTH: Final = 24


def key_of(secret: str) -> bytes:
    """The key for the marks, apart from whatever else the secret is used for."""
    return sha256(f"forgotten numbers {secret}".encode()).digest()


def mark_of(key: bytes, number: str) -> str:
    """A keyed hash (HMAC-SHA-256): people can still be counted, and without the key nobody finds the number.

    What is a mark already stays as it is.
    """
    if not number or number.startswith(MARK):
        return number
    return MARK + hmac.new(key, number.encode(), sha256).hexdigest()[:_LENGTH]

"""What callers said: kept for a while under an unguessable name, as the real company serves it."""

from __future__ import annotations

from collections import OrderedDict
from secrets import token_hex
from threading import Lock
from typing import Final

MOST: Final = 200


class NotSoundError(ValueError):
    """The bytes are neither WAV nor MP3."""


def extension(sound: bytes) -> str:
    """wav or mp3 by the first bytes; raises NotSoundError."""
    if sound[:4] == b"RIFF" and sound[8:12] == b"WAVE":
        return "wav"
    if sound[:3] == b"ID3" or (len(sound) > 2 and sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0):
        return "mp3"
    raise NotSoundError("neither WAV nor MP3")


class Recordings:
    """A bounded shelf of recordings by file name."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url
        self._shelf: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def keep(self, sound: bytes) -> str:
        """Put a sound on the shelf; the URL under which the hotline can fetch it."""
        name = f"{token_hex(16)}.{extension(sound)}"
        with self._lock:
            self._shelf[name] = sound
            while len(self._shelf) > MOST:
                self._shelf.popitem(last=False)
        return f"{self._public_url}/recordings/{name}"

    def get(self, name: str) -> bytes | None:
        """The sound of this file name."""
        with self._lock:
            return self._shelf.get(name)

"""The hotline's sounds: fetched when a line plays them, and shown to the page from this server only."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final
from urllib.parse import unquote

import requests

from hotline.pretend_carrier.callbacks import NotLoopbackError, Postman
from hotline.pretend_carrier.loopback import origin
from hotline.pretend_carrier.recordings import NotSoundError, extension

MOST: Final = 64
LARGEST: Final = 5_000_000
LONGEST: Final = 1_000


class PromptError(Exception):
    """The sound cannot be played; the text says why, in the words of the telephones page."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound as the page's player gets it: its file name under /phones/audio/, its bytes, and what the
    server that has it says about it (`Content-Description`), else its name there.
    """

    name: str
    content: bytes
    words: str


class Prompts:
    """Fetches sounds from the allowed servers and keeps the newest for the page's player."""

    def __init__(self, postman: Postman, allowed: tuple[str, ...]) -> None:
        self._postman = postman
        self._allowed = frozenset(map(origin, allowed))
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def fetch(self, url: str) -> Sound:
        """The sound at this URL; raises PromptError."""
        answer = self._get(url)
        sound = answer.content
        name = f"{hashlib.sha256(sound).hexdigest()[:32]}.{self._extension(sound)}"
        with self._lock:
            self._kept[name] = sound
            self._kept.move_to_end(name)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        described = unquote(answer.headers.get("Content-Description", ""))
        return Sound(name, sound, described[:LONGEST] or url.rsplit("/", 1)[-1])

    def get(self, name: str) -> bytes | None:
        """A sound that was played, by file name."""
        with self._lock:
            return self._kept.get(name)

    def _get(self, url: str) -> requests.Response:
        if origin(url) not in self._allowed:
            raise PromptError("suara di luar alamat hotline")
        try:
            answer = self._postman.fetch(url)
        except (requests.RequestException, NotLoopbackError) as error:
            raise PromptError("server suara tidak menjawab") from error
        if answer.status_code != 200:
            raise PromptError(f"suara tidak ada ({answer.status_code})")
        if len(answer.content) > LARGEST:
            raise PromptError("suara terlalu besar")
        return answer

    def _extension(self, sound: bytes) -> str:
        try:
            return extension(sound)
        except NotSoundError as error:
            raise PromptError("bukan WAV atau MP3") from error

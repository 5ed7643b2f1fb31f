"""Joins the clips of a prompt into one WAV of telephone quality, and gives it an address.

Every clip is 8 kHz, mono, 16 bit. The address holds the clips' names and a mark of what they sound like,
since carriers keep what they have fetched: a new sound has a new address.
"""

import hashlib
import io
import re
import wave
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from ivr.menu import PAUSE
from ivr.speech import Prompt

RATE: Final = 8000
WIDTH: Final = 2
GAP_S: Final = 0.08
"""Between any two clips; speech run together without it is hard to follow."""
PAUSE_S: Final = 0.35
MOST_CLIPS: Final = 80
"""In one address: twice the longest question."""

_ADDRESS: Final = re.compile(r"(?P<mark>[0-9a-f]{8})/(?P<clips>[a-z0-9_]+(?:\.[a-z0-9_]+)*)\.wav", re.ASCII)


class NoTelephoneSoundError(ValueError):
    """The file is not an 8 kHz mono 16-bit WAV."""


def read_clip(sound: bytes) -> bytes:
    """The samples of a WAV file (16-bit little-endian). Raises NoTelephoneSoundError."""
    try:
        with wave.open(io.BytesIO(sound)) as clip:
            form = (clip.getframerate(), clip.getnchannels(), clip.getsampwidth())
            samples: bytes = clip.readframes(clip.getnframes())
    except (wave.Error, EOFError) as error:
        raise NoTelephoneSoundError(str(error)) from error
    if form != (RATE, 1, WIDTH):
        raise NoTelephoneSoundError(f"{form[0]} Hz, {form[1]} channels, {form[2]} bytes a sample")
    return samples


def read_clips(folder: Path) -> dict[str, bytes]:
    """Clip to samples, for every WAV in `folder`. Raises NoTelephoneSoundError naming the file."""
    clips: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.wav")):
        try:
            clips[path.stem] = read_clip(path.read_bytes())
        except NoTelephoneSoundError as error:
            raise NoTelephoneSoundError(f"{path}: {error}") from error
    return clips


class Sounds:
    """The prompts of one set of clips, joined when first asked for and kept."""

    def __init__(self, clips: Mapping[str, bytes], keep: int = 128) -> None:
        self._clips = {**clips, PAUSE: _silence(PAUSE_S)}
        self._marks = {name: hashlib.sha256(samples).digest() for name, samples in self._clips.items()}
        self._joined = lru_cache(maxsize=keep)(self._join)

    def wav(self, prompt: Prompt) -> bytes:
        """One WAV of all the prompt's clips. Raises KeyError for an unknown clip."""
        return self._joined(prompt.clips)

    def address(self, prompt: Prompt) -> str:
        """Where this prompt is, relative to the URL of the sounds. Raises KeyError for an unknown clip."""
        mark = hashlib.sha256(b"".join(self._marks[name] for name in prompt.clips)).hexdigest()[:8]
        return f"{mark}/{'.'.join(prompt.clips)}.wav"

    def _join(self, clips: tuple[str, ...]) -> bytes:
        joined = _silence(GAP_S).join(self._clips[name] for name in clips)
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(WIDTH)
            sound.setframerate(RATE)
            sound.writeframes(joined)
        return file.getvalue()


def prompt_at(address: str) -> Prompt:
    """The prompt behind an address, whatever its mark. Raises KeyError for one that is none."""
    found = _ADDRESS.fullmatch(address)
    names = found["clips"].split(".") if found else []
    if not 0 < len(names) <= MOST_CLIPS:
        raise KeyError(address[:80])
    return Prompt(tuple(names))


def _silence(seconds: float) -> bytes:
    return bytes(WIDTH * round(RATE * seconds))

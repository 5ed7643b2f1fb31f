"""Speaks the words of a playbook's prompts.toml into its prompts/*.wav: `make prompts`.

espeak-ng's Indonesian voice, shaped for a telephone: 8 kHz mono 16 bit, 300-3,400 Hz, raised above 1 kHz,
where the voice is dull, one loudness for all. Sounds that a person recorded in place of ours are kept.
Needs the development packages; nothing of this runs with the hotline. It imports nothing of the project, so
that it starts as a plain script.
"""

import ctypes
import hashlib
import json
import os
import re
import sys
import tomllib
import wave
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Amplitudes, -1 to 1."""

PLAYBOOKS: Final = Path(__file__).parent.parent / "hotline" / "playbooks"
MANIFEST: Final = "manifest.json"

RATE: Final = 8000
WORDS_A_MINUTE: Final = 138
PITCH: Final = 50
LOUDNESS_DB: Final = -16.0
"""Mean level of the speaking parts against full scale."""
LOW_HZ: Final = 300
HIGH_HZ: Final = 3400
EDGE_HZ: Final = 150
RAISED_ABOVE_HZ: Final = 1000
LEAD_S: Final = 0.02
TAIL_S: Final = 0.06

SOUNDED: Final[Mapping[str, str]] = {
    "empat": "@mp'at",
    "enam": "@n'am",
    "kecelakaan": "k@tS@lak'a_|an",
    "keselamatan": "k@s@lam'atan",
    "pesan": "p@s'an",
    "direkam": "diR2@k'am",
    "sedang": "s@d'aN",
    "segera": "s@g@R2'a",
    "setelah": "s@t@l'ah",
    "tekan": "t@k'an",
}
"""Words whose e is dull while the voice reads it as open, in espeak-ng's own sound letters."""

_TAPS: Final = 64
_FRAME: Final = RATE // 100


_RETRIEVAL: Final = 1
_RATE_PARAMETER, _PITCH_PARAMETER = 1, 3
_UTF8, _SOUND_LETTERS = 0x1, 0x100
_HEARS: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
"""Of espeak-ng's C interface (speak_lib.h)."""


def clips_of(language: str, words: Sequence[str]) -> list[bytes]:
    """Each of `words` spoken, for a telephone. Raises RuntimeError if espeak-ng has no voice for `language`.

    Each in a process of its own: the library carries a little noise from one sentence into the next, and the
    same words must always give the same sound.
    """
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        return list(pool.map(_clip_of, repeat(language), words))


def _clip_of(language: str, words: str) -> bytes:
    return for_telephone(*_speak(language, words))


def _speak(language: str, words: str) -> tuple[Samples, int]:
    """`words`, and the samples a second of the voice."""
    heard = bytearray()

    def hear(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: object) -> int:
        if count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    library, rate = _voice(language)
    keep = _HEARS(hear)
    library.espeak_SetSynthCallback(keep)
    text = sounded(words).encode() + b"\0"
    flags = _UTF8 | _SOUND_LETTERS
    library.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 1, 0, flags, None, None)
    library.espeak_Synchronize()
    return np.frombuffer(bytes(heard), dtype="<i2").astype(np.float64) / 32768, rate


def _voice(language: str) -> tuple[ctypes.CDLL, int]:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = str(espeakng_loader.get_data_path()).encode()
    rate = int(library.espeak_Initialize(_RETRIEVAL, 0, data, 0))
    if rate <= 0 or library.espeak_SetVoiceByName(language.encode()) != 0:
        raise RuntimeError(f"espeak-ng has no voice for {language!r}")
    library.espeak_SetParameter(_RATE_PARAMETER, WORDS_A_MINUTE, 0)
    library.espeak_SetParameter(_PITCH_PARAMETER, PITCH, 0)
    return library, rate


def sounded(words: str) -> str:
    """`words` with those that the voice would misread in its sound letters."""
    return re.sub(r"\w+", lambda word: _in_letters(word.group()), words)


def _in_letters(word: str) -> str:
    letters = SOUNDED.get(word.lower())
    return f"[[{letters}]]" if letters else word


def for_telephone(samples: Samples, rate: int) -> bytes:
    """The same speech as 8 kHz 16-bit samples that carry over a telephone."""
    shaped = _trimmed(_shaped(_resampled(samples, rate)))
    return _as_16_bit(_faded(_levelled(shaped)))


def _resampled(samples: Samples, rate: int) -> Samples:
    """At 8 kHz, by a windowed sinc that leaves nothing above half of that."""
    padded = np.pad(samples, _TAPS)
    at = np.arange(int(len(samples) * RATE / rate)) * (rate / RATE) + _TAPS
    first = np.floor(at).astype(np.int64) - _TAPS + 1
    index = first[:, None] + np.arange(2 * _TAPS)[None, :]
    distance = at[:, None] - index
    cut = (HIGH_HZ + EDGE_HZ) / (rate / 2)
    kernel = cut * np.sinc(cut * distance) * (0.5 + 0.5 * np.cos(np.pi * distance / (_TAPS + 1)))
    return np.asarray(np.einsum("ij,ij->i", padded[index], kernel), dtype=np.float64)


def _shaped(samples: Samples) -> Samples:
    """Band-passed, and raised by 6 dB an octave where consonants live."""
    size = len(samples) + RATE
    hz = np.fft.rfftfreq(size, 1 / RATE)
    band = np.clip((hz - LOW_HZ + EDGE_HZ) / EDGE_HZ, 0, 1) * np.clip(
        (HIGH_HZ + EDGE_HZ - hz) / EDGE_HZ, 0, 1
    )
    raised = np.sqrt(1 + (hz / RAISED_ABOVE_HZ) ** 2)
    shaped = np.fft.irfft(np.fft.rfft(samples, size) * np.sin(band * np.pi / 2) * raised, size)
    return np.asarray(shaped[: len(samples)], dtype=np.float64)


def _levels(samples: Samples) -> Samples:
    """Root mean square of each hundredth of a second."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return np.asarray(np.sqrt(np.mean(frames**2, axis=1)), dtype=np.float64)


def _trimmed(samples: Samples) -> Samples:
    levels = _levels(samples)
    loud = np.flatnonzero(levels > levels.max() * 0.01)
    first = max(0, loud[0] * _FRAME - round(LEAD_S * RATE))
    last = (loud[-1] + 1) * _FRAME + round(TAIL_S * RATE)
    return samples[first:last]


def _levelled(samples: Samples) -> Samples:
    """At one loudness; the few peaks above it bend instead of being cut."""
    levels = _levels(samples)
    spoken = levels[levels > levels.max() * 0.1]
    level = np.sqrt(np.mean(spoken**2))
    louder = samples * (10 ** (LOUDNESS_DB / 20) / level)
    size = np.abs(louder)
    knee, room = 0.6, 0.35
    bent = knee + room * np.tanh((size - knee) / room)
    return np.asarray(np.where(size > knee, np.sign(louder) * bent, louder), dtype=np.float64)


def _faded(samples: Samples) -> Samples:
    """Without a click at either end."""
    slope = np.linspace(0, 1, round(0.005 * RATE))
    faded = samples.copy()
    faded[: len(slope)] *= slope
    faded[-len(slope) :] *= slope[::-1]
    return faded


def _as_16_bit(samples: Samples) -> bytes:
    return np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


class Folder:
    """The sounds of one playbook, and the manifest of those that were rendered, and from which words."""

    def __init__(self, path: Path) -> None:
        path.mkdir(exist_ok=True)
        self._path = path
        self._manifest = path / MANIFEST
        self._before = json.loads(self._manifest.read_text()) if self._manifest.is_file() else {}

    def is_recorded(self, clip: str) -> bool:
        """Whether the sound is not ours: a person's recording."""
        path = self._path / f"{clip}.wav"
        return path.is_file() and digest(path.read_bytes()) != self._before.get(clip, {}).get("sound")

    def write(self, clip: str, words: str, samples: bytes) -> Mapping[str, str]:
        """Write one sound; what the manifest is to say about it."""
        path = self._path / f"{clip}.wav"
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(samples)
        return {"words": digest(words.encode()), "sound": digest(path.read_bytes())}

    def finish(self, rendered: Mapping[str, Mapping[str, str]], clips: Set[str]) -> None:
        """Write the manifest and remove sounds of ours whose clip is gone."""
        for clip in self._before.keys() - clips:
            if not self.is_recorded(clip):
                (self._path / f"{clip}.wav").unlink(missing_ok=True)
        self._manifest.write_text(json.dumps(rendered, indent=1, sort_keys=True) + "\n")


def digest(content: bytes) -> str:
    """The mark by which the manifest knows words and sounds."""
    return hashlib.sha256(content).hexdigest()


def render(playbook: Path) -> list[str]:
    """Speak every clip of a playbook; the clips that were left as somebody recorded them."""
    language = tomllib.loads((playbook / "programme.toml").read_text())["programme"]["language"]
    tables = tomllib.loads((playbook / "prompts.toml").read_text())
    folder = Folder(playbook / "prompts")
    recorded = [clip for clip in sorted(tables) if folder.is_recorded(clip)]
    words = {clip: table[language] for clip, table in sorted(tables.items()) if clip not in recorded}
    spoken = clips_of(language, list(words.values()))
    rendered = {
        clip: folder.write(clip, words[clip], samples) for clip, samples in zip(words, spoken, strict=True)
    }
    folder.finish(rendered, tables.keys())
    return recorded


def folders(environ: Mapping[str, str]) -> list[Path]:
    """Every playbook of this checkout, and the one that HOTLINE_PLAYBOOK names, wherever that is."""
    named = environ.get("HOTLINE_PLAYBOOK", "").strip()
    found = {path.resolve() for path in (*PLAYBOOKS.iterdir(), *([Path(named)] if named else []))}
    return sorted(path for path in found if (path / "prompts.toml").is_file())


def main() -> int:
    """Render every playbook."""
    for playbook in folders(os.environ):
        for clip in render(playbook):
            print(f"{playbook.name}: {clip}.wav is somebody's recording and is left as it is")
    return 0


if __name__ == "__main__":
    sys.exit(main())

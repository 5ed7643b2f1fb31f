"""A sound for the telephone: an uploaded WAV brought to 8 kHz mono, its length and level checked."""

import io
import math
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

RATE: Final = 8000
RATES: Final = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000)
SHORTEST_S: Final = 0.15
LONGEST_S: Final = 20.0
LOUDEST_DB: Final = -9.0
QUIETEST_DB: Final = -26.0
"""Mean level of the speaking parts against full scale; the rendered sounds have -16."""
CLIPPED: Final = 0.01
"""Share of samples at full scale from which on a voice sounds torn."""
SILENT: Final = 0.0003
"""Power against the loudest frame, 35 dB below it: the end of a word is above, the room around it is not."""
_FRAME: Final = RATE // 50
_EDGE: Final = 2
"""Frames of 20 ms that are left on either side, for the breath of a consonant."""
_CROSSINGS: Final = 8


class Unfit(StrEnum):
    """Why a recording can't be used."""

    NOT_A_SOUND = "not_a_sound"
    FORMAT = "format"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_QUIET = "too_quiet"
    TOO_LOUD = "too_loud"
    CLIPPED = "clipped"
    OTHER_LENGTH = "other_length"


class UnfitSoundError(ValueError):
    """The recording can't be used; carries why, and the figure that was measured where there is one."""

    def __init__(self, why: Unfit, measured: float | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.measured = measured


@dataclass(frozen=True, slots=True)
class Measured:
    """How long a sound is, and how loud its speaking parts are, in dB against full scale."""

    seconds: float
    level_db: float
    clipped: float


def fit_for_telephone(uploaded: bytes, like_s: float) -> bytes:
    """An 8 kHz mono 16-bit WAV of what was uploaded, without the silence before and after it: the line puts
    the pauses between its clips. `like_s`: how long the rendered sound is.

    Raises UnfitSoundError where it is no PCM WAV, has a length or a level that no caller can use, or is four
    times as long or as short as what it takes the place of, and so most likely says something else.
    """
    samples = _without_edges(_read(uploaded))
    found = measure(samples)
    for unfit, why, figure in (
        (found.seconds < SHORTEST_S, Unfit.TOO_SHORT, found.seconds),
        (found.seconds > LONGEST_S, Unfit.TOO_LONG, found.seconds),
        (not like_s / 4 <= found.seconds <= like_s * 4, Unfit.OTHER_LENGTH, found.seconds),
        (found.level_db < QUIETEST_DB, Unfit.TOO_QUIET, found.level_db),
        (found.clipped > CLIPPED, Unfit.CLIPPED, found.clipped * 100),
        (found.level_db > LOUDEST_DB, Unfit.TOO_LOUD, found.level_db),
    ):
        if unfit:
            raise UnfitSoundError(why, figure)
    return write(samples)


def measure(samples: Sequence[int]) -> Measured:
    """Length and level of 8 kHz samples."""
    powers = _powers(samples)
    spoken = [power for power in powers if power > max(powers, default=0) * 0.01]
    power = sum(spoken) / len(spoken) if spoken else 0.0
    level = 10 * math.log10(power / 32768**2) if power else -100.0
    torn = sum(abs(value) >= 32700 for value in samples) / (len(samples) or 1)
    return Measured(len(samples) / RATE, level, torn)


def _powers(samples: Sequence[int]) -> list[float]:
    frames = (samples[at : at + _FRAME] for at in range(0, len(samples), _FRAME))
    return [sum(value * value for value in frame) / len(frame) for frame in frames]


def _without_edges(samples: Sequence[int]) -> Sequence[int]:
    """From a little before the first frame in which there is anything to a little after the last one."""
    powers = _powers(samples)
    heard = [at for at, power in enumerate(powers) if power > max(powers) * SILENT]
    if not heard:
        return samples
    return samples[max(heard[0] - _EDGE, 0) * _FRAME : (heard[-1] + 1 + _EDGE) * _FRAME]


def seconds_of(wav: bytes) -> float:
    """How long a WAV of ours is."""
    with wave.open(io.BytesIO(wav)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def write(samples: Sequence[int]) -> bytes:
    """8 kHz samples as a mono 16-bit WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(array("h", samples).tobytes())
    return file.getvalue()


def _read(uploaded: bytes) -> Sequence[int]:
    try:
        with wave.open(io.BytesIO(uploaded)) as sound:
            rate, channels, width = sound.getframerate(), sound.getnchannels(), sound.getsampwidth()
            if rate not in RATES or channels not in (1, 2) or width != 2:
                raise UnfitSoundError(Unfit.FORMAT)
            # Before it is brought to 8 kHz, which takes a while.
            if sound.getnframes() > rate * LONGEST_S:
                raise UnfitSoundError(Unfit.TOO_LONG, sound.getnframes() / rate)
            frames = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        is_wav = uploaded[:4] == b"RIFF" and uploaded[8:12] == b"WAVE"
        raise UnfitSoundError(Unfit.FORMAT if is_wav else Unfit.NOT_A_SOUND) from error
    # A file that was cut off may end within a frame.
    samples = array("h", frames[: len(frames) // (2 * channels) * 2 * channels])
    mono = samples if channels == 1 else array("h", [(a + b) // 2 for a, b in _pairs(samples)])
    return mono if rate == RATE else _resampled(mono, rate)


def _pairs(samples: Sequence[int]) -> Sequence[tuple[int, int]]:
    return list(zip(samples[::2], samples[1::2], strict=False))


def _resampled(samples: Sequence[int], rate: int) -> Sequence[int]:
    """At 8 kHz, by a windowed sinc that leaves nothing above half of that."""
    step = math.gcd(rate, RATE)
    up, down = RATE // step, rate // step
    half = math.ceil(_CROSSINGS * rate / RATE)
    padded = array("h", bytes(2 * half)) + array("h", samples) + array("h", bytes(2 * half + 2))
    found = array("h")
    for number in range(len(samples) * up // down):
        at, phase = divmod(number * down, up)
        weights = _weights(phase, up, half, rate)
        value = sum(
            weight * sample
            for weight, sample in zip(weights, padded[at + 1 : at + 1 + 2 * half], strict=True)
        )
        found.append(max(-32768, min(32767, round(value))))
    return found


@lru_cache(maxsize=2048)
def _weights(phase: int, phases: int, half: int, rate: int) -> tuple[float, ...]:
    cut = RATE / rate * 0.92
    raw = []
    for tap in range(-half + 1, half + 1):
        distance = tap - phase / phases
        angle = math.pi * cut * distance
        sinc = 1.0 if not angle else math.sin(angle) / angle
        raw.append(cut * sinc * (0.5 + 0.5 * math.cos(math.pi * distance / (half + 1))))
    whole = sum(raw)
    return tuple(weight / whole for weight in raw)

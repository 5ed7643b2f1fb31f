"""Sounds as somebody may upload them, made of a plain tone."""

import io
import math
import wave
from array import array


def tone(seconds: float, *, rate: int = 8000, db: float = -16.0, hertz: float = 440.0) -> "array[int]":
    """Samples of one tone at this level against full scale, cut off at full scale."""
    peak = 32768 * math.sqrt(2) * 10 ** (db / 20)
    step = 2 * math.pi * hertz / rate
    return array(
        "h", (max(-32768, min(32767, round(peak * math.sin(step * n)))) for n in range(round(seconds * rate)))
    )


def wav(samples: "array[int] | bytes", *, rate: int = 8000, channels: int = 1, width: int = 2) -> bytes:
    """A WAV file around them."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setframerate(rate)
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.writeframes(bytes(samples))
    return file.getvalue()


def twice(samples: "array[int]") -> "array[int]":
    """The same on the left and on the right."""
    return array("h", (value for sample in samples for value in (sample, sample)))

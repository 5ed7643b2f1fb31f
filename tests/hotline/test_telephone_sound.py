"""An uploaded sound becomes one for the telephone, or the person hears what is wrong with it."""

import math
from array import array
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.telephone_sound import (
    RATE,
    RATES,
    Unfit,
    UnfitSoundError,
    fit_for_telephone,
    measure,
    seconds_of,
)
from tests.support.wavs import tone, twice, wav


def samples_of(found: bytes) -> "array[int]":
    """What is behind the 44 bytes of a WAV's head."""
    return array("h", found[44:])


def loudness(samples: "array[int]", hertz: float) -> float:
    """How much of one tone is in them, in dB against full scale."""
    step = 2 * math.pi * hertz / RATE
    real = sum(value * math.cos(step * n) for n, value in enumerate(samples))
    other = sum(value * math.sin(step * n) for n, value in enumerate(samples))
    return 20 * math.log10(math.hypot(real, other) * math.sqrt(2) / len(samples) / 32768 + 1e-9)


def test_what_fits_already_stays_as_it_is() -> None:
    spoken = tone(1.0)
    found = fit_for_telephone(wav(spoken), 1.0)
    assert found == wav(spoken)
    assert seconds_of(found) == 1.0


@pytest.mark.parametrize("rate", [rate for rate in RATES if rate != RATE])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_usual_rate_becomes_eight_kilohertz_at_the_same_pitch_and_level(
    rate: int, channels: int
) -> None:
    spoken = tone(0.3, rate=rate)
    sound = wav(spoken if channels == 1 else twice(spoken), rate=rate, channels=channels)
    found = samples_of(fit_for_telephone(sound, 0.3))
    assert len(found) == round(0.3 * RATE)
    assert loudness(found, 440) == pytest.approx(-16, abs=0.3)


def test_silence_before_and_after_the_voice_is_cut_off_and_its_pauses_stay() -> None:
    """Clips are put together one behind the other, with pauses of the line's own."""
    hush = array("h", bytes(2 * 8000))
    spoken = tone(0.5) + hush + tone(0.5)
    assert seconds_of(fit_for_telephone(wav(hush + spoken + hush + hush), 2.0)) == pytest.approx(2.0, abs=0.1)


def test_what_a_telephone_cannot_carry_is_taken_out_and_does_not_come_back_as_another_tone() -> None:
    """Six kilohertz sampled at eight would be heard as two."""
    hiss = tone(0.3, rate=48000, hertz=6000, db=-20)
    voice = tone(0.3, rate=48000)
    both = array("h", (a + b for a, b in zip(hiss, voice, strict=True)))
    found = samples_of(fit_for_telephone(wav(both, rate=48000), 0.3))
    assert loudness(found, 440) == pytest.approx(-16, abs=0.3)
    assert loudness(found, 2000) < -60


UNFIT = {
    "nothing": (b"", Unfit.NOT_A_SOUND),
    "an MP3": (b"ID3\x04\x00" + bytes(400), Unfit.NOT_A_SOUND),
    "a page": (b"<html>RIFF</html>", Unfit.NOT_A_SOUND),
    "8 bit": (wav(bytes(9000), width=1), Unfit.FORMAT),
    "24 bit": (wav(bytes(24000), width=3), Unfit.FORMAT),
    "an odd rate": (wav(tone(1.0), rate=12345), Unfit.FORMAT),
    "six channels": (wav(bytes(12 * 8000), channels=6), Unfit.FORMAT),
    "floats": (wav(tone(1.0))[:20] + b"\x03\x00" + wav(tone(1.0))[22:], Unfit.FORMAT),
    "a head alone": (wav(tone(1.0))[:30], Unfit.FORMAT),
    "no samples": (wav(b""), Unfit.TOO_SHORT),
    "a click": (wav(tone(0.1)), Unfit.TOO_SHORT),
    "a speech": (wav(bytes(2 * 8000 * 21)), Unfit.TOO_LONG),
    "another sentence": (wav(tone(5.0)), Unfit.OTHER_LENGTH),
    "half a word": (wav(tone(0.2)), Unfit.OTHER_LENGTH),
    "silence": (wav(bytes(16000)), Unfit.TOO_QUIET),
    "a whisper": (wav(tone(1.0, db=-30)), Unfit.TOO_QUIET),
    "a shout": (wav(tone(1.0, db=-5)), Unfit.TOO_LOUD),
    "a torn voice": (wav(tone(1.0, db=6)), Unfit.CLIPPED),
}


@pytest.mark.parametrize(("sound", "why"), UNFIT.values(), ids=UNFIT.keys())
def test_what_no_caller_could_use_is_refused_with_the_reason(sound: bytes, why: Unfit) -> None:
    with pytest.raises(UnfitSoundError) as refused:
        fit_for_telephone(sound, 1.0)
    assert refused.value.why is why


def test_a_file_that_was_cut_within_a_sample_is_used_up_to_there() -> None:
    assert seconds_of(fit_for_telephone(wav(tone(1.0))[:-2001], 1.0)) == pytest.approx(0.875, abs=0.001)


def test_pauses_between_words_do_not_count_as_quiet() -> None:
    spoken = array("h", [*tone(0.5), *bytes(8000), *tone(0.5)])
    assert measure(spoken).level_db == pytest.approx(-16, abs=0.2)


@settings(max_examples=40)
@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: wav(tone(0.2))[:44] + tail))
def test_no_upload_does_anything_but_fit_or_not(uploaded: bytes) -> None:
    with suppress(UnfitSoundError):
        assert seconds_of(fit_for_telephone(uploaded, 0.2)) >= 0.15

"""Clips become one sound with an address, and the address becomes the clips again."""

import io
import struct
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Playbook
from ivr.menu import ChooseNode, Menu
from ivr.prompts import Filling, prompt_of, spoken, words_of
from ivr.sounds import (
    GAP_S,
    MOST_CLIPS,
    PAUSE_S,
    RATE,
    NoTelephoneSoundError,
    Sounds,
    prompt_at,
    read_clip,
    read_clips,
)
from ivr.speech import Prompt

ONE = struct.pack("<3h", 1, 2, 3)
TWO = struct.pack("<2h", -4, 5)


def wav(samples: bytes, rate: int = RATE, channels: int = 1, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setframerate(rate)
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.writeframes(samples)
    return file.getvalue()


@pytest.fixture
def sounds() -> Sounds:
    return Sounds({"one": ONE, "two": TWO})


@pytest.fixture(scope="module")
def real(playbook: Playbook) -> Sounds:
    return Sounds(read_clips(Path(playbook.folder) / "prompts"))


def test_clips_are_joined_in_order_with_a_short_gap(sounds: Sounds) -> None:
    gap = bytes(2 * round(GAP_S * RATE))
    assert read_clip(sounds.wav(Prompt(("one", "two", "one")))) == ONE + gap + TWO + gap + ONE


def test_a_pause_is_silence_between_two_gaps(sounds: Sounds) -> None:
    joined = read_clip(sounds.wav(Prompt(("one", "pause", "two"))))
    assert len(joined) == len(ONE + TWO) + 2 * round((2 * GAP_S + PAUSE_S) * RATE)


def test_a_prompt_is_joined_once(sounds: Sounds) -> None:
    assert sounds.wav(Prompt(("one", "two"))) is sounds.wav(Prompt(("one", "two")))


@pytest.mark.parametrize("clips", [("three",), ("one", "three"), ("../one",)])
def test_an_unknown_clip_is_a_key_error(sounds: Sounds, clips: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        sounds.wav(Prompt(clips))
    with pytest.raises(KeyError):
        sounds.address(Prompt(clips))


def test_a_new_sound_has_a_new_address_and_an_old_one_keeps_its_own(sounds: Sounds) -> None:
    changed = Sounds({"one": ONE, "two": ONE})
    assert sounds.address(Prompt(("one",))) == changed.address(Prompt(("one",)))
    assert sounds.address(Prompt(("two",))) != changed.address(Prompt(("two",)))


@given(st.lists(st.from_regex(r"[a-z0-9_]+", fullmatch=True), min_size=1, max_size=MOST_CLIPS))
def test_an_address_leads_back_to_its_prompt(names: list[str]) -> None:
    prompt = Prompt(tuple(names))
    assert prompt_at(Sounds(dict.fromkeys(names, ONE)).address(prompt)) == prompt


@pytest.mark.parametrize(
    "address",
    [
        "",
        "one.wav",
        "0123abcd/one.mp3",
        "0123abcd/../one.wav",
        "0123abcd/one..two.wav",
        "0123ABCD/one.wav",
        "0123abcd/One.wav",
        "0123abcd/one.wav\n",
        "0123abcd/" + ".".join(["one"] * (MOST_CLIPS + 1)) + ".wav",
    ],
)
def test_an_address_that_is_none_is_a_key_error(address: str) -> None:
    with pytest.raises(KeyError):
        prompt_at(address)


NOT_FOR_TELEPHONES = {
    "44.1 kHz": wav(ONE, rate=44100),
    "stereo": wav(ONE + ONE, channels=2),
    "8 bit": wav(b"abc", width=1),
    "MP3": b"ID3\x04\x00" + bytes(40),
    "empty": b"",
    "cut in its head": wav(ONE)[:20],
}


@pytest.mark.parametrize("sound", NOT_FOR_TELEPHONES.values(), ids=NOT_FOR_TELEPHONES.keys())
def test_a_sound_that_telephones_cannot_carry_is_refused(sound: bytes, tmp_path: Path) -> None:
    (tmp_path / "greeting.wav").write_bytes(sound)
    with pytest.raises(NoTelephoneSoundError, match=r"greeting\.wav"):
        read_clips(tmp_path)


def _seconds(sounds: Sounds, prompt: Prompt) -> float:
    return len(read_clip(sounds.wav(prompt))) / 2 / RATE


def test_the_greeting_takes_no_more_than_eight_seconds(real: Sounds) -> None:
    assert _seconds(real, Prompt(("greeting",))) <= 8


def test_no_question_takes_more_than_half_a_minute(real: Sounds, menu: Menu) -> None:
    for node in menu.nodes.values():
        if isinstance(node, ChooseNode):
            assert _seconds(real, prompt_of(node.prompt, Filling(options=node.options))) <= 30


def test_every_question_fits_its_address(real: Sounds, menu: Menu) -> None:
    for node in menu.nodes.values():
        if isinstance(node, ChooseNode):
            prompt = prompt_of((*node.wrong, *node.prompt), Filling(options=node.options))
            assert prompt_at(real.address(prompt)) == prompt
            assert len(real.address(prompt)) < 1000


def test_a_prompt_can_be_said_in_words_instead(playbook: Playbook) -> None:
    prompt = prompt_of(
        ("report_number", "{number}", "pause", "{state}"), Filling(number="10", status=IncidentStatus.CLOSED)
    )
    assert spoken(prompt, words_of(playbook)) == "Laporan nomor, satu. nol. sudah ditutup."

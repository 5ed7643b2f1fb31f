"""The sounds that ship are those of the words that ship, fit for a telephone, and can be rendered again."""

import json
import math
import shutil
import struct
import tomllib
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.prompts import LOUDNESS_DB, PLAYBOOKS, RATE, SOUNDED, clips_of, digest, folders, render, sounded

PLAYBOOK = PLAYBOOKS / "paal_merah"
PROMPTS = PLAYBOOK / "prompts"
WORDS = {clip: table["id"] for clip, table in tomllib.loads((PLAYBOOK / "prompts.toml").read_text()).items()}
MANIFEST = json.loads((PROMPTS / "manifest.json").read_text())


def samples_of(path: Path) -> list[float]:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
        frames = sound.readframes(sound.getnframes())
    return [value / 32768 for value in struct.unpack(f"<{len(frames) // 2}h", frames)]


def levels(samples: list[float]) -> Iterator[float]:
    """Root mean square of each fiftieth of a second."""
    size = RATE // 50
    for start in range(0, len(samples) - size + 1, size):
        yield math.sqrt(sum(value * value for value in samples[start : start + size]) / size)


def test_every_clip_has_its_sound_and_every_sound_its_words() -> None:
    assert {path.stem for path in PROMPTS.glob("*.wav")} == set(WORDS)


@pytest.mark.parametrize("clip", MANIFEST)
def test_no_words_changed_without_their_sound(clip: str) -> None:
    assert MANIFEST[clip]["words"] == digest(WORDS[clip].encode()), "make prompts"
    assert MANIFEST[clip]["sound"] == digest((PROMPTS / f"{clip}.wav").read_bytes())


@pytest.mark.parametrize("clip", WORDS)
def test_a_sound_is_as_long_and_as_loud_as_its_words(clip: str) -> None:
    samples = samples_of(PROMPTS / f"{clip}.wav")
    seconds = len(samples) / RATE
    assert 0.03 < seconds / len(WORDS[clip]) < 0.12
    spoken = [level for level in levels(samples) if level > 0.02]
    loudness = 20 * math.log10(math.sqrt(sum(level * level for level in spoken) / len(spoken)))
    assert abs(loudness - LOUDNESS_DB) < 2.5
    assert max(map(abs, samples)) < 0.97


@pytest.mark.parametrize("clip", WORDS)
def test_a_sound_begins_and_ends_at_once_and_without_a_click(clip: str) -> None:
    samples = samples_of(PROMPTS / f"{clip}.wav")
    loud = [position for position, level in enumerate(levels(samples)) if level > 0.01]
    assert loud[0] <= 3
    assert loud[-1] >= len(samples) // (RATE // 50) - 8
    assert abs(samples[0]) < 0.01
    assert abs(samples[-1]) < 0.01


def test_nothing_outside_the_telephones_band_is_left() -> None:
    samples = samples_of(PROMPTS / "greeting.wav")
    assert _share_of(samples, 60) < 0.001
    assert _share_of(samples, 3900) < 0.001


def _share_of(samples: list[float], hz: float) -> float:
    """How much of the sound's energy lies at one frequency (Goertzel), over blocks of a tenth of a second."""
    size, turn = RATE // 10, 2 * math.cos(2 * math.pi * hz / RATE)
    power = 0.0
    for start in range(0, len(samples) - size, size):
        before = last = 0.0
        for value in samples[start : start + size]:
            before, last = last, value + turn * last - before
        power += (before * before + last * last - turn * before * last) * 2 / size
    return power / sum(value * value for value in samples)


def test_rendering_again_gives_the_same_sound() -> None:
    _, again = clips_of("id", ["Sesuatu yang lain.", WORDS["digit_4"]])
    shipped = samples_of(PROMPTS / "digit_4.wav")
    rendered = [value / 32768 for value in struct.unpack(f"<{len(again) // 2}h", again)]
    # Another processor may round the last bit another way.
    assert max(abs(one - other) for one, other in zip(rendered, shipped, strict=True)) < 3 / 32768


def test_words_with_a_dull_e_are_spelt_out_for_the_voice() -> None:
    assert sounded("Tekan enam.") == "[[t@k'an]] [[@n'am]]."
    assert sounded("tekanan sekarang") == "tekanan sekarang"
    assert set(SOUNDED) <= {word.strip(".,?").lower() for words in WORDS.values() for word in words.split()}


def test_a_language_without_a_voice_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no voice for 'klingonese'"):
        clips_of("klingonese", ["satu"])


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    """A playbook of two clips, rendered once."""
    shutil.copy(PLAYBOOK / "programme.toml", tmp_path)
    (tmp_path / "prompts.toml").write_text('[one]\nid = "satu."\n[two]\nid = "dua."\n')
    assert render(tmp_path) == []
    return tmp_path


def test_a_persons_recording_is_not_rendered_over(playbook: Path) -> None:
    recording = playbook / "prompts" / "one.wav"
    recording.write_bytes((PROMPTS / "digit_9.wav").read_bytes())
    assert render(playbook) == ["one"]
    assert recording.read_bytes() == (PROMPTS / "digit_9.wav").read_bytes()
    assert render(playbook) == ["one"]


def test_the_sound_of_removed_words_is_removed_but_not_a_recording(playbook: Path) -> None:
    (playbook / "prompts" / "two.wav").write_bytes(b"somebody's voice")
    (playbook / "prompts.toml").write_text('[three]\nid = "tiga."\n')
    render(playbook)
    assert {path.name for path in (playbook / "prompts").iterdir()} == {
        "three.wav",
        "two.wav",
        "manifest.json",
    }


def test_changed_words_are_rendered_anew(playbook: Path) -> None:
    before = (playbook / "prompts" / "one.wav").read_bytes()
    (playbook / "prompts.toml").write_text('[one]\nid = "seratus."\n[two]\nid = "dua."\n')
    render(playbook)
    assert (playbook / "prompts" / "one.wav").read_bytes() != before


def test_a_playbook_outside_the_checkout_is_spoken_too(tmp_path: Path) -> None:
    (tmp_path / "prompts.toml").touch()
    ours = folders({})
    assert {path.name for path in ours} >= {"paal_merah"}
    assert set(folders({"HOTLINE_PLAYBOOK": str(tmp_path)})) == {*ours, tmp_path.resolve()}

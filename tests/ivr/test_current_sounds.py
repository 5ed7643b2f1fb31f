"""A recording that somebody put up is heard on the line, in every process, whatever breaks afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotline import sounds as use_cases
from hotline.database import open_engine
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.models import Audit, Sound
from hotline.sounds import NoSuchClipError
from hotline.telephone_sound import UnfitSoundError
from ivr import current_sounds
from ivr.current_sounds import CurrentSounds
from ivr.sounds import read_clip
from ivr.speech import Prompt
from tests.support.desk import COORDINATOR, OPERATOR
from tests.support.voice import Exchange
from tests.support.wavs import tone, wav

THANKS = Prompt(("thanks",))
MANAGER = Actor("operator", 2, "Bu Camat", Role.COORDINATOR)


@pytest.fixture
def voices(any_exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> CurrentSounds:
    """The sounds of another process, which looks each time it is asked."""
    monkeypatch.setattr(current_sounds, "LOOK_EVERY_S", 0.0)
    folder = Path(any_exchange.desk.runtime.playbook.folder) / "prompts"
    rendered = {name: read_clip((folder / f"{name}.wav").read_bytes()) for name in ("thanks", "greeting")}
    return CurrentSounds(any_exchange.desk.runtime, rendered)


def put(exchange: Exchange, sound: bytes, clip: str = "thanks") -> None:
    with exchange.desk.work() as work:
        use_cases.put(work, clip, sound, MANAGER)


def test_a_persons_recording_is_heard_at_a_new_address_until_somebody_goes_back(
    any_exchange: Exchange, voices: CurrentSounds
) -> None:
    rendered, first = voices.now().wav(THANKS), voices.now().address(THANKS)
    spoken = wav(tone(2.0))
    put(any_exchange, spoken)
    assert voices.now().wav(THANKS) == spoken
    assert voices.now().address(THANKS) != first
    again = wav(tone(2.0, hertz=300))
    put(any_exchange, again)
    assert voices.now().wav(THANKS) == again
    with any_exchange.desk.work() as work:
        use_cases.go_back(work, "thanks", MANAGER)
    assert (voices.now().wav(THANKS), voices.now().address(THANKS)) == (rendered, first)
    assert len(any_exchange.rows(Sound)) == 3, "every version stays"
    assert [row.act for row in any_exchange.rows(Audit)] == ["put_sound", "put_sound", "drop_sound"]


def test_a_caller_hears_it_and_can_fetch_it(any_exchange: Exchange) -> None:
    put(any_exchange, wav(tone(5.0)), "greeting")
    phone = any_exchange.dial()
    (asked, _) = phone.actions
    address = asked[0].attrib["url"].split("/sounds/")[1]
    heard = read_clip(any_exchange.line.voices.now().wav(Prompt(tuple(phone.says.split()))))
    assert address.startswith(any_exchange.line.voices.now().address(Prompt(tuple(phone.says.split())))[:8])
    assert heard.startswith(tone(5.0).tobytes())


def test_with_the_database_away_the_line_goes_on_with_what_it_knew(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(current_sounds, "LOOK_EVERY_S", 0.0)
    nowhere = open_engine(f"sqlite:///{tmp_path / 'gone' / 'x.sqlite3'}")
    (tmp_path / "gone").rmdir()
    voices = CurrentSounds(replace(exchange.desk.runtime, engine=nowhere), {"thanks": tone(1.0).tobytes()})
    assert voices.now().wav(THANKS) == wav(tone(1.0))
    nowhere.dispose()


def test_a_row_that_is_no_telephone_sound_changes_nothing(
    any_exchange: Exchange, voices: CurrentSounds, caplog: pytest.LogCaptureFixture
) -> None:
    rendered = voices.now().wav(THANKS)
    with any_exchange.desk.work() as work:
        work.session.add(Sound(clip="thanks", wav=b"nonsense", words="", made_at=work.now))
    assert voices.now().wav(THANKS) == rendered
    assert "the recording of thanks can't be used" in caplog.text


def test_the_list_says_whose_voice_it_is_and_what_was_recorded_before_its_words_changed(
    exchange: Exchange,
) -> None:
    put(exchange, wav(tone(2.0)))
    with exchange.desk.work() as work:
        work.session.add(Sound(clip="greeting", wav=wav(tone(5.0)), words="Selamat pagi.", made_at=work.now))
    with exchange.desk.runtime.reading() as session:
        found = {clip.name: clip for clip in use_cases.clips(session, exchange.desk.runtime.playbook)}
    assert len(found) > 100
    assert [(name, clip.versions) for name, clip in found.items() if clip.recorded] == [
        ("greeting", 1), ("thanks", 1),
    ]  # fmt: skip
    assert (found["greeting"].is_stale, found["thanks"].is_stale, found["describe"].is_stale) == (
        True, False, False,
    )  # fmt: skip


def test_only_who_manages_sounds_puts_one_up_only_for_a_clip_and_only_a_fit_one(exchange: Exchange) -> None:
    with exchange.desk.work() as work:
        with pytest.raises(NotAllowedError):
            use_cases.put(work, "thanks", wav(tone(2.0)), OPERATOR)
        with pytest.raises(NoSuchClipError):
            use_cases.put(work, "../thanks", wav(tone(2.0)), COORDINATOR)
        with pytest.raises(NoSuchClipError):
            use_cases.go_back(work, "nothing", COORDINATOR)
        with pytest.raises(UnfitSoundError):
            use_cases.put(work, "thanks", b"RIFF", COORDINATOR)
    assert exchange.rows(Sound) == []

"""The sounds' screen: listen, put a person's voice up, hear what is wrong with a file, go back."""

from io import BytesIO

import pytest

from hotline.console import sounds
from hotline.domain.rights import Role
from hotline.models import Sound
from hotline.telephone_sound import LONGEST_S
from tests.console.conftest import Browser, Desk, SignIn
from tests.support.wavs import tone, wav


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.ADMINISTRATOR).open("/sounds")


def upload(browser: Browser, sound: bytes, clip: str = "thanks", name: str = "terima kasih.wav") -> Browser:
    return browser.send(f"/sounds/{clip}", sound=(BytesIO(sound), name))


def test_each_sentence_of_the_line_can_be_heard_and_replaced(manager: Browser) -> None:
    assert "Terima kasih. Jaga keselamatan Anda." in manager.text
    assert manager.text.count("<audio ") == manager.text.count('type="file"') > 100
    page = manager.open("/sounds/thanks").page
    assert page is not None
    assert (page.content_type, page.data[:4]) == ("audio/wav", b"RIFF")
    assert page.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_recording_takes_the_place_of_the_rendered_sound_and_leaves_it_again(
    desk: Desk, manager: Browser
) -> None:
    rendered = manager.open("/sounds/thanks").page
    assert rendered is not None
    upload(manager.open("/sounds"), wav(tone(2.0, rate=48000), rate=48000))
    assert manager.status == 200
    assert "rekaman" in manager.text.split('id="sound-thanks"')[1].split("</li>")[0]
    heard = manager.open("/sounds/thanks").page
    assert heard is not None
    assert len(heard.data) == 44 + 2 * 2 * 8000
    manager.open("/sounds").send("/sounds/thanks/back")
    assert "suara komputer" in manager.text.split('id="sound-thanks"')[1].split("</li>")[0]
    back = manager.open("/sounds/thanks").page
    assert back is not None
    assert back.data == rendered.data
    assert [bool(row.wav) for row in desk.all(Sound)] == [True, False]


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (b"ID3\x04\x00 an MP3", "Ini bukan berkas WAV."),
        (b"", "Ini bukan berkas WAV."),
        (wav(bytes(9000), width=1), "WAV harus PCM 16 bit"),
        (wav(tone(0.1)), "Rekaman terlalu pendek: 0.1 detik"),
        (wav(bytes(2 * 8000 * 30)), "Rekaman terlalu panjang: 30.0 detik"),
        (wav(tone(19.0)), "Apakah kalimatnya sama?"),
        (wav(tone(2.0, db=-40)), "Terlalu pelan: -40.0 dB"),
        (wav(tone(2.0, db=-6)), "Terlalu keras: -6.0 dB"),
        (wav(tone(2.0, db=8)), "Suaranya pecah"),
    ],
)
def test_what_callers_could_not_use_is_refused_in_words(
    desk: Desk, manager: Browser, sound: bytes, words: str
) -> None:
    upload(manager, sound)
    assert manager.status == 422
    assert words in manager.text
    assert desk.all(Sound) == []


def test_a_file_beyond_all_use_is_refused_by_its_size(
    desk: Desk, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sounds.LARGEST >= 44 + 4 * 48000 * LONGEST_S, "the longest sound in the best quality fits"
    spoken = wav(tone(2.0))
    monkeypatch.setattr(sounds, "LARGEST", len(spoken) - 1)
    upload(manager, spoken)
    assert (manager.status, "Berkas terlalu besar." in manager.text) == (422, True)
    assert desk.all(Sound) == []


def test_without_a_file_the_page_says_so(manager: Browser) -> None:
    manager.send("/sounds/thanks")
    assert (manager.status, "Pilih dulu berkas WAV-nya." in manager.text) == (422, True)


@pytest.mark.parametrize("clip", ["nothing", "..%2Fthanks", "THANKS"])
def test_a_clip_that_is_none_is_not_found(manager: Browser, clip: str) -> None:
    assert manager.open(f"/sounds/{clip}").status == 404
    assert manager.open("/sounds").post(f"/sounds/{clip}/back").status == 404


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_others_neither_see_nor_change_them(desk: Desk, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    assert browser.open("/sounds").status in (403, 404)
    browser.open("/").post("/sounds/thanks", sound=(BytesIO(wav(tone(2.0))), "x.wav"))
    assert browser.status in (403, 404)
    assert desk.all(Sound) == []

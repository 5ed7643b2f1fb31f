"""Which kelurahan a text names, and what must never be taken for one."""

from collections.abc import Callable

import pytest

from sms.grammar import Basis, Context, Meaning, Question

Read = Callable[..., Meaning]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("maling di eka jaya", "EJ"),
        ("maling rt5 ekajaya", "EJ"),
        ("banjir ekjy rt 2", "EJ"),
        ("banjir di tlg bkg", "TB"),
        ("banjir di talangbakung", "TB"),
        ("ada api di talang bakng", "TB"),
        ("kebakaran payo slincah", "PS"),
        ("kebakaran di selincah", "PS"),
        ("ribut di bkg jaya", "BJ"),
        ("ribut di lingsel rt 4", "LS"),
        ("ribut lingkr slatan", "LS"),
        ("ribut kel pal merah", "PM"),
        ("ribut rt 31 palmerah", "PM"),
        ("ribut kelurahan paal merah", "PM"),
        ("maling di kel ej rt 4", "EJ"),
        ("maling dipayoslincah", "PS"),
        ("kesetrum dtalangbakung", "TB"),
        ("banjir dibakungjaya", "BJ"),
    ],
)
def test_a_kelurahan_is_known_however_it_is_spelt(resident: Read, text: str, code: str) -> None:
    area = resident(text).area
    assert area is not None
    assert area.value == code


@pytest.mark.parametrize(
    "text",
    [
        "kecelakaan di jl eka jaya",
        "balap liar di jln lingkar selatan",
        "balap di lingkar selatan 2",
        "macet simpang lingkar selatan",
        "pengemis di lampu merah lingkar selatan",
        "ribut di paal merah",
        "sampah di kec paal merah",
        "macet simpang paal merah",
        "banjir di puri paal merah",
        "maling di bakung",
        "maling lari ke arah eka jaya",
        "maling bukan di eka jaya",
        "kebakaran di talang banjar rt 4",
        "kebakaran payo lebar",
        "banjir di pal lima",
        "balap di lingkar barat",
        "baju merah, motor hitam",
    ],
)
def test_what_is_no_kelurahan_gives_none(resident: Read, text: str) -> None:
    assert resident(text).area is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lokasinya talang bakung pak, bukan eka jaya", "TB"),
        ("bukan di eka jaya tapi bakung jaya", "BJ"),
        ("di eka jaya eh maksudnya bakung jaya", "BJ"),
        ("maling kabur ke arah talang bakung, kejadian di eka jaya", "EJ"),
        ("rt 4 eka jaya, paal merah", "EJ"),
        ("jl lingkar selatan kel talang bakung", "TB"),
    ],
)
def test_of_several_names_the_one_that_holds_is_taken(resident: Read, text: str, code: str) -> None:
    area = resident(text).area
    assert area is not None
    assert area.value == code


def test_two_names_that_nothing_settles_are_both_offered_and_none_is_taken(resident: Read) -> None:
    meaning = resident("maling di eka jaya talang bakung")
    assert meaning.area is None
    assert set(meaning.areas) == {"EJ", "TB"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kebakaran dekat sman 13", "TB"),
        ("kebakaran dekat sma n 13", "TB"),
        ("begal dkt MAN 3", "EJ"),
        ("api di jl berlin", "TB"),
        ("maling di jl abdul muis rt 9", "LS"),
        ("maling di jl abdul muis rt 12", "PM"),
        ("ular di xaverius", "PM"),
    ],
)
def test_a_landmark_gives_its_kelurahan(resident: Read, text: str, code: str) -> None:
    area = resident(text).area
    assert area is not None
    assert (area.value, area.basis) == (code, Basis.LANDMARK)


@pytest.mark.parametrize(
    "text", ["maling di jl abdul muis", "sampah dekat kantor camat", "macet depan bandara"]
)
def test_a_landmark_without_a_kelurahan_gives_none(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert meaning.area is None
    assert meaning.landmark is not None


def test_a_place_outside_is_named_as_such(resident: Read) -> None:
    outside = resident("ular masuk rumah di kel pasir putih rt 4").outside
    assert outside is not None
    assert outside.value == "Pasir Putih"


def test_a_bare_digit_answers_the_numbered_list(resident: Read) -> None:
    meaning = resident("3", Context(question=Question.AREA_LIST))
    assert meaning.area is not None
    assert (meaning.area.value, meaning.area.basis, meaning.unsure) == ("EJ", Basis.CONTEXT, False)


def test_the_spans_stand_under_the_letters_of_the_name(resident: Read) -> None:
    text = "Tolong pak, MALING di  Eka Jaya!"
    area = resident(text).area
    assert area is not None
    assert [text[span.start : span.end] for span in area.spans] == ["Eka Jaya"]

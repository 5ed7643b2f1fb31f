from collections.abc import Callable
from typing import Final

import pytest
from gsm0338 import Codec
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.domain.segments import GSM_BASIC, GSM_EXTENSION, Alphabet, measure, plain

# text, alphabet, units, parts, left in the last part
SIZES = [
    ("", Alphabet.GSM7, 0, 1, 160),
    ("a" * 160, Alphabet.GSM7, 160, 1, 0),
    ("a" * 161, Alphabet.GSM7, 161, 2, 145),
    ("a" * 306, Alphabet.GSM7, 306, 2, 0),
    ("a" * 307, Alphabet.GSM7, 307, 3, 152),
    ("é" * 160, Alphabet.GSM7, 160, 1, 0),
    ("€" * 80, Alphabet.GSM7, 160, 1, 0),
    ("€" * 80 + "a", Alphabet.GSM7, 161, 2, 144),  # 76 fill 152 of 153: the next one is not torn in two
    ("a" * 152 + "€" + "a" * 7, Alphabet.GSM7, 161, 2, 144),
    ("😀", Alphabet.UCS2, 2, 1, 68),
    ("漢" * 70, Alphabet.UCS2, 70, 1, 0),
    ("漢" * 71, Alphabet.UCS2, 71, 2, 63),
    ("😀" * 35, Alphabet.UCS2, 70, 1, 0),
    ("😀" * 36, Alphabet.UCS2, 72, 2, 61),  # 33 fill 66 of 67: no surrogate pair is torn in two
    ("ş" + "a" * 69, Alphabet.UCS2, 70, 1, 0),
    ("`", Alphabet.UCS2, 1, 1, 69),
    ("\ud83d", Alphabet.UCS2, 1, 1, 69),
]


@pytest.mark.parametrize(("text", "alphabet", "units", "parts", "left"), SIZES)
def test_a_text_is_measured_as_the_air_carries_it(
    text: str, alphabet: Alphabet, units: int, parts: int, left: int
) -> None:
    size = measure(text)
    assert (size.alphabet, size.units, size.parts, size.left) == (alphabet, units, parts, left)


def test_the_alphabet_has_all_its_characters() -> None:
    """128 places, one of which is the escape to the ten of the extension table."""
    assert len(GSM_BASIC) == 127
    assert len(GSM_EXTENSION) == 10
    assert not GSM_BASIC & GSM_EXTENSION


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("“Tolong…”", '"Tolong..."'),
        ("RT 3 – Eka Jaya", "RT 3 - Eka Jaya"),
        ("2×", "2x"),
        ("a\u00a0b", "a b"),
        ("gedung José, ç", "gedung José, c"),
        ("½ jam, 3 m²", "1/2 jam, 3 m2"),
        ("ﬁle №1", "file No1"),
        ("di\u200bsini\ufeff", "disini"),
        ("\uff32\uff34\uff15", "RT5"),
    ],
)
def test_typographic_signs_become_plain_ones(typed: str, sent: str) -> None:
    assert plain(typed) == sent
    assert measure(plain(typed)).alphabet is Alphabet.GSM7


@given(st.text(max_size=700))
def test_parts_hold_what_they_say(text: str) -> None:
    size = measure(text)
    one, each = (160, 153) if size.alphabet is Alphabet.GSM7 else (70, 67)
    room = one if size.parts == 1 else each * size.parts
    assert size.units <= room
    assert 0 <= size.left <= one
    # At most one unit a part is lost to a character that may not be torn.
    assert size.parts == 1 or size.units + size.left >= room - size.parts


def encoded(text: str) -> bytes | None:
    """The text in the library's GSM alphabet, one byte a septet; None where it does not fit."""
    try:
        return bytes(Codec().encode(text)[0])
    except UnicodeError:
        return None


def cut(data: bytes, each: int, torn: Callable[[bytes, int], bool]) -> int:
    """How many parts of at most `each` bytes it takes, where none may be torn at some places."""
    parts, start = 0, 0
    while start < len(data):
        end = min(start + each, len(data))
        while end < len(data) and torn(data, end):
            end -= 1
        parts, start = parts + 1, end
    return parts


ESCAPE: Final = 0x1B


def after_an_escape(data: bytes, at: int) -> bool:
    return data[at - 1] == ESCAPE


def within_a_pair(data: bytes, at: int) -> bool:
    """Between the two bytes of a unit, or the two units of a surrogate pair."""
    return at % 2 == 1 or 0xD8 <= data[at - 2] <= 0xDB


@pytest.mark.parametrize("char", sorted(GSM_BASIC | GSM_EXTENSION))
def test_each_character_of_the_alphabet_is_the_librarys(char: str) -> None:
    data = encoded(char)
    assert data is not None
    assert measure(char).units == len(data) == (2 if char in GSM_EXTENSION else 1)


@given(st.characters(exclude_categories=["Cs"], exclude_characters="\x1b"))
def test_the_library_knows_no_other_character(char: str) -> None:
    """But the escape by itself, which it passes on, and which is no character that anybody can read."""
    assert (encoded(char) is not None) is (measure(char).alphabet is Alphabet.GSM7)


@given(st.text(alphabet=sorted(GSM_BASIC | GSM_EXTENSION), max_size=500))
@example("€" * 80 + "a")
@example("a" * 152 + "€" + "a" * 152 + "€")
def test_septets_and_parts_are_those_of_the_encoded_text(text: str) -> None:
    data = encoded(text)
    assert data is not None
    size = measure(text)
    assert (size.alphabet, size.units) == (Alphabet.GSM7, len(data))
    assert size.parts == (1 if len(data) <= 160 else cut(data, 153, after_an_escape))


@given(st.text(alphabet=st.sampled_from("aé漢😀👨ş\n"), min_size=1, max_size=300), st.sampled_from("漢😀ş"))
@example("😀" * 36, "漢")
def test_units_and_parts_of_other_alphabets_are_those_of_the_encoded_text(text: str, other: str) -> None:
    data = (text + other).encode("utf-16-be")
    size = measure(text + other)
    assert (size.alphabet, size.units) == (Alphabet.UCS2, len(data) // 2)
    assert size.parts == (1 if len(data) <= 140 else cut(data, 134, within_a_pair))


@pytest.mark.parametrize("kept", ["🔥", "火", "ж", "ß", "Å", "€"])
def test_what_would_change_its_meaning_stays(kept: str) -> None:
    assert plain(kept) == kept


@given(st.text(max_size=300))
def test_plain_words_do_not_change_again(text: str) -> None:
    assert plain(plain(text)) == plain(text)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.phone import LONGEST, SenderKind, masked, read_number, without_numbers

MOBILES = [
    # as written, as E.164
    ("+6281200000001", "+6281200000001"),
    ("081200000001", "+6281200000001"),
    ("0812-0000-0001", "+6281200000001"),
    ("0812.0000.0001", "+6281200000001"),
    ("0812 0000 0001", "+6281200000001"),
    ("(0812) 0000-0001", "+6281200000001"),
    ("6281200000001", "+6281200000001"),
    ("+62 812-0000-0001", "+6281200000001"),
    ("81200000001", "+6281200000001"),
    ("+62081200000001", "+6281200000001"),
    ("006281200000001", "+6281200000001"),
    ("0062 812 0000 0001", "+6281200000001"),
    ("  +6281200000001 \n", "+6281200000001"),
    ("+6281200000001\x00", "+6281200000001"),
    ("\u202a+6281200000001\u202c", "+6281200000001"),
    ("0812000001", "+62812000001"),  # ten digits with the zero
    ("0812000000001", "+62812000000001"),  # thirteen
]


@pytest.mark.parametrize(("written", "address"), MOBILES)
def test_a_mobile_number_is_understood_however_it_is_written(written: str, address: str) -> None:
    sender = read_number(written, "ID")
    assert (sender.address, sender.kind, sender.region) == (address, SenderKind.MOBILE, "ID")
    assert sender.can_be_texted


@pytest.mark.parametrize("written", [" 6281200000001", "  6281200000001"])
def test_a_lost_plus_is_repaired(written: str) -> None:
    assert read_number(written, "ID").address == "+6281200000001"


def test_a_lost_plus_is_repaired_for_other_countries_too() -> None:
    sender = read_number(" 60120000001", "ID")
    assert (sender.address, sender.region) == ("+60120000001", "MY")


OTHERS = [
    ("(0741) 41171", SenderKind.LANDLINE),
    ("0741-3060000", SenderKind.LANDLINE),
    ("TELKOMSEL", SenderKind.NAME),
    ("MyBank 24", SenderKind.NAME),
    ("88", SenderKind.SHORT),
    ("112", SenderKind.SHORT),
    ("99999", SenderKind.SHORT),
    ("571111", SenderKind.SHORT),
    ("*123#", SenderKind.SHORT),
    ("", SenderKind.INVALID),
    ("+", SenderKind.INVALID),
    ("---", SenderKind.INVALID),
    ("08117435", SenderKind.INVALID),
    ("+62 809 1234567", SenderKind.INVALID),
    ("+62 868 12345678", SenderKind.INVALID),
    ("0" * 30, SenderKind.INVALID),
    ("9" * 400, SenderKind.INVALID),
    ("\x00", SenderKind.INVALID),
    ("😀😀😀😀😀😀😀😀", SenderKind.INVALID),
]


@pytest.mark.parametrize(("written", "kind"), OTHERS)
def test_what_is_no_mobile_is_never_answered(written: str, kind: SenderKind) -> None:
    sender = read_number(written, "ID")
    assert sender.kind is kind
    assert not sender.can_be_texted


def test_a_name_stays_as_it_came() -> None:
    assert read_number(" TELKOMSEL ", "ID").address == "TELKOMSEL"


def test_a_name_of_a_million_letters_is_not_carried_around() -> None:
    assert len(read_number("A" * 1_000_000, "ID").address) == LONGEST


@given(st.text(max_size=200))
def test_nothing_that_comes_in_breaks_it(written: str) -> None:
    sender = read_number(written, "ID")
    assert sender.can_be_texted == (sender.kind is SenderKind.MOBILE)
    assert len(sender.address) <= LONGEST


@given(st.integers(80_000_000, 899_999_999_999))
def test_a_repaired_number_is_not_repaired_again(digits: int) -> None:
    first = read_number(f"+62{digits}", "ID")
    if first.can_be_texted:
        assert read_number(first.address, "ID") == first


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+6281200000001", "+62812•••0001"),
        ("+627414117", "+62•••17"),
        ("TELKOMSEL", "TELKOMSEL"),
        ("112", "112"),
        ("", ""),
    ],
)
def test_a_number_is_shown_by_its_ends_only(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.from_regex(r"\+[1-9]\d{8,14}", fullmatch=True))
def test_at_least_three_digits_are_hidden(address: str) -> None:
    shown = masked(address).split("•••")
    assert sum(map(len, shown)) <= len(address) - 3


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("hubungi 0812 7000 0010 atau +62 812-7000-0011", "hubungi +62812•••0010 atau +62812•••0011"),
        ("telp 0741-60123, wa.me/6281270000010", "telp +62•••23, wa.me/+62812•••0010"),
        ("0812.7000.0010", "+62812•••0010"),
        ("24/11/26 20.40, RT 12 no 45, rugi 150000000", "24/11/26 20.40, RT 12 no 45, rugi 150000000"),
        ("", ""),
    ],
)
def test_numbers_in_somebodys_words_are_masked_and_nothing_else(words: str, shown: str) -> None:
    assert without_numbers(words, "ID") == shown

"""The incident's number: repaired, given as written, and never taken from anything else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.incident_number import is_valid, number_of
from sms.grammar import Context, Intent, Meaning, Reader, Sender

Read = Callable[..., Meaning]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("STATUS 1041", "1041"),
        ("status laporan #1041", "1041"),
        ("cek 1O41", "1041"),
        ("cek l041", "1041"),
        ("cek 10 41", "1041"),
        ("cek sk-1041", "1041"),
        ("cek K1041", "1041"),
        ("batal no.1041", "1041"),
        ("TAMBAH 1041 pelakunya 2 orang", "1041"),
        ("utk 1041: apinya kecil", "1041"),
        ("terima kasih laporan 1041 beres", "1041"),
        ("status 99", "99"),
        ("STATUS<spasi>1041", "1041"),
        ("status#1041", "1041"),
        ("sttus 1041", "1041"),
        ("no laporan saya 1041 gimana", "1041"),
        ("cek 1 0 4 1", "1041"),
        ("BATAL1041", "1041"),
        ("cek 123456", "123456"),
    ],
)
def test_a_number_is_repaired_and_given_as_written(resident: Read, text: str, number: str) -> None:
    found = resident(text).number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    "text",
    [
        "uang 1041 ribu hilang",
        "dimintai Rp 1041",
        "plat BH 1041 ZX kabur",
        "maling jam 1041",
        "kejadian 10.41 wib ada maling",
        "kode OTP 1041",
        "maling tahun 2023",
        "kejadian tgl 12/1041",
        "hub 081200001041",
        "ada 1041 orang",
        "maling rt 41 rumah no 12",
        "harga 1.041 saja",
        "rumah no 1041 kebakaran",
        "kamar 1041",
        "token listrik 1041 1055",
        "telp 08121041",
        "rt 10 rw 41",
        "transfer ke rek 1041 1055",
    ],
)
def test_what_is_no_number_of_ours_gives_none(resident: Read, text: str) -> None:
    assert resident(text).number is None


def test_a_wrong_check_digit_is_given_as_written_but_not_valid(resident: Read) -> None:
    meaning = resident("STATUS 1042")
    assert meaning.number is not None
    assert (meaning.number.value, meaning.number_valid) == ("1042", False)


def test_an_open_number_is_known_in_the_midst_of_a_text(resident: Read) -> None:
    text = "pak yang kemarin itu 1041 masih terjadi"
    assert resident(text).number is None
    assert resident(text, Context(open_numbers=("1041",))).number is not None


@given(ordinal=st.integers(1, 50_000), digit=st.integers(1, 7))
def test_what_a_unit_is_told_to_write_is_read_back(reader: Reader, ordinal: int, digit: int) -> None:
    number = number_of(ordinal)
    meaning = reader.read(f"{number} {digit} 15mnt 2 org", Sender.UNIT)
    assert meaning.intent is Intent.RESPONDER_STATUS
    assert meaning.number is not None
    assert meaning.status is not None
    assert (meaning.number.value, meaning.number_valid, meaning.status.value) == (number, True, str(digit))
    assert (meaning.minutes, meaning.people, meaning.note) == (15, 2, "15mnt 2 org")


@given(ordinal=st.integers(1, 50_000), place=st.integers(0, 5), slip=st.integers(1, 9))
def test_one_wrong_digit_is_never_valid(reader: Reader, ordinal: int, place: int, slip: int) -> None:
    number = number_of(ordinal)
    at = place % len(number)
    wrong = f"{number[:at]}{(int(number[at]) + slip) % 10}{number[at + 1 :]}"
    meaning = reader.read(f"STATUS {wrong}", Sender.RESIDENT)
    assert not is_valid(wrong)
    assert meaning.number is not None
    assert (meaning.number.value, meaning.number_valid) == (wrong, False)

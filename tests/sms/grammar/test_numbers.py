"""The incident's number: repaired, given as written, and never taken from anything else."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
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
        ("cek l0 4l", "1041"),
        ("1O 41 bukan rt 4 tapi rt 14", "1041"),
        ("status 1o4i", "1041"),
        ("1 0 41 gimana", "1041"),
        ("makasih 1041 sudah beres", "1041"),
        ("mksh 1041", "1041"),
        ("lapor susulan 1041: mobilnya putih", "1041"),
        ("ralat 1041 rt 9", "1041"),
    ],
)
def test_a_number_is_repaired_and_given_as_written(resident: Read, text: str, number: str) -> None:
    found = resident(text).number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1O41 mnt bantuan tali", "1041"),
        ("tiba 1041 jam 21.15", "1041"),
        ("ketemu pelapor #1041", "1041"),
        ("siap. 1041", "1041"),
        ("I041 3", "1041"),
        ("1041 86", "1041"),
    ],
)
def test_a_unit_writes_its_number_in_many_ways(unit: Read, text: str, number: str) -> None:
    found = unit(text).number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    "text", ["siap 86", "86", "86 ndan meluncur", "tiba 86", "siap 86 merapat ke rt 7", "jalan 15 menit lagi"]
)
def test_radio_slang_and_counts_of_a_unit_are_no_number(unit: Read, text: str) -> None:
    assert unit(text).number is None


@pytest.mark.parametrize(
    "text",
    [
        "beli 1 l minyak",
        "ada 2 orang 10 motor",
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


@pytest.mark.parametrize("text", ["0841 4", "08477 4", "0841 siap"])
def test_a_unit_s_wrong_first_digit_is_a_wrong_number_and_not_a_missing_one(unit: Read, text: str) -> None:
    """Without a number the code would act on the only open case."""
    meaning = unit(text)
    assert meaning.number is not None
    assert (meaning.number.value, meaning.number_valid) == (text.split(maxsplit=1)[0], False)


@pytest.mark.parametrize("text", ["0812 maling di rt 5", "untuk 0812 maling rt 5"])
def test_a_telephone_cut_short_does_not_hide_a_report(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert (meaning.intent, meaning.number) == (Intent.REPORT, None)


@example(ordinal=81, place=0, slip=9)
@given(ordinal=st.integers(1, 50_000), place=st.integers(0, 5), slip=st.integers(1, 9))
def test_one_wrong_digit_is_never_valid(reader: Reader, ordinal: int, place: int, slip: int) -> None:
    number = number_of(ordinal)
    at = place % len(number)
    wrong = f"{number[:at]}{(int(number[at]) + slip) % 10}{number[at + 1 :]}"
    meaning = reader.read(f"STATUS {wrong}", Sender.RESIDENT)
    assert not is_valid(wrong)
    assert meaning.number is not None
    assert (meaning.number.value, meaning.number_valid) == (wrong, False)


def test_a_failing_example_is_not_hidden_by_its_reader(reader: Reader) -> None:
    assert len(repr(reader)) < 100

"""What units answer: digits, keywords, words, slang; duty; a duty officer's decision."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.incident_number import number_of
from hotline.domain.lifecycle import StatusCode
from sms.grammar import Basis, Intent, Meaning, Reader, Sender
from sms.grammar.status import KEYWORDS

Read = Callable[..., Meaning]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("TERIMA 1041", StatusCode.ACCEPT),
        ("1041 1", StatusCode.ACCEPT),
        ("siap ndan", StatusCode.ACCEPT),
        ("86", StatusCode.ACCEPT),
        ("TOLAK 1041 sedang piket", StatusCode.DECLINE),
        ("maaf ndan motor rusak, tdk bisa berangkat", StatusCode.DECLINE),
        ("siap meluncur", StatusCode.EN_ROUTE),
        ("otw", StatusCode.EN_ROUTE),
        ("JALAN 15mnt 2 org", StatusCode.EN_ROUTE),
        ("10 menit lg nyampe", StatusCode.EN_ROUTE),
        ("belum sampai ndan", StatusCode.EN_ROUTE),
        ("sdh di lokasi", StatusCode.ON_SCENE),
        ("merapat 1041", StatusCode.ON_SCENE),
        ("otw merapat", StatusCode.EN_ROUTE),
        ("lah nyampe tkp", StatusCode.ON_SCENE),
        ("1041 belum selesai masih di lokasi", StatusCode.ON_SCENE),
        ("TIBA 1041 butuh tambahan personil", StatusCode.NEED_BACKUP),
        ("kewalahan ndan minta perkuatan", StatusCode.NEED_BACKUP),
        ("1041 sudah dicek, nihil", StatusCode.CLEAR),
        ("tiba di lokasi, situasi kondusif", StatusCode.CLEAR),
        ("selesai, terima kasih bantuannya", StatusCode.CLEAR),
        ("tlk no. 1041", StatusCode.DECLINE),
        ("trm 1041", StatusCode.ACCEPT),
        ("jln 1041", StatusCode.EN_ROUTE),
        ("sls 1041 aman", StatusCode.CLEAR),
        ("siap 86 langsung meluncur", StatusCode.EN_ROUTE),
        ("GAGAL 1041 alamat tidak ketemu", StatusCode.UNABLE),
        ("jalan terendam, mobil tidak bisa lewat", StatusCode.UNABLE),
    ],
)
def test_a_status_is_read_from_digits_keywords_and_words(unit: Read, text: str, status: StatusCode) -> None:
    meaning = unit(text)
    assert meaning.intent is Intent.RESPONDER_STATUS
    assert meaning.status is not None
    assert meaning.status.value is status


@pytest.mark.parametrize(
    "text",
    [
        "1041 selesai?",
        "selesai belum 1041",
        "sudah selesai belum 1041",
        "terima tidak 1041",
        "batal terima 1041",
        "1041 batal terima",
        "tdk jadi terima 1041",
        "gak jadi otw 1041",
        "1041 4 6",
        "1041 4 5 6",
        "2 ok",
        "siap belum bisa berangkat",
        "1041 siap, belum bisa jalan",
        "1041 jalan macet total",
        "jalan banjir ndan",
    ],
)
def test_a_status_that_is_asked_for_taken_back_or_one_of_two_is_not_sure(unit: Read, text: str) -> None:
    assert unit(text).unsure


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1041 terima, alamat dimana?", StatusCode.ACCEPT),
        ("1041 tiba, belum ada orang", StatusCode.ON_SCENE),
        ("1041 selesai, tidak ada korban", StatusCode.CLEAR),
        ("1041 3 15", StatusCode.EN_ROUTE),
        ("1041 aman tdk perlu bantuan", StatusCode.CLEAR),
        ("4 ok", StatusCode.ON_SCENE),
        ("3 siap ndan", StatusCode.EN_ROUTE),
        ("1041 jalan, macet dikit", StatusCode.EN_ROUTE),
        ("tiba, ada 3 luka, tolong ambulans", StatusCode.NEED_BACKUP),
    ],
)
def test_what_stands_behind_a_sure_status_leaves_it_sure(unit: Read, text: str, status: StatusCode) -> None:
    meaning = unit(text)
    assert meaning.status is not None
    assert (meaning.status.value, meaning.unsure) == (status, False)


@pytest.mark.parametrize(
    "text", ["1041 tdk butuh bantuan", "jgn kirim bantuan lg 1041", "belum perlu tambahan 1041"]
)
def test_backup_that_is_not_needed_is_not_called(unit: Read, text: str) -> None:
    meaning = unit(text)
    assert meaning.status is None or meaning.unsure


def test_a_digit_that_counts_people_is_no_code(unit: Read) -> None:
    meaning = unit("1041 2 org luka")
    assert meaning.status is None


def test_a_code_before_the_number_is_not_sure(unit: Read) -> None:
    meaning = unit("3 1041")
    assert meaning.status is not None
    assert meaning.unsure


def test_a_bare_digit_is_a_code(unit: Read) -> None:
    meaning = unit("4")
    assert meaning.status is not None
    assert (meaning.status.value, meaning.status.basis) == (StatusCode.ON_SCENE, Basis.CODE)


def test_the_rest_of_the_text_is_kept_as_the_note_as_written(unit: Read) -> None:
    assert unit("1041 6 Ular diserahkan ke Damkar.").note == "Ular diserahkan ke Damkar."
    assert unit("SELESAI 1041 pohon dipotong").note == "pohon dipotong"


def test_words_about_a_number_without_a_status_are_a_note_to_it(unit: Read) -> None:
    meaning = unit("1041 korban 1 org luka ringan, sdh dibawa ke puskesmas")
    assert (meaning.intent, meaning.status) == (Intent.MORE_INFO, None)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("TAMBAH 1041 api sudah sampai atap", Intent.MORE_INFO),
        ("tambah 1041 pelaku sdh di lokasi lain", Intent.MORE_INFO),
        ("TAMBAH 1041 selesai", Intent.RESPONDER_STATUS),
        ("TAMBAH 1041 butuh bantuan", Intent.RESPONDER_STATUS),
        ("1041 sudah sampai", Intent.RESPONDER_STATUS),
    ],
)
def test_more_of_a_case_is_no_status_unless_it_asks_for_people_or_says_a_code(
    unit: Read, text: str, intent: Intent
) -> None:
    meaning = unit(text)
    assert meaning.intent is intent
    assert meaning.number is not None
    assert meaning.number.value == "1041"


def test_a_units_own_report_is_a_report(unit: Read) -> None:
    meaning = unit("lapor ndan ada kebakaran rumah di rt 9 eka jaya")
    assert meaning.intent is Intent.REPORT


def test_thanks_are_no_acceptance(unit: Read) -> None:
    assert unit("terima kasih ndan").intent is Intent.THANKS


@pytest.mark.parametrize(
    ("text", "intent"), [("PIKET", Intent.DUTY_ON), ("libur sampai senin", Intent.DUTY_OFF)]
)
def test_duty_words_stand_first(unit: Read, text: str, intent: Intent) -> None:
    assert unit(text).intent is intent


def test_a_decision_carries_its_challenge(unit: Read) -> None:
    meaning = unit("V 1041 4821")
    assert (meaning.intent, meaning.choice, meaning.challenge) == (Intent.DECIDE, "V", "4821")
    assert meaning.number is not None
    assert meaning.number.value == "1041"


@given(
    ordinal=st.integers(1, 50_000),
    word=st.sampled_from(["TERIMA", "TOLAK", "JALAN", "TIBA", "BANTU", "SELESAI", "GAGAL"]),
    first=st.booleans(),
)
def test_a_word_that_units_are_told_to_write_is_read_back(
    reader: Reader, ordinal: int, word: str, first: bool
) -> None:
    number = number_of(ordinal)
    meaning = reader.read(f"{word} {number}" if first else f"{number} {word}", Sender.UNIT)
    assert meaning.number is not None
    assert meaning.status is not None
    said = (meaning.number.value, meaning.number_valid, meaning.status.value, meaning.unsure)
    assert said == (number, True, KEYWORDS[word.lower()], False)

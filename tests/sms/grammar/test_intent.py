"""What residents want, in free words and with keywords."""

from collections.abc import Callable

import pytest

from hotline.domain.playbook import Priority
from sms.grammar import Context, Intent, Meaning, Question

Read = Callable[..., Meaning]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("LAPOR#MALING#EKA JAYA#RT 7#motor hilang", Intent.REPORT),
        ("LAPOR spasi kebakaran rt 5 eka jaya", Intent.REPORT),
        ("terima kasih kemarin, sekarang ada maling lagi rt 5 eka jaya", Intent.REPORT),
        ("tolong pak", Intent.REPORT),
        ("STTS 1041", Intent.STATUS_QUERY),
        ("laporan saya kemarin bagaimana", Intent.STATUS_QUERY),
        ("BATAL 1041", Intent.CANCEL),
        ("maaf salah kirim, tidak ada kebakaran", Intent.CANCEL),
        ("TMBH 1041 pelaku dua", Intent.MORE_INFO),
        ("pelakunya pakai jaket hitam", Intent.MORE_INFO),
        ("makasih banyak pak", Intent.THANKS),
        ("BANTUAN", Intent.HELP),
        ("cara lapor gimana", Intent.HELP),
        ("minta bantuan, ada ular di rumah rt 4", Intent.REPORT),
        ("STOP", Intent.STOP),
        ("STP", Intent.STOP),
        ("brhenti", Intent.STOP),
        ("mulay", Intent.START),
        ("CEK", Intent.STATUS_QUERY),
        ("#STATUS", Intent.STATUS_QUERY),
        ("LAPOR(spasi)maling rt 5", Intent.REPORT),
        ("jangan sms saya lagi", Intent.STOP),
        ("stop, ada maling di rt 5 eka jaya", Intent.REPORT),
        ("MULAI", Intent.START),
        ("DIAM", Intent.QUIET),
        ("HAPUS", Intent.ERASE),
        ("hapus data saya Siti", Intent.ERASE),
        ("hapus nomor saya dari daftar", Intent.STOP),
        ("PINJAMAN tanpa jaminan cair 5 menit", Intent.SPAM_OR_NOISE),
        ("tes", Intent.SPAM_OR_NOISE),
        ("sjdhfkjshdf", Intent.SPAM_OR_NOISE),
        ("hahaha", Intent.SPAM_OR_NOISE),
        ("assalamualaikum", Intent.OTHER),
        ("YA", Intent.ANSWER),
        ("2", Intent.ANSWER),
    ],
)
def test_the_intent_is_told_by_keywords_and_free_words(resident: Read, text: str, intent: Intent) -> None:
    assert resident(text).intent is intent


@pytest.mark.parametrize(
    ("text", "choice"), [("ya pak", "YA"), ("gak", "TIDAK"), ("belum", "TIDAK"), ("3", "3")]
)
def test_a_bare_answer_is_given_as_a_choice(resident: Read, text: str, choice: str) -> None:
    meaning = resident(text, Context(question=Question.SOLVED))
    assert (meaning.intent, meaning.choice, meaning.unsure) == (Intent.ANSWER, choice, False)


def test_a_bare_answer_to_nothing_is_unsure(resident: Read) -> None:
    assert resident("YA").unsure


def test_a_borrowed_telephone_names_whom_it_speaks_for(resident: Read) -> None:
    assert resident("untuk 081200000001 ada maling rt 5 eka jaya").on_behalf_of == "081200000001"


@pytest.mark.parametrize(
    "text",
    [
        "jangan telepon, dia masih di rumah",
        "tolong, jgn telp sms saja",
        "jangan hubungi balik hp dipegang suami",
        "gak bisa ngomong tolong rt 5",
    ],
)
def test_a_plea_not_to_be_called_is_heard(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert meaning.do_not_call
    assert meaning.intent is Intent.REPORT


@pytest.mark.parametrize(
    "text",
    [
        "makasih pak tapi sekarang dia datang lagi bawa parang",
        "makasih pak. rumahnya kebakar lagi",
        "tidak jadi tapi korbannya pingsan",
    ],
)
def test_thanks_and_withdrawals_that_turn_to_danger_are_reports(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert meaning.intent is Intent.REPORT
    assert meaning.priority is not None
    assert meaning.priority.value is Priority.DARURAT


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("makasih ya sudah diamankan orang yang bawa parang", Intent.THANKS),
        ("terima kasih damkar, apinya sekarang sudah mati", Intent.THANKS),
        ("batal, apinya sudah padam", Intent.CANCEL),
    ],
)
def test_what_is_over_is_thanked_for_or_withdrawn(resident: Read, text: str, intent: Intent) -> None:
    meaning = resident(text)
    assert (meaning.intent, meaning.unsure) == (intent, False)


def test_a_withdrawal_that_says_it_goes_on_is_not_sure(resident: Read) -> None:
    meaning = resident("batal pak, tapi dia masih di depan rumah")
    assert (meaning.intent, meaning.unsure) == (Intent.CANCEL, True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("batal 1041 dia masih disini bawa pisau", Intent.MORE_INFO),
        ("batal 1041 dia datang lagi bawa parang", Intent.MORE_INFO),
        ("batal 1041 bawa pisau", Intent.MORE_INFO),
        ("batal pak, dia bawa pisau", Intent.REPORT),
    ],
)
def test_who_withdraws_and_names_a_weapon_withdraws_nothing(
    resident: Read, text: str, intent: Intent
) -> None:
    meaning = resident(text)
    assert (meaning.intent, meaning.unsure) == (intent, True)
    heard = meaning.priority or meaning.danger
    assert heard is not None
    assert heard.value is Priority.DARURAT


@pytest.mark.parametrize(
    "text",
    ["batal 1041 ternyata bukan pisau cuma sendok", "batal 1041 orangnya sudah pergi, tadi bawa pisau"],
)
def test_a_weapon_that_is_none_or_is_gone_is_withdrawn(resident: Read, text: str) -> None:
    assert resident(text).intent is Intent.CANCEL


def test_more_of_an_open_incident_without_a_place_adds_to_it(resident: Read) -> None:
    text = "dia datang lagi bawa parang"
    meaning = resident(text, Context(open_numbers=("1041",)))
    assert (meaning.intent, meaning.unsure) == (Intent.MORE_INFO, True)
    assert meaning.danger is not None
    assert meaning.danger.value is Priority.DARURAT
    assert resident(text).intent is Intent.REPORT
    new = resident("ada maling masuk rumah rt 9", Context(open_numbers=("1041",)))
    assert new.intent is Intent.REPORT


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("D I A M", Intent.QUIET), ("d.i.a.m", Intent.QUIET), ("ST0P", Intent.STOP), ("S T O P", Intent.STOP),
        ("B4TAL", Intent.CANCEL), ("reg stop", Intent.STOP),
    ],
)  # fmt: skip
def test_a_keyword_is_known_letter_by_letter_and_with_digits_for_letters(
    resident: Read, text: str, intent: Intent
) -> None:
    assert resident(text).intent is intent


@pytest.mark.parametrize("text", ["untuk 0812", "untuk 081270, suami saya dipukul orang rt 5 eka jaya"])
def test_a_telephone_that_was_cut_short_is_no_number_of_ours(resident: Read, text: str) -> None:
    assert resident(text).number is None


@pytest.mark.parametrize(
    "text", ["stop sms tolong, suami saya baca hp", "stop sms, nanti ketahuan", "STOP suami baca"]
)
def test_who_is_read_along_with_is_neither_answered_nor_called(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert (meaning.do_not_call, meaning.unsure) == (True, True)


def test_unread_words_are_listed(resident: Read) -> None:
    assert "zorblax" in resident("ada zorblax di rt 5 eka jaya").unknown_words

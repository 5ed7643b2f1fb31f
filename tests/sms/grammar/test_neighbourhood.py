"""RT in digits, in words, with slips and corrections; RW is kept apart."""

from collections.abc import Callable

import pytest

from sms.grammar import Context, Meaning, Question

Read = Callable[..., Meaning]


@pytest.mark.parametrize(
    ("text", "rt"),
    [
        ("maling rt5", 5),
        ("maling rt.05/rw 02", 5),
        ("maling RT 05/02", 5),
        ("maling rt/rw 07/01", 7),
        ("maling rt o5", 5),
        ("maling rt l2", 12),
        ("maling rt no 9", 9),
        ("maling rt tiga puluh dua", 32),
        ("maling rt duo puluh limo", 25),
        ("maling rt sebelas", 11),
        ("maling rt tujuh belas", 17),
        ("maling rt 4, eh salah, rt 14", 14),
        ("maling rt 4 eh 14", 14),
        ("rt 17 bukan rt 7", 17),
        ("bukan rt 4 tapi rt 14", 14),
        ("maling er te 6", 6),
        ("maling r t 5", 5),
        ("maling rukun tetangga 5", 5),
        ("maling rt_9", 9),
        ("maling rt 1o", 10),
        ("maling rt O8", 8),
        ("maling rt duo puluah", 20),
        ("rt empat, eh salah, rt empat belas", 14),
        ("rt 8 ralat rt 9", 9),
        ("maling rt duobelas", 12),
        ("maling rt limobelas", 15),
        ("maling rt duopuluh limo", 25),
        ("maling rt tigopuluhduo", 32),
        ("maling rt tigapuluh", 30),
        ("maling rt ampek", 4),
    ],
)
def test_an_rt_is_read_as_it_holds_in_the_end(resident: Read, text: str, rt: int) -> None:
    found = resident(text).rt
    assert found is not None
    assert found.value == rt


@pytest.mark.parametrize(
    "text", ["pak rt 2 hari ini tidak ada", "rw 3 ribut", "lapor pak rt", "rt 0", "artis 5 orang"]
)
def test_what_is_no_rt_gives_none(resident: Read, text: str) -> None:
    assert resident(text).rt is None


def test_the_rw_is_kept_apart(resident: Read) -> None:
    meaning = resident("rt 5 rw 2 eka jaya ada maling")
    assert meaning.rt is not None
    assert meaning.rw is not None
    assert (meaning.rt.value, meaning.rw.value) == (5, 2)


def test_a_bare_number_answers_the_question_for_the_rt(resident: Read) -> None:
    meaning = resident("sembilan", Context(question=Question.RT))
    assert meaning.rt is not None
    assert meaning.rt.value == 9

"""The reader as a whole: it never fails, it points at real letters, it says the same twice."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.grammar import Reader, Sender
from tools.fuzz import spans_of

_PIECES = st.sampled_from(
    [
        "maling", "rt", "5", "eka", "jaya", "bukan", "tidak", "ada", "api", "pak", "1041", "1O41",
        "STATUS", "tolong", ".", ",", "!", "/", "#", "15mnt", "parang", "\x00", "🔥", "İ", "ß", "ﬁ",
        "rw", "o5",
    ]
)  # fmt: skip
_SENDERS = st.sampled_from(Sender)


@given(text=st.text(max_size=400), sender=_SENDERS)
def test_no_text_whatever_makes_it_fail(reader: Reader, text: str, sender: Sender) -> None:
    meaning = reader.read(text, sender)
    assert 0.0 <= meaning.confidence <= 1.0
    assert all(0 <= span.start < span.end <= len(text) for span in spans_of(meaning))


@given(pieces=st.lists(_PIECES, max_size=30), sender=_SENDERS)
def test_no_jumble_of_its_own_words_makes_it_fail(reader: Reader, pieces: list[str], sender: Sender) -> None:
    text = " ".join(pieces)
    meaning = reader.read(text, sender)
    assert all(0 <= span.start < span.end <= len(text) for span in spans_of(meaning))
    assert meaning == reader.read(text, sender)


@given(pieces=st.lists(_PIECES, max_size=12))
def test_type_and_priority_stand_exactly_with_a_report(reader: Reader, pieces: list[str]) -> None:
    meaning = reader.read(" ".join(pieces), Sender.RESIDENT)
    assert (
        (meaning.incident_type is not None) == (meaning.priority is not None) == (meaning.intent == "report")
    )


def test_a_megabyte_of_text_is_read(reader: Reader) -> None:
    assert reader.read("maling rt 5 eka jaya " * 50_000, Sender.RESIDENT).area is not None


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "rt ", "rt 5 rw ", "1041 ", "0812 ", "tidak bukan ", "jl. ", "15 mnt ", "+62", "((", "- ",
     ". ", "di dekat ", "maling eka jaya ", "no no ", "\t", "\u0130", "#1041#", "a.b@c", "12:30 ", "1.000.",
     "aA1 "],
)  # fmt: skip
@pytest.mark.parametrize("sender", [Sender.RESIDENT, Sender.UNIT])
def test_no_text_of_ten_parts_takes_longer_than_a_moment(reader: Reader, piece: str, sender: Sender) -> None:
    """No pattern goes back and forth for ever (ASVS 5.0.0, 1.3.12): 1,600 letters are ten parts."""
    text = (piece * 1600)[:1599] + "!"
    began = time.process_time()
    reader.read(text, sender)
    assert time.process_time() - began < 2

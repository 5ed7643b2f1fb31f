"""What is read before the transaction: the words of strangers, each once, and nobody else's."""

from collections.abc import Sequence

import pytest

from sms.ahead import ReadAhead
from sms.grammar import Context, Reader, Sender
from sms.grammar.evidence import Evidence
from sms.reading import read_texts
from tests.sms.test_reading_many import kept
from tests.support.desk import GUARD, RESIDENT, Desk

STRANGERS = [{"from": f"+62812900000{at}", "text": "maling motor di rt 5 eka jaya"} for at in range(70, 73)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sender]]:
    """What the grammar was given, as often as it was."""
    asked: list[tuple[str, Sender]] = []
    gather_all = Reader.gather_all

    def count(reader: Reader, texts: Sequence[tuple[str, Context]], sender: Sender) -> list[Evidence]:
        asked.extend((text, sender) for text, _ in texts)
        return gather_all(reader, texts, sender)

    monkeypatch.setattr(Reader, "gather_all", count)
    return asked


def look(desk: Desk, ids: Sequence[int]) -> ReadAhead:
    ahead = ReadAhead(lambda _: desk.gateway, desk.readers, "ID")
    with desk.runtime.reading() as session:
        ahead.look(session, ids)
    return ahead


def test_words_of_strangers_are_read_before_and_not_once_more(
    any_desk: Desk, asked: list[tuple[str, Sender]]
) -> None:
    ids = kept(any_desk, STRANGERS)
    ahead = look(any_desk, ids)
    assert asked == [(each["text"], Sender.RESIDENT) for each in STRANGERS]
    with any_desk.work() as work:
        assert read_texts(work, ids, ahead) == len(ids)
    assert len(asked) == len(STRANGERS)
    assert len(any_desk.incidents()) == len(STRANGERS)


def test_words_of_whom_anything_is_known_are_read_in_their_conversation_only(
    any_desk: Desk, asked: list[tuple[str, Sender]]
) -> None:
    any_desk.text(RESIDENT, "maling di rt 5 eka jaya")
    asked.clear()
    ids = kept(any_desk, [{"from": RESIDENT, "text": "orangnya lari"}, {"from": GUARD, "text": "siap"}])
    ahead = look(any_desk, ids)
    assert asked == []
    with any_desk.work() as work:
        read_texts(work, ids, ahead)
    assert asked == [("orangnya lari", Sender.RESIDENT), ("siap", Sender.UNIT)]


def test_all_whom_something_is_known_of_are_read_at_once_each_in_his_own_conversation(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [each["from"] for each in STRANGERS]
    for number in others[:2]:
        any_desk.text(number, "maling motor di rt 5 eka jaya")
    numbers = [any_desk.incidents()[at].number for at in range(2)]
    ids = kept(any_desk, [{"from": number, "text": f"status {at}"} for at, number in enumerate(others)])
    ahead = look(any_desk, ids)
    together: list[list[tuple[str, Context]]] = []
    gather_all = Reader.gather_all

    def note(reader: Reader, texts: Sequence[tuple[str, Context]], sender: Sender) -> list[Evidence]:
        together.append(list(texts))
        return gather_all(reader, texts, sender)

    monkeypatch.setattr(Reader, "gather_all", note)
    with any_desk.work() as work:
        read_texts(work, ids, ahead)
    (said,) = together
    found = {words: context.open_numbers for words, context in said}
    assert found == {"status 0": (numbers[0],), "status 1": (numbers[1],)}


def test_of_several_texts_of_a_stranger_only_the_first_is_read_before(
    any_desk: Desk, asked: list[tuple[str, Sender]]
) -> None:
    look(any_desk, kept(any_desk, [STRANGERS[0], {**STRANGERS[0], "text": "orangnya lari ke pasar"}]))
    assert asked == [(STRANGERS[0]["text"], Sender.RESIDENT)]


def test_what_was_read_for_others_is_forgotten(any_desk: Desk, asked: list[tuple[str, Sender]]) -> None:
    first, second = kept(any_desk, STRANGERS[:1]), kept(any_desk, STRANGERS[1:2])
    look(any_desk, first)
    ahead = look(any_desk, second)
    with any_desk.work() as work:
        read_texts(work, [*first, *second], ahead)
    assert len(asked) == 3  # the one that was forgotten twice, the other once


def test_silent_pieces_and_names_are_not_read(any_desk: Desk, asked: list[tuple[str, Sender]]) -> None:
    look(any_desk, kept(any_desk, [{"from": "TELKOMSEL", "text": "promo"}, {"from": "1234", "text": "halo"}]))
    assert asked == []

"""Neighbours are asked whether it is true; one letter answers."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hotline import inquiring
from hotline.domain.segments import measure
from hotline.incidents import ConflictError
from hotline.models import Inquiry, TextMessage, Unit
from tests.hotline.callout import enlist
from tests.hotline.journey import BEATEN, THEFT, closed, kinds_of_log, verified
from tests.support.desk import OPERATOR, RESIDENT, Desk


@pytest.fixture
def street(desk: Desk) -> Desk:
    """A theft in RT 5 of Eka Jaya; four heads of RT there, the last of RT 5, and one in another kelurahan."""
    enlist(desk, 4, "RT", "EJ")
    enlist(desk, 1, "RT", "TB")
    with desk.work() as work:
        heads = work.session.scalars(select(Unit).where(Unit.agency == "RT").order_by(Unit.id))
        for rt, head in zip((1, 2, 3, 5, 5), heads, strict=True):
            head.rt = rt
    desk.text(RESIDENT, THEFT)
    return desk


def ask(desk: Desk) -> None:
    with desk.work() as work:
        inquiring.ask_neighbours(work, desk.incident("1007").id, OPERATOR)
    desk.settle()


def asked(desk: Desk) -> list[Inquiry]:
    with desk.runtime.reading() as session:
        query = select(Inquiry).options(joinedload(Inquiry.unit)).order_by(Inquiry.id)
        return list(session.scalars(query))


def test_three_of_the_kelurahan_are_asked_those_of_the_rt_first(street: Desk) -> None:
    ask(street)
    assert [(each.unit.rt, each.unit.area_code) for each in asked(street)] == [
        (5, "EJ"), (1, "EJ"), (2, "EJ"),
    ]  # fmt: skip


def test_the_question_says_what_and_where_and_nothing_of_who_told(street: Desk) -> None:
    ask(street)
    (words,) = street.said_to(asked(street)[0].unit.number)
    assert "ada Pencurian di Eka Jaya RT 5? Balas Y 1007 (ada) atau T 1007 (tidak)" in words
    assert measure(words).parts == 1
    for secret in (RESIDENT, "maling"):
        assert secret not in words


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Y 1007", True),
        ("t 1007", False),
        ("Y", True),
        ("Tidak.", False),
        ("ya", True),
        ("Y 1007 (ada)", True),
        ("T 1007 tidak", False),
    ],
)
def test_one_letter_answers(street: Desk, words: str, answer: bool) -> None:
    ask(street)
    first = asked(street)[0]
    street.text(first.unit.number, words)
    told = asked(street)[0]
    assert (told.answer, told.answered_at, told.words) == (answer, street.clock.now(), words)
    assert "Terima kasih" in street.said_to(first.unit.number)[-1]
    assert ("neighbour_yes" if answer else "neighbour_no") in kinds_of_log(street)


def test_the_first_answer_counts_and_later_words_are_kept(street: Desk) -> None:
    ask(street)
    phone = asked(street)[0].unit.number
    street.text(phone, "Y 1007")
    street.text(phone, "T 1007")
    told = asked(street)[0]
    assert (told.answer, told.words) == (True, "Y 1007\nT 1007")


def test_nobody_who_was_not_asked_can_answer(street: Desk) -> None:
    ask(street)
    for stranger in (RESIDENT, "+6281200000099"):
        street.text(stranger, "Y 1007")
    assert [each.answer for each in asked(street)] == [None] * 3


def test_the_next_click_asks_the_next_and_in_the_end_says_that_nobody_is_left(street: Desk) -> None:
    ask(street)
    ask(street)
    assert len(asked(street)) == 4
    with pytest.raises(ConflictError, match="nobody near"):
        ask(street)


def test_a_confidential_case_is_nobodys_talk(street: Desk) -> None:
    street.text("+6281200000044", BEATEN)
    number = street.incidents()[-1].number or ""
    with street.work() as work, pytest.raises(ConflictError, match="confidential"):
        inquiring.ask_neighbours(work, street.incident(number).id, OPERATOR)
    assert asked(street) == []


def test_of_a_closed_case_nobody_is_asked(street: Desk) -> None:
    verified(street)
    closed(street)
    with pytest.raises(ConflictError, match="closed"):
        ask(street)


def test_what_a_neighbour_says_once_the_case_is_closed_is_for_the_tray(street: Desk) -> None:
    ask(street)
    first, second = asked(street)[:2]
    street.text(first.unit.number, "Y 1007")
    verified(street)
    closed(street)
    street.text(second.unit.number, "T 1007")
    with street.runtime.reading() as session:
        unread = list(session.scalars(select(TextMessage).where(TextMessage.unread)))
    assert [(text.words, text.incident_id) for text in unread] == [("T 1007", street.incident("1007").id)]

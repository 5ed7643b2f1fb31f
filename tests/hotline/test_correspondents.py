"""The last texts of many numbers are found with one question, and of each no more than are looked at."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotline.correspondents import MOST_TEXTS, correspondents
from hotline.domain.delivery import TextState
from hotline.models import TextMessage
from tests.support.questions import questions
from tests.support.still_clock import NOON

OFTEN, ONCE, NEVER = "+6281200000001", "+6281200000002", "+6281200000003"


def text(number: str, words: str, *, inbound: bool = True) -> TextMessage:
    state = TextState.RECEIVED if inbound else TextState.DELIVERED
    return TextMessage(inbound=inbound, carrier="test", number=number, words=words, at=NOON, state=state)


@pytest.fixture
def session(engine: Engine) -> Session:
    session = Session(engine)
    for at in range(MOST_TEXTS + 5):
        session.add(text(OFTEN, f"text {at}"))
        session.add(text(OFTEN, f"answer {at}", inbound=False))
        session.flush()
    session.add(text(ONCE, "once"))
    session.commit()
    return session


def test_of_each_number_its_own_last_texts_are_known_oldest_first(session: Session) -> None:
    with session:
        met = correspondents(session, [OFTEN, ONCE, NEVER], NOON, NOON - timedelta(days=1)).by_number
        assert [each.words for each in met[OFTEN].texts] == [f"text {at}" for at in range(5, MOST_TEXTS + 5)]
        assert [each.words for each in met[ONCE].texts] == ["once"]
        assert met[NEVER].texts == []


def test_more_numbers_take_no_more_questions(engine: Engine, session: Session) -> None:
    since = NOON - timedelta(days=1)
    with session:
        session.connection()
        of_one = questions(engine, lambda: correspondents(session, [ONCE], NOON, since))
        assert questions(engine, lambda: correspondents(session, [OFTEN, ONCE], NOON, since)) == of_one

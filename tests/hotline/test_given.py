"""Many rows, each changed to values of its own, by one statement."""

from collections.abc import Iterator, Sequence
from typing import Final

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.domain.delivery import TextState
from hotline.given import given, rows
from hotline.models import TextMessage
from tests.support.still_clock import NOON

TEXT: Final = {
    "inbound": False, "number": "+6281174300001", "words": "Halo", "at": NOON, "state": TextState.SENDING,
    "cost": "before",
}  # fmt: skip
ID, CARRIER_ID, COST, PARTS = given(
    "these", TextMessage.id, TextMessage.carrier_id, TextMessage.cost, TextMessage.parts
)
CHANGING = (
    update(TextMessage)
    .where(TextMessage.id == ID)
    .values(carrier_id=CARRIER_ID, cost=COST, parts=PARTS, problem="changed")
)
FOUND = select(TextMessage.carrier_id, TextMessage.cost, TextMessage.parts, TextMessage.problem).order_by(
    TextMessage.id
)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        session.add_all(TextMessage(id=at, carrier_id=f"id-{at}", **TEXT) for at in (1, 2, 3))
        session.flush()
        yield session


def change(session: Session, these: Sequence[Sequence[int | str | None]]) -> list[tuple[object, ...]]:
    session.connection().execute(CHANGING, {"these": rows(these)})
    return [tuple(row) for row in session.connection().execute(FOUND)]


def left(at: int) -> tuple[object, ...]:
    """A row as it was."""
    return (f"id-{at}", "before", 1, "")


def test_each_row_gets_its_own_values_and_others_stay(session: Session) -> None:
    changed = change(session, [(3, "ATX-3", "IDR 350.0000", 2), (1, None, "", 1), (99, "of none", "", 1)])
    assert changed == [(None, "", 1, "changed"), left(2), ("ATX-3", "IDR 350.0000", 2, "changed")]


def test_no_rows_change_nothing(session: Session) -> None:
    assert change(session, []) == [left(1), left(2), left(3)]


@pytest.mark.parametrize("words", ['O\'Brien "7" \\ ,}]', "ünïcode 🙏", "\\u0000 \n\t\x1f", "7", "null"])
def test_words_come_as_they_are(session: Session, words: str) -> None:
    assert change(session, [(2, words, "", 1)])[1][0] == words


def test_what_cannot_be_stored_is_no_other_word(session: Session) -> None:
    with pytest.raises(ValueError, match="NUL"):
        rows([(2, "before\x00after", "", 1)])
    with pytest.raises((SQLAlchemyError, UnicodeEncodeError)):
        change(session, [(2, "\ud800", "", 1)])


def test_rows_are_found_by_their_index(session: Session) -> None:
    """All texts there ever were would be read for each batch otherwise."""
    connection = session.connection()
    words = str(CHANGING.compile(connection.engine))
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", ("", "[]"))
        assert "SEARCH text_message USING INTEGER PRIMARY KEY" in " ".join(row[3] for row in plan)
    else:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"EXPLAIN {words}", {"these": "[]", "problem": ""})
        assert "Index Scan using pk_text_message" in " ".join(row[0] for row in plan)

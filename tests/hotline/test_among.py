from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from hotline.among import among
from hotline.models import Caller
from tests.support.still_clock import NOON

NUMBERS = ("+6281174300001", "BRI", 'O\'Brien "7" \\ ,}', "ünïcode")
ID_IS_ONE_OF = select(Caller.number).where(among(Caller.id, "these")).order_by(Caller.id)
NUMBER_IS_ONE_OF = select(Caller.number).where(among(Caller.number, "these")).order_by(Caller.id)


@pytest.fixture
def engine(engine: Engine) -> Engine:
    with Session(engine) as session:
        callers = enumerate(NUMBERS, 1)
        session.add_all(Caller(id=at, number=each, first_seen_at=NOON) for at, each in callers)
        session.commit()
    return engine


@pytest.mark.parametrize(
    ("query", "these", "found"),
    [
        (ID_IS_ONE_OF, [], ()),
        (ID_IS_ONE_OF, [2], NUMBERS[1:2]),
        (ID_IS_ONE_OF, [4, 1, 1, 99], (NUMBERS[0], NUMBERS[3])),
        (NUMBER_IS_ONE_OF, [], ()),
        (NUMBER_IS_ONE_OF, ["", "bri"], ()),
        (NUMBER_IS_ONE_OF, [*NUMBERS, "+6281174300002"], NUMBERS),
    ],
)
def test_a_list_of_any_length_is_one_value(
    engine: Engine, query: Any, these: Sequence[Any], found: Sequence[str]
) -> None:
    with Session(engine) as session:
        assert tuple(session.scalars(query, {"these": these})) == tuple(found)


def test_rows_are_found_by_the_columns_index(engine: Engine) -> None:
    """A list that is compared after all rows were read would be the slowest of questions."""
    with Session(engine) as session:
        words = str(NUMBER_IS_ONE_OF.compile(engine))
        if engine.dialect.name == "sqlite":
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", ("[]",))
            assert "SEARCH caller" in " ".join(row[3] for row in plan)
        else:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = session.connection().exec_driver_sql(f"EXPLAIN {words}", {"these": []})
            assert "Index" in " ".join(row[0] for row in plan)

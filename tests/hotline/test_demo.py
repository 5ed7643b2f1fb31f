from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import demo
from hotline.accounts import is_password, operator_named
from hotline.domain.phone import read_number
from hotline.models import Operator, Shift, Unit
from hotline.roster import duties
from hotline.runtime import Runtime
from tests.support.runtimes import runtime_for


@pytest.fixture
def runtime(sqlite_url: str, tmp_path: Path) -> Iterator[Runtime]:
    runtime = runtime_for(sqlite_url, tmp_path / "var")
    yield runtime
    runtime.engine.dispose()


def seed(runtime: Runtime) -> list[demo.DemoPerson]:
    with runtime.work() as work:
        return demo.seed(work, runtime.settings.var)


def test_everybody_who_is_named_can_sign_in(runtime: Runtime) -> None:
    people = seed(runtime)
    with runtime.reading() as session:
        for person in people:
            operator = operator_named(session, person.username)
            assert operator is not None
            assert (operator.role, is_password(operator, person.password)) == (person.role, True)


def test_a_made_up_password_that_no_account_takes_is_made_up_anew(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in a thousand has too few different signs, and the start would break off."""
    made = ["bU8TbBUB", "vQKxUVSF", "n2D2DydN", "n2D2DydN", "ufLhU0o0", "kLm3Pq9Z"]
    monkeypatch.setattr("hotline.demo.secrets.token_urlsafe", lambda _length: made.pop(0))
    assert [person.password for person in seed(runtime)] == ["vQKxUVSF", "ufLhU0o0", "kLm3Pq9Z"]


def test_a_second_start_adds_nothing_and_changes_no_password(runtime: Runtime) -> None:
    first = seed(runtime)
    with runtime.reading() as session:
        before = [len(session.scalars(select(table)).all()) for table in (Operator, Unit, Shift)]
    assert seed(runtime) == first
    with runtime.reading() as session:
        assert [len(session.scalars(select(table)).all()) for table in (Operator, Unit, Shift)] == before


def test_what_somebody_changed_stays_as_it_is(runtime: Runtime) -> None:
    seed(runtime)
    with runtime.work() as work:
        unit = work.session.scalars(select(Unit)).first()
        assert unit is not None
        unit.name, unit.active = "Diganti", False
    seed(runtime)
    with runtime.reading() as session:
        assert session.scalars(select(Unit).where(Unit.name == "Diganti")).one().active is False


def test_about_twenty_units_serve_every_kelurahan_at_any_hour(runtime: Runtime) -> None:
    seed(runtime)
    with runtime.reading() as session:
        units = session.scalars(select(Unit)).all()
        on_duty = duties(session, runtime.playbook, runtime.clock.now())
    assert 18 <= len(units) <= 32
    for area in runtime.playbook.areas:
        assert any(unit.area_code == area and on_duty[unit.id].on for unit in units)
    assert {unit.agency for unit in units} <= set(runtime.playbook.agencies)


def test_somebody_hears_of_an_emergency_in_any_kelurahan_while_the_desk_is_empty(runtime: Runtime) -> None:
    seed(runtime)
    desk = runtime.playbook.desk
    with runtime.reading() as session:
        on_duty = duties(session, runtime.playbook, runtime.clock.now())
        for agency in (*desk.officers, desk.coordinator):
            standing_in = session.scalars(select(Unit).where(Unit.agency == agency)).all()
            assert any(on_duty[unit.id].on for unit in standing_in), agency


def test_the_telephones_are_those_of_the_units_and_can_be_texted(runtime: Runtime) -> None:
    seed(runtime)
    phones = demo.phones(runtime.playbook)
    with runtime.reading() as session:
        units = set(session.scalars(select(Unit.number)))
    assert {phone["number"] for phone in phones if phone["role"] == "unit"} == units
    assert len({phone["number"] for phone in phones}) == len(phones)
    assert any(phone["role"] == "resident" for phone in phones)
    assert all(read_number(phone["number"], "ID").can_be_texted for phone in phones)

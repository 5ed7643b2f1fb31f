import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.accounts import add_operator
from hotline.clock import SystemClock
from hotline.doctor import Finding, State, examine
from hotline.domain.rights import Role
from hotline.models import Unit, Wording
from hotline.runtime import Runtime
from tests.support.runtimes import runtime_for
from tests.support.still_clock import StillClock


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    runtime = runtime_for(database_url, tmp_path / "var")
    yield runtime
    runtime.engine.dispose()


def found(runtime: Runtime, name: str) -> Finding:
    return next(finding for finding in examine(runtime) if finding.name == name)


def test_a_fresh_installation_is_told_all_that_it_lacks(runtime: Runtime) -> None:
    bad = {finding.name for finding in examine(runtime) if finding.state is State.BAD}
    assert {"mode", "people", "backup"} <= bad


def test_in_production_the_mode_is_no_longer_in_the_way(runtime: Runtime) -> None:
    live = replace(runtime, settings=replace(runtime.settings, production=True))
    assert found(live, "mode").state is State.GOOD


def test_the_schema_is_looked_at(runtime: Runtime, tmp_path: Path) -> None:
    assert found(runtime, "database").state is State.GOOD
    empty = runtime_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path / "var")
    assert "db upgrade" in found(empty, "database").words
    empty.engine.dispose()


def test_people_of_every_role_and_a_unit_are_needed(runtime: Runtime) -> None:
    assert found(runtime, "people").words.startswith("nobody as operator, coordinator, administrator, units")
    with runtime.work() as work:
        for role in (Role.OPERATOR, Role.COORDINATOR, Role.ADMINISTRATOR):
            add_operator(work, role.value, "Dewi", role, "rahasia-sekali")
        work.session.add(Unit(name="Arif", number="+6281200000001", agency="LINMAS"))
    assert found(runtime, "people").state is State.GOOD


@pytest.mark.parametrize(("hours", "state"), [(1, State.GOOD), (25, State.GOOD), (27, State.BAD)])
def test_a_backup_must_be_a_days_old_at_most(runtime: Runtime, hours: int, state: State) -> None:
    backup = runtime.settings.var / "backup"
    backup.mkdir()
    for age in (hours, 99):
        file = backup / f"{age}.dump"
        file.touch()
        moment = (runtime.clock.now() - timedelta(hours=age)).timestamp()
        os.utime(file, (moment, moment))
    assert found(runtime, "backup").state is state


def test_words_of_the_screen_that_no_longer_fit_are_named(runtime: Runtime) -> None:
    with runtime.work() as work:
        work.session.add(
            Wording(text_key="help", language="id", words="Tulis apa.", written="x", made_at=work.now)
        )
    assert found(runtime, "texts") == Finding(
        State.GOOD, "texts", "1 worded on the screen, all fit the files"
    )
    with runtime.work() as work:
        work.session.add(Wording(text_key="gone", language="id", words="x", written="x", made_at=work.now))
    told = found(runtime, "texts")
    assert (told.state, "not used: gone (id)" in told.words) == (State.WARN, True)


class WrongClock(StillClock):
    """This machine's clock goes a minute ahead of the database's."""

    def database_now(self, session: object) -> object:  # type: ignore[override]
        return self.now() - timedelta(seconds=60)


def test_a_clock_that_goes_wrong_is_noticed(runtime: Runtime) -> None:
    assert found(runtime, "clock").state is State.GOOD
    assert found(replace(runtime, clock=WrongClock()), "clock").state is State.BAD  # type: ignore[arg-type]


def test_a_spool_on_the_databases_disk_is_a_warning(runtime: Runtime) -> None:
    assert found(runtime, "disk").state in (
        State.WARN,
        State.BAD,
    )  # BAD where the machine has no gigabyte left


def test_a_spool_that_takes_nothing_is_found_before_it_is_needed(runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    blocked = replace(runtime, settings=replace(runtime.settings, spool=tmp_path / "file" / "spool"))
    finding = found(blocked, "disk")
    assert (finding.state, finding.words.split(" (")[0]) == (State.BAD, "spool can't be written to")


def test_without_a_database_every_other_finding_is_still_made(tmp_path: Path) -> None:
    runtime = runtime_for("postgresql+psycopg://nobody@127.0.0.1:1/nothing", tmp_path / "var", SystemClock())
    findings = {finding.name: finding.state for finding in examine(runtime)}
    runtime.engine.dispose()
    assert findings["database"] is findings["clock"] is findings["people"] is State.BAD
    assert "disk" in findings


def test_an_examination_that_breaks_is_a_finding_itself(runtime: Runtime) -> None:
    def _carrier_account(_: Runtime) -> Finding:
        raise ZeroDivisionError("a bug")

    last = examine(runtime, [_carrier_account])[-1]
    assert (last.state, last.name) == (State.BAD, "carrier account")
    assert "ZeroDivisionError: a bug" in last.words

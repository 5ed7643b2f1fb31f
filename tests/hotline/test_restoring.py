"""Yesterday's database is put back: what was acknowledged since comes back, and nothing leaves by itself."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from hotline import backup, restoring
from hotline.backlog import held_back
from hotline.completing import complete
from hotline.database import READING, open_engine
from hotline.domain.delivery import TextState
from hotline.domain.rights import Act, Actor, NotAllowedError, Role
from hotline.door import Door
from hotline.incidents import ConflictError
from hotline.journal import Journal
from hotline.models import Incident, LogEntry, Operator, Promise, TextMessage
from hotline.outbox import Kind, Rank
from hotline.runtime import Runtime
from hotline.schema import is_current, upgrade
from hotline.settings import Settings
from hotline.spool import Incoming
from tests.support.postgres import PostgresServer
from workers.modems import PROMISES, keeper_of
from wsgi import create_app

WORDS = ("maling rt 1 eka jaya", "banjir rt 2 payo selincah", "tawuran rt 3 talang bakung")

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What asks nothing of the database that one of the two would answer otherwise."""


@pytest.fixture
def app(
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    read_once: None,
) -> Iterator[Flask]:
    if database_url.startswith("postgresql"):
        server: PostgresServer = request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
    given = {"HOTLINE_VAR": str(tmp_path), "DATABASE_URL": database_url, "REDIS_URL": "", "CARRIER_PORT": "9"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    app = create_app()
    yield app
    runtime_of(app).engine.dispose()


def runtime_of(app: Flask) -> Runtime:
    runtime: Runtime = app.extensions["hotline"]
    return runtime


def run(app: Flask, *command: str) -> str:
    done = app.test_cli_runner().invoke(args=list(command))
    assert done.exit_code == 0, done.output
    return done.output


def report(app: Flask, serial: int) -> None:
    """A text that is acknowledged, over the carrier's own address."""
    settings = runtime_of(app).settings
    form = {
        "from": f"+6281270{serial:06d}",
        "to": settings.number,
        "id": f"text-{serial}",
        "text": WORDS[serial],
    }
    answer = app.test_client().post(f"/sms/{settings.webhook_tokens[0]}/inbound", data=form)
    assert answer.status_code == 200
    close(app)


def close(app: Flask) -> None:
    """What serves ends; the next callback finds it anew."""
    assert isinstance(app.wsgi_app, Door)
    app.wsgi_app.keeper.stop()
    app.wsgi_app.keeper.engine.dispose()
    app.wsgi_app.keeper = keeper_of(runtime_of(app))


def backed_up(app: Flask) -> str:
    return run(app, "backup").removeprefix("backed up to ").strip()


def sent(app: Flask) -> dict[str, TextState]:
    """How the receipts of all residents stand."""
    with runtime_of(app).reading() as session:
        query = select(TextMessage.number, TextMessage.state).where(
            ~TextMessage.inbound, TextMessage.number.like("+6281270%")
        )
        return dict(session.execute(query).all())


def administrator(app: Flask) -> Actor:
    with runtime_of(app).work() as work:
        found = Operator(username="admin", name="Admin", role=Role.ADMINISTRATOR, password_hash="none")
        work.session.add(found)
        work.session.flush()
        return Actor("operator", found.id, found.name, found.role)


def cases(app: Flask) -> int:
    with runtime_of(app).reading() as session:
        return len(session.scalars(select(Incident)).all())


def test_what_was_acknowledged_since_comes_back_once_and_nothing_leaves(app: Flask) -> None:
    report(app, 0)
    run(app, "drain")
    place = backed_up(app)
    report(app, 1)
    run(app, "drain")
    report(app, 2)
    said = run(app, "restore", place)
    assert "3 callbacks of the journal looked at" in said
    run(app, "drain")
    assert cases(app) == 3
    assert set(sent(app).values()) <= {TextState.QUEUED, TextState.NOT_SENT}
    with runtime_of(app).reading() as session:
        assert restoring.held(session) is not None
        assert held_back(session, Rank.LATER) == len(sent(app)), "the screen says how many wait"
        tries = session.scalars(select(Promise.attempts).where(Promise.kind == Kind.SEND_TEXT)).all()
    assert tries.count(0) >= 2, "what came back was never handed to anybody"


def test_what_is_put_back_is_held_from_the_first_moment(app: Flask) -> None:
    """No worker that runs meanwhile finds it free between two steps of the command."""
    place = Path(backed_up(app))
    settings = runtime_of(app).settings
    runtime_of(app).engine.dispose()
    backup.put_back(settings, place, runtime_of(app).clock.now())
    with runtime_of(app).reading() as session:
        assert restoring.held(session) is not None


def test_a_person_releases_it_and_what_waited_becomes_a_doubt(app: Flask) -> None:
    place = backed_up(app)
    report(app, 0)
    run(app, "restore", place)
    run(app, "drain")
    somebody = administrator(app)
    with runtime_of(app).work() as work:
        restoring.release(work, somebody)
    assert list(sent(app).values()) == [TextState.UNKNOWN]
    with runtime_of(app).reading() as session:
        logged = session.scalars(select(LogEntry.words).where(LogEntry.kind == "text_unknown")).all()
    assert [restoring.DOUBT in words for words in logged] == [True]
    report(app, 1)
    run(app, "drain")
    assert sorted(sent(app).values()) == [TextState.NOT_SENT, TextState.UNKNOWN], "new ones are tried again"
    with pytest.raises(ConflictError), runtime_of(app).work() as work:
        restoring.release(work, somebody)


@ON_SQLITE
def test_not_everybody_may_release_it(app: Flask) -> None:
    run(app, "restore", backed_up(app))
    auditor = Actor("operator", 1, "Auditor", Role.AUDITOR)
    assert not auditor.may(Act.RELEASE_QUEUE)
    with pytest.raises(NotAllowedError), runtime_of(app).work() as work:
        restoring.release(work, auditor)


@ON_SQLITE
def test_a_folder_that_is_no_backup_changes_nothing(app: Flask, tmp_path: Path) -> None:
    report(app, 0)
    run(app, "drain")
    done = app.test_cli_runner().invoke(args=["restore", str(tmp_path)])
    assert (done.exit_code, "is no backup" in done.output) == (1, True)
    (tmp_path / "taken_at").write_text("2026-11-01T00:00:00+00:00")
    done = app.test_cli_runner().invoke(args=["restore", str(tmp_path)])
    assert (done.exit_code, "holds no" in done.output) == (1, True)
    assert cases(app) == 1


def refused(app: Flask, place: Path | str, *, why: str) -> None:
    """It is not put back, and the database is as it was."""
    before = cases(app)
    close(app)
    done = app.test_cli_runner().invoke(args=["restore", str(place)])
    assert (done.exit_code, why in done.output) == (1, True), done.output
    assert cases(app) == before
    with runtime_of(app).reading() as session:
        assert restoring.held(session) is None


def test_while_anything_has_the_database_open_nothing_is_put_back(app: Flask, database_url: str) -> None:
    """A word could be kept in the old one, and stand in the journal after that was read."""
    place = backed_up(app)
    report(app, 0)
    run(app, "drain")
    engine = open_engine(database_url)
    with engine.execution_options(**READING).connect() as connection:
        connection.execute(text("SELECT 1 FROM kept"))
        connection.rollback()
        refused(app, place, why=backup.IN_USE)
    engine.dispose()
    run(app, "restore", place)


def another(app: Flask, name: str, request: pytest.FixtureRequest) -> Settings:
    """Settings of another, empty database."""
    settings = runtime_of(app).settings
    if settings.on_sqlite:
        url = f"sqlite:///{settings.var / name}"
        open_engine(url).connect().close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.create_database())
    return replace(settings, database_url=url)


def test_a_backup_of_an_older_release_is_brought_up_to_date_and_completed(
    app: Flask, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Also one from before anything could be held."""
    older = another(app, "older.sqlite3", request)
    engine = open_engine(older.database_url)
    upgrade(engine, "0011")
    engine.dispose()
    place = backup.take(older, tmp_path / "old", runtime_of(app).clock.now())
    report(app, 0)
    run(app, "restore", str(place))
    assert is_current(runtime_of(app).engine)
    run(app, "drain")
    assert cases(app) == 1
    with runtime_of(app).reading() as session:
        assert restoring.held(session) is not None


def test_what_is_no_hotline_or_of_a_newer_release_changes_nothing(
    app: Flask, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    report(app, 0)
    run(app, "drain")
    now = runtime_of(app).clock.now()
    empty = backup.take(another(app, "empty.sqlite3", request), tmp_path / "empty", now)
    refused(app, empty, why="no database of a hotline")
    newer = another(app, "newer.sqlite3", request)
    engine = open_engine(newer.database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    engine.dispose()
    refused(app, backup.take(newer, tmp_path / "newer", now), why="does not know 9999")


@ON_SQLITE
def test_two_restorations_one_after_the_other_are_completed_and_released_as_one(app: Flask) -> None:
    place = backed_up(app)
    start(app, runtime_of(app).settings.spool / "starts")
    report(app, 0)
    run(app, "drain")
    run(app, "restore", place)
    report(app, 1)
    run(app, "drain")
    run(app, "restore", place)
    run(app, "drain")
    assert cases(app) == 2
    assert set(sent(app).values()) <= {TextState.QUEUED, TextState.NOT_SENT}
    with runtime_of(app).work() as work:
        restoring.release(work, administrator(app))
    assert not start(app, runtime_of(app).settings.spool / "starts"), "held once more"
    with runtime_of(app).reading() as session:
        assert restoring.held(session) is None


@ON_SQLITE
def test_every_machine_completes_it_from_its_own_journal_once(app: Flask, tmp_path: Path) -> None:
    place = backed_up(app)
    other = Journal(tmp_path / "another machine")
    body = b"from=%2B6281270000009&to=%2B628117435000&id=text-9&text=maling+rt+9+eka+jaya"
    form = "application/x-www-form-urlencoded"
    other.append([Incoming("sms.inbound", "text-9", body, form, runtime_of(app).clock.now())])
    run(app, "restore", place)
    assert [complete(runtime_of(app).engine, other, PROMISES) for _ in range(2)] == [1, 0]
    run(app, "drain")
    assert cases(app) == 1


@ON_SQLITE
def test_a_gap_in_the_journal_is_said(app: Flask) -> None:
    place = Path(backed_up(app))
    (place / "taken_at").write_text("2026-11-01T00:00:00+00:00")
    report(app, 0)
    said = run(app, "restore", str(place))
    assert "1 callbacks of the journal looked at" in said
    assert "journal: nothing was kept on 2026-11-01" in said


@ON_SQLITE
def test_a_file_that_a_broken_disk_left_is_set_aside_and_replaced(app: Flask) -> None:
    report(app, 0)
    run(app, "drain")
    place = backed_up(app)
    runtime_of(app).engine.dispose()
    database = Path(runtime_of(app).engine.url.database or "")
    database.write_bytes(b"no database" * 1000)
    run(app, "restore", place)
    assert cases(app) == 1
    (aside,) = [path for path in database.parent.glob("damaged-*") if path.suffix == ".sqlite3"]
    assert aside.read_bytes().startswith(b"no database")
    aside.unlink()


@ON_SQLITE
def test_a_database_that_somebody_put_back_by_hand_is_noticed(app: Flask, tmp_path: Path) -> None:
    """The count of its starts is lower than the copy beside the spool."""
    copy = tmp_path / "starts"
    assert [start(app, copy) for _ in range(3)] == [False, False, False]
    copy.write_text("7")
    assert start(app, copy)
    assert not start(app, copy), "it has caught up"


def start(app: Flask, copy: Path) -> bool:
    """A worker starts; whether it finds that the database went back in time."""
    with runtime_of(app).work() as work:
        found = restoring.count_start(work, copy)
    restoring.note_start(copy, found)
    return found.went_back


@ON_SQLITE
def test_a_start_that_was_cut_off_before_its_commit_holds_nothing(app: Flask, tmp_path: Path) -> None:
    """A kill, or a full disk, at this moment must not keep every text back until a person comes."""
    copy = tmp_path / "starts"
    start(app, copy)
    with runtime_of(app).work() as work:
        restoring.count_start(work, copy)
        work.session.rollback()
    assert not start(app, copy)

"""Yesterday's database is put back: what was acknowledged since comes back, and nothing leaves by itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from hotline import backup, restoring
from hotline.domain.delivery import TextState
from hotline.domain.rights import Act, Actor, NotAllowedError, Role
from hotline.incidents import ConflictError
from hotline.models import Incident, LogEntry, Operator, Promise, TextMessage
from hotline.outbox import Kind, Rank, held_back
from hotline.runtime import Runtime
from tests.support.postgres import PostgresServer
from wsgi import create_app

WORDS = ("maling rt 1 eka jaya", "banjir rt 2 payo selincah", "tawuran rt 3 talang bakung")


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
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


def test_not_everybody_may_release_it(app: Flask) -> None:
    run(app, "restore", backed_up(app))
    auditor = Actor("operator", 1, "Auditor", Role.AUDITOR)
    assert not auditor.may(Act.RELEASE_QUEUE)
    with pytest.raises(NotAllowedError), runtime_of(app).work() as work:
        restoring.release(work, auditor)


def test_a_folder_that_is_no_backup_changes_nothing(app: Flask, tmp_path: Path) -> None:
    report(app, 0)
    run(app, "drain")
    done = app.test_cli_runner().invoke(args=["restore", str(tmp_path)])
    assert (done.exit_code, "is no backup" in done.output) == (1, True)
    (tmp_path / "taken_at").write_text("2026-11-01T00:00:00+00:00")
    done = app.test_cli_runner().invoke(args=["restore", str(tmp_path)])
    assert (done.exit_code, "holds no" in done.output) == (1, True)
    assert cases(app) == 1


def test_a_database_that_somebody_put_back_by_hand_is_noticed(app: Flask, tmp_path: Path) -> None:
    """The count of its starts is lower than the copy beside the spool."""
    copy = tmp_path / "starts"
    for _ in range(3):
        with runtime_of(app).work() as work:
            assert not restoring.count_start(work, copy)
    copy.write_text("7")
    with runtime_of(app).work() as work:
        assert restoring.count_start(work, copy)
    with runtime_of(app).work() as work:
        assert not restoring.count_start(work, copy), "it has caught up"

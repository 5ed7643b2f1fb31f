"""The commands through Flask's own runner, on the application as `flask --app wsgi` builds it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, update

from hotline.models import Audit, Operator, Unit
from hotline.outbox import Kind
from hotline.runtime import Runtime
from hotline.schema import is_current
from wsgi import create_app

ON_BOTH = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
"""What the two databases do each in its own way: the others, of words and files, are on SQLite alone."""


@pytest.fixture
def app(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_once: None
) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgres_url")
    for name, value in {"HOTLINE_VAR": str(tmp_path / "var"), "DATABASE_URL": url, "REDIS_URL": ""}.items():
        monkeypatch.setenv(name, value)
    app = create_app()
    yield app
    runtime_of(app).engine.dispose()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def runtime_of(app: Flask) -> Runtime:
    runtime: Runtime = app.extensions["hotline"]
    return runtime


@ON_BOTH
def test_the_schema_is_brought_up_and_again(app: Flask, runner: FlaskCliRunner) -> None:
    for _ in range(2):
        done = runner.invoke(args=["db", "upgrade"])
        assert (done.exit_code, done.output) == (0, "the schema is current\n")
    assert is_current(runtime_of(app).engine)


@ON_BOTH
def test_the_demo_is_prepared_in_one_go(app: Flask, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["prepare", "--demo"])
    assert done.exit_code == 0
    assert [line.split()[:2] for line in done.output.splitlines()] == [
        ["operator", "operator"],
        ["coordinator", "koordinator"],
        ["administrator", "admin"],
    ]
    phones = json.loads((runtime_of(app).settings.var / "phones.json").read_text())
    assert {phone["role"] for phone in phones} == {"resident", "unit"}
    assert runner.invoke(args=["seed", "--demo"]).output == done.output


def test_nobody_adds_invented_people_by_accident(runner: FlaskCliRunner) -> None:
    for command in ("seed", "prepare"):
        done = runner.invoke(args=[command])
        assert (done.exit_code, "--demo" in done.output) == (2, True), command


def test_an_operator_is_added_with_a_password_that_is_asked_for(app: Flask, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["db", "upgrade"])
    args = ["operator", "add", "Sari", "--name", "Sari", "--role", "coordinator"]
    done = runner.invoke(args=args, input="rahasia-sekali\nrahasia-sekali\n")
    assert done.exit_code == 0
    assert "rahasia" not in done.output
    with runtime_of(app).reading() as session:
        assert session.scalars(select(Operator.username)).all() == ["sari"]
    again = runner.invoke(args=args, input="rahasia-sekali\nrahasia-sekali\n")
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_the_playbook_is_counted(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["playbook", "check"])
    assert done.exit_code == 0
    assert "6 areas" in done.output


def test_the_doctor_says_what_is_missing_and_fails(app: Flask, runner: FlaskCliRunner) -> None:
    app.extensions["hotline_examinations"] = ()
    done = runner.invoke(args=["doctor"])
    assert done.exit_code == 1
    assert "BAD   mode: demo" in done.output
    assert "BAD   database: has an old schema" in done.output


@ON_BOTH
def test_without_its_tables_a_command_says_what_to_do_about_it(runner: FlaskCliRunner) -> None:
    sari = ("sari", "--name", "Sari", "--role", "operator", "--password", "rahasia-sekali")
    for args in (("seed", "--demo"), ("drain",), ("operator", "add", *sari)):
        done = runner.invoke(args=args)
        assert done.exit_code == 1, args
        assert done.output == "Error: the database has an old schema: run flask --app wsgi db upgrade\n"


def test_without_a_database_a_command_says_so_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    app = create_app()
    for args in (("db", "upgrade"), ("prepare", "--demo"), ("seed", "--demo"), ("drain",)):
        done = app.test_cli_runner().invoke(args=args)
        assert done.exit_code == 1, args
        assert done.output == "Error: the database does not answer (OperationalError): see DATABASE_URL\n"
    runtime_of(app).engine.dispose()


def test_what_is_due_is_kept_without_a_worker(app: Flask, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["prepare", "--demo"])
    with runtime_of(app).work() as work:
        work.promise(Kind.CLOSE_SILENT_CALL, 4711)
    done = runner.invoke(args=["drain"])
    assert done.exit_code == 0
    assert done.output == "1 promises taken up\n"
    with runtime_of(app).reading() as session:
        assert session.scalars(select(Unit.id)).first() is not None


def test_the_audits_chain_is_verified_and_its_breaks_are_named(app: Flask, runner: FlaskCliRunner) -> None:
    prepared = runner.invoke(args=["prepare", "--demo"])
    assert prepared.exit_code == 0, prepared.output
    runtime = runtime_of(app)
    with runtime.work() as work:
        for act in ("login", "reveal"):
            work.session.add(Audit(at=work.now, operator_id=1, act=act, subject="report 1"))
    heads = runner.invoke(args=["audit", "heads"]).output.split()
    done = runner.invoke(args=["audit", "verify", "--expect", heads[0]])
    assert (done.exit_code, done.output) == (0, "2 rows in 1 days: the chain holds\n")
    with runtime.work() as work:
        work.session.execute(update(Audit).values(subject="report 2"))
    done = runner.invoke(args=["audit", "verify"])
    assert done.exit_code == 1
    assert "was changed" in done.output
    assert runner.invoke(args=["audit", "verify", "--expect", "yesterday"]).exit_code == 2


def test_a_program_is_let_to_the_open_data_and_shut_out_again(runner: FlaskCliRunner) -> None:
    runner.invoke(args=["db", "upgrade"])
    key = runner.invoke(args=["client", "add", "Dinas Kominfo"]).output.strip()
    assert len(key) > 40
    again = runner.invoke(args=["client", "add", "Dinas Kominfo"])
    assert (again.exit_code, "already" in again.output) == (1, True)
    assert runner.invoke(args=["client", "list"]).output == "Dinas Kominfo: reads, last never\n"
    assert runner.invoke(args=["client", "end", "Dinas Kominfo"]).output == "Dinas Kominfo reads no more\n"
    assert runner.invoke(args=["client", "end", "Dinas Sosial"]).exit_code == 1

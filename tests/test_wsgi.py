"""The composition root: which side serves what, and what keeps a process from starting."""

import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from hotline.door import Door
from hotline.settings import DEFAULT_PLAYBOOK
from hotline.web import public
from tests.support.processes import StartProcess
from wsgi import create_app, create_console, create_hooks

TOKEN = "t" * 32


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    given = {"HOTLINE_VAR": str(tmp_path / "var"), "REDIS_URL": "", "HOTLINE_WEBHOOK_TOKENS": TOKEN}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def on_postgresql(environ: pytest.MonkeyPatch, postgresql_url: str) -> None:
    environ.setenv("DATABASE_URL", postgresql_url)


def close(app: Flask) -> None:
    if isinstance(app.wsgi_app, Door):
        app.wsgi_app.keeper.stop()
    app.extensions["hotline"].engine.dispose()


SIDES: list[tuple[Callable[[], Flask], int, int]] = [
    # side, the console's page, a callback without a known token
    (create_app, 200, 404),
    (create_console, 200, 404),
    (create_hooks, 404, 404),
]


@pytest.mark.parametrize(("create", "page", "callback"), SIDES)
@pytest.mark.usefixtures("on_postgresql")
def test_each_side_serves_its_own(create: Callable[[], Flask], page: int, callback: int) -> None:
    app = create()
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/login").status_code == page
    assert client.post("/sms/unknown/inbound").status_code == callback
    assert isinstance(app.wsgi_app, Door) is (create is not create_console)
    close(app)


@pytest.mark.usefixtures("environ")
def test_a_carriers_callback_needs_no_form_token_beside_the_console() -> None:
    """The voice line shares the console's application but not its guards."""
    app = create_app()
    asked = {"sessionId": "s-1", "callerNumber": "+6281200000011", "isActive": "1", "direction": "Inbound"}
    answer = app.test_client().post(f"/ivr/{TOKEN}/call", data=asked)
    assert (answer.status_code, answer.content_type) == (200, "application/xml")
    assert b"<GetDigits" in answer.data
    close(app)


def test_without_a_voice_line_its_addresses_are_not_there(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("HOTLINE_VOICE_GATEWAY", "none")
    app = create_app()
    client = app.test_client()
    asked = {"sessionId": "s-1", "callerNumber": "+6281200000011", "isActive": "1"}
    for address in ("call", "step/group----0-0", "step/group----0-0/silent"):
        assert client.post(f"/ivr/{TOKEN}/{address}", data=asked).status_code == 404
    assert client.get(f"/ivr/{TOKEN}/sounds/00000000/thanks.wav").status_code == 404
    assert client.get("/healthz").status_code == 200
    close(app)


@pytest.mark.usefixtures("environ")
def test_on_sqlite_one_process_serves_both_sides() -> None:
    with pytest.raises(SystemExit, match="on SQLite one web process serves both sides"):
        create_hooks()


@pytest.mark.usefixtures("environ")
def test_a_side_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit, match="a side is one of all, hooks, console, not 'front'"):
        create_app("front")


def test_everything_that_is_wrong_with_the_settings_is_said_at_once(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("PORT", "x")
    environ.setenv("AFRICASTALKING_API_URL", "https://api.africastalking.com")
    with pytest.raises(SystemExit) as refused:
        create_app()
    assert "PORT" in str(refused.value)
    assert "AFRICASTALKING_API_URL leaves this machine" in str(refused.value)


def test_a_playbook_with_faults_is_refused_with_file_and_line(
    environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "playbook").mkdir()
    environ.setenv("HOTLINE_PLAYBOOK", str(tmp_path / "playbook"))
    with pytest.raises(SystemExit, match=r"programme\.toml:1: the file is missing"):
        create_app()


def test_a_sound_that_no_telephone_can_play_is_a_fault_of_the_playbook(
    environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "playbook"
    shutil.copytree(DEFAULT_PLAYBOOK, folder)
    (folder / "prompts" / "greeting.wav").write_bytes(b"ID3 an MP3")
    environ.setenv("HOTLINE_PLAYBOOK", str(folder))
    with pytest.raises(SystemExit, match=r"greeting\.wav:1: is no 8 kHz mono 16-bit WAV"):
        create_app()


@pytest.mark.parametrize("create", [create_app, create_hooks])
@pytest.mark.usefixtures("on_postgresql")
def test_a_broken_request_is_logged_without_the_carriers_token(
    create: Callable[[], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(token: str) -> str:
        raise ZeroDivisionError(f"a bug that does not name the token of {len(token)} characters")

    app = create()
    app.add_url_rule("/ivr/<token>/broken", "broken", public(broken))
    caplog.set_level(logging.INFO)
    assert app.test_client().get(f"/ivr/{TOKEN}/broken").status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert TOKEN not in caplog.text
    close(app)


def test_importing_it_does_nothing(start_process: StartProcess, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import wsgi, workers.process"]
    process = start_process(command, {"HOTLINE_ENV": "production", "HOTLINE_VAR": str(tmp_path / "var")})
    assert (process.wait(), process.output()) == (0, "")
    assert not (tmp_path / "var").exists()

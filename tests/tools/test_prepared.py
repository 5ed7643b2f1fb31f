"""What was prepared is not prepared again, unless something that it follows from has changed."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hotline.environment import demo_environment, read_settings
from hotline.settings import DEFAULT_PLAYBOOK, Settings
from tools import prepared as module
from tools.prepared import Prepared

WORDS = "  operator  rahasia\n"


def database(var: Path) -> Path:
    return var / "hotline.sqlite3"


def put_revision(var: Path, revision: str = "0023") -> None:
    with closing(sqlite3.connect(database(var))) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        connection.commit()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    playbook = tmp_path / "playbook"
    shutil.copytree(DEFAULT_PLAYBOOK, playbook, ignore=shutil.ignore_patterns("*.wav"))
    var = tmp_path / "var"
    var.mkdir()
    given = {"HOTLINE_VAR": str(var), "HOTLINE_PLAYBOOK": str(playbook)}
    put_revision(var)
    return read_settings(demo_environment(given, var))


def test_nothing_is_known_before_the_first_time_and_its_words_after(settings: Settings) -> None:
    assert Prepared(settings).words() is None
    Prepared(settings).note(WORDS)
    assert Prepared(settings).words() == WORDS
    assert stat.S_IMODE((settings.var / "prepared.json").stat().st_mode) == 0o600


def lose_the_database(settings: Settings) -> None:
    database(settings.var).unlink()


def put_an_older_one_back(settings: Settings) -> None:
    put_revision(settings.var, "0022")


def damage_the_database(settings: Settings) -> None:
    database(settings.var).write_bytes(b"no database" * 100)


def empty_it(settings: Settings) -> None:
    with closing(sqlite3.connect(database(settings.var))) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()


def change_the_playbook(settings: Settings) -> None:
    with (settings.playbook / "areas.toml").open("a") as file:
        file.write("# another village\n")


def cut_the_note(settings: Settings) -> None:
    (settings.var / "prepared.json").write_text('{"words": "')


CHANGES: tuple[Callable[[Settings], None], ...] = (
    lose_the_database, put_an_older_one_back, damage_the_database, empty_it, change_the_playbook,
    cut_the_note,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_it_is_done_again_after(settings: Settings, change: Callable[[Settings], None]) -> None:
    Prepared(settings).note(WORDS)
    change(settings)
    assert Prepared(settings).words() is None


def test_it_is_done_again_with_a_release_that_has_another_migration(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Prepared(settings).note(WORDS)
    release = tmp_path / "release"
    shutil.copytree("hotline/migrations/versions", release / "hotline/migrations/versions")
    shutil.copy("hotline/demo.py", release / "hotline")
    monkeypatch.setattr(module, "_ROOT", release)
    assert Prepared(settings).words() == WORDS
    (release / "hotline/migrations/versions/9999_more.py").write_text("")
    assert Prepared(settings).words() is None
    Prepared(settings).note(WORDS)
    (release / "hotline/demo.py").write_text("")
    assert Prepared(settings).words() is None


def test_of_postgresql_nothing_is_known(tmp_path: Path) -> None:
    given = {"HOTLINE_VAR": str(tmp_path), "DATABASE_URL": "postgresql://db.invalid/h"}
    settings = read_settings(demo_environment(given, tmp_path))
    Prepared(settings).note(WORDS)
    assert Prepared(settings).words() is None
    assert not (tmp_path / "prepared.json").exists()

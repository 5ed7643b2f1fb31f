import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import PostgresServer
from tests.support.postgres_programs import folder_for, programs_for, unprivileged_user


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    server = PostgresServer(durable=True)
    server.start()
    yield server
    server.remove()


def connect(server: PostgresServer, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(host=str(server.directory), user="postgres", dbname=database)


def test_a_fresh_database_is_reached_by_the_url(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == []


def test_a_database_starts_as_a_copy_of_its_template(postgres: PostgresServer) -> None:
    template = postgres.create_database()
    with connect(postgres, template) as connection:
        connection.execute("CREATE TABLE incident (number text)")
    copy = postgres.create_database(template)
    with connect(postgres, copy) as connection:
        assert connection.execute("SELECT count(*) FROM incident").fetchone() == (0,)
    postgres.drop_database(copy)
    postgres.drop_database(template)


def test_what_was_committed_survives_a_power_cut(own_server: PostgresServer) -> None:
    with connect(own_server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1041 AS number")
    own_server.kill()
    own_server.start()
    with connect(own_server) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (1041,)


def test_data_with_a_place_of_its_own_is_there_for_the_next_server() -> None:
    folder = folder_for(unprivileged_user())
    try:
        for databases in ([], ["filled"]):
            server = PostgresServer(data=folder / "data")
            server.start()
            assert server.databases() == databases
            if not databases:
                server.rename_database(server.create_database(), "filled")
            server.remove()
            assert not server.directory.exists()
    finally:
        shutil.rmtree(folder)


def test_the_server_is_never_root(postgres: PostgresServer) -> None:
    assert (postgres.directory / "data").stat().st_uid == (unprivileged_user() or os.geteuid()) != 0


def test_other_users_cannot_enter_its_folder(postgres: PostgresServer) -> None:
    assert postgres.directory.stat().st_mode & 0o077 == 0


def test_the_programs_work_for_a_user_to_whom_the_checkout_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The wheel is made to lie in a folder of pytest's, which is closed to everybody but its owner."""
    user = unprivileged_user()
    folder = folder_for(user)
    request.addfinalizer(lambda: shutil.rmtree(folder))
    home = programs_for(None, folder).parent.parent
    (tmp_path / home.name).symlink_to(home)
    tmp_path.chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, home.name, raising=False)
    done = subprocess.run(
        [programs_for(user, folder) / "postgres", "--version"],
        user=user,
        extra_groups=None if user is None else [],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"postgres (PostgreSQL)")


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore", "psql"])
def test_the_client_programs_are_there_too(postgres: PostgresServer, program: str) -> None:
    assert os.access(postgres.programs / program, os.X_OK)

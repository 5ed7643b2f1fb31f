"""Which of PostgreSQL's databases the next run of the benchmark finds."""

import pytest

from tests.support.postgres import PostgresServer
from tools.bench.cluster import filled_name, is_kept, tidy


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (filled_name(200_000, "new"), True),
        (filled_name(200_000, "old"), False),
        ("test_7", False),
        ("test_new", False),
    ],
)
def test_only_what_was_filled_for_these_tables_is_kept(name: str, kept: bool) -> None:
    assert is_kept(name, "new") is kept


def test_what_a_broken_run_left_is_dropped() -> None:
    class Server(PostgresServer):
        def __init__(self) -> None:
            self.names = ["test_1", "filled_1000_new", "filled_1000_old"]

        def databases(self) -> list[str]:
            return list(self.names)

        def drop_database(self, name: str) -> None:
            self.names.remove(name)

    server = Server()
    tidy(server, "new")
    assert server.names == ["filled_1000_new"]

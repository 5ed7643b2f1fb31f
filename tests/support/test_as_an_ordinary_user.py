"""PostgreSQL started by a user who is not root: the other half of what a machine may be."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.postgres_programs import folder_for, programs_for, unprivileged_user
from tests.support.processes import ROOT

# Root becomes somebody else only after the imports: Python itself may lie where that user cannot read.
SCRIPT: Final = """
import os, sys, psycopg
from tests.support.postgres import PostgresServer
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
server = PostgresServer()
server.start()
print(os.geteuid(), (server.directory / "data").stat().st_uid, server.create_database())
server.stop()
server.remove()
"""


def test_postgresql_starts_for_an_ordinary_user_too(request: pytest.FixtureRequest) -> None:
    user = somebody() if os.geteuid() == 0 else None
    folder = folder_for(user)
    request.addfinalizer(lambda: shutil.rmtree(folder))
    wheel = programs_for(user, folder).parent.parent.parent
    expected = str(user or os.geteuid())
    done = run_script(expected, folder, wheel)
    assert done.stdout.split() == [expected, expected, "test_1"], done.stderr


def somebody() -> int:
    """A user of this machine (initdb wants one with a name), neither root nor the one used under root."""
    return next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid not in (0, unprivileged_user()))


def run_script(user: str, folder: Path, wheel: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, user],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": f"{wheel}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )

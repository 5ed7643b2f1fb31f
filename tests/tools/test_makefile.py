import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.processes import ROOT


def make(*arguments: str, path: str | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory", *arguments],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing has been installed."""
    for file in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        (tmp_path / file).write_text((ROOT / file).read_text())
    return tmp_path


def test_make_alone_says_what_can_be_made() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = re.findall(r"^  make ([a-z-]+)", make().stdout, re.MULTILINE)
    assert listed == targets
    assert {"run", "test", "check", "prompts", "clean"} <= set(targets)


def test_a_python_that_is_too_old_is_refused_in_words(checkout: Path) -> None:
    old = checkout / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("check", f"PYTHON={old}", cwd=checkout)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stdout


def test_a_missing_npm_is_named(checkout: Path) -> None:
    for file in ("package.json", "package-lock.json", "tools/front_end.py", ".venv/.installed"):
        (checkout / file).parent.mkdir(exist_ok=True)
        (checkout / file).touch()
    bare = checkout / "bin"
    bare.mkdir()
    for program in ("make", "sh"):
        found = shutil.which(program)
        assert found
        (bare / program).symlink_to(found)
    done = make("front-end", path=str(bare), cwd=checkout)
    assert done.returncode != 0
    assert "npm is needed" in done.stdout


def test_the_automatic_check_runs_the_test_command_and_nothing_else() -> None:
    script = (ROOT / ".ci/run").read_text().splitlines()
    commands = [line for line in script if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]
    assert os.access(ROOT / ".ci/run", os.X_OK)

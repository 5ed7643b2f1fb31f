import re
from importlib.metadata import version

import pytest

from tests.support.processes import ROOT

LINE = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[\w.]+)(\s+# \S.*)?$")


def lines(file: str) -> list[str]:
    kept = (line.strip() for line in (ROOT / file).read_text().splitlines())
    return [line for line in kept if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_everything_is_pinned_and_that_is_what_is_installed(file: str) -> None:
    for line in lines(file):
        match = LINE.match(line)
        assert match, line
        assert version(match["name"]) == match["version"]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_what_we_asked_for_ourselves_says_why(file: str) -> None:
    ours = (ROOT / file).read_text().split("# brought in by the above")[0]
    asked = [line for line in ours.splitlines() if "==" in line]
    assert asked
    assert [line for line in asked if " # " not in line] == []

"""The README is held to the code: what it names exists, and what exists is named."""

import re
from pathlib import Path
from typing import Final

import click
import pytest

from hotline.commands import COMMANDS
from sms.commands import understand
from workers.commands import COMMANDS as OF_THE_WORKERS

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
ENVIRONMENT: Final = (ROOT / "hotline" / "environment.py").read_text(encoding="utf-8")
OF_THE_TOOLS: Final = frozenset({".ci", ".git", ".venv", "node_modules", "var", "__pycache__"})


def variables() -> set[str]:
    """The environment variables that environment.py reads."""
    return set(re.findall(r'reading\.(?:text|words|port|one_of)\(\s*"([A-Z_]+)"', ENVIRONMENT))


def table() -> set[str]:
    """The variables in the README's table."""
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_setting_stands_in_the_table() -> None:
    """A variable that nobody can look up is a trap."""
    assert variables() - table() == set()


def test_the_table_names_no_setting_that_nothing_reads() -> None:
    """HOTLINE_ENV is read before the others; HOST by the Procfile."""
    procfile = (ROOT / "Procfile").read_text()
    elsewhere = {"HOTLINE_ENV"} | set(re.findall(r"\$\{([A-Z_]+)", procfile))
    assert table() - variables() - elsewhere == set()


def test_every_folder_at_the_top_stands_in_the_tree() -> None:
    """A newcomer sees the whole from the README as from ls."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    tree = README.split("## The tree")[1].split("## Settings")[0]
    missing = [name for name in sorted(folders - OF_THE_TOOLS) if f"{name}/" not in tree]
    assert missing == []


def test_every_file_that_the_tree_names_exists() -> None:
    """The picture is the one the code is held to."""
    tree = README.split("## The tree")[1].split("```")[1]
    named = re.findall(r"[\w./]+\.py\b", tree)
    assert named
    found = [name for name in named if (ROOT / name).exists() or list(ROOT.glob(f"*/{name}"))]
    assert set(named) - set(found) == set()


def spelled(command: click.Command, before: str = "") -> list[str]:
    """The commands as typed: a group's members with the group's name."""
    name = f"{before}{command.name}"
    if isinstance(command, click.Group):
        return [words for member in command.commands.values() for words in spelled(member, f"{name} ")]
    return [name]


@pytest.mark.parametrize(
    "command", [words for each in (*COMMANDS, understand, *OF_THE_WORKERS) for words in spelled(each)]
)
def test_every_command_is_named(command: str) -> None:
    """Operators can't guess commands."""
    assert f"`{command}" in README


@pytest.mark.parametrize("target", ["run", "test", "check", "help", "prompts"])
def test_every_make_target_that_it_names_exists(target: str) -> None:
    """Two commands do all set-up."""
    assert f"make {target}" in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    """In the README and in docs/."""
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_ci_runs_the_readmes_test_command() -> None:
    """And adds nothing to it."""
    lines = [
        line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")
    ]
    assert lines[-1].split()[-2:] == ["make", "test"]

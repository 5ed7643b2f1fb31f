"""The table of faults names tests that are there, and each of its rows once."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).resolve().parent.parent
TABLE: Final = TESTS.parent / "docs" / "faults.md"
ROWS: Final = 59
"""As many as the programme's matrix of faults has."""
_ROW: Final = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
_TEST: Final = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


@cache
def named_in(path: str) -> frozenset[str]:
    """The names of all tests in one file."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_fault_has_its_row_in_order() -> None:
    numbers = [int(row[1]) for row in _ROW.finditer(TABLE.read_text(encoding="utf-8"))]
    assert numbers == list(range(1, ROWS + 1))


def test_every_row_names_tests_that_are_there_or_says_why_there_are_none() -> None:
    wrong = []
    for row in _ROW.finditer(TABLE.read_text(encoding="utf-8")):
        named = _TEST.findall(row[4])
        missing = [f"{path}::{name}" for path, name in named if name not in named_in(path)]
        if missing or not (named or re.match(r"none( yet)?: .{20}", row[4])):
            wrong.append(f"row {row[1]}: {', '.join(missing) or row[4]}")
    assert not wrong

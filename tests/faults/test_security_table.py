"""docs/security.md has each requirement of ASVS 5.0.0, levels 1 and 2, once, and names tests that exist."""

import re
from typing import Final

import pytest

from tests.faults.test_matrix import TESTS, named_in

PAGE: Final = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
SECTIONS: Final = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""How many of each section are of level 1 or 2; in each they come first. Chapters 10 and 17 do not apply."""
_ROW: Final = re.compile(r"^\| ([\d.]+|[a-z]) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
_TEST: Final = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
ROWS: Final = [row.groups() for row in _ROW.finditer(PAGE) if not row[1].isdigit()]


def test_every_requirement_applies_or_does_not_and_stands_once() -> None:
    wanted = [f"{section}.{at}" for section, most in SECTIONS.items() for at in range(1, most + 1)]
    apply = [number for number, *_ in ROWS if "." in number]
    others = re.findall(r"\d+\.\d+\.\d+", PAGE.split("## What does not apply")[1])
    assert sorted(apply + others) == sorted(wanted)
    assert re.findall(r"^\| (\d+) \| all \| .{10}", PAGE, re.MULTILINE) == ["10", "17"]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_names_tests_that_are_there_or_says_why_there_are_none(row: tuple[str, str, str, str]) -> None:
    named = _TEST.findall(row[3])
    missing = [f"{path}::{name}" for path, name in named if name not in named_in(path)]
    assert not missing
    assert named or re.match(r"none: .{10}", row[3]), row[0]


def test_what_is_not_met_stands_at_the_top_too() -> None:
    told = PAGE.split("## What is not met")[1].split("## The requirements")[0]
    short = {number for number, _, how, _ in ROWS if re.search(r"\bnot met\b|^partly", how)}
    assert {number for number in short if number not in told} == set()

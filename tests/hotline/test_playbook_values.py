from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest

from hotline.domain.playbook import Priority
from hotline.playbook_values import UnfitTableError, value_of


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    size: int
    share: float
    open: bool
    words: tuple[str, ...]
    priority: Priority
    rt: int | None = None
    zone: ZoneInfo | None = None
    by_rt: Mapping[int, str] = field(default_factory=dict)


WHOLE = {"name": "x", "size": 1, "share": 0.5, "open": True, "words": ["a"], "priority": "darurat"}


def test_a_table_becomes_a_value() -> None:
    row = value_of(Row, {**WHOLE, "rt": 3, "zone": "Asia/Jakarta", "by_rt": {"7": "EJ"}})
    expected = Row("x", 1, 0.5, True, ("a",), Priority.DARURAT, 3, ZoneInfo("Asia/Jakarta"), {7: "EJ"})
    assert row == expected


def test_a_whole_number_is_a_fraction_too() -> None:
    assert value_of(Row, {**WHOLE, "share": 2}).share == 2.0


@pytest.mark.parametrize(
    ("field_name", "value", "problem"),
    [
        ("name", 3, "must be text"),
        ("size", "1", "must be a whole number"),
        ("size", 1.5, "must be a whole number"),
        ("size", True, "must be a whole number"),
        ("share", "half", "must be a whole number"),
        ("share", True, "must be a whole number"),
        ("open", 1, "must be true or false"),
        ("words", "a", "must be a list"),
        ("words", ["a", 1], "must be text"),
        ("priority", "urgent", "must be one of darurat"),
        ("priority", ["darurat"], "must be one of darurat"),
        ("rt", "3", "must be a whole number"),
        ("zone", "Asia/Jambi", "Asia/Jambi"),
        ("zone", "../etc/passwd", ""),
        ("zone", 7, "must be text"),
        ("by_rt", {"x": "EJ"}, "invalid literal"),
        ("by_rt", ["EJ"], "must be"),
        ("other", 1, "is not known here"),
    ],
)
def test_a_field_that_does_not_fit_is_named(field_name: str, value: object, problem: str) -> None:
    with pytest.raises(UnfitTableError) as unfit:
        value_of(Row, {**WHOLE, field_name: value})
    assert [name for name, _ in unfit.value.problems] == [field_name]
    assert problem in unfit.value.problems[0][1]


def test_everything_that_does_not_fit_is_named_at_once() -> None:
    with pytest.raises(UnfitTableError) as unfit:
        value_of(Row, {"name": 1, "sise": 2})
    assert {name for name, _ in unfit.value.problems} == {
        "name", "sise", "size", "share", "open", "words", "priority",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["words", 7, ["name"], None])
def test_what_is_no_table_is_said_so(table: object) -> None:
    with pytest.raises(UnfitTableError, match="must be a table"):
        value_of(Row, table)

"""What is logged of a failure says which and where, and repeats nobody's words."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psycopg.errors
import pytest
from sqlalchemy.exc import IntegrityError

from hotline.discreet_log import FORMAT, Discreet

CANARY: Final = "+628117435551"
ELSEWHERE: Final = frozenset({"hotline/discreet_log.py", "hotline/pretend_carrier/__main__.py"})


def unique_violation() -> None:
    """As psycopg words it, and SQLAlchemy around it."""
    try:
        raise psycopg.errors.UniqueViolation(f"violates a key\nDETAIL:  Key (number)=({CANARY}) exists.")
    except psycopg.Error as error:
        raise IntegrityError("INSERT INTO caller", {}, error) from error


def no_number() -> None:
    """Whose word it was stands in the message."""
    int(CANARY + "x")


def no_key() -> None:
    """While another failure was looked after."""
    try:
        no_number()
    except ValueError:
        dict.fromkeys("a")[CANARY]


def no_file() -> None:
    """The name of a file may be anything."""
    open("/nowhere/" + CANARY)  # noqa: PTH123, SIM115 (it is the failure that is wanted)


@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (unique_violation, ["psycopg.errors.UniqueViolation: 23505", "exc.IntegrityError", "direct"]),
        (no_number, ["ValueError\n"]),
        (no_key, ["KeyError\n", "ValueError\n", "During handling"]),
        (no_file, ["FileNotFoundError: [Errno 2] No such file"]),
        (lambda: len(3), ["TypeError: object of type 'int' has no len()"]),  # type: ignore[arg-type]
    ],
)
def test_kind_and_place_are_told_and_no_value(fails: Callable[[], object], said: list[str]) -> None:
    with pytest.raises((IntegrityError, ValueError, KeyError, OSError, TypeError)) as failed:
        fails()
    about = (failed.type, failed.value, failed.tb)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), about)
    told = Discreet(FORMAT).format(record) + "\n"
    assert [words for words in said if words not in told] == []
    assert told.startswith("ERROR x: failed\nTraceback (most recent call last):\n")
    assert "test_discreet_log.py" in told
    assert CANARY not in told


def test_no_process_of_the_house_writes_its_log_otherwise() -> None:
    parts = [path for folder in ("hotline", "sms", "ivr", "workers") for path in Path(folder).rglob("*.py")]
    own = {path.as_posix() for path in [*parts, Path("wsgi.py")] if "basicConfig" in path.read_text("utf-8")}
    assert own == ELSEWHERE

"""What a process writes to stderr: which part failed and where, and never what somebody wrote.

An exception's own words may hold values: PostgreSQL names the telephone number that was there already, and
`int` the word that is no number. So a stack is written with the kind of each exception, with words only where
they are about the code or the machine; of a database's complaint with its code and the rule that was broken.
"""

import logging
import sqlite3
from collections.abc import Iterator
from traceback import format_tb
from types import TracebackType
from typing import Final

import psycopg

FORMAT: Final = "%(levelname)s %(name)s: %(message)s"
_ABOUT_CODE: Final = (TypeError, AttributeError, NameError, ImportError, RuntimeError, sqlite3.Error)
_CAUSED: Final = "\nThe above exception was the direct cause of the following exception:\n\n"
_MEANWHILE: Final = "\nDuring handling of the above exception, another exception occurred:\n\n"

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Writes exceptions as Python does, without the words that may be somebody's."""

    def formatException(self, ei: _Info) -> str:  # noqa: N802 (the name is logging's)
        """The chain of exceptions, the first cause first."""
        return "".join(_told(ei[1])).rstrip("\n") if ei[1] is not None else ""


def begin_log() -> None:
    """From now on this process writes its log to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield _CAUSED if error.__cause__ is not None else _MEANWHILE
    yield "Traceback (most recent call last):\n"
    yield from format_tb(error.__traceback__)
    kind, words = type(error), _words(error)
    yield f"{kind.__module__}.{kind.__qualname__}{': ' if words else ''}{words}\n"


def _words(error: BaseException) -> str:
    """What may be said of it beside its kind."""
    match error:
        case psycopg.Error():
            named = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
            return " ".join(each for each in named if each)
        case OSError():
            return f"[Errno {error.errno}] {error.strerror}" if error.errno is not None else ""
        case _:
            return str(error) if isinstance(error, _ABOUT_CODE) else ""

"""Why a report could not be made: one word for each cause, which the desk puts into a sentence."""

from enum import StrEnum
from typing import Final

from reportlab.platypus.doctemplate import LayoutError
from sqlalchemy.exc import SQLAlchemyError
from xlsxwriter.exceptions import XlsxWriterException


class Failure(StrEnum):
    """What was in the way of a file."""

    DATABASE = "database"
    MEMORY = "memory"
    LAYOUT = "layout"
    DISK = "disk"
    FAULT = "fault"
    """Anything else: the log has it, under the file's number."""


_OF: Final[tuple[tuple[type[Exception], Failure], ...]] = (
    (SQLAlchemyError, Failure.DATABASE),
    (MemoryError, Failure.MEMORY),
    (LayoutError, Failure.LAYOUT),
    (XlsxWriterException, Failure.LAYOUT),
    (OSError, Failure.DISK),
)


def failure_of(error: Exception) -> Failure:
    """The first cause that fits."""
    return next((failure for kind, failure in _OF if isinstance(error, kind)), Failure.FAULT)

"""Tables as files for a spreadsheet, in which nothing that was typed can act as a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes as the beginning of a formula, with the full-width forms."""


def safe(cell: str) -> str:
    """The cell with an apostrophe before what would act (OWASP: CSV injection); a bare number stays one."""
    if cell.startswith(_STARTS) and not cell.lstrip("-").replace(",", "").replace(".", "").isdigit():
        return f"'{cell}"
    return cell


def csv_of(lines: Iterable[Iterable[str]]) -> str:
    """RFC 4180, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue()

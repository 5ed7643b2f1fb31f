"""Tables as files for a spreadsheet, in which nothing that was typed can act as a formula."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

_SIGNS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet takes as the beginning of a formula, with the full-width forms."""
_UNSEEN: Final = "(?:[^\\S\\t\\r\\n]|[\u200b\u2060\ufeff])"
_ACTS: Final = re.compile(rf"(?:^|(?<=[;|\t\r\n]))(?={_UNSEEN}*[{_SIGNS}])|^(?=[\t\r\n])")
"""Where a cell begins for a spreadsheet: also behind a sign by which some countries part their columns, since
a quoted cell of ours is not one cell there; and behind signs that nobody sees.
"""
_NUMBER: Final = re.compile(r"-?[\d.,]+", re.ASCII)


def safe(cell: str) -> str:
    """The cell with an apostrophe before what would act (OWASP: CSV injection); a bare number stays one."""
    return cell if _NUMBER.fullmatch(cell) else _ACTS.sub("'", cell)


def csv_of(lines: Iterable[Iterable[str]]) -> str:
    """RFC 4180, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue()

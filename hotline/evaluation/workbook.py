"""The report as a workbook (XLSX): one sheet a table; figures are numbers, and no words can be a formula."""

import io
import re
from decimal import Decimal
from itertools import count
from typing import Any, Final

import xlsxwriter

from hotline.evaluation.report import Report
from hotline.evaluation.tables import Table

_FIGURE: Final = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
LONGEST_NAME: Final = 31
"""Characters of a sheet's name (the format's own limit)."""
RESERVED: Final = frozenset({"history"})
"""A name that spreadsheets keep for themselves."""
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
                 "in_memory": True}  # fmt: skip


def xlsx_of(report: Report) -> bytes:
    """The whole report as a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _PLAIN)
    book.set_properties({"title": report.title, "author": report.playbook.programme.name})
    # A workbook says when it was made; the clock of the desk says so, not the machine's.
    book.set_properties({"created": report.made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for table in report.tables:
        _sheet(book, table, report, bold)
    book.close()
    return out.getvalue()


def _sheet(book: Any, table: Table, report: Report, bold: Any) -> None:
    sheet = book.add_worksheet(_name_of(table.title, {each.name.lower() for each in book.worksheets()}))
    sheet.write_string(0, 0, f"{report.title}: {table.title}", bold)
    sheet.write_string(1, 0, report.made)
    for place, name in enumerate(table.columns):
        sheet.write_string(3, place, name, bold)
    for line, row in enumerate(table.rows, 4):
        for place, cell in enumerate(row):
            _write(sheet, line, place, cell.text)
    if table.note:
        sheet.write_string(5 + len(table.rows), 0, table.note)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, max(len(table.columns) - 1, 1), 14)
    sheet.freeze_panes(4, 1)


def _name_of(title: str, taken: set[str]) -> str:
    """The heading as far as the format lets it be a name; two alike get a number."""
    whole = _NOT_IN_NAMES.sub(" ", title).strip() or "-"
    for number in count(1):
        ending = f" {number}" if number > 1 else ""
        name = whole[: LONGEST_NAME - len(ending)].strip() + ending
        if name.lower() not in taken | RESERVED:
            return name
    raise AssertionError("there is always a next number")


def _write(sheet: Any, line: int, place: int, words: str) -> None:
    """A figure as a number, whatever its language writes before the decimals; all else as words."""
    if place and _FIGURE.fullmatch(words):
        sheet.write_number(line, place, Decimal(words.replace(",", ".")))
    else:
        sheet.write_string(line, place, words)

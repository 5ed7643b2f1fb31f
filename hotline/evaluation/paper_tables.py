"""The report's tables on paper: columns as wide as their contents, figures to the right, a group said once.

Lengths are points (1/72 inch).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, TableStyle
from reportlab.platypus import Table as Grid

from hotline.evaluation.tables import Cell, Table

FONT: Final = "Helvetica"
BOLD: Final = "Helvetica-Bold"
_LINE: Final = Color(0.7, 0.7, 0.7)
_HEAD: Final = Color(0.92, 0.92, 0.92)
_WIDE: Final = 8
"""Tables with as many columns or more are set smaller."""
_PADDING: Final = 2.5
_SPARE: Final = 1.5
"""So that a word that just fits is not broken by a rounding."""
_EVEN: Final = 21 * mm
"""What a column of figures is given where there is room."""
_LONGEST: Final = 52 * mm
"""What a column of words asks for before the others have enough."""
_FIGURE: Final = re.compile(r"[-\d.,]*", re.ASCII)
_HARD_SPACE: Final = "\xa0"
_TOGETHER: Final = re.compile(r"(?<=\bRT) (?=\d)|(?<=^\d\d/\d\d) (?=\d\d\.\d\d$)")
"""Spaces at which no line ends: within an RT, and between a day and its time."""
_BREAKS: Final = re.compile(r"[ \t\r\n]+")
LONGEST_CELL: Final = 900
"""Letters of one row's cell, some twenty lines."""


def printable(words: str) -> str:
    """What the readers' own fonts can show; any other sign is a question mark."""
    return words.encode("cp1252", "replace").decode("cp1252")


def said(words: str, style: ParagraphStyle) -> Paragraph:
    """Words as they are, whatever signs they hold."""
    return Paragraph(escape(printable(words)), style)


def grid_of(table: Table, width: float, unknown: str) -> Grid:
    """The table `width` points wide. `unknown` is what stands for a figure that nobody knows."""
    size = 6.6 if len(table.columns) >= _WIDE else 7.6
    left = ParagraphStyle("cell", fontName=FONT, fontSize=size, leading=size + 1.8)
    right = ParagraphStyle("number", parent=left, alignment=TA_RIGHT)
    wordy = {place for place in range(len(table.columns)) if _speaks(table, place, unknown)}
    styles = [left if place in wordy else right for place in range(len(table.columns))]
    heads = zip(table.columns, styles, strict=True)
    head = [Paragraph(f"<b>{escape(printable(name))}</b>", style) for name, style in heads]
    texts = _texts_of(table)
    body = [[said(text, style) for text, style in zip(row, styles, strict=True)] for row in texts]
    grid = Grid(
        [head, *body], colWidths=_widths(table, wordy, size, width), repeatRows=1,
        style=TableStyle([*_LOOKS, *_lines(texts)]),
    )  # fmt: skip
    grid.hAlign = "LEFT"
    return grid


_LOOKS: Final = (
    ("BACKGROUND", (0, 0), (-1, 0), _HEAD), ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("TOPPADDING", (0, 0), (-1, -1), 1.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8), ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING), ("LINEBELOW", (0, -1), (-1, -1), 0.5, _LINE),
)  # fmt: skip


def _lines(texts: Sequence[Sequence[str]]) -> Iterable[tuple[object, ...]]:
    """A line under each row; before one that only goes on, thinner and not under the label."""
    for place, row in enumerate(texts[1:], 1):
        yield ("LINEBELOW", (0 if row[0] else 1, place), (-1, place), 0.4 if row[0] else 0.2, _LINE)


def _same_group(table: Table, place: int) -> bool:
    return place > 0 and table.rows[place][0] == table.rows[place - 1][0]


def _texts_of(table: Table) -> list[list[str]]:
    """What is written in each cell; of a group the first row says what it is.

    What is too long for any page goes on in a row below: nothing that anybody wrote can stop the report.
    """
    texts = []
    for place, row in enumerate(table.rows):
        parts = [wrap(_text(cell), LONGEST_CELL, break_on_hyphens=False) or [""] for cell in row]
        if table.grouped and _same_group(table, place):
            parts[0] = [""]
        texts += [list(line) for line in zip_longest(*parts, fillvalue="")]
    return texts


def _text(cell: Cell) -> str:
    if cell.n is None:
        return _TOGETHER.sub(_HARD_SPACE, cell.text)
    return f"{cell.text} (n {cell.n})".replace(" ", _HARD_SPACE)


def _speaks(table: Table, place: int, unknown: str) -> bool:
    """Whether a column holds words rather than figures; a figure may be `unknown`."""
    texts = (row[place].text.replace(unknown, "") for row in table.rows)
    return place == 0 or not all(map(_FIGURE.fullmatch, texts))


def _widths(table: Table, wordy: set[int], size: float, width: float) -> list[float]:
    """First every column has room for its longest word, then for all it says, then figures stand apart."""
    columns = [
        [table.columns[place], *(_text(row[place]) for row in table.rows)]
        for place in range(len(table.columns))
    ]
    around = 2 * _PADDING + _SPARE
    least = [
        min(max(_length(word, size) for cell in cells for word in _BREAKS.split(cell)), _LONGEST)
        for cells in columns
    ]
    whole = [min(max(_length(cell, size) for cell in cells), _LONGEST) for cells in columns]
    found = [each + around for each in least]
    if sum(found) > width:
        return [width * each / sum(found) for each in found]
    found = _grow(found, [each + around for each in whole], width)
    even = [_EVEN if place and place not in wordy else 0.0 for place in range(len(found))]
    found = _grow(found, even, width)
    talkers = {place for place in wordy if not all(map(_FIGURE.fullmatch, columns[place][1:]))} or wordy
    rest, talk = width - sum(found), sum(found[place] for place in talkers)
    return [each + rest * each / talk if place in talkers else each for place, each in enumerate(found)]


def _grow(found: Sequence[float], wanted: Sequence[float], width: float) -> list[float]:
    """Each as near to what is wanted as there is room for all."""
    gaps = [max(more - each, 0.0) for each, more in zip(found, wanted, strict=True)]
    share = min((width - sum(found)) / max(sum(gaps), 1e-9), 1.0)
    return [each + gap * share for each, gap in zip(found, gaps, strict=True)]


def _length(words: str, size: float) -> float:
    """In the bolder of both fonts, so that heads fit too."""
    return float(stringWidth(printable(words), BOLD, size))

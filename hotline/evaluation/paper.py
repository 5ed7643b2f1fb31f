"""The report on A4 (PDF), with the office's head and the two signatures of the playbook.

Made by ReportLab alone, with the fonts that every reader of PDF has: no library of the system is asked.
"""

import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

from hotline.evaluation import drawings
from hotline.evaluation.report import Report
from hotline.evaluation.tables import Cell, Table

MARGIN: Final = 15 * mm
WIDTH: Final = A4[0] - 2 * MARGIN - 12
"""What the page's frame leaves, which has six points on each side."""
HALF: Final = (WIDTH - 8 * mm) / 2
_LINE: Final = Color(0.7, 0.7, 0.7)
_HEAD: Final = Color(0.92, 0.92, 0.92)
SHORT: Final = 12
"""Tables with as many rows or fewer stay on one page."""
ROOM: Final = 60
LINE: Final = 13
"""Points that a table needs to begin at the foot of a page, and that one of its rows takes."""
LETTER: Final = 0.54
"""Width of a letter, in heights."""
LONGEST: Final = 44
"""Letters that one column asks for."""
_WIDE: Final = 8
"""Tables with as many columns or more are set smaller."""
_FIGURE: Final = re.compile(r"[-\d.,]*", re.ASCII)
_BOLD: Final = "Helvetica-Bold"
_FONTS: Final = {"fontName": "Helvetica", "fontSize": 8.5, "leading": 11}
OFFICE: Final = ParagraphStyle("office", **{**_FONTS, "fontSize": 12, "leading": 15}, alignment=TA_CENTER)
ADDRESS: Final = ParagraphStyle("address", **_FONTS, alignment=TA_CENTER)
TITLE: Final = ParagraphStyle("title", fontName=_BOLD, fontSize=13, leading=18, alignment=TA_CENTER)
SECTION: Final = ParagraphStyle("section", fontName=_BOLD, fontSize=10, leading=14, spaceBefore=8)
BODY: Final = ParagraphStyle("body", **_FONTS)


def pdf_of(report: Report) -> bytes:
    """The whole report as a PDF."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=14 * mm, bottomMargin=16 * mm,
        title=printable(report.title), author=printable(report.playbook.programme.name),
    )  # fmt: skip

    def foot(canvas: Canvas, _document: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(MARGIN, 9 * mm, printable(report.made))
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, str(canvas.getPageNumber()))

    *most, last = _tables(report)
    story = [*_head(report), *_pictures(report), *chain(*most), KeepTogether([*last, *_signatures(report)])]
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def printable(words: str) -> str:
    """What the readers' own fonts can show; any other sign is a question mark."""
    return words.encode("cp1252", "replace").decode("cp1252")


def _said(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(words)), style)


def _head(report: Report) -> Iterator[Flowable]:
    rules = report.playbook.evaluation
    for line in rules.head:
        yield _said(line, OFFICE)
    yield _said(rules.address, ADDRESS)
    yield HRFlowable(width="100%", thickness=1.4, color=black, spaceBefore=4, spaceAfter=8)
    yield _said(report.title, TITLE)
    yield _said(report.word("outside_n", n=str(rules.smallest_ranking)), ADDRESS)
    yield Spacer(1, 8)


def _pictures(report: Report) -> Iterator[Flowable]:
    found, weekdays = report.pictures, report.word("weekdays").split()
    four = [
        (report.word("heat"), drawings.heat(found, weekdays, HALF)),
        (report.word("trend"), drawings.days(found.days, HALF)),
        (report.word("where"), drawings.places(found.areas, HALF)),
        (report.word("falls"), drawings.falls(found.falls, found.longest, HALF)),
    ]
    cells = [[_said(words, SECTION), drawing] for words, drawing in four]
    grid = Grid([cells[:2], cells[2:]], colWidths=[HALF + 4 * mm, HALF + 4 * mm])
    grid.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    yield grid


def _tables(report: Report) -> Iterator[list[Flowable]]:
    """Each with its heading; a long one begins where there is room for a few of its rows, and goes on."""
    for table in report.tables:
        room = ROOM if len(table.rows) > SHORT else ROOM + len(table.rows) * LINE
        below = _grid(table, report) if table.rows else _said(table.note or report.word("none"), BODY)
        yield [CondPageBreak(room), _said(table.title, SECTION), below]


def _grid(table: Table, report: Report) -> Grid:
    size = 6.3 if len(table.columns) >= _WIDE else 7.5
    left = ParagraphStyle("cell", fontName="Helvetica", fontSize=size, leading=size + 1.6)
    right = ParagraphStyle("number", parent=left, alignment=TA_RIGHT)
    words = {place for place in range(len(table.columns)) if _speaks(table, place, report.word("unknown"))}
    styles = [left if place in words else right for place in range(len(table.columns))]
    heads = zip(table.columns, styles, strict=True)
    head = [Paragraph(f"<b>{escape(printable(name))}</b>", style) for name, style in heads]
    body = [
        [_said(_text(cell), style) for cell, style in zip(row, styles, strict=True)] for row in table.rows
    ]
    grid = Grid([head, *body], colWidths=_widths(table, words, size * LETTER), repeatRows=1)
    grid.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, _LINE), ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
                ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 1.6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6), ("LEFTPADDING", (0, 0), (-1, -1), 2.5),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )  # fmt: skip
    return grid


def _text(cell: Cell) -> str:
    return cell.text if cell.n is None else f"{cell.text} (n {cell.n})"


def _speaks(table: Table, place: int, unknown: str) -> bool:
    """Whether a column holds words rather than figures; a figure may be `unknown`."""
    texts = (row[place].text.replace(unknown, "") for row in table.rows)
    return place == 0 or not all(map(_FIGURE.fullmatch, texts))


def _widths(table: Table, words: set[int], letter: float) -> list[float]:
    """Every column has room for its longest word; what is left goes to those that have more to say."""
    cells = [
        [table.columns[place], *(_text(row[place]) for row in table.rows)]
        for place in range(len(table.columns))
    ]
    least = [max(len(word) for cell in column for word in cell.split() or [""]) + 2 for column in cells]
    wanted = [
        max(min(max(map(len, column)), LONGEST) - least[place], 0) + 4 if place in words else 1
        for place, column in enumerate(cells)
    ]
    left = max(WIDTH / letter - sum(least), 0)
    shares = [few + left * more / max(sum(wanted), 1) for few, more in zip(least, wanted, strict=True)]
    return [WIDTH * share / sum(shares) for share in shares]


def _signatures(report: Report) -> list[Flowable]:
    rules, number = report.playbook.evaluation, report.word("number")
    made = f"{rules.place}, {report.made_at:%d/%m/%Y}"
    cells = [
        [_said(report.word("known"), BODY), _said(made, BODY)],
        [_said(rules.known_by, BODY), _said(rules.made_by, BODY)],
        [Spacer(1, 42), Spacer(1, 42)],
        [_name(rules.known_by_name), _name(rules.made_by_name)],
        [_said(f"{number} {rules.known_by_number}", BODY), _said(f"{number} {rules.made_by_number}", BODY)],
    ]
    return [Spacer(1, 18), Grid(cells, colWidths=[WIDTH / 2, WIDTH / 2])]


def _name(name: str) -> Flowable:
    """The name underlined, or a line to write it on."""
    if name:
        return Paragraph(f"<u><b>{escape(printable(name))}</b></u>", BODY)
    return HRFlowable(width="60%", thickness=0.6, color=black, hAlign="LEFT", spaceAfter=2)

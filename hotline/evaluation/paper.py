"""The report on A4 (PDF), with the office's head and the two signatures of the playbook.

Made by ReportLab alone, with the fonts that every reader of PDF has: no library of the system is asked.
"""

import io
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, black
from reportlab.lib.enums import TA_CENTER
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
from hotline.evaluation.paper_tables import BOLD, FONT, grid_of, printable, said
from hotline.evaluation.report import Report
from hotline.evaluation.tables import Cell

MARGIN: Final = 15 * mm
WIDTH: Final = A4[0] - 2 * MARGIN - 12
"""What the page's frame leaves, which has six points on each side."""
HALF: Final = (WIDTH - 8 * mm) / 2
LEFT: Final = MARGIN + 6
GREY: Final = Color(0.7, 0.7, 0.7)
SHORT: Final = 12
"""Tables with as many rows or fewer stay on one page."""
ROOM: Final = 60
LINE: Final = 13
"""Points that a table needs to begin at the foot of a page, and that one of its rows takes."""
_BODY: Final = {"fontName": FONT, "fontSize": 8.5, "leading": 11}
OFFICE: Final = ParagraphStyle("office", **{**_BODY, "fontSize": 11.5, "leading": 15}, alignment=TA_CENTER)
OFFICE_ITSELF: Final = ParagraphStyle("itself", parent=OFFICE, fontName=BOLD, fontSize=13.5, leading=17)
ADDRESS: Final = ParagraphStyle("address", **_BODY, alignment=TA_CENTER)
TITLE: Final = ParagraphStyle("title", fontName=BOLD, fontSize=13, leading=18, alignment=TA_CENTER)
SECTION: Final = ParagraphStyle("section", fontName=BOLD, fontSize=10, leading=14, spaceBefore=8)
BODY: Final = ParagraphStyle("body", **_BODY)
LARGE: Final = ParagraphStyle("large", fontName=BOLD, fontSize=14, leading=18)
LABEL: Final = ParagraphStyle("label", fontName=FONT, fontSize=7.2, leading=9)


def pdf_of(report: Report) -> bytes:
    """The whole report as a PDF."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=14 * mm, bottomMargin=16 * mm,
        title=printable(report.title), author=printable(report.playbook.programme.name),
    )  # fmt: skip

    *most, last = _tables(report)
    story = [*_head(report), *_pictures(report), *chain(*most), KeepTogether([*last, *_signatures(report)])]
    document.build(story, canvasmaker=partial(_Numbered, words=f"{report.title}. {report.made}"))
    return out.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]
    """Writes at the foot of each page what it is of, and of how many pages it is which."""

    def __init__(self, *args: Any, words: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._foot = printable(words)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  ReportLab's own word
        """Keeps the page until it is known how many there are."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Writes all pages out."""
        for place, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont(FONT, 7)
            self.drawString(LEFT, 9 * mm, self._foot)
            self.drawRightString(LEFT + WIDTH, 9 * mm, f"{place} / {len(self._pages)}")
            super().showPage()
        super().save()


def _head(report: Report) -> Iterator[Flowable]:
    """The office's own head of a letter, with its double rule."""
    rules = report.playbook.evaluation
    for place, line in enumerate(rules.head):
        yield said(line, OFFICE if place == 0 else OFFICE_ITSELF)
    yield said(rules.address, ADDRESS)
    yield HRFlowable(width="100%", thickness=1.8, color=black, spaceBefore=5, spaceAfter=1.2)
    yield HRFlowable(width="100%", thickness=0.5, color=black, spaceBefore=0, spaceAfter=10)
    yield said(report.title, TITLE)
    yield said(report.word("outside_n", n=str(rules.smallest_ranking)), ADDRESS)
    yield Spacer(1, 8)
    yield _headlines(report)
    yield Spacer(1, 6)


def _headlines(report: Report) -> Flowable:
    """What somebody reads who has one minute."""
    before = report.word("before")
    cells = [
        [
            Paragraph(_with_n(each.figure), LARGE),
            said(each.label, LABEL),
            said(f"{before}: {each.before}", LABEL),
        ]
        for each in report.headlines
    ]
    grid = Grid([cells], colWidths=[WIDTH / len(cells)] * len(cells), hAlign="LEFT")
    grid.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 0.6, black), ("INNERGRID", (0, 0), (-1, -1), 0.3, GREY),
                ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )  # fmt: skip
    return grid


def _with_n(figure: Cell) -> str:
    """The figure large, what it is of small, as the paper's own markup."""
    of = "" if figure.n is None else f' <font name="{FONT}" size="7.2">(n\xa0{figure.n})</font>'
    return f"{escape(printable(figure.text))}{of}"


def _pictures(report: Report) -> Iterator[Flowable]:
    found, weekdays = report.pictures, report.word("weekdays").split()
    four = [
        (report.word("heat"), drawings.heat(found, weekdays, HALF)),
        (report.word("trend"), drawings.days(found.days, HALF)),
        (report.word("where"), drawings.places(found.areas, HALF)),
        (report.word("falls"), drawings.falls(found.falls, found.longest, HALF)),
    ]
    cells = [[said(words, SECTION), drawing] for words, drawing in four]
    grid = Grid([cells[:2], cells[2:]], colWidths=[HALF + 4 * mm, HALF + 4 * mm])
    grid.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    yield grid


def _tables(report: Report) -> Iterator[list[Flowable]]:
    """Each with its heading; a long one begins where there is room for a few of its rows, and goes on."""
    for table in report.tables:
        room = ROOM if len(table.rows) > SHORT else ROOM + len(table.rows) * LINE
        below = (
            grid_of(table, WIDTH, report.word("unknown"))
            if table.rows
            else said(table.note or report.word("none"), BODY)
        )
        yield [CondPageBreak(room), said(table.title, SECTION), below]


def _signatures(report: Report) -> list[Flowable]:
    rules, number = report.playbook.evaluation, report.word("number")
    made = f"{rules.place}, {report.day}"
    cells = [
        [said(report.word("known"), BODY), said(made, BODY)],
        [said(rules.known_by, BODY), said(rules.made_by, BODY)],
        [Spacer(1, 42), Spacer(1, 42)],
        [_name(rules.known_by_name), _name(rules.made_by_name)],
        [said(f"{number} {rules.known_by_number}", BODY), said(f"{number} {rules.made_by_number}", BODY)],
    ]
    return [Spacer(1, 18), Grid(cells, colWidths=[WIDTH / 2, WIDTH / 2])]


def _name(name: str) -> Flowable:
    """The name underlined, or a line to write it on."""
    if name:
        return Paragraph(f"<u><b>{escape(printable(name))}</b></u>", BODY)
    return HRFlowable(width="60%", thickness=0.6, color=black, hAlign="LEFT", spaceAfter=2)

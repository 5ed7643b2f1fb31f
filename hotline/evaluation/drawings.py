"""The report's pictures on paper: black on white, each value written beside its mark.

Lengths are points (1/72 inch).
"""

from decimal import Decimal
from typing import Final

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import Color, black, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from hotline.evaluation.pictures import Bars, Fall, Pictures

GREYS: Final = tuple(Color(shade, shade, shade) for shade in (1, 0.85, 0.66, 0.45, 0.2))
"""From nought to the hottest; each apart from its neighbours on any printer."""
_SMALL: Final = 6.5
_EDGE: Final = 0.4
_DARK: Final = 3
"""From this shade on what is written in it is white."""


def heat(pictures: Pictures, weekdays: list[str], width: float) -> Drawing:
    """Hours across, weekdays down."""
    names, cell = 24.0, (width - 24) / 24
    height = cell * 7 + 12
    drawing = Drawing(width, height)
    for hour in range(0, 24, 3):
        drawing.add(_words(names + (hour + 0.5) * cell, height - 8, f"{hour:02d}", "middle"))
    for day, row in enumerate(pictures.heat):
        bottom = height - 12 - (day + 1) * cell
        drawing.add(_words(0, bottom + cell / 2 - 2.5, weekdays[day]))
        for hour, n in enumerate(row):
            depth, left = pictures.depth(n), names + hour * cell
            drawing.add(_box(left, bottom, cell, cell, GREYS[depth]))
            if n:
                ink = white if depth >= _DARK else black
                drawing.add(_words(left + cell / 2, bottom + cell / 2 - 2.3, str(n), "middle", ink=ink))
    return drawing


def days(bars: Bars, width: float, height: float = 96) -> Drawing:
    """One bar a day; the highest is written at its line."""
    drawing, foot, left = Drawing(width, height), 12.0, 16.0
    step = (width - left) / max(len(bars.values), 1)
    room = height - foot - 8
    drawing.add(Line(left, foot, width, foot, strokeWidth=_EDGE))
    if bars.highest:
        drawing.add(Line(left, foot + room, width, foot + room, strokeWidth=_EDGE, strokeDashArray=[2, 2]))
        drawing.add(_words(left - 3, foot + room - 2, str(bars.highest), "end"))
    for place, (name, n) in enumerate(bars.values):
        at = left + place * step
        if n:
            drawing.add(_box(at, foot, max(step - 1.2, 0.8), room * n / bars.highest, GREYS[-1]))
        if place % 7 == 0:
            drawing.add(_words(at, 3, name))
    return drawing


def places(bars: Bars, width: float) -> Drawing:
    """One bar a kelurahan, with its count at the end."""
    line, names, room = 12.5, 74.0, width - 74 - 22
    drawing = Drawing(width, line * len(bars.values))
    for place, (name, n) in enumerate(bars.values):
        bottom = line * (len(bars.values) - place - 1) + 2
        length = room * n / bars.highest if bars.highest else 0
        drawing.add(_words(0, bottom + 2, name))
        drawing.add(_box(names, bottom, length, 8.5, GREYS[2]))
        drawing.add(_words(names + length + 4, bottom + 2, str(n)))
    return drawing


def falls(found: tuple[Fall, ...], longest: Decimal, width: float) -> Drawing:
    """A waterfall for each priority: each step begins where the one before it ended, minutes in each."""
    names, line, key = 50.0, 26.0, 14.0
    room = width - names - 30
    drawing = Drawing(width, line * len(found) + key)
    at = 0.0
    for place, (step, _) in enumerate(found[0].steps if found else ()):
        drawing.add(_box(at, drawing.height - 9, 7, 7, GREYS[place + 1]))
        drawing.add(_words(at + 10, drawing.height - 8, step))
        at += 18 + stringWidth(step, "Helvetica", _SMALL)
    for place, fall in enumerate(found):
        _fall(drawing, fall, line * (len(found) - place - 1), (names, float(longest), room))
    return drawing


def _fall(drawing: Drawing, fall: Fall, bottom: float, scale: tuple[float, float, float]) -> None:
    names, longest, room = scale
    drawing.add(_words(0, bottom + 9, fall.name))
    at, high = names, bottom + 18
    for place, (_, minutes) in enumerate(fall.steps):
        length = room * float(minutes or 0) / longest if longest else 0
        drawing.add(_box(at, high - 4.5, length, 4.5, GREYS[place + 1]))
        at, high = at + length, high - 4.5
    said = f"{fall.total:f}".replace(".", ",") if fall.total else "-"
    drawing.add(_words(at + 4, bottom + 1, said))


def _words(x: float, y: float, words: str, anchor: str = "start", ink: Color = black) -> String:
    return String(x, y, words, fontName="Helvetica", fontSize=_SMALL, textAnchor=anchor, fillColor=ink)


def _box(x: float, y: float, width: float, height: float, fill: Color) -> Rect:
    return Rect(x, y, width, height, fillColor=fill, strokeColor=black, strokeWidth=_EDGE)

"""What a printed case carries besides its words: the way back to the screen."""

from functools import lru_cache

import segno
from markupsafe import Markup

from hotline.console.case import path_of
from hotline.web import runtime


def qr_of(number: str) -> Markup:
    """The case's address as a QR code, an SVG of black squares: whoever holds the sheet opens the case."""
    return _drawn(runtime().settings.public_url + path_of(number))


@lru_cache(maxsize=256)
def _drawn(address: str) -> Markup:
    drawn = segno.make_qr(address, error="m").svg_inline(border=0, omitsize=True)
    return Markup(drawn)  # noqa: S704 - squares, no word of anybody  # nosec B704

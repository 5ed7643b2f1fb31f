"""Whether a file that somebody sends may be kept: its size, what it really is, and what it must not carry.

A photograph is drawn anew from its pixels, so that nothing hides in it: neither the camera's note of the
place nor a second file behind the first. Where the place is evidence it may be kept on purpose.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
"""A telephone's camera has fewer; a small file that unfolds to more is an attack."""
_FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_PDF: Final = "application/pdf"
_ACTIVE: Final = (
    b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/OpenAction",
)  # fmt: skip
_BROKEN: Final = (
    OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow raises for files that are cut, forged, or unfold to far more than they say."""
_GPS: Final = 0x8825


class UnfitFileError(Exception):
    """The file can't be kept; says why in one word: empty, large, kind, broken, active."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file fit to be kept."""

    content_type: str
    body: bytes
    place_kept: bool = False


def check_file(raw: bytes, *, keep_place: bool = False) -> Checked:
    """`raw` made safe. Raises UnfitFileError."""
    if not raw:
        raise UnfitFileError("empty")
    if len(raw) > MOST_BYTES:
        raise UnfitFileError("large")
    if raw.startswith(b"%PDF-"):
        return _document(raw)
    return _photograph(raw, keep_place=keep_place)


def _document(raw: bytes) -> Checked:
    if b"%%EOF" not in raw[-2048:]:
        raise UnfitFileError("broken")
    if any(mark in raw for mark in _ACTIVE):
        raise UnfitFileError("active")
    return Checked(_PDF, raw)


def _photograph(raw: bytes, *, keep_place: bool) -> Checked:
    try:
        with Image.open(BytesIO(raw), formats=list(_FORMATS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UnfitFileError("large")
            return _drawn_anew(picture, keep_place=keep_place)
    except UnidentifiedImageError as error:
        raise UnfitFileError("kind") from error
    except _BROKEN as error:
        raise UnfitFileError("broken") from error


def _drawn_anew(picture: Image.Image, *, keep_place: bool) -> Checked:
    kind = str(picture.format)
    place = picture.getexif().get_ifd(_GPS) if keep_place else {}
    # Pixels of a palette or in print colours become plain ones, which every format here can hold.
    plain = ImageOps.exif_transpose(picture).convert("RGB" if kind == "JPEG" else "RGBA")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    out, exif = BytesIO(), Image.Exif()
    if place:
        exif[_GPS] = place
    fresh.save(out, kind, exif=exif.tobytes() if place else b"", quality=88)
    return Checked(_FORMATS[kind], out.getvalue(), bool(place))

"""Whether a file that somebody sends may be kept: its size, what it really is, and what it must not carry.

A photograph is drawn anew from its pixels, so that nothing hides in it: neither the camera's note of the
place nor a second file behind the first. Where the place is evidence it may be kept on purpose.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
"""A telephone's camera has fewer; a small file that unfolds to more is an attack."""
MOST_UNFOLDED: Final = 16_000_000
"""Pixels that are held in memory at once: a large JPEG is drawn smaller, other kinds are refused."""
_FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SEVERAL: Final = {"MPO": "JPEG"}
"""Many telephones put a second picture, of the light or the depth, behind a JPEG's own: the first is kept."""
_PDF: Final = "application/pdf"
_ACTIVE: Final = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction|XFA|SubmitForm|ImportData|GoTo[ER])\b"
)
"""Names of a document that does something, or brings other files along."""
_LOCKED: Final = re.compile(rb"/Encrypt\b")
_SPELT_OUT: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
"""How a name hides its letters: `/J#53` is `/JS`."""
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
MOST_OF_A_STREAM: Final = 16 * 1024 * 1024
_ONE_AT_A_TIME: Final = Lock()
"""Pictures are unfolded one after the other: six at once from several people would fill a small machine."""
_BROKEN: Final = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError, struct.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow raises for files that are cut, forged, or unfold to far more than they say."""
_GPS: Final = 0x8825


class UnfitFileError(Exception):
    """The file can't be kept; says why in one word: empty, large, kind, broken, locked, active."""


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
    if _LOCKED.search(_plainly(raw)):
        raise UnfitFileError("locked")
    if any(_ACTIVE.search(_plainly(part)) for part in (raw, *_unfolded(raw))):
        raise UnfitFileError("active")
    return Checked(_PDF, raw)


def _plainly(part: bytes) -> bytes:
    return _SPELT_OUT.sub(lambda found: bytes.fromhex(found[1].decode()), part)


def _unfolded(raw: bytes) -> Iterator[bytes]:
    """What is folded up in it: objects may stand in there too. One that unfolds to too much is an attack."""
    for found in _STREAM.finditer(raw):
        unfolding = zlib.decompressobj()
        try:
            part = unfolding.decompress(found[1], MOST_OF_A_STREAM)
        except zlib.error:
            continue
        if unfolding.unconsumed_tail:
            raise UnfitFileError("large")
        yield part


def _photograph(raw: bytes, *, keep_place: bool) -> Checked:
    try:
        with _ONE_AT_A_TIME, Image.open(BytesIO(raw), formats=list(_FORMATS)) as picture:
            _draw_small(picture)
            return _drawn_anew(picture, keep_place=keep_place)
    except UnidentifiedImageError as error:
        raise UnfitFileError("kind") from error
    except _BROKEN as error:
        raise UnfitFileError("broken") from error


def _draw_small(picture: Image.Image) -> None:
    """A JPEG can be read at a half, a quarter, an eighth of its size, which is what the memory holds then."""
    if picture.width * picture.height > MOST_PIXELS:
        raise UnfitFileError("large")
    times = 1
    while picture.width * picture.height // times**2 > MOST_UNFOLDED:
        times *= 2
    if times > 1:
        picture.draft("RGB", (picture.width // times, picture.height // times))
    if picture.width * picture.height > MOST_UNFOLDED:
        raise UnfitFileError("large")


def _drawn_anew(picture: Image.Image, *, keep_place: bool) -> Checked:
    kind = _SEVERAL.get(str(picture.format), str(picture.format))
    place = picture.getexif().get_ifd(_GPS) if keep_place else {}
    ImageOps.exif_transpose(picture, in_place=True)
    # Pixels of a palette or in print colours become plain ones, which every format here can hold.
    fresh = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    fresh.info.clear()
    out, exif = BytesIO(), Image.Exif()
    if place:
        exif[_GPS] = place
    fresh.save(out, kind, exif=exif.tobytes() if place else b"", quality=88)
    return Checked(_FORMATS[kind], out.getvalue(), bool(place))

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
from itertools import chain
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


def _names(*names: str) -> re.Pattern[bytes]:
    """Any of these names of a document, however it hides its letters: `/J#53` is `/JS`."""
    spelt = ("".join(f"(?:{sign}|#(?i:{ord(sign):02x}))" for sign in name) for name in names)
    return re.compile(rf"/(?:{'|'.join(spelt)})\b".encode())


_ACTIVE: Final = _names(
    "JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "OpenAction", "XFA",
    "SubmitForm", "ImportData", "GoToE", "GoToR",
)  # fmt: skip
"""A document that does something, or brings other files along."""
_LOCKED: Final = _names("Encrypt")
_STREAM: Final = re.compile(rb"stream\r?\n")
_STREAM_ENDS: Final = b"endstream"
MOST_OF_A_STREAM: Final = 16 * 1024 * 1024
MOST_OF_ALL_STREAMS: Final = 2 * MOST_OF_A_STREAM
_AT_ONCE: Final = 256 * 1024
"""Bytes that are searched before other threads have their turn: no callback waits for a document."""
_LONGEST_NAME: Final = 64
MOST_SCANS: Final = 40
"""Times that one JPEG may go over its pixels. Cameras need ten; each takes a moment, and 30 bytes of file."""
_MARKER: Final = re.compile(rb"\xff+([^\x00\x01\xff\xd0-\xd8])")
"""What has a length of its own in a JPEG, and its end."""
_SCAN: Final = 0xDA
_END: Final = 0xD9
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
    if _stands_in(raw, _LOCKED):
        raise UnfitFileError("locked")
    if any(_stands_in(part, _ACTIVE) for part in chain([raw], _unfolded(raw))):
        raise UnfitFileError("active")
    return Checked(_PDF, raw)


def _stands_in(part: bytes, names: re.Pattern[bytes]) -> bool:
    starts = range(0, len(part), _AT_ONCE)
    return any(names.search(part, start, start + _AT_ONCE + _LONGEST_NAME) for start in starts)


def _unfolded(raw: bytes) -> Iterator[bytes]:
    """What is folded up in it: objects may stand in there too. Whatever unfolds to too much is an attack."""
    left, at = MOST_OF_ALL_STREAMS, 0
    while found := _STREAM.search(raw, at):
        at = raw.find(_STREAM_ENDS, found.end())
        at = len(raw) if at < 0 else at + len(_STREAM_ENDS)
        unfolding = zlib.decompressobj()
        try:
            part = unfolding.decompress(raw[found.end() : at], min(MOST_OF_A_STREAM, left))
        except zlib.error:
            continue
        left -= len(part)
        if unfolding.unconsumed_tail or not left:
            raise UnfitFileError("large")
        yield part


def _photograph(raw: bytes, *, keep_place: bool) -> Checked:
    if _scans(raw) > MOST_SCANS:
        raise UnfitFileError("broken")
    try:
        with _ONE_AT_A_TIME, Image.open(BytesIO(raw), formats=list(_FORMATS)) as picture:
            _draw_small(picture)
            return _drawn_anew(picture, keep_place=keep_place)
    except UnidentifiedImageError as error:
        raise UnfitFileError("kind") from error
    except _BROKEN as error:
        raise UnfitFileError("broken") from error


def _scans(raw: bytes) -> int:
    """How often a JPEG goes over its pixels, as far as one more than is allowed; 0 for any other kind."""
    count, at = 0, 2
    while raw.startswith(b"\xff\xd8") and count <= MOST_SCANS and (found := _MARKER.search(raw, at)):
        if found[1][0] == _END:
            break
        count += found[1][0] == _SCAN
        at = found.end() + int.from_bytes(raw[found.end() : found.end() + 2])
    return count


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

"""What may be kept is what it says it is, is not too large, and carries nothing that it should not."""

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from hotline.file_check import MOST_BYTES, Checked, UnfitFileError, check_file

GPS = 0x8825
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photograph(kind: str = "JPEG", *, place: bool = True, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture as a telephone makes it: with its maker, the place, and held upright."""
    exif = Image.Exif()
    exif[0x010F] = "TELEPON-CANARY"
    exif[0x0112] = 6
    if place:
        exif[GPS] = {1: "S", 2: (1.0, 37.0, 12.0), 3: "E", 4: (103.0, 38.0, 54.0)}
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def folded(content: bytes) -> bytes:
    """A stream as documents fold theirs."""
    return b"<</Filter/FlateDecode>>stream\n" + zlib.compress(content) + b"\nendstream"


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Of this process's own time, whatever else the machine does."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def opened(checked: Checked) -> Image.Image:
    return Image.open(BytesIO(checked.body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_loses_place_and_maker_and_stands_upright(kind: str) -> None:
    checked = check_file(photograph(kind))
    with opened(checked) as picture:
        assert picture.format == kind
        assert dict(picture.getexif()) == {}
        assert picture.size == (40, 60)
    assert b"CANARY" not in checked.body
    assert not checked.place_kept


def test_the_place_is_kept_on_purpose_and_nothing_else() -> None:
    checked = check_file(photograph(), keep_place=True)
    with opened(checked) as picture:
        assert picture.getexif().get_ifd(GPS)[1] == "S"
    assert checked.place_kept
    assert b"CANARY" not in checked.body


def test_a_photograph_without_a_place_has_none_to_keep() -> None:
    assert not check_file(photograph(place=False), keep_place=True).place_kept


def test_of_a_telephone_that_puts_a_second_picture_behind_the_first_the_first_is_kept() -> None:
    out = BytesIO()
    Image.new("RGB", (60, 40)).save(out, "MPO", save_all=True, append_images=[Image.new("L", (30, 20))])
    with opened(check_file(out.getvalue())) as picture:
        assert (picture.format, picture.size, getattr(picture, "n_frames", 1)) == ("JPEG", (60, 40), 1)


def test_a_forged_note_of_the_place_is_refused_like_any_broken_picture() -> None:
    letters, figures = b"\x00\x01\x00\x02\x00\x00\x00\x02S\x00", b"\x00\x01\x00\x03\x00\x00\x00\x02S\x00"
    forged = photograph().replace(letters, figures)
    assert forged != photograph()
    with pytest.raises(UnfitFileError, match="broken"):
        check_file(forged, keep_place=True)


def test_a_picture_that_goes_over_its_pixels_without_end_is_refused_unseen() -> None:
    out = BytesIO()
    Image.new("L", (4000, 3900)).save(out, "JPEG", progressive=True)
    raw = out.getvalue()
    again = raw[raw.rindex(b"\xff\xda") : -2]
    assert check_file(raw).content_type == "image/jpeg"
    with no_longer_than(1.0), pytest.raises(UnfitFileError, match="broken"):
        check_file(raw[:-2] + again * 100_000 + raw[-2:])


@pytest.mark.parametrize(
    ("inside", "ends"),
    [
        (b"stream\n" * 1_000_000, ""),
        (folded(bytes(15_000_000)) * 200, "large"),
        (b"stream\nendstream\n" * 400_000, ""),
        (b"/" * 7_000_000, ""),
        (b"#41" * 2_500_000, ""),
    ],
)
def test_no_document_keeps_anybody_waiting(inside: bytes, ends: str) -> None:
    """With what was tried first a document of 40 kB stopped the whole process for five seconds."""
    with no_longer_than(6.0), nullcontext() if not ends else pytest.raises(UnfitFileError, match=ends):
        check_file(b"%PDF-1.4\n" + inside + b"\n%%EOF")


def test_what_hides_behind_a_photograph_is_gone() -> None:
    assert b"<script>" not in check_file(photograph() + b"<script>alert(1)</script>").body


def test_all_that_a_picture_says_of_itself_is_gone_in_every_kind() -> None:
    out = BytesIO()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "CANARY")
    notes.add_itxt("XML:com.adobe.xmp", "<x>CANARY</x>")
    Image.new("P", (30, 20)).save(out, "PNG", pnginfo=notes, icc_profile=b"CANARY" * 20)
    assert b"CANARY" not in check_file(out.getvalue()).body
    out = BytesIO()
    Image.new("CMYK", (30, 20)).save(out, "JPEG", comment=b"CANARY", icc_profile=b"CANARY" * 20)
    assert b"CANARY" not in check_file(out.getvalue()).body


def test_a_large_photograph_of_a_good_camera_is_kept_smaller() -> None:
    with opened(check_file(photograph(size=(8000, 4800), place=False))) as picture:
        assert picture.size == (2400, 4000)


def test_a_document_that_folds_its_pages_is_kept() -> None:
    plain = PDF.replace(b"endobj", folded(b"BT (Surat pernyataan) Tj ET") + b"endobj")
    assert check_file(plain).body == plain


def test_a_document_is_kept_byte_for_byte() -> None:
    assert check_file(PDF) == Checked("application/pdf", PDF)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "empty"),
        (b"\xff" * (MOST_BYTES + 1), "large"),
        (b"MZ\x90\x00 a program", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "kind"),
        (photograph()[:300], "broken"),
        (b"%PDF-1.4\nno end", "broken"),
        (PDF.replace(b"/Type", b"/OpenAction 2 0 R/Type"), "active"),
        (PDF.replace(b"/Type", b"/JavaScript(1)/Type"), "active"),
        (PDF.replace(b"/Type", b"/J#61vaScript(1)/Type"), "active"),
        (PDF.replace(b"/Type", b"/JS<61>/Type"), "active"),
        (PDF.replace(b"endobj", folded(b"<</S/JavaScript/JS(app.alert(1))>>") + b"endobj"), "active"),
        (PDF.replace(b"endobj", folded(bytes(40_000_000)) + b"endobj"), "large"),
        (PDF.replace(b"/Root", b"/Encrypt 3 0 R/Root"), "locked"),
        (b"<html>%PDF-1.4\n%%EOF", "kind"),
        (photograph(size=(9000, 9000), place=False), "large"),
        (photograph("PNG", size=(6000, 5000), place=False), "large"),
    ],
)
def test_what_is_unfit_is_refused_with_the_reason(raw: bytes, problem: str) -> None:
    with pytest.raises(UnfitFileError, match=problem):
        check_file(raw)

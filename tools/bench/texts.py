"""Invented reports as residents write them, and the form that a carrier posts for one."""

from typing import Final
from urllib.parse import urlencode

REPORTS: Final = (
    "ada maling motor di rt 5 eka jaya, orangnya lari ke arah masjid",
    "tolong pak rumah tetangga kebakaran di talang bakung rt 12",
    "banjir masuk rumah di lingkar selatan rt 8 sudah selutut",
    "anak anak tawuran dekat simpang paal merah bawa sajam",
    "ada kecelakaan motor dua orang luka di depan puskesmas paal merah",
    "orang tak dikenal mondar mandir di gang melati rt 03 payo selincah",
    "pak lampu jalan mati lagi di bakung jaya rt 20 rawan begal",
    "suami tetangga mukul istri nya, anak nya nangis terus, eka jaya rt 31",
)


def number(serial: int) -> str:
    """An invented mobile number, another one for every serial below a hundred million."""
    return f"+62812{serial:08d}"


def form(serial: int, words: str | None = None) -> bytes:
    """What the carrier posts for one text; the same serial is the same text."""
    return urlencode(
        {
            "linkId": "", "text": words or REPORTS[serial % len(REPORTS)], "to": "+628117435000",
            "id": f"bench-{serial}", "date": "2026-01-10 10:20:30", "from": number(serial),
        }
    ).encode()  # fmt: skip

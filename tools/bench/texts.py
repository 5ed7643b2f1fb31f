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

"""As they came. What is only posted, and not read, is one of them."""
WORDINGS: Final = (
    "ada maling motor di {}, orangnya lari ke arah masjid",
    "rumah tetangga kebakaran di {}",
    "banjir masuk rumah di {} sudah selutut",
    "anak anak tawuran di {} bawa sajam",
    "ada kecelakaan motor dua orang luka di {}",
    "orang tak dikenal mondar mandir di {}",
    "suami tetangga mukul istri nya, anak nya nangis terus, {}",
    "warung kami dibobol maling tadi malam, {}",
    "ada yang dibegal di {}, motornya dibawa lari",
    "pohon tumbang menutup jalan di {}",
    "ada ular besar masuk rumah di {}",
    "anak muda balapan liar di {} tiap malam",
)
"""Each with room for a place."""
_OPENINGS: Final = (
    "",
    "pak ",
    "tolong pak ",
    "assalamualaikum ",
    "min ",
    "lapor ",
    "selamat malam pak ",
    "bu ",
)
_AREAS: Final = ("eka jaya", "talang bakung", "lingkar selatan", "payo selincah", "paal merah")
_LANES: Final = (
    "melati", "mawar", "kenanga", "cempaka", "anggrek", "flamboyan", "dahlia", "teratai", "seroja", "kamboja",
    "bougenvil", "tulip",
)  # fmt: skip
HIGHEST_RT: Final = 12
"""Each of the kelurahan has as many."""


def said(serial: int) -> str:
    """What a resident writes, with a place: another text for each of 69,120 serials in a row."""
    rest, wording = divmod(serial, len(WORDINGS))
    rest, area = divmod(rest, len(_AREAS))
    rest, rt = divmod(rest, HIGHEST_RT)
    rest, opening = divmod(rest, len(_OPENINGS))
    place = f"gang {_LANES[rest % len(_LANES)]} rt {rt + 1} {_AREAS[area]}"
    return _OPENINGS[opening] + WORDINGS[wording].format(place)


def number(serial: int) -> str:
    """An invented mobile number, another one for every serial below a hundred million."""
    return f"+62812{serial:08d}"


def form(serial: int, words: str | None = None) -> bytes:
    """What the carrier posts for one text; the same serial is the same text."""
    return urlencode(
        {
            "linkId": "", "text": words or said(serial), "to": "+628117435000",
            "id": f"bench-{serial}", "date": "2026-01-10 10:20:30", "from": number(serial),
        }
    ).encode()  # fmt: skip

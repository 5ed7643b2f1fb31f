"""Posts of a group chat, as they are copied out of it: who wrote what when.

A chat that is exported begins each post with its time and sender; the telephone's make decides how they are
written. What follows without such a beginning belongs to the post before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{2,4})"
_TIME: Final = r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:]\d{2})?\s?(?P<half>[AaPp]\.?[Mm]\.?)?"
_BEGINNINGS: Final = (
    re.compile(rf"{_DAY},? {_TIME} - (?P<rest>.*)"),
    re.compile(rf"\[{_DAY},? {_TIME}\] ?(?P<rest>.*)"),
    re.compile(rf"\[{_TIME}, {_DAY}\] ?(?P<rest>.*)"),
)
"""Exported by Android, exported by iOS, and copied in the browser."""
_MARKS: Final = "\u200e\u200f\u202a\u202c\u2068\u2069"
_UNSEEN: Final = str.maketrans({"\u202f": " ", "\xa0": " ", **dict.fromkeys(_MARKS)})
_NO_WORDS: Final = re.compile(
    r"<[^>]*(media|omitted|disertakan)[^>]*>"
    r"|.*(image|video|audio|sticker|gambar|stiker|dokumen|document|GIF) (omitted|tidak disertakan)"
    r"|(pesan ini (telah )?dihapus|anda menghapus pesan ini|this message was deleted)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Post:
    """One post; without a time where none was copied with it."""

    at: datetime | None
    sender: str
    words: str


def posts(chat: str, zone: ZoneInfo) -> list[Post]:
    """The posts in the order of the chat, without the chat's own lines and without pictures.

    Words that no post begins with are one post without time and sender.
    """
    return [post for post in _all(chat, zone) if post.words and not _NO_WORDS.fullmatch(post.words)]


def _all(chat: str, zone: ZoneInfo) -> Iterator[Post]:
    at, sender, lines = None, "", list[str]()
    for line in chat.translate(_UNSEEN).splitlines():
        found = _beginning(line, zone)
        if found is None:
            lines.append(line)
            continue
        yield Post(at, sender, "\n".join(lines).strip())
        at, rest = found
        sender, colon, words = rest.partition(": ")
        lines = [words] if colon else []
        if not colon and rest.endswith(":"):
            sender = rest[:-1]
    yield Post(at, sender, "\n".join(lines).strip())


def _beginning(line: str, zone: ZoneInfo) -> tuple[datetime, str] | None:
    for pattern in _BEGINNINGS:
        if found := pattern.fullmatch(line.strip()):
            at = _moment(found, zone)
            return None if at is None else (at, found["rest"])
    return None


def _moment(found: re.Match[str], zone: ZoneInfo) -> datetime | None:
    """The day stands first, as it does here; where that can't be, the month does."""
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    day, month = (month, day) if month > 12 else (day, month)
    hour = int(found["hour"])
    if half := found["half"]:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    year = year + 2000 if year < 100 else year
    try:
        return datetime(year, month, day, hour, int(found["minute"]), tzinfo=zone)
    except ValueError:
        return None

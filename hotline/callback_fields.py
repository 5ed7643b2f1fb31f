"""Reads the fields of a callback's bytes kindly: form or JSON, with holes, bad UTF-8 and words for
nothing.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

_NOTHING: Final = frozenset({"", "None", "null"})
_DATES: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d+%H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S")
MOST_FIELDS: Final = 200


def fields(body: bytes, content_type: str) -> Mapping[str, str]:
    """The fields as text; the first of repeated ones, NUL bytes taken out, invalid bytes replaced. Never
    raises.
    """
    if "json" in content_type.lower() or body[:200].lstrip()[:1] == b"{":
        found = _json_fields(body)
        if found:
            return found
    pairs = parse_qsl(
        body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace",
        max_num_fields=None,
    )[:MOST_FIELDS]  # fmt: skip
    return {name: clean(value) for name, value in reversed(pairs)}


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        row = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(row, dict):
        return {}
    return {
        str(name): clean(str(value)) for name, value in row.items() if isinstance(value, str | int | float)
    }


def clean(value: str) -> str:
    """Words as every database can store them: without NUL, and without the lone surrogates that JSON can
    smuggle in.
    """
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def word(values: Mapping[str, str], *names: str) -> str | None:
    """The first of `names` that has a value; the words None and null mean none."""
    for name in names:
        value = values.get(name, "")
        if value.strip() not in _NOTHING:
            return value
    return None


def moment(value: str | None) -> datetime | None:
    """A carrier's time, as UTC where it names no zone; None for a format nobody knows or a time out of
    all reason.
    """
    if value is None:
        return None
    words = value.strip()
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        known = (_try(words, pattern) for pattern in _DATES)
        maybe = next((each for each in known if each), None)
        if maybe is None:
            return None
        found = maybe
    return _sane(found if found.tzinfo else found.replace(tzinfo=UTC))


def _try(words: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(words, pattern).replace(tzinfo=UTC)
    except ValueError:
        return None


def _sane(found: datetime) -> datetime | None:
    return found.astimezone(UTC) if 2000 <= found.year < 2100 else None

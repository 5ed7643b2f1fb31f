"""Which address of the text line keeps what, and under which key."""

import hashlib
import re
import uuid
from typing import Final

from hotline.callback_fields import fields, word
from hotline.door import Shelf
from hotline.outbox import Kind

INBOUND: Final = "sms.inbound"
RECEIPT: Final = "sms.receipt"
OPT_OUT: Final = "sms.opt_out"

_PLAIN_ID: Final = re.compile(rb"&id=([A-Za-z0-9_-]+)(?:&|$)")
"""An id that stands in a form as it is. Each pattern begins with a sign that is put before the first field
too: what begins with one of two things is looked for at every letter.
"""

_SENT_AT: Final = re.compile(rb"&date=(\d{4})-(\d\d)-(\d\d)(?:\+|%20)(\d\d)(?:%3A|:)(\d\d)(?:%3A|:)(\d\d)")
"""The carrier's own time of a text, in a form."""

_SENDER: Final = re.compile(rb"&from=([^&]+)")
_SENDER_IN_JSON: Final = re.compile(rb"\"from\"\s*:\s*\"([^\"]+)\"")
"""Who sent it, as the carrier writes it: one number is always written the same way."""

PROMISES: Final = {INBOUND: Kind.READ_TEXT, RECEIPT: Kind.READ_RECEIPT, OPT_OUT: Kind.READ_OPT_OUT}


def key_of_inbound(body: bytes, content_type: str) -> str:
    """The carrier's id and the bytes: a repeat counts, the same id with other words is kept beside the first.
    Its time stands before them where it is told, so that texts of one time stand side by side in the index of
    keys, and fewer of its pages have to be written (docs/performance.md).

    A text without an id is always kept, since two people may write the same.
    """
    carrier_id = _plain_id(body, content_type) or word(fields(body, content_type), "id")
    if carrier_id is None:
        return uuid.uuid4().hex
    return f"{_moment(body)}{_short_hash(carrier_id.encode())}:{_short_hash(body)}"


def _plain_id(body: bytes, content_type: str) -> str | None:
    """The id of a form whose names and ids are written plainly, as carriers do: reading all fields for it
    takes 17 us a callback, this 1. None where `fields` has to look.
    """
    if "json" in content_type.lower() or b"{" in body[:200] or body.count(b"id=") != 1:
        return None
    found = _PLAIN_ID.search(b"&" + body)
    return word({"id": found[1].decode()}, "id") if found else None


def _moment(body: bytes) -> str:
    found = _SENT_AT.search(b"&" + body)
    return f"{b''.join(found.groups()).decode()}:" if found else ""


def sender_of(body: bytes, _content_type: str) -> str | None:
    """What stands for the sender of a text, only to count his; None where it does not stand there plainly."""
    found = _SENDER.search(b"&" + body) or _SENDER_IN_JSON.search(body)
    return found[1][:40].decode("latin-1") if found else None


def key_of_none(_body: bytes, _content_type: str) -> str:
    """One of its own: an opt-out has no id and no date, so that a second one, after START, looks like the
    first. Acting on one twice does no harm.
    """
    return uuid.uuid4().hex


def key_of_bytes(body: bytes, _content_type: str) -> str:
    """The bytes alone."""
    return hashlib.sha256(body).hexdigest()


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


SHELVES: Final = {
    ("sms", "inbound"): Shelf(INBOUND, key_of_inbound),
    ("sms", "receipt"): Shelf(RECEIPT, key_of_bytes),
    ("sms", "opt-out"): Shelf(OPT_OUT, key_of_none),
}
"""(line, address) to shelf, for the door."""
SENDERS: Final = {INBOUND: sender_of}
"""Kind to what finds its sender, for `hotline.floods`."""

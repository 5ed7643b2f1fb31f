"""The company put together: every part once, handed to whoever needs it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from threading import Event

from flask import current_app

from hotline.pretend_carrier.callbacks import Postman
from hotline.pretend_carrier.exchange import Exchange
from hotline.pretend_carrier.faults import FaultBoard
from hotline.pretend_carrier.phones import load_phones
from hotline.pretend_carrier.prompts import Prompts
from hotline.pretend_carrier.receipts import Receipts
from hotline.pretend_carrier.recordings import Recordings
from hotline.pretend_carrier.settings import Settings
from hotline.pretend_carrier.switchboard import Switchboard
from hotline.pretend_carrier.timetable import Timetable

EXTENSION = "pretend_carrier"
SAVE_EVERY = 2.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carrier:
    """All parts of one running company. `closing` is set when late answers should stop waiting."""

    settings: Settings
    exchange: Exchange
    faults: FaultBoard
    timetable: Timetable
    postman: Postman
    receipts: Receipts
    recordings: Recordings
    switchboard: Switchboard
    closing: Event = field(default_factory=Event)

    def save(self) -> None:
        """Write the state file, whole or not at all; nothing without one."""
        path = self.settings.state_file
        if path:
            part = path.with_suffix(".part")
            part.write_text(json.dumps(self.exchange.snapshot()), encoding="utf-8")
            part.replace(path)

    def close(self) -> None:
        """Keep what can be kept, end calls and background work."""
        self.closing.set()
        self.switchboard.close()
        self.timetable.close()
        self.save()


def open_carrier(settings: Settings) -> Carrier:
    """Build the company; raises PhoneBookError. Threads start with the first work, not here."""
    exchange = Exchange(load_phones(settings.phone_book), settings.balance)
    timetable, faults, recordings = Timetable(), FaultBoard(), Recordings(settings.public_url)
    postman = Postman(settings, exchange, timetable)
    prompts = Prompts(postman, (settings.hotline_url, settings.hooks_url, settings.public_url))
    carrier = Carrier(
        settings=settings,
        exchange=exchange,
        faults=faults,
        timetable=timetable,
        postman=postman,
        receipts=Receipts(exchange, postman, timetable, settings.receipt_delay),
        recordings=recordings,
        switchboard=Switchboard(
            settings, exchange, faults=faults, postman=postman, prompts=prompts, recordings=recordings
        ),
    )
    _restore(carrier)
    return carrier


def here() -> Carrier:
    """The company of the application that serves this request."""
    carrier: Carrier = current_app.extensions[EXTENSION]
    return carrier


def _restore(carrier: Carrier) -> None:
    path = carrier.settings.state_file
    if path is None:
        return
    try:
        if path.exists():
            carrier.exchange.restore(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        log.exception("the state file %s cannot be read; starting without it", path)
    _save_again(carrier, -1)


def _save_again(carrier: Carrier, saved: int) -> None:
    last = carrier.exchange.events.last
    if last != saved and saved >= 0:
        carrier.save()
    carrier.timetable.after(SAVE_EVERY, lambda: _save_again(carrier, last))

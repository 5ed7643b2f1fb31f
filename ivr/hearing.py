"""What a callback means to the menu: pure, and the same whether the database is there or not."""

from dataclasses import dataclass

from ivr.gateway import CallEvent
from ivr.menu import Menu, RecordNode
from ivr.menu_events import Called, Digits, Event, HungUp, Recorded, Silence
from ivr.progress import Progress


@dataclass(frozen=True, slots=True)
class At:
    """Where a callback came in: the step's segment of the URL (empty at the call's own address), and
    silence.
    """

    segment: str = ""
    silent: bool = False

    @property
    def progress(self) -> Progress:
        """How far the caller is; the start for the call's own address and for a malformed segment."""
        return Progress.from_segment(self.segment)


def heard(menu: Menu, at: At, event: CallEvent) -> Event:
    """The menu's event behind a callback. Every address takes every kind of callback."""
    if not event.active:
        return HungUp(event.recording_url)
    if event.recording_url is not None:
        return Recorded(event.recording_url)
    if event.digits is not None:
        return Digits(event.digits)
    if not at.segment:
        return Called()
    if isinstance(menu.nodes.get(at.progress.node), RecordNode):
        return Recorded(None)
    return Silence()

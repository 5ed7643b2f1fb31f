"""How far a caller's recording came on its way from the carrier to us."""

from enum import StrEnum


class RecordingState(StrEnum):
    """Where the sound is."""

    WANTED = "wanted"
    """Still at the carrier; it is being asked for."""
    FETCHED = "fetched"
    """With us."""
    REFUSED = "refused"
    """Not fetched, because that would not be safe."""
    LOST = "lost"
    """Asked for until the time was up, and never got."""
    FORGOTTEN = "forgotten"
    """Deleted after the days that the programme keeps recordings."""

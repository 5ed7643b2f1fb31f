"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

START: Final = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""A Monday evening in Jambi, 20.00 WIB."""


class FrozenClock:
    """Implements `hotline.clock.Clock`; this machine's time and the database's are the same."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def database_now(self, session: Session) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        """Moves on, e.g. `advance(minutes=5)`."""
        self.at += timedelta(**by)

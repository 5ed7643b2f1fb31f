"""A clock for tests: it stands until it is moved, and the database's follows it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

NOON: Final = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
"""Noon of a Monday in Jambi."""


class StillClock:
    """Fits hotline.clock.Clock."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Where it stands."""
        return self.moment

    def database_now(self, session: Session) -> datetime:
        """The same."""
        return self.moment

    def move(self, **parts: float) -> None:
        """On by `seconds=…`, `minutes=…`, `hours=…`; back where negative."""
        self.moment += timedelta(**parts)

"""What time it is: on this machine for what people see, in the database for leases, so that no machine's
clock can hand one piece of work to two.
"""

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session


class Clock(Protocol):
    """Where `now` comes from; tests pass one that stands still."""

    def now(self) -> datetime:
        """The time on this machine, aware, in UTC."""
        ...

    def database_now(self, session: Session) -> datetime:
        """The time in the database, aware, in UTC."""
        ...


class SystemClock:
    """The clocks of this machine and of the database."""

    def now(self) -> datetime:
        """The time on this machine."""
        return datetime.now(UTC)

    def database_now(self, session: Session) -> datetime:
        """The time of the database server; on SQLite that is this machine's."""
        if session.get_bind().dialect.name == "sqlite":
            return self.now()
        moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

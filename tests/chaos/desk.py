"""An operator who verifies and dispatches by the screens, whatever happens to them."""

import threading
from typing import Final

import requests
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.domain.lifecycle import IncidentStatus
from hotline.models import Incident
from tests.support.forms import Visitor

PAUSE_S: Final = 0.5


class Desk:
    """Works in a thread of its own until `stop`; counts what it did."""

    def __init__(self, console: str, database_url: str, password: str) -> None:
        self.console = console
        self.password = password
        self.dispatched: set[str] = set()
        """Numbers of the cases whose form the screen answered as sent."""
        self._engine = create_engine(database_url, poolclass=NullPool)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def start(self) -> None:
        """Begins the shift."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the shift."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        visitor: Visitor | None = None
        while not self._over.wait(PAUSE_S):
            try:
                visitor = visitor or self._sign_in()
                self._one_case(visitor)
            except (requests.RequestException, SQLAlchemyError):
                continue  # a dead server, a locked database: the same again
            except AssertionError:
                visitor = None  # a page that says no, or a session that is gone: begin anew

    def _sign_in(self) -> Visitor:
        visitor = Visitor(self.console)
        page = visitor.open("/login").submit("/login", username="operator", password=self.password)
        assert page.status == 200
        assert "/login" not in page.url
        return visitor

    def _one_case(self, visitor: Visitor) -> None:
        number = self._next()
        if number is None:
            return
        case = f"/incidents/{number}"
        page = visitor.open(case)
        if any(form.action.endswith("/verify") for form in page.forms):
            assert page.submit(f"{case}/verify").status == 200
        sent = visitor.open(case).submit(f"{case}/dispatch")
        assert sent.status == 200
        self.dispatched.add(number)

    def _next(self) -> str | None:
        waiting = (IncidentStatus.RECEIVED, IncidentStatus.VERIFIED)
        query = (
            select(Incident.number)
            .where(Incident.status.in_(waiting), Incident.number.is_not(None), ~Incident.confidential)
            .order_by(Incident.id.desc())
            .limit(1)
        )
        with Session(self._engine) as session:
            return session.scalar(query)

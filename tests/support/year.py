"""A generated year of 5,000 incidents as plain rows, made once a session and put into a database in bulk."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from hotline.database import open_engine
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.handoff import LegState
from hotline.domain.incident_number import number_of
from hotline.domain.lifecycle import Disposition, IncidentStatus, UnitStatus
from hotline.domain.playbook import Playbook, Priority
from hotline.domain.rights import Role
from hotline.models import (
    Assignment,
    Base,
    Caller,
    Feedback,
    FollowUp,
    Incident,
    Leg,
    Operator,
    Outage,
    Report,
    TextMessage,
    Unit,
)
from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK

INCIDENTS: Final = 5_000
FIRST: Final = datetime(2025, 1, 31, 17, 0, tzinfo=UTC)
"""Midnight of 1 February 2025 in Jambi: the year runs until the end of January 2026."""
NOW: Final = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)
UNITS: Final = 24
CALLERS: Final = 750

Row = dict[str, Any]


@dataclass(frozen=True)
class Year:
    """The rows as they were made, before any database saw them."""

    incidents: list[Row]
    reports: list[Row]
    units: list[Row]
    assignments: list[Row]
    texts: list[Row]
    feedback: list[Row]
    advice: list[Row]
    outages: list[Row]
    legs: list[Row]


@pytest.fixture(scope="session")
def year() -> Year:
    """Always the same year: the seed is fixed."""
    return _Maker(read_playbook(DEFAULT_PLAYBOOK)).make()


@pytest.fixture(scope="session")
def _year_template(year: Year, _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    for file in _sqlite_template.parent.glob(f"{_sqlite_template.name}*"):
        shutil.copy(file, folder / file.name)
    engine = open_engine(f"sqlite:///{folder / _sqlite_template.name}")
    with engine.begin() as connection:
        fill(connection, year)
    engine.dispose()
    return folder / _sqlite_template.name


@pytest.fixture(scope="session")
def year_session(_year_template: Path) -> Iterator[Session]:
    """A session on the year's database, for looking only."""
    engine = open_engine(f"sqlite:///{_year_template}")
    with Session(engine) as session:
        yield session
    engine.dispose()


def fill(connection: Connection, year: Year) -> None:
    """Puts all rows into a database that has none; past the ORM, which takes three times as long."""
    person = {"id": 1, "username": "dewi", "name": "Dewi", "role": Role.OPERATOR, "password_hash": ""}
    callers = [
        {"id": serial, "number": f"+62812{serial:08d}", "first_seen_at": FIRST}
        for serial in range(1, CALLERS + 1)
    ]
    for kind, rows in (
        (Operator, [person]), (Caller, callers), (Unit, year.units), (Incident, year.incidents),
        (Report, year.reports), (Assignment, year.assignments), (TextMessage, year.texts),
        (Feedback, year.feedback), (FollowUp, year.advice), (Outage, year.outages), (Leg, year.legs),
    ):  # fmt: skip
        connection.execute(insert(Base.metadata.tables[kind.__tablename__]), rows)


class _Maker:
    def __init__(self, playbook: Playbook) -> None:
        self.random = random.Random(20_260_201)
        self.types = [code for code in playbook.types for _ in range(self.random.randint(1, 8))]
        self.areas = [*playbook.areas, None]
        self.outages = list(playbook.evaluation.outages)
        self.partners = list(playbook.partners)
        agencies = ["LINMAS", "BKTM", "BABINSA", "POLSEK"]
        self.year = Year([], [], [], [], [], [], [], [], [])
        for serial in range(1, UNITS + 1):
            self.year.units.append(
                {
                    "id": serial, "name": f"Petugas {serial:02d}", "number": f"+6281300000{serial:03d}",
                    "agency": agencies[serial % 4], "area_code": self.areas[serial % len(self.areas)],
                }
            )  # fmt: skip

    def make(self) -> Year:
        for serial in range(1, INCIDENTS + 1):
            self._incident(serial)
        for serial in range(1, 41):
            self._outage(serial)
        for serial in range(1, 301):
            self._leg(serial)
        for row in self.year.incidents[:60]:
            self._text_at_the_edge_of_lateness(row)
        return self.year

    def _later(self, at: datetime | None, mean_minutes: float, odds: float = 1.0) -> datetime | None:
        """Some time after `at`, to the microsecond; None where it never happens."""
        if at is None or self.random.random() > odds:
            return None
        return at + timedelta(microseconds=int(self.random.expovariate(1 / mean_minutes) * 60e6))

    def _incident(self, serial: int) -> None:
        chance = self.random
        # Nights and Saturdays are busier, so that the heat table has something to show.
        received = FIRST + timedelta(microseconds=chance.randrange(365 * 86_400_000_000))
        if chance.random() < 0.35:
            received = max(FIRST, received.replace(hour=chance.choice([12, 13, 14, 15, 16])))
        rejected = chance.random() < 0.25
        verified = None if rejected else self._later(received, 9, 0.97)
        dispatched = self._later(verified, 12, 0.85)
        responded = self._later(dispatched, 8, 0.9)
        on_scene = self._later(responded, 22, 0.88)
        row: Row = {
            "id": serial, "number": number_of(serial), "type_code": chance.choice(self.types),
            "priority": chance.choices(list(Priority), [1, 4, 6, 4])[0], "rank": 2,
            "suggested_priority": Priority.TINGGI, "area_code": chance.choice(self.areas),
            "rt": chance.choice([None, *range(1, 12)]), "received_at": received, "changed_at": received,
            "verified_at": verified, "dispatched_at": dispatched, "responded_at": responded,
            "on_scene_at": on_scene, "closed_at": None, "informed_at": None, "disposition": None,
            "rejection": None, "status": IncidentStatus.RECEIVED, "drill": chance.random() < 0.01,
            "merged_into_id": None, "reopenings": int(chance.random() < 0.02), "confidential": False,
            "place": "", "summary": "", "reasons": "", "people": None,
        }  # fmt: skip
        if serial > 50 and chance.random() < 0.04:
            row["merged_into_id"] = chance.randint(1, 50)
        self._end(row, rejected=rejected)
        self.year.incidents.append(row)
        self._told(row)
        self._sent(row)
        self._asked(row)

    def _end(self, row: Row, *, rejected: bool) -> None:
        chance = self.random
        last = row["on_scene_at"] or row["responded_at"] or row["dispatched_at"] or row["verified_at"]
        closed = self._later(last or row["received_at"], 400, 0.96)
        if rejected:
            closed = self._later(row["received_at"], 10, 0.99)
        elif row["verified_at"] is None:
            closed = None
        if closed is None or closed > NOW:
            row["status"] = IncidentStatus.VERIFIED if row["verified_at"] else IncidentStatus.RECEIVED
            return
        row["closed_at"], row["status"] = closed, IncidentStatus.CLOSED
        row["informed_at"] = closed if chance.random() < 0.8 else None
        if rejected:
            row["disposition"], row["rejection"] = chance.choice(
                [
                    (Disposition.PRANK, "PRANK"), (Disposition.PRANK, "PRANK"),
                    (Disposition.UNFOUNDED, "NOT_FOUND"), (Disposition.OUT_OF_AREA, "OUT_OF_AREA"),
                    (Disposition.CANCELLED, "WITHDRAWN"),
                ]
            )  # fmt: skip
        else:
            row["disposition"] = chance.choices(
                [
                    Disposition.RESOLVED,
                    Disposition.REFERRED,
                    Disposition.UNFOUNDED,
                    Disposition.DUPLICATE,
                ],
                [80, 10, 7, 3],
            )[0]

    def _told(self, row: Row) -> None:
        for _ in range(self.random.choice([1, 1, 1, 1, 2, 5])):
            received = self._later(row["received_at"], 5)
            self.year.reports.append(
                {
                    "id": len(self.year.reports) + 1, "incident_id": row["id"],
                    "channel": self.random.choices(list(Channel), [60, 15, 5, 8, 5, 5, 2])[0],
                    "caller_id": self.random.randint(1, CALLERS), "words": "", "made_at": received,
                    "received_at": received,
                }
            )  # fmt: skip

    def _sent(self, row: Row) -> None:
        if row["dispatched_at"] is None:
            return
        chance = self.random
        for unit in chance.sample(range(1, UNITS + 1), chance.choice([1, 2, 3])):
            alerted = self._later(row["dispatched_at"], 1)
            accepted = self._later(alerted, 6, 0.7)
            on_scene = self._later(accepted, 20, 0.8)
            if on_scene is not None:
                status = chance.choice([UnitStatus.ON_SCENE, UnitStatus.CLEAR])
            elif accepted is not None:
                status = chance.choice([UnitStatus.ACCEPTED, UnitStatus.UNABLE, UnitStatus.EN_ROUTE])
            else:
                status = chance.choice([UnitStatus.ALERTED, UnitStatus.DECLINED, UnitStatus.STOOD_DOWN])
            serial = len(self.year.assignments) + 1
            self.year.assignments.append(
                {
                    "id": serial, "incident_id": row["id"], "unit_id": unit, "wave": 1, "status": status,
                    "alerted_at": alerted, "answered_at": accepted, "accepted_at": accepted,
                    "on_scene_at": on_scene, "ended_at": None,
                }
            )  # fmt: skip
            self._text(row, serial, unit, alerted)

    def _text(self, row: Row, assignment: int, unit: int, at: datetime | None) -> None:
        states = [TextState.DELIVERED, TextState.ACCEPTED, TextState.FAILED, TextState.UNKNOWN]
        state = self.random.choices(states, [90, 6, 2, 2])[0]
        settled = None if state is TextState.ACCEPTED else self._later(at, 0.4)
        self.year.texts.append(
            {
                "id": len(self.year.texts) + 1, "inbound": False, "number": f"+6281300000{unit:03d}",
                "words": "", "at": at, "sent_at": at, "settled_at": settled, "state": state,
                "purpose": Purpose.DISPATCH, "incident_id": row["id"], "unit_id": unit,
                "assignment_id": assignment,
            }
        )  # fmt: skip
        if self.random.random() < 0.3:
            sent = self._later(at, 3)
            self.year.texts.append(
                {
                    "id": len(self.year.texts) + 1, "inbound": True, "number": f"+6281300000{unit:03d}",
                    "words": "", "at": self._later(sent, 2), "sent_at": sent, "settled_at": None,
                    "state": TextState.RECEIVED, "purpose": "", "incident_id": row["id"], "unit_id": unit,
                    "assignment_id": assignment,
                }
            )  # fmt: skip

    def _text_at_the_edge_of_lateness(self, row: Row) -> None:
        """A microsecond decides whether it counts as late, whatever the seconds of its two times say."""
        sent = row["received_at"] + timedelta(microseconds=self.random.choice([0, 1, 999_999]))
        held = timedelta(minutes=10, microseconds=self.random.choice([-1, 0, 1]))
        self.year.texts.append(
            {
                "id": len(self.year.texts) + 1, "inbound": True, "number": "+6281300000001", "words": "",
                "at": sent + held, "sent_at": sent, "settled_at": None, "state": TextState.RECEIVED,
                "purpose": "", "incident_id": row["id"], "unit_id": 1, "assignment_id": None,
            }
        )  # fmt: skip

    def _asked(self, row: Row) -> None:
        if row["disposition"] is not Disposition.RESOLVED or row["informed_at"] is None:
            return
        solved = self.random.choices([True, False, None], [50, 8, 42])[0]
        asked = row["closed_at"]
        self.year.feedback.append(
            {
                "id": len(self.year.feedback) + 1, "incident_id": row["id"],
                "caller_id": self.random.randint(1, CALLERS), "asked_at": asked,
                "expires_at": asked + timedelta(hours=72), "solved": solved,
                "answered_at": None if solved is None else asked,
                "satisfaction": self.random.choice([None, 1, 2, 3, 4, 4, 5]) if solved else None,
            }
        )  # fmt: skip
        if self.random.random() < 0.1:
            done = self._later(asked, 9000, 0.6)
            self.year.advice.append(
                {
                    "id": len(self.year.advice) + 1, "incident_id": row["id"], "words": "patroli",
                    "owner": "Danru", "due": self.random.choice([None, (asked + timedelta(days=7)).date()]),
                    "made_at": asked, "done_at": done if done and done < NOW else None,
                }
            )  # fmt: skip

    def _outage(self, serial: int) -> None:
        started = FIRST + timedelta(seconds=self.random.randrange(365 * 86_400))
        self.year.outages.append(
            {
                "id": serial, "kind": self.random.choice(self.outages), "started_at": started,
                "ended_at": self._later(started, 90, 0.95), "words": "",
            }
        )  # fmt: skip

    def _leg(self, serial: int) -> None:
        """A case that was offered to a partner; made last, so that everything else stays as it was."""
        row, chance = self.random.choice(self.year.incidents), self.random
        offered = self._later(row["received_at"], 20)
        accepted = self._later(offered, 5, 0.7)
        answered = self._later(accepted, 300, 0.6)
        heard = LegState.ANSWERED if answered else LegState.ACCEPTED
        unheard = chance.choice([LegState.OFFERED, LegState.REFUSED, LegState.RETURNED])
        self.year.legs.append(
            {
                "id": serial, "incident_id": row["id"], "partner": chance.choice(self.partners),
                "code": "1234", "state": heard if accepted else unheard,
                "offered_at": offered, "due_at": offered, "accepted_at": accepted, "answered_at": answered,
            }
        )  # fmt: skip

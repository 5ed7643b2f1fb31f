"""Two web, two hooks, two workers at once on PostgreSQL: every text stored once, every send accounted for
once.
"""

from collections import Counter
from collections.abc import Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import pytest
import requests
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.backlog import backlog
from hotline.domain.delivery import TextState
from hotline.models import Caller, Kept, Promise, Report, TextMessage
from hotline.outbox import Kind
from tests.stories.system import HOTLINE, System, start_worker
from tests.support.eventually import eventually

TEXTS = 40
EACH: Final = 2
CHANGES: Final = {"held_try_seconds = 60": "held_try_seconds = 1"}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TAKEN = (TextState.ACCEPTED, TextState.DELIVERED)
pytestmark = pytest.mark.parametrize("house", ["postgresql"], indirect=True)


DOUBTFUL = {"http_500": 2, "http_500_done": 2, "cut": 2, "cut_lost": 2, "garbage": 2, "late": 1}
"""Answers that do not say what became of a text, and how many there are in the midst of it all."""
REFUSED = {"http_401": 1, "http_429": 1}
"""Answers to a whole request that it was not taken."""
REFUSED_NUMBERS = {"code_403": range(3), "code_405": range(3, 5), "code_502": range(5, 8)}
"""Residents to whom the carrier never takes a text."""


def residents(first: int) -> list[str]:
    """Many who report at once."""
    return [f"+62819{first + serial:08d}" for serial in range(TEXTS)]


CROWD, OTHERS = residents(0), residents(1_000)
"""Who meets no fault, and who does."""
NEVER_TAKEN = {OTHERS[serial] for numbers in REFUSED_NUMBERS.values() for serial in numbers}


def everybody_texts(system: System, crowd: Sequence[str]) -> None:
    """Each of them reports once; each callback goes to all hooks, as if none had answered."""

    def send(job: tuple[str, int, str]) -> int:
        hooks, serial, number = job
        body = {
            "from": number, "text": f"maling rt {serial % 40 + 1} eka jaya",
            "id": f"text-{number}", "to": HOTLINE, "date": "2026-11-24 10:00:00",
        }  # fmt: skip
        return requests.post(f"{hooks}/sms/{system.token}/inbound", data=body, timeout=30).status_code

    jobs = [(hooks, *each) for each in enumerate(crowd) for hooks in system.hooks]
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, jobs)) == {200}


def outgoing(system: System, crowd: Sequence[str]) -> Counter[str]:
    """How many texts to them are in each state."""
    query = select(TextMessage.state).where(TextMessage.inbound.is_(False), TextMessage.number.in_(crowd))
    with Session(system.engine()) as session:
        return Counter(session.scalars(query))


def kept(system: System) -> int:
    """How many texts that came in stand in the record."""
    query = select(func.count()).select_from(Kept).where(Kept.kind == "sms.inbound")
    with Session(system.engine()) as session:
        return session.scalar(query) or 0


def ended(system: System, crowd: Sequence[str], states: Container[str]) -> bool:
    """Whether everybody has an answer, and each of them is in one of `states`."""
    found = outgoing(system, crowd)
    return found.total() == TEXTS and all(state in states for state in found)


def carried(system: System, crowd: Sequence[str]) -> Counter[str]:
    """How many texts the carrier has taken for each of them."""
    texts = requests.get(f"{system.carrier}/phones/api/traffic?most=500", timeout=20).json()["elsewhere"]
    return Counter(text["to"] for text in texts if text["to"] in crowd)


def test_two_of_each_store_every_text_once_and_send_every_text_once(
    house: System,
) -> None:
    """Each callback goes to both hooks at once, as an impatient carrier would send it."""
    system = house
    assert len(system.web) == len(system.hooks) == len(system.workers) == 2
    before = kept(system)
    everybody_texts(system, CROWD)
    settled = {TextState.ACCEPTED, TextState.DELIVERED}
    eventually(lambda: ended(system, CROWD, settled), "every receipt is sent", within=60)
    assert kept(system) - before == TEXTS
    query = select(func.count(Report.incident_id.distinct())).join(Caller, Report.caller_id == Caller.id)
    with Session(system.engine()) as session:
        assert session.scalar(query.where(Caller.number.in_(CROWD))) == TEXTS
    assert carried(system, CROWD) == Counter(CROWD)
    for web in system.web:
        assert requests.get(f"{web}/readyz", timeout=20).json()["working"]


def test_two_of_each_account_for_every_send_whatever_the_carrier_does_and_who_dies(
    house: System,
) -> None:
    """Accepted, refused, waiting with its reason, or in doubt: and nobody is sent anything twice."""
    system = house
    arm(system)
    everybody_texts(system, OTHERS)
    eventually(lambda: outgoing(system, OTHERS).total() > TEXTS // 2, "the work is under way", within=60)
    system.workers.pop().kill()
    with Session(system.engine()) as session:  # the leases of the dead have run out
        session.execute(update(Promise).where(Promise.claimed_until.is_not(None)).values(claimed_until=EPOCH))
        session.commit()
    system.workers.append(start_worker(system))
    known = {
        TextState.ACCEPTED, TextState.DELIVERED, TextState.REFUSED, TextState.UNKNOWN, TextState.QUEUED,
    }  # fmt: skip
    # A fault of the database puts a text off for seconds, untouched: it is tried again, and then says why.
    # One refusal of a whole request holds the queue for a second: then all wait, each with its reason.
    eventually(
        lambda: (
            ended(system, OTHERS, known)
            and not due(system)
            and not unexplained(system)
            and waiting(system) <= NEVER_TAKEN
        ),
        "every send is accounted for", within=90,
    )  # fmt: skip
    with Session(system.engine()) as session:
        texts = session.scalars(
            select(TextMessage).where(TextMessage.inbound.is_(False), TextMessage.number.in_(OTHERS))
        ).all()
        open_ones = select(Promise.subject_id).where(
            Promise.kind == Kind.SEND_TEXT, Promise.settled_at.is_(None)
        )
        promised = set(session.scalars(open_ones))
    taken = carried(system, OTHERS)
    assert set(taken.values()) == {1}
    assert not NEVER_TAKEN & set(taken)
    assert outgoing(system, OTHERS)[TextState.UNKNOWN] >= sum(DOUBTFUL.values())
    for text in texts:
        if text.state in TAKEN:
            assert text.number in taken
        else:
            assert text.problem, f"{text.state} says why"
        if text.state is TextState.QUEUED:
            assert text.id in promised, "what waits is tried again"


def waiting(system: System) -> set[str]:
    """To whom a text still waits for its turn."""
    query = select(TextMessage.number).where(
        TextMessage.inbound.is_(False), TextMessage.state == TextState.QUEUED, TextMessage.number.in_(OTHERS)
    )
    with Session(system.engine()) as session:
        return set(session.scalars(query))


def unexplained(system: System) -> list[str]:
    """States of the texts that the carrier has not taken and that do not say why."""
    query = select(TextMessage.state).where(
        TextMessage.inbound.is_(False), TextMessage.state.not_in(TAKEN), TextMessage.problem == ""
    )
    with Session(system.engine()) as session:
        return list(session.scalars(query))


def arm(system: System) -> None:
    """Pins all these faults to the carrier's board."""
    armed: list[dict[str, str | int]] = [
        {"point": "send", "fault": fault, "times": times} for fault, times in {**DOUBTFUL, **REFUSED}.items()
    ]
    armed.extend(
        {"point": "send", "fault": fault, "times": -1, "number": OTHERS[serial]}
        for fault, numbers in REFUSED_NUMBERS.items()
        for serial in numbers
    )
    requests.post(f"{system.carrier}/faults", json=armed, timeout=20).raise_for_status()


def due(system: System) -> int:
    """Promises that should have been kept by now."""
    with Session(system.engine()) as session:
        return backlog(session, datetime.now(UTC)).due

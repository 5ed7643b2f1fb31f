"""Two web, two hooks, two workers at once on PostgreSQL: every text stored once, every send accounted for
once.
"""

from collections import Counter
from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import requests
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.backlog import backlog
from hotline.domain.delivery import TextState
from hotline.models import Incident, Kept, Promise, TextMessage
from hotline.outbox import Kind
from tests.stories.conftest import StartSystem
from tests.stories.system import HOTLINE, System, start_worker
from tests.support.eventually import eventually

TEXTS = 80
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TAKEN = (TextState.ACCEPTED, TextState.DELIVERED)


DOUBTFUL = {"http_500": 4, "http_500_done": 4, "cut": 4, "cut_lost": 4, "garbage": 4, "late": 1}
"""Answers that do not say what became of a text, and how many there are in the midst of it all."""
REFUSED = {"http_401": 3, "http_429": 3}
"""Answers to a whole request that it was not taken."""
REFUSED_NUMBERS = {"code_403": range(6), "code_405": range(6, 12), "code_502": range(12, 18)}
"""Residents to whom the carrier never takes a text."""


def resident(serial: int) -> str:
    """One of many who report at once."""
    return f"+62819{serial:08d}"


def everybody_texts(system: System) -> None:
    """Each of many residents reports once; each callback goes to all hooks, as if none had answered."""

    def send(job: tuple[str, int]) -> int:
        hooks, serial = job
        body = {
            "from": resident(serial), "text": f"maling rt {serial % 40 + 1} eka jaya",
            "id": f"text-{serial}", "to": HOTLINE, "date": "2026-11-24 10:00:00",
        }  # fmt: skip
        return requests.post(f"{hooks}/sms/{system.token}/inbound", data=body, timeout=30).status_code

    jobs = [(hooks, serial) for serial in range(TEXTS) for hooks in system.hooks]
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, jobs)) == {200}


def outgoing(system: System) -> Counter[str]:
    """How many texts to residents are in each state."""
    with Session(system.engine()) as session:
        return Counter(session.scalars(select(TextMessage.state).where(TextMessage.inbound.is_(False))))


def ended(system: System, states: Container[str]) -> bool:
    """Whether everybody has an answer, and each of them is in one of `states`."""
    found = outgoing(system)
    return found.total() == TEXTS and all(state in states for state in found)


def carried(system: System) -> Counter[str]:
    """How many texts the carrier has taken for each resident."""
    texts = requests.get(f"{system.carrier}/phones/api/traffic?most=500", timeout=20).json()["elsewhere"]
    return Counter(text["to"] for text in texts)


def test_two_of_each_store_every_text_once_and_send_every_text_once(
    start: StartSystem, postgresql_url: str
) -> None:
    """Each callback goes to both hooks at once, as an impatient carrier would send it."""
    system = start(postgresql_url, each=2)
    assert len(system.web) == len(system.hooks) == len(system.workers) == 2
    everybody_texts(system)
    settled = {TextState.ACCEPTED, TextState.DELIVERED}
    eventually(lambda: ended(system, settled), "every receipt is sent", within=60)
    with Session(system.engine()) as session:
        assert (
            session.scalar(select(func.count()).select_from(Kept).where(Kept.kind == "sms.inbound")) == TEXTS
        )
        assert session.scalar(select(func.count()).select_from(Incident)) == TEXTS
    assert carried(system) == Counter(resident(serial) for serial in range(TEXTS))
    for web in system.web:
        assert requests.get(f"{web}/readyz", timeout=20).json()["working"]


def test_two_of_each_account_for_every_send_whatever_the_carrier_does_and_who_dies(
    start: StartSystem, postgresql_url: str
) -> None:
    """Accepted, refused, waiting with its reason, or in doubt: and nobody is sent anything twice."""
    system = start(postgresql_url, each=2, changes={"held_try_seconds = 60": "held_try_seconds = 1"})
    arm(system)
    everybody_texts(system)
    eventually(lambda: outgoing(system).total() > TEXTS // 2, "the work is under way", within=60)
    system.workers.pop().kill()
    with Session(system.engine()) as session:  # the leases of the dead have run out
        session.execute(update(Promise).where(Promise.claimed_until.is_not(None)).values(claimed_until=EPOCH))
        session.commit()
    system.workers.append(start_worker(system))
    known = {
        TextState.ACCEPTED, TextState.DELIVERED, TextState.REFUSED, TextState.UNKNOWN, TextState.QUEUED,
    }  # fmt: skip
    # A fault of the database puts a text off for seconds, untouched: it is tried again, and then says why.
    eventually(
        lambda: ended(system, known) and not due(system) and not unexplained(system),
        "every send is accounted for", within=90,
    )  # fmt: skip
    with Session(system.engine()) as session:
        texts = session.scalars(select(TextMessage).where(TextMessage.inbound.is_(False))).all()
        waiting = select(Promise.subject_id).where(
            Promise.kind == Kind.SEND_TEXT, Promise.settled_at.is_(None)
        )
        promised = set(session.scalars(waiting))
    taken = carried(system)
    assert set(taken.values()) == {1}
    assert not {resident(serial) for numbers in REFUSED_NUMBERS.values() for serial in numbers} & set(taken)
    assert outgoing(system)[TextState.UNKNOWN] >= sum(DOUBTFUL.values())
    for text in texts:
        if text.state in TAKEN:
            assert text.number in taken
        else:
            assert text.problem, f"{text.state} says why"
        if text.state is TextState.QUEUED:
            assert text.id in promised, "what waits is tried again"


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
        {"point": "send", "fault": fault, "times": -1, "number": resident(serial)}
        for fault, numbers in REFUSED_NUMBERS.items()
        for serial in numbers
    )
    requests.post(f"{system.carrier}/faults", json=armed, timeout=20).raise_for_status()


def due(system: System) -> int:
    """Promises that should have been kept by now."""
    with Session(system.engine()) as session:
        return backlog(session, datetime.now(UTC)).due

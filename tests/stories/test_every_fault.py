"""Each fault that the pretend company can make, against a running hotline: what the desk sees at the end."""

from typing import Final

import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Caller, Carrier, Report, TextMessage
from hotline.pretend_carrier.faults import CATALOGUE
from tests.stories.system import Phone, System
from tests.support.eventually import eventually

SENDS: Final = {
    "http_401": "DELIVERED",
    "http_429": "QUEUED",
    "http_500": "UNKNOWN",
    "http_500_done": "UNKNOWN",
    "http_503": "UNKNOWN",
    "late": "UNKNOWN",
    "late_lost": "UNKNOWN",
    "cut": "UNKNOWN",
    "cut_lost": "UNKNOWN",
    "garbage": "UNKNOWN",
    "html": "UNKNOWN",
    "redirect": "DELIVERED",
    "no_sender": "DELIVERED",
    "code_100": "DELIVERED",
    "code_101": "DELIVERED",
    "code_102": "DELIVERED",
    "code_401": "REFUSED",
    "code_402": "DELIVERED",
    "code_403": "REFUSED",
    "code_404": "REFUSED",
    "code_405": "DELIVERED",
    "code_406": "REFUSED",
    "code_407": "REFUSED",
    "code_409": "QUEUED",
    "code_500": "UNKNOWN",
    "code_501": "UNKNOWN",
    "code_502": "UNKNOWN",
}
"""What becomes of a text; QUEUED waits, with its reason, for a quieter moment."""
HOLDS: Final = frozenset({"http_401", "redirect", "no_sender", "code_402", "code_405"})
"""Refusals that every text would meet: the queue is held as a whole, and goes on once one is taken."""
REPORTS: Final = {
    "none": "ACCEPTED",
    "early": "DELIVERED",
    "twice": "DELIVERED",
    "contradictory": "DELIVERED",
    "backwards": "DELIVERED",
    "buffered": "DELIVERED",
    "failed": "FAILED",
    "blacklisted": "FAILED",
    "rejected": "FAILED",
    "expired": "EXPIRED",
    "expired_then_success": "DELIVERED",
    "absent": "ABSENT",
    "absent_then_success": "DELIVERED",
    "unknown_word": "ACCEPTED",
}
ONCE_TAKEN: Final = frozenset({"http_500_done", "late", "cut", "garbage", "html"})
"""Of these sends the telephone has the text although the hotline can't know it."""
CHANGES: Final = {"held_try_seconds = 60": "held_try_seconds = 1"}
SLOW: Final = ("late", "late_lost")
"""The hotline waits ten seconds for these answers; all others are seen meanwhile."""
RESTS: Final = "http_429"
"""After it the line rests for seconds: it is the last of all."""
REFUSALS_FOR_GOOD: Final = frozenset({"code_406", "blacklisted"})


def phones(system: System, names: list[str], first: int) -> dict[str, Phone]:
    """A telephone for each name."""
    return {name: system.phone(f"+62817{first + serial:07d}") for serial, name in enumerate(names)}


def arm(system: System, point: str, fault: str, phone: Phone | None = None) -> None:
    """The next time, for this telephone alone if one is given."""
    row = {"point": point, "fault": fault, "number": phone.number if phone else ""}
    requests.post(f"{system.carrier}/faults", json=row, timeout=20).raise_for_status()


def states(system: System) -> dict[str, str]:
    """Number to state of the text that went to it."""
    with Session(system.engine()) as session:
        query = select(TextMessage.number, TextMessage.state).where(TextMessage.inbound.is_(False))
        return {row.number: row.state for row in session.execute(query)}


def wait_until_it_happened(system: System) -> None:
    """Nothing is pinned to the board any more."""
    board = f"{system.carrier}/faults"
    eventually(lambda: not requests.get(board, timeout=20).json()["armed"], "the fault happened")


def times_held(system: System) -> int:
    """How often the queue was held and let go again."""
    with Session(system.engine()) as session:
        known = session.scalars(select(Carrier)).one_or_none()
        return known.changes // 2 if known else 0


def reach(system: System, phone: Phone, state: str) -> None:
    """The text to this telephone comes to this state."""
    eventually(lambda: states(system).get(phone.number) == state, f"{phone.number} is {state}", within=90)


def test_every_course_of_delivery_reports_ends_as_the_table_says(sqlite_house: System) -> None:
    assert set(REPORTS) == set(CATALOGUE["receipt"])
    system = sqlite_house
    known = phones(system, list(REPORTS), 2_000)
    for fault, phone in known.items():
        arm(system, "receipt", fault, phone)
        phone.text("maling rt 5 eka jaya")
    for fault, phone in known.items():
        reach(system, phone, REPORTS[fault])
    system.wait_until_idle()
    ended = states(system)
    assert {fault: ended[phone.number] for fault, phone in known.items()} == REPORTS
    refuses(system, known)


def refuses(system: System, known: dict[str, Phone]) -> None:
    """Who stands on the carrier's list of those who want nothing is known for it, and nobody else."""
    with Session(system.engine()) as session:
        refusing = set(session.scalars(select(Caller.number).where(Caller.opted_out_at.is_not(None))))
    here = {fault for fault, phone in known.items() if phone.number in refusing}
    assert here == REFUSALS_FOR_GOOD & set(known)


def test_every_odd_way_to_bring_a_text_opens_one_case(sqlite_house: System) -> None:
    """Save one that never comes: that is what the carrier's own list is for."""
    system = sqlite_house
    odd = [fault for fault in CATALOGUE["inbound"] if fault != "lost"]
    known = phones(system, odd, 3_000)
    for fault, phone in known.items():
        arm(system, "inbound", fault, phone)
        phone.text("maling rt 5 eka jaya")
    for phone in known.values():
        phone.wait_for_text("Laporan")
    system.wait_until_idle()
    with Session(system.engine()) as session:
        numbers = [phone.number for phone in known.values()]
        query = select(func.count(Report.incident_id.distinct())).join(Caller, Report.caller_id == Caller.id)
        assert session.scalar(query.where(Caller.number.in_(numbers))) == len(odd)
    assert [len(phone.texts()) for phone in known.values()] == [1] * len(odd)
    assert "Traceback" not in system.said()


def test_every_way_to_fail_a_send_ends_as_the_desk_must_see_it(sqlite_house: System) -> None:
    """The table names all that the company can do; nobody gets anything twice."""
    assert set(SENDS) == set(CATALOGUE["send"])
    system = sqlite_house
    known = phones(system, list(SENDS), 1_000)
    for fault in SLOW:
        arm(system, "send", fault)
        known[fault].text("maling rt 5 eka jaya")
        wait_until_it_happened(system)
    for fault in sorted(known.keys() - set(SLOW), key=lambda fault: (fault == RESTS, fault)):
        before = times_held(system)
        arm(system, "send", fault, known[fault] if fault.startswith("code_") else None)
        known[fault].text("maling rt 5 eka jaya")
        reach(system, known[fault], SENDS[fault])
        assert times_held(system) - before == (fault in HOLDS), fault
    before = times_held(system)
    for fault in SLOW:
        reach(system, known[fault], SENDS[fault])
    assert times_held(system) == before
    for fault, phone in known.items():
        taken = SENDS[fault] == "DELIVERED" or fault in ONCE_TAKEN
        assert len(phone.texts()) == taken, fault
    with Session(system.engine()) as session:
        problems = select(TextMessage.problem).where(TextMessage.state.in_(("QUEUED", "UNKNOWN", "REFUSED")))
        assert all(session.scalars(problems)), "each says why"
    refuses(system, known)

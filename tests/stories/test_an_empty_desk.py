"""Nobody at the desk, and half of the units out of reach: over HTTP, through the pretend company."""

import re
from datetime import timedelta
from typing import Final

import requests
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.domain.lifecycle import UnitStatus
from hotline.models import Assignment, TextMessage, Unit
from tests.stories.conftest import StartSystem
from tests.stories.system import Phone, System
from tests.stories.test_by_text import case_says, report
from tests.support.eventually import eventually

RESIDENT: Final = "+6281200000811"
OFFICER: Final = "+6281300000900"
GUARDS: Final = [f"+62813100000{each:02d}" for each in range(24)]
POLICE: Final = [f"+62813200000{each:02d}" for each in range(6)]
WILLING: Final = [GUARDS[-1], GUARDS[-2], POLICE[-1], POLICE[-2]]
"""The last whom the ladder comes to."""
OUT_OF_REACH: Final = ("none", "absent", "failed", "expired", "none")
"""No delivery report at all, or one that says that the telephone did not show it."""

QUICKLY: Final = {
    "unsent_seconds = 30\nreceipt_seconds = 60\nsilent_seconds = 60\ncall_seconds = 45\nwave_seconds = 120": (
        "unsent_seconds = 2\nreceipt_seconds = 1\nsilent_seconds = 2\ncall_seconds = 1\nwave_seconds = 1"
    )
}
"""The ladder of a darurat with seconds for minutes."""


def enlist(system: System) -> None:
    """Thirty units and a duty officer, instead of the demo's; the first of each out of reach."""
    rows = [
        *(Unit(name=f"Linmas {n[-2:]}", number=n, agency="LINMAS", area_code="EJ") for n in GUARDS),
        *(Unit(name=f"Polsek {n[-2:]}", number=n, agency="POLSEK") for n in POLICE),
        Unit(name="Perwira Piket", number=OFFICER, agency="PIKET"),
    ]
    for row in rows:
        row.on_duty = True
    with Session(system.engine()) as session, session.begin():
        session.execute(update(Unit).values(active=False))
        session.add_all(rows)
    for number in (*GUARDS, *POLICE):
        system.phone(number)
    for place, number in enumerate(n for n in (*GUARDS, *POLICE) if n not in WILLING):
        fault = {"point": "receipt", "fault": OUT_OF_REACH[place % len(OUT_OF_REACH)], "number": number}
        requests.post(f"{system.carrier}/faults", json=fault, timeout=20).raise_for_status()


def sent(system: System) -> dict[str, Assignment]:
    """Telephone to its last task."""
    with Session(system.engine()) as session:
        query = select(Unit.number, Assignment).join(Unit).order_by(Assignment.id)
        return {row.number: row.Assignment for row in session.execute(query)}


def fill(system: System, number: str) -> None:
    """Whoever is willing accepts as soon as he reads it, until all places are taken."""
    accepted: set[str] = set()

    def everybody_has() -> bool:
        for each in WILLING:
            phone = Phone(system.carrier, each)
            if each not in accepted and any(f"TUGAS {number}" in words for words in phone.texts()):
                accepted.add(each)
                phone.text(f"{number} 1")
        return len(accepted) == len(WILLING)

    eventually(everybody_has, "the ladder comes to those who answer", within=90)


def test_the_officer_sends_by_text_and_the_ladder_finds_those_who_answer(
    start: StartSystem, sqlite_url: str
) -> None:
    """Two guards and two policemen are wanted; twenty-six of thirty telephones are silent."""
    system = start(sqlite_url, changes=QUICKLY)
    enlist(system)
    officer = system.phone(OFFICER)
    number = report(system, system.phone(RESIDENT), "begal bawa parang di rt 5 eka jaya, korban luka")
    asked = officer.wait_for_text("MEJA KOSONG", number)
    found = re.search(rf"V {number} (\d{{4}})", asked)
    assert found, asked

    officer.text(f"V {number} {found[1]}")
    officer.wait_for_text(number, "tim sudah dipanggil")
    fill(system, number)

    def settled() -> bool:
        return {task.status for task in sent(system).values()} == {UnitStatus.ACCEPTED, UnitStatus.STOOD_DOWN}

    eventually(settled, "all others were stood down", within=30)
    tasks = sent(system)
    assert {phone for phone, task in tasks.items() if task.status is UnitStatus.ACCEPTED} == set(WILLING)
    system.wait_until_idle()
    released_at_once(system)

    others = [Phone(system.carrier, phone) for phone in tasks if phone not in WILLING]
    told = [phone.texts() for phone in others]
    for heard in filter(None, told):  # whose alert was kept back in time never heard of it
        assert heard[-1].startswith(f"TUGAS {number}: cukup")
    case_says(system, system.sign_in("operator"), number, "Perwira Piket", "diputuskan V", "Diverifikasi")
    assert [phone.texts() for phone in others] == told, "settled means silent"


def released_at_once(system: System) -> None:
    """From the acceptance that filled the last place to the last text that says that it is enough; the bound
    is that of a machine that has other things to do.
    """
    with Session(system.engine()) as session:
        filled = max(task.accepted_at for task in session.scalars(select(Assignment)) if task.accepted_at)
        query = select(TextMessage.sent_at).where(TextMessage.words.contains(": cukup, "))
        last = max(at for at in session.scalars(query) if at)
    assert last - filled < timedelta(seconds=10)

"""Demo data: six kelurahan with their units on a rota, and three people at the desk. All invented."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from hotline.accounts import add_operator
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Role
from hotline.guessed_passwords import is_guessed_soon
from hotline.models import Operator, Shift, Unit
from hotline.private_file import kept_words
from hotline.unit_of_work import UnitOfWork

NIGHT_AND_DAY: Final = tuple((weekday, 0, 1440) for weekday in range(7))
NIGHTS: Final = tuple((weekday, 18 * 60, 30 * 60) for weekday in range(7))
DAYS: Final = tuple((weekday, 6 * 60, 20 * 60) for weekday in range(7))

_GUARDS: Final = (
    ("Arif Linmas", "Rudi Linmas"), ("Heri Linmas", "Doni Linmas"), ("Joko Linmas", "Sapri Linmas"),
    ("Yanto Linmas", "Budi Linmas"), ("Eko Linmas", "Nasir Linmas"), ("Iwan Linmas", "Tono Linmas"),
)  # fmt: skip
_POLICE: Final = ("Aipda Surya", "Aipda Hendra", "Bripka Dedi", "Bripka Fajar", "Aipda Ridwan", "Bripka Zul")
_CITY: Final = (
    ("Piket Polsek", "POLSEK"),
    ("Regu Damkar", "DAMKAR"),
    ("Regu Satpol PP", "SATPOLPP"),
    ("Piket PSC 119", "PSC"),
    ("Perwira Piket", "PIKET"),
    ("Kasi Trantib", "TRANTIB"),
)
_RESIDENTS: Final = (
    ("Bu Siti", "+6281200000011"), ("Pak Rahman", "+6281200000012"), ("Dek Wahyu", "+6281200000013"),
    ("Mak Nur", "+6281200000014"), ("Bang Togar", "+6281200000015"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in to the demo; the password is made up once and kept under `var/`."""

    username: str
    name: str
    role: Role
    password: str


_PEOPLE: Final = (
    ("operator", "Dewi Operator", Role.OPERATOR),
    ("koordinator", "Bapak Koordinator", Role.COORDINATOR),
    ("admin", "Admin SIGAP", Role.ADMINISTRATOR),
)


def seed(work: UnitOfWork, var: Path) -> list[DemoPerson]:
    """Adds what is missing of the demo data, leaves what somebody changed. Returns who can sign in."""
    people = _people(var)
    known = set(work.session.scalars(select(Operator.username)))
    for person in people:
        if person.username not in known:
            add_operator(work, person.username, person.name, person.role, person.password)
    if not work.session.scalar(select(func.count()).select_from(Unit)):
        for unit, rota in _units(work.playbook):
            work.session.add(unit)
            work.session.flush()
            work.session.add_all(
                Shift(unit_id=unit.id, weekday=weekday, starts=starts, ends=ends)
                for weekday, starts, ends in rota
            )
    return people


def _units(playbook: Playbook) -> Iterator[tuple[Unit, tuple[tuple[int, int, int], ...]]]:
    """Two guards and a policeman for each kelurahan, a soldier and a lurah for some, the city's own,
    and who stands in for an empty desk.
    """
    serial = 0

    def unit(name: str, agency: str, area: str | None, rt: int | None = None, team: str = "") -> Unit:
        nonlocal serial
        serial += 1
        return Unit(
            name=name, number=f"+6281300000{serial:03d}", agency=agency, area_code=area, rt=rt, team=team,
            note="", active=True,
        )  # fmt: skip

    for place, area in enumerate(playbook.areas.values()):
        first, second = _GUARDS[place % len(_GUARDS)]
        yield unit(first, "LINMAS", area.code, team=f"Regu {area.name}"), NIGHT_AND_DAY
        yield unit(second, "LINMAS", area.code, team=f"Regu {area.name}"), NIGHTS
        yield unit(_POLICE[place % len(_POLICE)], "BKTM", area.code), NIGHT_AND_DAY
        if place % 3 == 0:
            yield unit(f"Serda {area.name}", "BABINSA", area.code), DAYS
            yield unit(f"Lurah {area.name}", "LURAH", area.code), DAYS
        if place % 3 == 2:
            yield unit(f"Ketua RT 5 {area.name}", "RT", area.code, rt=5), NIGHT_AND_DAY
    for name, agency in _CITY:
        if agency in playbook.agencies:
            yield unit(name, agency, None), NIGHT_AND_DAY


def _people(var: Path) -> list[DemoPerson]:
    """The people with the passwords that were made up at the first start."""
    names = [name for name, _, _ in _PEOPLE]
    passwords = kept_words(
        var / "demo-passwords.json",
        lambda kept: {name: _password(name, kept.get(name, "")) for name in names},
    )
    return [DemoPerson(username, name, role, passwords[username]) for username, name, role in _PEOPLE]


def _password(username: str, kept: str) -> str:
    """The one that was `kept`, else a new one that an account takes: one in a thousand has too few signs."""
    while not kept or is_guessed_soon(username, kept):
        kept = secrets.token_urlsafe(6)
    return kept


def phones(playbook: Playbook) -> list[dict[str, str]]:
    """The telephones for the pretend company's page: a few residents, and all units."""
    residents = [{"name": name, "number": number, "role": "resident"} for name, number in _RESIDENTS]
    return residents + [
        {"name": unit.name, "number": unit.number, "role": "unit"} for unit, _ in _units(playbook)
    ]

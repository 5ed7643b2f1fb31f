"""What must hold in the parts of a playbook that call people out: ladders, routes, roster, partners."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from hotline.domain.callout import Ladder
from hotline.domain.playbook import Document, Fault, Playbook, Priority

_MAY_BE_NONE: Final = frozenset({"claim_seconds", "bundle_seconds"})
"""Figures whose 0 means that there is no such thing."""


def callout_faults(playbook: Playbook) -> Iterator[Fault]:
    """Every fault in ladders, routing, roster and hand-off."""
    yield from _ladders(playbook)
    yield from _desk(playbook)
    yield from _roles(playbook)
    yield from _routes(playbook)
    yield from _roster(playbook)
    yield from _partners(playbook)


def _ladders(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["ladders"]
    for priority in Priority:
        if priority not in playbook.ladders:
            yield Fault(document.path, 1, f"the ladder for {priority} is missing")
    figures = [entry.name for entry in fields(Ladder) if entry.name.endswith("_seconds")]
    for position, row in enumerate(_rows(document, "ladders")):
        for name in (*figures, "per_place"):
            least = 0 if name in _MAY_BE_NONE else 1
            if row[name] < least:
                problem = f"{row['code']}: {name} must be at least {least}"
                yield _at(document, problem, "ladders", position, name)


def _desk(playbook: Playbook) -> Iterator[Fault]:
    document, desk = playbook.documents["ladders"], playbook.desk
    named = [
        *(("officers", code) for code in desk.officers),
        ("coordinator", desk.coordinator),
        ("head", desk.head),
        *(("vouched", code) for code in desk.vouched),
    ]
    for field, code in named:
        if code not in playbook.agencies:
            yield _at(document, f"{field}: no agency called {code}", "desk", field)
    if desk.untrue not in playbook.rejections:
        yield _at(document, f"untrue: no reason called {desk.untrue}", "desk", "untrue")
    if not desk.officers:
        yield _at(document, "officers: somebody must stand in for the desk", "desk", "officers")


def _roles(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["routing"]
    seen: dict[str, str] = {}
    for position, row in enumerate(_rows(document, "roles")):
        for agency in row["agencies"]:
            if agency not in playbook.agencies:
                problem = f"{row['code']}: no agency called {agency}"
                yield _at(document, problem, "roles", position, "agencies")
            elif seen.setdefault(agency, row["code"]) != row["code"]:
                problem = f"{agency} stands under both {seen[agency]} and {row['code']}"
                yield _at(document, problem, "roles", position, "agencies")


def _routes(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["routing"]
    known: Mapping[str, Iterable[str]] = {
        "types": playbook.types, "areas": playbook.areas, "leads": playbook.agencies,
        "supports": playbook.agencies, "needs": playbook.roles,
    }  # fmt: skip
    for position, row in enumerate(_rows(document, "routes")):
        for field, codes in known.items():
            for code in row.get(field, ()):
                if code not in codes:
                    problem = f"{row['name']}: {field} names {code}, which is not known"
                    yield _at(document, problem, "routes", position, field)
        yield from _hours(document, row, "routes", position)
        for role, wanted in row.get("needs", {}).items():
            if wanted < 1:
                yield _at(document, f"{row['name']}: {role} must be at least 1", "routes", position, "needs")


def _roster(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["roster"]
    for position, row in enumerate(_rows(document, "shifts")):
        if not 0 <= row["starts"] < row["ends"] <= row["starts"] + 1440:
            yield _at(document, f"{row['code']}: ends before it starts", "shifts", position, "ends")
    for position, row in enumerate(_rows(document, "covers")):
        if row["role"] not in playbook.roles:
            yield _at(document, f"no role called {row['role']}", "covers", position, "role")
        for code in row.get("areas", ()):
            if code not in playbook.areas:
                yield _at(document, f"no area called {code}", "covers", position, "areas")
        yield from _hours(document, row, "covers", position)


def _partners(playbook: Playbook) -> Iterator[Fault]:
    document = playbook.documents["handoff"]
    for position, row in enumerate(_rows(document, "partners")):
        agency, outside = row.get("agency", ""), row.get("outside", "")
        if agency and agency not in playbook.agencies:
            yield _at(document, f"{row['code']}: no agency called {agency}", "partners", position, "agency")
        if outside not in ("", "city", "beyond"):
            yield _at(document, f"{row['code']}: outside is city or beyond", "partners", position, "outside")
    for where in ("city", "beyond"):
        if not any(partner.outside == where for partner in playbook.partners.values()):
            yield Fault(document.path, 1, f"nobody takes what lies outside ({where})")


def _hours(document: Document, row: Mapping[str, Any], key: str, position: int) -> Iterator[Fault]:
    for field in ("from_hour", "to_hour"):
        if not 0 <= row.get(field, 0) <= 24:
            yield _at(document, f"{field} must be an hour from 0 to 24", key, position, field)


def _rows(document: Document, key: str) -> list[Mapping[str, Any]]:
    tables = document.data[key]
    return tables if isinstance(tables, list) else [tables]


def _at(document: Document, problem: str, *place: str | int) -> Fault:
    return Fault(document.path, document.line(*place), problem)

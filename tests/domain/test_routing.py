from dataclasses import replace
from typing import Any

import pytest

from hotline.domain.callout import Role
from hotline.domain.duty import Duty
from hotline.domain.playbook import Agency, Area, IncidentType, Priority
from hotline.domain.routing import PROPOSED, Candidate, Suggestion, suggest


def area(code: str, *neighbours: str) -> Area:
    return Area(code, code, "", "1", 40, 0.0, 0.0, (), neighbours)


def agency(code: str, *, citywide: bool = False) -> Agency:
    return Agency(code, code, code, citywide, "")


def kind(leads: tuple[str, ...], supports: tuple[str, ...]) -> IncidentType:
    empty: tuple[str, ...] = ()
    return IncidentType(
        "API", "Kebakaran", "kebakaran", Priority.DARURAT, 1, leads, supports, empty, empty, empty, "", empty,
        empty, empty, confidential=False, withdrawable=True, words=empty,
    )  # fmt: skip


EJ = area("EJ", "TB")
AGENCIES = {
    code: agency(code, citywide=code == "DAMKAR") for code in ("DAMKAR", "LINMAS", "BKTM", "RT", "SATPOLPP")
}
FIRE = kind(("DAMKAR",), ("LINMAS", "BKTM", "RT"))
THEFT = kind(("BKTM", "LINMAS"), ("RT",))
GUARD = Candidate(1, "LINMAS", "EJ", None, Duty.ROTA_ON, 0)


def asked(
    candidates: list[Candidate],
    incident: IncidentType = THEFT,
    priority: Priority = Priority.SEDANG,
    place: Area | None = EJ,
    rt: int | None = 5,
    quota: dict[Role, int] | None = None,
) -> list[Suggestion]:
    return suggest(incident, priority, place, rt, candidates, AGENCIES, quota)


def ids(found: list[Suggestion]) -> list[int]:
    return [suggestion.candidate.unit_id for suggestion in found]


def test_agencies_that_have_no_part_are_left_out() -> None:
    assert asked([replace(GUARD, agency="SATPOLPP")]) == []


BETTER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("on duty", {"duty": Duty.SAID_ON}, {"duty": Duty.ROTA_OFF}),
    ("who leads", {"agency": "LINMAS", "rt": None}, {"agency": "RT", "rt": 5}),
    ("own kelurahan", {"area": "EJ"}, {"area": "TB"}),
    ("neighbour", {"area": "TB"}, {"area": "LS"}),
    ("own RT", {"rt": 5}, {"rt": 6}),
    ("free", {"load": 0}, {"load": 1}),
    ("first named", {"agency": "BKTM"}, {"agency": "LINMAS"}),
    ("known longer", {}, {}),
    ("on duty elsewhere before off duty here", {"area": "LS"}, {"duty": Duty.SAID_OFF}),
]


@pytest.mark.parametrize(("why", "better", "worse"), BETTER)
def test_the_better_one_stands_first(why: str, better: dict[str, Any], worse: dict[str, Any]) -> None:
    # The better one has the higher id, so that it is not first by chance alone.
    numbers = (1, 2) if why == "known longer" else (9, 3)
    first = replace(GUARD, unit_id=numbers[0], **better)
    second = replace(GUARD, unit_id=numbers[1], **worse)
    assert ids(asked([second, first])) == list(numbers)


def test_a_head_of_another_rt_is_never_asked() -> None:
    heads = [
        Candidate(1, "RT", "EJ", 5, Duty.ROTA_ON, 0),
        Candidate(2, "RT", "EJ", 6, Duty.ROTA_ON, 0),
        Candidate(3, "RT", "TB", 5, Duty.ROTA_ON, 0),
    ]
    assert ids(asked(heads)) == [1]
    assert asked(heads, rt=None) == []
    assert asked(heads, place=None) == []


def test_an_rt_of_the_same_number_elsewhere_is_not_the_same_rt() -> None:
    found = asked([replace(GUARD, area="TB", rt=5)])
    assert found[0].reasons == ("leads", "neighbour", "rota_on")


@pytest.mark.parametrize(
    ("candidate", "ring", "reasons"),
    [
        (replace(GUARD, rt=5), 0, ("leads", "same_rt", "same_area", "rota_on")),
        (replace(GUARD, agency="RT", rt=5), 0, ("supports", "same_rt", "same_area", "rota_on")),
        (replace(GUARD, area=None), 1, ("leads", "citywide", "rota_on")),
        (replace(GUARD, area="TB"), 2, ("leads", "neighbour", "rota_on")),
        (replace(GUARD, area="LS", load=2), 3, ("leads", "elsewhere", "rota_on", "busy")),
        (replace(GUARD, duty=Duty.SAID_OFF), 0, ("leads", "same_area", "said_off")),
    ],
)
def test_each_suggestion_says_why(candidate: Candidate, ring: int, reasons: tuple[str, ...]) -> None:
    found = asked([candidate])[0]
    assert (found.ring, found.reasons) == (ring, reasons)


def test_without_a_place_everybody_is_elsewhere_but_the_citys_own() -> None:
    found = asked([GUARD, Candidate(2, "DAMKAR", None, None, Duty.ROTA_ON, 0)], FIRE, place=None)
    assert {each.candidate.unit_id: each.ring for each in found} == {1: 3, 2: 1}
    assert [each.candidate.unit_id for each in found if each.proposed] == [2]


@pytest.mark.parametrize("priority", Priority)
def test_the_more_urgent_the_more_are_proposed(priority: Priority) -> None:
    guards = [replace(GUARD, unit_id=number) for number in range(1, 9)]
    proposed = [each for each in asked(guards, priority=priority) if each.proposed]
    assert len(proposed) == PROPOSED[priority]


def test_one_of_each_agency_is_proposed_before_a_second() -> None:
    guards = [replace(GUARD, unit_id=number) for number in (1, 2, 3)]
    police = replace(GUARD, unit_id=9, agency="BKTM", area="TB")
    found = asked([*guards, police], priority=Priority.SEDANG)
    assert {each.candidate.unit_id for each in found if each.proposed} == {1, 9}


GUARDS, POLICE = Role("guards", "Linmas", ("LINMAS",)), Role("police", "Polisi", ("BKTM", "POLSEK"))
FORCES = [
    *(replace(GUARD, unit_id=number, area="TB") for number in (1, 2)),
    *(replace(GUARD, unit_id=number) for number in (3, 4, 5)),
    *(Candidate(number, "BKTM", "EJ", None, Duty.ROTA_ON, 0) for number in (6, 7)),
]

QUOTAS: list[tuple[str, dict[Role, int], list[Candidate], set[int]]] = [
    ("two guards and one policeman, the nearest", {GUARDS: 2, POLICE: 1}, FORCES, {3, 4, 6}),
    ("nobody else", {POLICE: 2}, FORCES, {6, 7}),
    ("a hole in the place is filled from next door", {GUARDS: 2}, FORCES[:3], {3, 1}),
    ("or from further away", {GUARDS: 1}, [replace(GUARD, area="LS")], {1}),
    ("the busy and the absent are no quota", {GUARDS: 1}, [replace(GUARD, load=1)], set()),
    ("nobody is wanted any more", {GUARDS: 0, POLICE: 0}, FORCES, set()),
]


@pytest.mark.parametrize(("quota", "there", "ticked"), [q[1:] for q in QUOTAS], ids=[q[0] for q in QUOTAS])
def test_exactly_as_many_of_each_are_proposed_as_are_wanted(
    quota: dict[Role, int], there: list[Candidate], ticked: set[int]
) -> None:
    found = asked(there, priority=Priority.DARURAT, quota=quota)
    assert {each.candidate.unit_id for each in found if each.proposed} == ticked


@pytest.mark.parametrize("change", [{"load": 1}, {"duty": Duty.ROTA_OFF}, {"area": "LS"}])
def test_the_busy_the_absent_and_the_far_are_listed_and_not_proposed(change: dict[str, Any]) -> None:
    found = asked([replace(GUARD, **change)])
    assert [each.proposed for each in found] == [False]

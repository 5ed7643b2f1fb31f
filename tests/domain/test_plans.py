"""Who goes, by the playbook's routes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.domain.callout import Role, Route
from hotline.domain.duty import Duty
from hotline.domain.plans import Hole, holes, plan_for, within
from hotline.domain.playbook import Priority
from hotline.domain.routing import Candidate, Suggestion
from hotline.playbook_reader import read_playbook

PLAYBOOK = read_playbook(Path("hotline/playbooks/paal_merah"))
WIB = ZoneInfo("Asia/Jakarta")
NOON, NIGHT = datetime(2026, 3, 2, 12, 0, tzinfo=WIB), datetime(2026, 3, 3, 1, 30, tzinfo=WIB)

PLANS = [
    ("BEGAL", Priority.DARURAT, NOON, ("110", "112"), {"police": 2, "guards": 2}),
    ("NARKOBA", Priority.SEDANG, NIGHT, ("110",), {"police": 1}),
    ("KDRT", Priority.TINGGI, NIGHT, ("110", "129"), {"police": 2}),
    ("KELAHI", Priority.TINGGI, NIGHT, ("110",), {"police": 1, "guards": 2}),
    ("KELAHI", Priority.TINGGI, NOON, ("110", "112"), {"police": 1, "guards": 1}),
    ("API", Priority.DARURAT, NOON, ("113", "112"), {"rescue": 1, "guards": 2}),
    ("CURI", Priority.DARURAT, NOON, ("112",), {"guards": 2, "police": 1}),
    ("BISING", Priority.RENDAH, NOON, (), {}),
]


@pytest.mark.parametrize(("type_code", "priority", "local", "first", "needs"), PLANS)
def test_the_programmes_routes(
    type_code: str, priority: Priority, local: datetime, first: tuple[str, ...], needs: dict[str, int]
) -> None:
    kind = PLAYBOOK.types[type_code]
    plan = plan_for(kind, priority, "EJ", local, PLAYBOOK.routes)
    assert (plan.first, dict(plan.needs), plan.leads) == (first, needs, kind.leads)
    assert bool(plan.reasons) == bool(needs)


def test_of_each_thing_the_first_route_that_names_it_holds() -> None:
    routes = [
        Route("a", "why a", areas=("EJ",), leads=("LINMAS",)),
        Route("b", "why b", leads=("POLSEK",), supports=("RT",)),
        Route("c", "why c", areas=("TB",), first=("110",)),
    ]
    plan = plan_for(PLAYBOOK.types["CURI"], Priority.SEDANG, "EJ", NOON, routes)
    assert (plan.leads, plan.supports, plan.reasons) == (("LINMAS",), ("RT",), ("why a", "why b"))
    assert plan.first == PLAYBOOK.types["CURI"].direct_numbers


def test_a_complaint_about_an_officer_leaves_the_choice_to_a_person() -> None:
    kind = PLAYBOOK.types["CURI"]
    plan = plan_for(kind, Priority.DARURAT, "EJ", NOON, PLAYBOOK.routes, signs=("officer", "weapon"))
    assert (plan.by_hand, dict(plan.needs), plan.first) == (True, {}, ("112",))
    assert "bersama koordinator" in plan.reasons[0]
    assert not plan_for(kind, Priority.DARURAT, "EJ", NOON, PLAYBOOK.routes, signs=("weapon",)).by_hand


@pytest.mark.parametrize(
    ("hour", "inside"), [(21, True), (23, True), (0, True), (4, True), (5, False), (20, False)]
)
def test_hours_run_over_midnight(hour: int, inside: bool) -> None:
    assert within(hour, 21, 5) is inside


def suggestion(agency: str, ring: int, duty: Duty = Duty.ROTA_ON, load: int = 0) -> Suggestion:
    return Suggestion(Candidate(1, agency, "EJ", None, duty, load), True, ring, (), False)


ROLES = {"guards": Role("guards", "Linmas", ("LINMAS",)), "police": Role("police", "Polisi", ("POLSEK",))}

HOLES = [
    ([suggestion("LINMAS", 0)], []),
    ([suggestion("LINMAS", 2)], [Hole("guards", 2)]),
    ([suggestion("LINMAS", 0, Duty.ROTA_OFF), suggestion("LINMAS", 3)], [Hole("guards", 3)]),
    ([suggestion("LINMAS", 0, load=1)], [Hole("guards", None)]),
    ([suggestion("POLSEK", 1)], [Hole("guards", None)]),
]


@pytest.mark.parametrize(("suggested", "found"), HOLES)
def test_a_hole_is_said_with_the_ring_that_covers_it(suggested: list[Suggestion], found: list[Hole]) -> None:
    assert holes({"guards": 1}, ROLES, suggested) == found

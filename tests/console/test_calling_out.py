"""The screens around a call-out: the desk's tasks, a case's ladder, roster, rehearsals, change of shift."""

import re
from datetime import timedelta

import pytest

from hotline import climbing, tasks
from hotline.domain.escalation import CaseStep
from hotline.domain.handoff import LegState
from hotline.domain.priority import Priority
from hotline.domain.rights import Role
from hotline.domain.tasks import TaskKind
from hotline.models import Assignment, Audit, DutyChange, HandOver, Inquiry, Leg, Need, Shift, Task, Unit
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock


def owe(desk: Desk, number: str, kind: TaskKind = TaskKind.CALL_UNIT) -> None:
    with desk.runtime.work() as work:
        unit = work.session.get(Unit, 1)
        tasks.ask_desk(work, kind, desk.find(work, number), unit=unit)


def test_what_the_desk_owes_is_said_on_every_page_until_it_is_done(desk: Desk, operator: Browser) -> None:
    desk.unit()
    number = desk.verified()
    assert "harus dikerjakan meja" not in operator.open("/").text
    owe(desk, number)
    for path in ("/", "/tray", "/units", f"/incidents/{number}"):
        assert "harus dikerjakan meja" in operator.open(path).text
    page = operator.open("/tasks")
    assert "Telepon petugas yang belum menjawab" in page.text
    assert 'href="tel:+6281300000001"' in page.text
    page.send("/tasks/1/done")
    assert (page.status, desk.all(Task)[0].done_by) == (200, desk.people[Role.OPERATOR].id)
    assert "Tidak ada tugas untuk meja" in page.text
    assert "harus dikerjakan meja" not in operator.open("/").text


def test_a_confidential_cases_task_is_the_coordinators(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    desk.unit()
    number = desk.verified()
    owe(desk, number)
    with desk.runtime.work() as work:
        desk.find(work, number).confidential = True
    assert number not in operator.open("/tasks").text
    assert operator.post("/tasks/1/done").status == 404
    assert number in coordinator.open("/tasks").text


def test_places_and_steps_stand_on_the_case(desk: Desk, operator: Browser) -> None:
    first, second = desk.unit(), desk.unit("Rudi Linmas", 2)
    number = desk.dispatched(first, second)
    with desk.runtime.work() as work:
        incident = desk.find(work, number)
        climbing.note_step(work, incident, CaseStep.EXHAUSTED)
        desk_officer = Unit(name="Perwira Piket", number="+6281300000090", agency="PIKET", on_duty=True)
        work.session.add(desk_officer)
        work.session.flush()
        climbing.take_up(work, incident, climbing.next_officer(work, incident))
    page = operator.open(f"/incidents/{number}").text
    assert "Linmas: 0 dari 2 terisi, 2 ditunggu" in page
    assert "Perwira piket ditanya: <b>Perwira Piket</b>" in page
    assert "langkah berikut" in page


def test_a_superior_who_is_nowhere_known_was_not_asked(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    with desk.runtime.work() as work:
        climbing.take_up(work, desk.find(work, number), None)
    page = operator.open(f"/incidents/{number}").text
    assert page.count("Dicari atasan, tidak ada yang tercatat") == 2
    assert "Perwira piket ditanya" not in page


def test_so_many_are_wanted_and_who_accepts_first_fills(desk: Desk, operator: Browser) -> None:
    units = [desk.unit("Arif Linmas", 1), desk.unit("Rudi Linmas", 2), desk.unit("Heri Linmas", 3)]
    path = f"/incidents/{desk.verified()}"
    operator.open(path).send(f"{path}/dispatch", {"unit": [str(each) for each in units], "need-guards": "1"})
    assert operator.status == 200
    assert [(need.role, need.wanted) for need in desk.all(Need)] == [("guards", 1)]
    assert len(desk.all(Assignment)) == 3


def test_what_is_ticked_is_the_quota_and_after_the_alert_what_is_missing_of_it(
    desk: Desk, operator: Browser
) -> None:
    """Wanted are two guards and two policemen: six guards stand by, and one policeman."""
    guards = [desk.unit(f"Linmas {serial}", serial) for serial in range(1, 7)]
    police = desk.unit("Polisi", 20, agency="BKTM")
    path = f"/incidents/{desk.verified(type_code='BEGAL', priority=Priority.DARURAT, area_code='EJ')}"
    assert ticked(operator.open(path).text) == {*guards[:2], police}
    operator.send(f"{path}/dispatch", {"unit": [str(each) for each in (*guards[:2], police)]})
    assert ticked(operator.open(path).text) == set()


def ticked(page: str) -> set[int]:
    return {int(unit) for unit in re.findall(r'name="unit" value="(\d+)" checked', page)}


def test_whoever_has_a_task_is_not_ticked_and_that_is_said(desk: Desk, operator: Browser) -> None:
    busy = desk.unit()
    desk.dispatched(busy)
    page = operator.open(f"/incidents/{desk.verified('maling lagi')}").text
    assert "1 tugas lain" in page
    assert f'name="unit" value="{busy}" checked' not in page


def test_a_case_is_offered_to_a_partner_and_his_words_are_entered(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path).send(f"{path}/legs", partner="CC112")
    assert "Call Center Bahagia 112" in operator.text
    operator.send(f"{path}/legs/1", state="ACCEPTED", who="Bu Rina")
    assert "oleh Bu Rina" in operator.text
    operator.send(f"{path}/legs/1", state="ANSWERED", words="ambulans tiba")
    assert desk.all(Leg)[0].state is LegState.ANSWERED
    assert "ambulans tiba" in operator.text
    assert operator.post(f"{path}/legs/1", state="REFUSED").status == 409


def test_a_leg_that_came_back_stands_in_red_in_the_queue_until_somebody_takes_the_case(
    desk: Desk, operator: Browser
) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path).send(f"{path}/legs", partner="CC112")
    assert "Pelimpahan kembali" not in operator.open("/").text
    operator.open(path).send(f"{path}/legs/1", state="REFUSED")
    assert '<span class="flag back">Pelimpahan kembali</span>' in operator.open("/").text
    assert "Call Center Bahagia 112" in operator.open("/handover").text
    operator.open(path).send(f"{path}/legs", partner="CC112")
    assert "Pelimpahan kembali" not in operator.open("/").text


def test_no_bell_rings_at_a_desk_for_what_it_may_not_see(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    owe(desk, desk.report(type_code="KDRT", priority=Priority.TINGGI), TaskKind.UNCLAIMED)
    for who, rings in ((operator, "0"), (coordinator, "1")):
        strip = who.open("/strip").text
        assert f'data-ringing="{rings}"' in strip
        assert ('href="/tasks"' in strip) is (rings == "1")


def test_a_hand_over_names_no_case_that_is_hidden_from_who_reads_it(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    hidden, open_to_all = desk.report(type_code="KDRT", priority=Priority.TINGGI), desk.report()
    coordinator.open("/handover").send("/handover", note="pagi ramai")
    assert f"{hidden} {open_to_all}" in coordinator.text or f"{open_to_all} {hidden}" in coordinator.text
    assert open_to_all in operator.open("/handover").text
    assert hidden not in operator.text


def test_neighbours_are_asked_with_one_click_and_their_answers_stand_there(
    desk: Desk, operator: Browser
) -> None:
    desk.unit("Ketua RT 5", 7, agency="RT", rt=5)
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/neighbours")
    assert "belum menjawab" in operator.text
    with desk.runtime.work() as work:
        work.session.get_one(Inquiry, 1).answer = True
    assert "membenarkan" in operator.open(path).text
    assert operator.post(f"{path}/neighbours").status == 409


def test_an_exercise_is_marked_for_good(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    coordinator.open(path).send(f"{path}/exercise")
    assert "LATIHAN: kasus ini bukan kejadian sebenarnya" in coordinator.text
    assert not coordinator.has_form(f"{path}/exercise")


def test_gaps_are_seen_in_advance_and_closed_by_who_comes_in_addition(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    for serial, area in enumerate(desk.runtime.playbook.areas, 1):
        unit = desk.unit(f"Linmas {area}", serial, area_code=area, on_duty=None)
        police = desk.unit(f"Polisi {area}", serial + 20, agency="BKTM", area_code=area, on_duty=None)
        with desk.runtime.work() as work:
            off = (2,) if area == "EJ" else ()
            for day in set(range(7)) - set(off):
                work.session.add(Shift(unit_id=unit, weekday=day, starts=0, ends=1440))
            work.session.add_all(Shift(unit_id=police, weekday=day, starts=0, ends=1440) for day in range(7))
    page = operator.open("/roster").text
    assert page.count("0 dari 1 orang") == 1
    assert "<b>Eka Jaya</b> · Linmas" in page
    who = next(unit.id for unit in desk.all(Unit) if unit.name == "Linmas EJ")
    for shift in ("pagi", "siang", "malam"):
        operator.open("/roster").send("/roster/change", unit=who, day="2026-11-25", shift=shift, duty="on")
        assert operator.status == 200
    operator.send("/roster/change", unit=who, day="2026-11-24", shift="malam", duty="on")
    assert "Tidak ada kekosongan" in operator.text


def test_the_weekly_rota_is_made_of_shifts_on_weekdays(desk: Desk, operator: Browser) -> None:
    unit = desk.unit(on_duty=None)
    page = operator.open("/roster").send("/roster/week", unit=unit, shift="malam", weekday=["0", "4", "4"])
    page.send("/roster/week", unit=unit, shift="malam", weekday=["4", "6"])
    assert [(row.weekday, row.starts, row.ends) for row in desk.all(Shift)] == [
        (0, 1260, 1860), (4, 1260, 1860), (6, 1260, 1860),
    ]  # fmt: skip
    assert "Sen Jum Min 21.00-07.00" in " ".join(page.text.split())
    assert page.post("/roster/week", unit=unit, shift="malam").status == 409
    page.open("/roster").post("/roster/week", unit=unit, clear="1")
    assert desk.all(Shift) == []
    assert len(desk.all(Audit, Audit.act == "rota_changed")) == 3


def test_a_swap_needs_two_people_and_stands_on_the_roster(desk: Desk, operator: Browser) -> None:
    first, second = desk.unit("Arif", 1), desk.unit("Rudi", 2)
    fields = {"day": "2026-11-25", "shift": "malam", "unit": first}
    operator.open("/roster").send("/roster/change", fields, other=first)
    assert (operator.status, desk.all(DutyChange)) == (409, [])
    operator.open("/roster").send("/roster/change", fields, other=second)
    assert "tukar dengan Rudi" in operator.text
    assert len(desk.all(DutyChange)) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"day": "besok", "shift": "malam"}, {"day": "0026-11-27", "shift": "malam"},
        {"day": "9999-12-31", "shift": "malam"}, {"day": "2026-11-25", "shift": "x"},
    ],
)  # fmt: skip
def test_a_shift_that_does_not_exist_is_refused(
    desk: Desk, operator: Browser, fields: dict[str, str]
) -> None:
    operator.open("/roster").send("/roster/change", {"unit": desk.unit(), "duty": "on", **fields})
    assert operator.status in {400, 422}
    assert desk.all(DutyChange) == []


def test_a_standing_note_stands_beside_the_unit_where_it_is_chosen(desk: Desk, operator: Browser) -> None:
    unit = desk.unit()
    operator.open("/roster").send("/roster/note", unit=unit, note="jangan Selasa 10-14")
    assert "jangan Selasa 10-14" in operator.open(f"/incidents/{desk.verified()}").text


def test_a_communication_test_is_started_and_read_on_one_screen(desk: Desk, sign_in: SignIn) -> None:
    desk.unit()
    desk.unit("Regu Damkar", 2, agency="DAMKAR", area_code=None)
    admin = sign_in(Role.ADMINISTRATOR).open("/drills")
    admin.send("/drills", agency="LINMAS", note="bulanan")
    assert "0 dari 1 menjawab" in admin.text
    assert "Arif Linmas" in admin.text
    assert "Regu Damkar" not in admin.text


def test_a_shift_is_handed_over_with_its_note_and_its_open_cases(
    desk: Desk, operator: Browser, coordinator: Browser, clock: StoppedClock
) -> None:
    number = desk.dispatched(desk.unit())
    owe(desk, number)
    page = operator.open("/handover")
    for shown in (number, "Petugas belum menjawab", "Telepon petugas yang belum menjawab"):
        assert shown in page.text
    page.send("/handover", note="Pak RT 5 minta dikabari pagi")
    assert not page.has_form("/handover/1/take")
    assert page.post("/handover/1/take").status == 409
    clock.forward(minutes=3)
    coordinator.open("/handover").send("/handover/1/take")
    assert "diterima Si coordinator 21.07" in coordinator.text
    (given,) = desk.all(HandOver)
    assert (given.note, given.cases) == ("Pak RT 5 minta dikabari pagi", number)
    assert given.taken_at - given.given_at == timedelta(minutes=3)
    assert operator.post("/handover/1/take").status == 409

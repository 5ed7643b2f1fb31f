"""The board of units."""

from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.models import Audit, Unit
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock


def test_units_stand_under_their_kelurahan_with_their_duty(desk: Desk, operator: Browser) -> None:
    desk.unit("Regu Damkar", 1, agency="DAMKAR", area_code=None, on_duty=None)
    desk.unit("Arif Linmas", 2)
    page = operator.open("/units").text
    assert (
        page.index("Seluruh kota")
        < page.index("Regu Damkar")
        < page.index("Eka Jaya")
        < page.index("Arif Linmas")
    )
    assert "Piket (kata petugas)" in page
    assert "Di luar jadwal" in page


def test_an_open_task_links_to_its_case_and_says_since_when(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    number = desk.dispatched(desk.unit())
    clock.forward(minutes=12)
    assert f'<a class="task" href="/incidents/{number}">' in operator.open("/units").text
    told = operator.text.partition('class="unit-task"')[2].partition("</time>")[0]
    assert ("Belum menjawab" in told, told[-6:]) == (True, "12 mnt")


def test_a_task_in_a_confidential_case_names_no_case(desk: Desk, operator: Browser) -> None:
    number = desk.dispatched(desk.unit())
    with desk.runtime.work() as work:
        incident = desk.find(work, number)
        incident.confidential, incident.priority = True, Priority.TINGGI
    assert number not in operator.open("/units").text
    assert "bertugas" in operator.text


def test_the_desk_notes_who_is_on_duty_and_that_is_audited(desk: Desk, operator: Browser) -> None:
    unit = desk.unit()
    operator.open("/units").send(f"/units/{unit}/duty", duty="off")
    assert desk.all(Unit)[0].on_duty is False
    assert [(entry.act, entry.subject) for entry in desk.all(Audit, Audit.act == "duty_off")] == [
        ("duty_off", "unit 1")
    ]


def test_an_auditor_sees_no_telephone_numbers(desk: Desk, sign_in: SignIn) -> None:
    desk.unit()
    page = sign_in(Role.AUDITOR).open("/units").text
    assert "Arif Linmas" in page
    assert "+6281300000001" not in page

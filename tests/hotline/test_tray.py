"""What nothing could be done with is filed by a person, once."""

from collections.abc import Callable

import pytest

from hotline import merging, tray
from hotline.domain.playbook import Priority
from hotline.domain.rights import NotAllowedError
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.intake import Reading
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork
from tests.hotline.journey import BEATEN, THEFT, kinds_of_log
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk


@pytest.fixture
def unclear(desk: Desk) -> int:
    """The id of a text that nobody understood."""
    desk.text(NEIGHBOUR, "selamat malam pak")
    return desk.texts(inbound=True)[-1].id


def unread(desk: Desk) -> list[str]:
    with desk.runtime.reading() as session:
        return [text.words for text in tray.unread(session)]


def test_a_text_filed_to_an_incident_is_a_report_of_it(desk: Desk, unclear: int) -> None:
    desk.text(RESIDENT, THEFT)
    with desk.work() as work:
        tray.file_to_incident(work, unclear, "1007", OPERATOR)
    assert unread(desk) == []
    assert desk.log()[-1].text_id == unclear
    assert desk.texts(inbound=True)[0].incident_id == 1


def test_a_text_filed_as_a_report_opens_an_incident_and_its_sender_gets_the_number(
    desk: Desk, unclear: int
) -> None:
    with desk.work() as work:
        tray.file_as_report(work, unclear, Reading(type_code="CURI", area_code="EJ"), OPERATOR)
    desk.settle()
    assert "no. 1007" in desk.said_to(NEIGHBOUR)[-1]


def test_a_machines_text_filed_as_a_report_is_never_answered(desk: Desk) -> None:
    desk.text("PLN123", "Padam listrik di Eka Jaya")
    with desk.work() as work:
        tray.file_as_report(work, desk.texts()[0].id, Reading(), OPERATOR)
    assert desk.texts(inbound=False) == []


def test_only_the_first_of_two_files_it(desk: Desk, unclear: int) -> None:
    with desk.work() as work:
        tray.set_aside(work, unclear, OPERATOR)
    for file in (tray.set_aside, lambda w, t, b: tray.file_as_report(w, t, Reading(), b)):
        with pytest.raises(ConflictError), desk.work() as work:
            file(work, unclear, COORDINATOR)


def test_a_number_that_is_none_leaves_it_in_the_tray(desk: Desk, unclear: int) -> None:
    with pytest.raises(NoSuchIncidentError), desk.work() as work:
        tray.file_to_incident(work, unclear, "1008", OPERATOR)
    assert unread(desk) == ["selamat malam pak"]


def test_what_stands_in_the_incident_already_is_not_added_again(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(RESIDENT, "cepat pak")
    with desk.work() as work:
        tray.file_to_incident(work, desk.texts(inbound=True)[-1].id, "1007", OPERATOR)
    assert kinds_of_log(desk) == ["report", "text_out", "text_in", "text_seen"]


def test_a_units_words_are_no_report(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(GUARD, "bagaimana kondisi di sana sekarang")
    with desk.work() as work:
        tray.file_to_incident(work, desk.texts(inbound=True)[-1].id, "1007", OPERATOR)
    assert kinds_of_log(desk)[-1] == "text_in"


def test_words_about_a_confidential_incident_are_the_coordinators(desk: Desk, unclear: int) -> None:
    desk.text(RESIDENT, BEATEN)
    desk.text(RESIDENT, "cepat pak")
    with desk.work() as work:
        work.session.get_one(Incident, 1).priority = Priority.SEDANG
    with desk.runtime.reading() as session:
        assert [text.words for text in tray.unread(session, by=OPERATOR)] == ["selamat malam pak"]
        assert len(tray.unread(session, by=COORDINATOR)) == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda work, text: tray.set_aside(work, text, OPERATOR),
        lambda work, text: tray.file_as_report(work, text, Reading(), OPERATOR),
        lambda work, text: tray.file_to_incident(work, text, "1010", OPERATOR),
    ],
)
def test_nobody_files_what_he_may_not_read_by_guessing_its_id(
    desk: Desk, act: Callable[[UnitOfWork, int], object]
) -> None:
    desk.text(RESIDENT, BEATEN)
    desk.text(RESIDENT, "cepat pak")
    desk.text(NEIGHBOUR, THEFT)
    with desk.work() as work:
        work.session.get_one(Incident, 1).priority = Priority.SEDANG
    (hidden,) = [text.id for text in desk.texts(inbound=True) if text.unread]
    with pytest.raises(NotAllowedError), desk.work() as work:
        act(work, hidden)
    assert unread(desk) == ["cepat pak"]


def test_what_stands_in_the_event_already_is_not_added_again_after_a_merge(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(RESIDENT, "cepat pak")
    desk.text(NEIGHBOUR, THEFT)
    with desk.work() as work:
        merging.merge(work, desk.incident("1007").id, "1010", OPERATOR)
    (text,) = [text.id for text in desk.texts(inbound=True) if text.unread]
    with desk.work() as work:
        tray.file_to_incident(work, text, "1010", OPERATOR)
    assert kinds_of_log(desk)[-1] == "text_seen"


def own(desk: Desk) -> list[str | None]:
    """The cases that are offered for the last text."""
    with desk.work() as work:
        text = work.session.get_one(TextMessage, desk.texts(inbound=True)[-1].id)
        return [incident.number for incident in tray.own_cases(work, text, OPERATOR)]


def test_the_senders_open_cases_are_offered_the_newest_first_and_nobody_elses(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(NEIGHBOUR, "kebakaran rumah di rt 9 payo selincah")
    desk.text(RESIDENT, "banjir rt 2 bakung jaya")
    desk.text(RESIDENT, "cepat pak")
    assert own(desk) == ["1029", "1007"]


def test_words_about_a_case_that_is_closed_by_now_are_offered_to_it(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(RESIDENT, "BATAL 1007")
    desk.text(RESIDENT, "TAMBAH 1007 dia datang lagi")
    assert own(desk) == ["1007"]
    with desk.work() as work:
        tray.file_to_incident(work, desk.texts(inbound=True)[-1].id, "1007", OPERATOR)
    assert unread(desk) == []

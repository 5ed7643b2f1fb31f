"""A report from a borrowed telephone: the other number is written down, and texted once the desk agrees."""

import pytest

from hotline import other_numbers
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.incidents import ConflictError
from hotline.models import Contact, Incident
from tests.hotline.journey import kinds_of_log, sent
from tests.support.desk import GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk

OWN = "081200000002"
REPORT = f"untuk {OWN} ada maling rt 5 eka jaya"
AUDITOR = Actor("operator", 1, "Dewi", Role.AUDITOR)


def contacts(desk: Desk) -> list[Contact]:
    with desk.runtime.reading() as session:
        return other_numbers.waiting(session, 1)


def agree(desk: Desk, by: Actor = OPERATOR) -> None:
    (contact,) = contacts(desk)
    with desk.work() as work:
        other_numbers.agree(work, 1, contact.id, by)
    desk.settle()


@pytest.fixture
def lent(desk: Desk) -> Desk:
    """The resident's telephone was lent to the neighbour, whose number stands in the text."""
    desk.text(RESIDENT, REPORT)
    return desk


def test_the_number_is_written_down_and_nobody_texts_it(lent: Desk) -> None:
    assert [contact.number for contact in contacts(lent)] == [NEIGHBOUR]
    assert lent.said_to(NEIGHBOUR) == []
    assert "no. 1007" in lent.said_to(RESIDENT)[-1]
    assert "other_number" in kinds_of_log(lent)
    assert all(OWN[1:] not in entry.words for entry in lent.log() if entry.kind == "other_number")


def test_until_the_desk_agrees_it_hears_of_nothing_and_may_ask_nothing(lent: Desk) -> None:
    sent(lent, [GUARD])
    lent.text(GUARD, "1007 3")
    assert "menuju lokasi" in lent.said_to(RESIDENT)[-1]
    lent.text(NEIGHBOUR, "STATUS 1007")
    assert ["tidak menemukan" in words for words in lent.said_to(NEIGHBOUR)] == [True]


def test_once_the_desk_agrees_it_gets_the_receipt_and_all_that_follows(lent: Desk) -> None:
    agree(lent)
    assert "no. 1007" in lent.said_to(NEIGHBOUR)[-1]
    sent(lent, [GUARD])
    lent.text(GUARD, "1007 3")
    assert "menuju lokasi" in lent.said_to(NEIGHBOUR)[-1]
    lent.text(NEIGHBOUR, "STATUS 1007")
    assert "1007" in lent.said_to(NEIGHBOUR)[-1]


def test_it_is_agreed_to_once_and_by_whoever_may_write(lent: Desk) -> None:
    (contact,) = contacts(lent)
    with pytest.raises(NotAllowedError):
        agree(lent, AUDITOR)
    agree(lent)
    with pytest.raises(ConflictError), lent.work() as work:
        other_numbers.agree(work, 1, contact.id, OPERATOR)


def test_another_number_is_named_later_too(desk: Desk) -> None:
    desk.text(RESIDENT, "maling rt 5 eka jaya")
    desk.text(RESIDENT, f"TAMBAH 1007 untuk {OWN} ya pak, ini hp pinjaman")
    assert [contact.number for contact in contacts(desk)] == [NEIGHBOUR]


@pytest.mark.parametrize("number", ["0741306000", "110", "+6591234567x", "081200000001"])
def test_what_is_no_mobile_or_the_senders_own_is_not_written_down(desk: Desk, number: str) -> None:
    desk.text(RESIDENT, f"untuk {number} ada maling rt 5 eka jaya")
    assert contacts(desk) == []
    assert len(desk.incidents()) == 1


def test_a_number_that_is_quiet_stays_so_though_the_desk_agrees(desk: Desk) -> None:
    desk.text(NEIGHBOUR, "suami saya memukuli saya di rt 5 eka jaya, jangan telepon saya")
    desk.text(RESIDENT, f"untuk {OWN} ada maling rt 9 payo selincah")
    with desk.runtime.reading() as session:
        incident = session.query(Incident).filter(Incident.number == "1010").one()
        (contact,) = other_numbers.waiting(session, incident.id)
    with desk.work() as work:
        other_numbers.agree(work, incident.id, contact.id, OPERATOR)
    desk.settle()
    assert desk.said_to(NEIGHBOUR) == []

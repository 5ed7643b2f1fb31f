"""What people ask for their own data, with the law's clock; legal hold; breaches."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import closing
from hotline.audit_chain import verify
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition
from hotline.domain.rights import NotAllowedError
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.models import Audit, Caller, ErasureRequest, Report, Task
from hotline.privacy import breaches, holds, requests
from hotline.privacy.breaches import Noticed
from hotline.privacy.keyed import key_of
from hotline.privacy.requests import Wish
from tests.privacy.planted import NEEDLES, STORY, TELEPHONE, found_in_database, plant
from tests.support.desk import COORDINATOR, NEIGHBOUR, OPERATOR, Desk


def key(desk: Desk) -> bytes:
    return key_of(desk.runtime.settings.secret_key)


def end(desk: Desk, incident_id: int) -> None:
    desk.send(incident_id, 1)
    with desk.work() as work:
        closing.close(work, incident_id, Closing(Disposition.RESOLVED), COORDINATOR)


def only_request(desk: Desk) -> ErasureRequest:
    with desk.runtime.reading() as session:
        (found,) = requests.open_requests(session)
        return found


def test_hapus_by_text_is_a_task_with_a_term_of_three_days(desk: Desk) -> None:
    desk.text(TELEPHONE, "HAPUS")
    desk.text(TELEPHONE, "HAPUS")
    assert requests.due_of(only_request(desk)) == desk.clock.at + timedelta(hours=72)
    with desk.runtime.reading() as session:
        (task,) = session.scalars(select(Task).where(Task.kind == TaskKind.SUBJECT_REQUEST)).all()
    assert task.due_at == desk.clock.at + timedelta(hours=72)


def test_who_asks_to_be_forgotten_is_forgotten_at_once(any_desk: Desk) -> None:
    any_desk.text(TELEPHONE, STORY)
    end(any_desk, any_desk.incident().id)
    any_desk.text(TELEPHONE, "HAPUS")
    any_desk.settle()
    request = only_request(any_desk)
    with any_desk.work() as work:
        done = requests.erase(work, request.id, key(any_desk), COORDINATOR)
    assert done["cases"] == 1
    assert found_in_database(any_desk.runtime.engine) == set()
    with any_desk.runtime.reading() as session:
        assert session.scalars(select(Task.done_at).where(Task.kind == TaskKind.SUBJECT_REQUEST)).one()
        assert requests.open_requests(session) == []
        assert verify(session) == []


def test_what_others_said_of_the_same_case_stays(desk: Desk) -> None:
    desk.text(TELEPHONE, STORY)
    incident = desk.incident()
    with desk.work() as work:
        caller = Caller(number=NEIGHBOUR, first_seen_at=work.now)
        work.session.add(caller)
        work.session.flush()
        work.session.add(
            Report(incident_id=incident.id, channel="sms", caller_id=caller.id, words="saya lihat juga",
                   made_at=work.now, received_at=work.now)
        )  # fmt: skip
    end(desk, incident.id)
    with desk.work() as work:
        asked = requests.ask(work, TELEPHONE, Wish.ERASE, "", COORDINATOR)
    with desk.work() as work:
        requests.erase(work, asked.id, key(desk), COORDINATOR)
    with desk.runtime.reading() as session:
        assert session.scalars(select(Report.words).order_by(Report.id)).all() == ["", "saya lihat juga"]
        numbers = session.scalars(select(Caller.number).order_by(Caller.id)).all()
    assert numbers[0].startswith("#")
    assert numbers[1] == NEIGHBOUR


@pytest.mark.parametrize("why", ["open", "legal hold"])
def test_while_a_case_is_open_or_held_nothing_of_it_is_erased(desk: Desk, why: str) -> None:
    desk.text(TELEPHONE, STORY)
    incident = desk.incident()
    if why == "legal hold":
        end(desk, incident.id)
        with desk.work() as work:
            holds.hold(work, incident.id, "perkara di Polsek", COORDINATOR, on=True)
    with desk.work() as work:
        asked = requests.ask(work, TELEPHONE, Wish.ERASE, "", COORDINATOR)
    before = found_in_database(desk.runtime.engine)
    with desk.work() as work, pytest.raises(ConflictError, match=why):
        requests.erase(work, asked.id, key(desk), COORDINATOR)
    assert found_in_database(desk.runtime.engine) == before
    assert only_request(desk).id == asked.id


def test_a_hold_is_written_down_and_can_be_ended(desk: Desk) -> None:
    desk.text(TELEPHONE, STORY)
    incident = desk.incident()
    for on in (True, True, False):
        with desk.work() as work:
            holds.hold(work, incident.id, "perkara", COORDINATOR, on=on)
    with desk.runtime.reading() as session:
        rows = session.scalars(select(Audit.act).where(Audit.act.like("hold%")).order_by(Audit.id)).all()
    assert rows == ["hold_begun", "hold_ended"]
    assert desk.incident().legal_hold is False


def test_a_person_gets_a_copy_of_what_is_kept_about_him_and_of_nobody_else(desk: Desk) -> None:
    plant(desk)
    desk.text(NEIGHBOUR, "kebakaran di talang bakung rt 3 dekat masjid")
    with desk.work() as work:
        asked = requests.ask(work, TELEPHONE, Wish.ACCESS, "minta salinan", COORDINATOR)
        lines = list(requests.copy_of(work, asked.id, "diminta di loket", COORDINATOR))
    words = [line[3] for line in lines]
    assert STORY in words
    kinds = {line[0] for line in lines}
    assert kinds >= {"laporan sms", "laporan walk_in", "SMS masuk", "SMS keluar", "telepon"}
    assert not [each for each in words if "kebakaran" in each]
    with desk.work() as work:
        requests.settle(work, asked.id, "salinan diserahkan", COORDINATOR)
        with pytest.raises(NoSuchIncidentError):
            requests.settle(work, asked.id, "lagi", COORDINATOR)


def test_an_operator_may_do_none_of_it(desk: Desk) -> None:
    desk.text(TELEPHONE, STORY)
    incident = desk.incident()
    with desk.work() as work:
        noticed = Noticed("nama", "layar difoto", "", work.now, work.now)
        for forbidden in (
            lambda: requests.ask(work, TELEPHONE, Wish.ERASE, "", OPERATOR),
            lambda: requests.erase(work, 1, b"", OPERATOR),
            lambda: holds.hold(work, incident.id, "x", OPERATOR, on=True),
            lambda: breaches.note_breach(work, noticed, OPERATOR),
            lambda: breaches.list_of(work, 1, "x", OPERATOR),
        ):
            with pytest.raises(NotAllowedError):
                forbidden()


def test_a_breach_has_a_list_of_whose_data_was_laid_open(desk: Desk) -> None:
    desk.text(NEIGHBOUR, "kebakaran di talang bakung rt 3 dekat masjid")
    desk.clock.at += timedelta(days=1)
    since = desk.clock.at
    number = plant_now(desk)
    with desk.work() as work:
        noticed = Noticed("nama dan nomor", "kertas tertinggal", "ditarik", since, work.now)
        found = breaches.note_breach(work, noticed, COORDINATOR)
    desk.clock.at += timedelta(hours=5)
    with desk.work() as work:
        _, *lines = breaches.list_of(work, found.id, "memberi tahu subjek", COORDINATOR)
        breaches.told(work, found.id, COORDINATOR)
    assert lines == [
        [number, f"{since.astimezone(desk.runtime.playbook.programme.zone):%d/%m/%Y %H.%M}", "sms",
         "Pencurian", "nomor, isi laporan, lokasi", "", TELEPHONE]
    ]  # fmt: skip
    with desk.runtime.reading() as session:
        acts = session.scalars(select(Audit.act).where(Audit.act.like("breach%")).order_by(Audit.id)).all()
        assert breaches.breaches(session)[0].told_at == desk.clock.at
    assert acts == ["breach_noted", "breach_list", "breach_told"]


def plant_now(desk: Desk) -> str:
    desk.text(TELEPHONE, STORY)
    desk.clock.at += timedelta(minutes=1)
    return desk.incidents()[-1].number or ""


def test_no_name_and_no_number_stands_in_the_audit_but_in_its_reasons(desk: Desk) -> None:
    plant(desk)
    with desk.runtime.reading() as session:
        rows = session.scalars(select(Audit)).all()
    said = " ".join(f"{row.act} {row.subject}" for row in rows)
    assert not [needle for needle in NEEDLES if needle in said]

"""What units write, and what comes of it."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from hotline import closing, dispatch, merging, verification
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition, IncidentStatus, UnitStatus
from hotline.models import Assignment, Unit
from hotline.verification import Findings
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, OPERATOR, POLICE, RESIDENT, Desk

REPORT = "maling rt 5 eka jaya"


def send(desk: Desk, number: str, units: Sequence[str]) -> None:
    """Verifies the incident and alerts the units with these telephones."""
    with desk.work() as work:
        incident = verification.verify(work, desk.incident(number).id, Findings(), OPERATOR)
        ids = list(work.session.scalars(select(Unit.id).where(Unit.number.in_(units))))
        dispatch.dispatch(work, incident.id, ids, "", OPERATOR)
    desk.settle()


def tasks(desk: Desk) -> list[Assignment]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Assignment).order_by(Assignment.id)))


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """A verified incident 1007 with one alerted guard."""
    desk.text(RESIDENT, REPORT)
    send(desk, "1007", [GUARD])
    return desk


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("1007 1", UnitStatus.ACCEPTED),
        ("TERIMA 1007", UnitStatus.ACCEPTED),
        ("siap", UnitStatus.ACCEPTED),
        ("1007 2", UnitStatus.DECLINED),
        ("1007 3 15mnt 2 org", UnitStatus.EN_ROUTE),
        ("jalan", UnitStatus.EN_ROUTE),
        ("1007 4", UnitStatus.ON_SCENE),
        ("TIBA", UnitStatus.ON_SCENE),
        ("1007 6 pelaku diserahkan ke polsek", UnitStatus.CLEAR),
        ("1007 7", UnitStatus.UNABLE),
    ],
)
def test_a_code_moves_the_units_own_task(sent: Desk, words: str, status: UnitStatus) -> None:
    sent.text(GUARD, words)
    assert tasks(sent)[0].status is status


def test_the_words_behind_a_code_are_kept(sent: Desk) -> None:
    sent.text(GUARD, "1007 3 15mnt 2 org")
    assert tasks(sent)[0].people == 2
    sent.text(GUARD, "1007 6 pelaku diserahkan ke polsek")
    assert "pelaku diserahkan ke polsek" in tasks(sent)[0].report


def test_the_callers_hear_of_each_stage_once(sent: Desk) -> None:
    send(sent, "1007", [POLICE])
    for words in ("1007 3", "1007 3", "1007 4"):
        sent.text(GUARD, words)
        sent.text(POLICE, words)
    told = sent.said_to(RESIDENT)
    assert [sum(word in text for text in told) for word in ("menuju lokasi", "sudah di lokasi")] == [1, 1]


def test_backup_is_a_flag_beside_the_status(sent: Desk) -> None:
    sent.text(GUARD, "1007 4")
    sent.text(GUARD, "1007 5")
    assert (tasks(sent)[0].status, tasks(sent)[0].needs_backup) == (UnitStatus.ON_SCENE, True)


def test_selesai_ends_the_task_and_never_the_incident(sent: Desk) -> None:
    sent.text(GUARD, "SELESAI 1007 aman")
    assert (sent.incident().status, sent.incident().disposition) == (IncidentStatus.REPORTED, None)


def test_a_repeated_answer_changes_nothing_and_is_not_answered(sent: Desk) -> None:
    sent.text(GUARD, "1007 6 sudah aman")
    before = len(sent.said_to(GUARD))
    sent.text(GUARD, "1007 6 sudah aman")
    assert (len(sent.said_to(GUARD)), tasks(sent)[0].report) == (before, "sudah aman")


def test_an_answer_that_was_overtaken_on_its_way_changes_nothing(sent: Desk) -> None:
    sent.text(GUARD, "1007 4")
    before = len(sent.said_to(GUARD))
    sent.text(GUARD, "1007 3")
    assert (tasks(sent)[0].status, len(sent.said_to(GUARD))) == (UnitStatus.ON_SCENE, before)


def test_declining_after_accepting_is_answered_with_how_to_withdraw(sent: Desk) -> None:
    sent.text(GUARD, "1007 1")
    sent.text(GUARD, "1007 2")
    assert "TOLAK tidak bisa" in sent.said_to(GUARD)[-1]
    assert "1007 7" in sent.said_to(GUARD)[-1]
    assert sent.texts(inbound=True)[-1].unread


def test_people_and_minutes_are_the_units_own_only_while_it_is_coming(sent: Desk) -> None:
    sent.text(GUARD, "1007 3 15mnt 2 org")
    arrives_at = tasks(sent)[0].arrives_at
    sent.text(GUARD, "1007 4")
    sent.text(GUARD, "SELESAI 1007 pelaku 1 org diserahkan ke polsek 5 mnt lalu")
    assert (tasks(sent)[0].people, tasks(sent)[0].arrives_at) == (2, arrives_at)


def test_a_late_answer_to_a_closed_incident_is_a_note_and_says_so(sent: Desk) -> None:
    sent.text(GUARD, "1007 2")
    with sent.work() as work:
        closing.close(work, sent.incident().id, Closing(Disposition.RESOLVED), COORDINATOR)
    sent.text(GUARD, "1007 1")
    assert tasks(sent)[0].status is UnitStatus.DECLINED
    assert "sudah berakhir" in sent.said_to(GUARD)[-1]
    assert sent.texts(inbound=True)[-1].unread


def test_a_bare_code_with_two_open_tasks_is_asked_back(sent: Desk) -> None:
    sent.text(NEIGHBOUR, "kebakaran di rt 9 payo selincah")
    send(sent, "1010", [GUARD])
    sent.text(GUARD, "4")
    assert {task.status for task in tasks(sent)} == {UnitStatus.ALERTED}
    assert "1007, 1010" in sent.said_to(GUARD)[-1]
    sent.text(GUARD, "1010 4")
    assert [task.status for task in tasks(sent)] == [UnitStatus.ALERTED, UnitStatus.ON_SCENE]


@pytest.mark.parametrize(
    "words", ["1007 salah, 1010 tiba", "bukan 1007 tapi 1010 4", "1007 dan 1010 selesai", "1007 6 1010 3"]
)
def test_a_code_that_names_two_of_the_units_tasks_moves_neither(sent: Desk, words: str) -> None:
    sent.text(NEIGHBOUR, "kebakaran di rt 9 payo selincah")
    send(sent, "1010", [GUARD])
    sent.text(GUARD, words)
    assert {task.status for task in tasks(sent)} == {UnitStatus.ALERTED}
    assert sent.texts(inbound=True)[-1].unread


def test_a_wrong_digit_moves_nothing(sent: Desk) -> None:
    sent.text(GUARD, "1008 4")
    assert tasks(sent)[0].status is UnitStatus.ALERTED
    assert sent.texts(inbound=True)[-1].unread


def test_somebody_elses_incident_is_not_moved_and_not_revealed(sent: Desk) -> None:
    sent.text(POLICE, "1007 4")
    assert tasks(sent)[0].status is UnitStatus.ALERTED
    assert sent.said_to(POLICE)[-1].startswith("Tidak ada tugas terbuka")


def test_a_unit_answers_under_the_old_number_after_a_merge(sent: Desk) -> None:
    sent.text(NEIGHBOUR, REPORT)
    with sent.work() as work:
        merging.merge(work, sent.incident("1007").id, "1010", OPERATOR)
    sent.text(GUARD, "1007 4")
    assert tasks(sent)[0].status is UnitStatus.ON_SCENE
    assert sent.incident("1010").status is IncidentStatus.ON_SCENE
    sent.text(GUARD, "6")
    assert sent.incident("1010").status is IncidentStatus.REPORTED


def test_a_unit_sent_twice_to_what_is_one_event_answers_once_for_both(sent: Desk) -> None:
    sent.text(NEIGHBOUR, REPORT)
    send(sent, "1010", [GUARD])
    with sent.work() as work:
        merging.merge(work, sent.incident("1007").id, "1010", OPERATOR)
    sent.text(GUARD, "4")
    assert {task.status for task in tasks(sent)} == {UnitStatus.ON_SCENE}


def test_an_uncertain_word_goes_to_the_tray_and_into_the_only_open_task(sent: Desk) -> None:
    sent.text(GUARD, "bagaimana kondisi di sana sekarang")
    last = sent.texts(inbound=True)[-1]
    assert (last.unread, last.incident_id) == (True, sent.incident().id)
    assert tasks(sent)[0].status is UnitStatus.ALERTED


def test_duty_words_are_believed_and_answered(desk: Desk) -> None:
    desk.text(GUARD, "PIKET")
    assert "PIKET" in desk.said_to(GUARD)[-1]
    desk.text(GUARD, "LIBUR")
    with desk.runtime.reading() as session:
        assert session.scalars(select(Unit).where(Unit.number == GUARD)).one().on_duty is False


def test_a_units_thanks_are_not_answered_and_not_in_the_way(sent: Desk) -> None:
    before = len(sent.said_to(GUARD))
    sent.text(GUARD, "terima kasih")
    assert len(sent.said_to(GUARD)) == before
    assert not sent.texts(inbound=True)[-1].unread


def test_a_unit_that_reports_a_new_event_opens_an_incident(desk: Desk) -> None:
    desk.text(GUARD, "kebakaran rumah di payo selincah rt 3")
    assert desk.incident().type_code == "API"
    assert desk.log()[0].actor_kind == "unit"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("TAMBAH 1007 api sudah sampai atap", "keterangan Anda sudah masuk laporan 1007"),
        ("TAMBAH 1007 dua rumah kena", "keterangan Anda sudah masuk laporan 1007"),
        ("STATUS 1007", "Laporan 1007 "),
    ],
)
def test_what_the_receipt_tells_a_unit_to_answer_is_understood(desk: Desk, words: str, said: str) -> None:
    desk.text(GUARD, "kebakaran rumah di payo selincah rt 3")
    desk.text(GUARD, words)
    assert said in desk.said_to(GUARD)[-1]
    assert [entry.words for entry in desk.log() if entry.kind in ("report", "text_in")][-1] == words
    desk.text(POLICE, words)
    assert not any(said in each for each in desk.said_to(POLICE))


def test_a_busy_unit_that_reports_something_else_opens_an_incident_too(sent: Desk) -> None:
    sent.text(GUARD, "kebakaran rumah di payo selincah rt 3")
    assert [incident.type_code for incident in sent.incidents()] == ["CURI", "API"]


def test_a_unit_whose_telephone_answers_by_itself_is_left_alone(sent: Desk) -> None:
    most = sent.runtime.playbook.limits.unit_replies_per_hour
    for _ in range(most + 5):
        sent.text(GUARD, "BANTUAN")
        sent.text(POLICE, "1007 4")
    assert len(sent.said_to(POLICE)) <= most


def test_a_unit_that_was_taken_off_the_list_is_a_resident(sent: Desk) -> None:
    with sent.work() as work:
        work.session.scalars(select(Unit).where(Unit.number == GUARD)).one().active = False
    sent.text(GUARD, "1007 4")
    assert tasks(sent)[0].status is UnitStatus.ALERTED


@pytest.mark.parametrize("words", ["0007 4", "0807 4", "1008 4"])
def test_a_slip_in_the_number_moves_nothing_though_only_one_case_is_open(sent: Desk, words: str) -> None:
    sent.text(GUARD, words)
    assert tasks(sent)[0].status is UnitStatus.ALERTED
    assert "1007" in sent.said_to(GUARD)[-1]

"""A month past its retention: a search for its names and numbers finds nothing, and the figures stay."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import closing
from hotline.attachments import folder_of
from hotline.audit_chain import verify
from hotline.callers import caller_of
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition
from hotline.domain.playbook import Playbook
from hotline.evaluation.figures import count_period
from hotline.evaluation.period import month
from hotline.journal import Journal
from hotline.models import Audit, AuditDay, Base, Breach, Caller, Forgetting, Incident, Kept, Report
from hotline.privacy.forgetting import next_night, told
from hotline.privacy.keyed import key_of, mark_of
from hotline.spool import Incoming, Spool, entry_of
from tests.privacy.nights import nights
from tests.privacy.planted import (
    NAME,
    NEEDLES,
    NEVER_A_CALLERS,
    STORY,
    TELEPHONE,
    after,
    columns_with_words,
    found_in_database,
    found_in_files,
    plant,
)
from tests.support.desk import COORDINATOR, Desk


def copies_in_the_spool(desk: Desk) -> list[str]:
    """Journal and drained spool: bodies are encoded there, so that a search of the bytes sees nothing."""
    folder = desk.runtime.settings.spool
    paths = [*(folder / "journal").glob("*"), *(folder / "drained").glob("*")]
    entries = [(path, entry_of(line)) for path in paths for line in path.read_bytes().splitlines()]
    return sorted(path.parent.name for path, entry in entries if entry and NAME.encode() in entry.body)


def test_copies_outside_the_database_end_at_their_own_term(desk: Desk) -> None:
    folder = desk.runtime.settings.spool
    came = Incoming("sms.inbound", "k", STORY.encode(), "text/plain", desk.clock.at)
    spool = Spool(folder)
    spool.write([came])
    for path in spool.waiting():
        spool.put_away(path)
        os.utime(folder / "drained" / path.name, (came.received_at.timestamp(),) * 2)
    Journal(folder / "journal").append([came])
    after(desk, days=6)
    nights(desk)
    assert copies_in_the_spool(desk) == ["drained", "journal"]
    after(desk, days=2)
    nights(desk)
    assert copies_in_the_spool(desk) == []


def age_files(desk: Desk) -> None:
    """Files are as old as the clock says."""
    spool = Spool(desk.runtime.settings.spool)
    for path in (*folder_of(desk.runtime.settings.var).iterdir(), *spool.corrupt()):
        os.utime(path, (0, 0))


def damage_in_the_spool(desk: Desk) -> None:
    """A callback with a name in it was written half when the power failed."""
    spool = Spool(desk.runtime.settings.spool)
    spool.write([Incoming("sms.inbound", "k", STORY.encode(), "text/plain", desk.clock.at)])
    for path in spool.waiting():
        spool.put_away(path, corrupt=True)


def test_a_month_past_its_retention_holds_no_name_and_no_number_anywhere(
    any_desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plant(any_desk)
    damage_in_the_spool(any_desk)
    nights(any_desk, with_reports=True)
    planted = found_in_database(any_desk.runtime.engine)
    left_out = [name for names in NEVER_A_CALLERS.values() for name in names.split()]
    assert len(left_out) == len(set(left_out))
    assert planted == columns_with_words() - set(left_out), "plant it, or say why it never names a caller"
    assert len(Spool(any_desk.runtime.settings.spool).corrupt()) == 1
    assert found_in_files(tmp_path) != set()
    age_files(any_desk)
    after(any_desk, days=366)
    nights(any_desk)
    assert found_in_database(any_desk.runtime.engine) == set()
    assert found_in_files(tmp_path) == set()
    assert Spool(any_desk.runtime.settings.spool).corrupt() == []
    assert not [needle for needle in NEEDLES if needle in caplog.text]


def test_each_kind_goes_at_its_own_term_and_not_before(desk: Desk) -> None:
    plant(desk)
    nights(desk)
    with_all = found_in_database(desk.runtime.engine)
    after(desk, days=31)
    nights(desk)
    gone = with_all - found_in_database(desk.runtime.engine)
    assert gone == {
        "kept.body", "kept.problem", "nuisance.number", "promise.problem", "text_part.characters",
        "text_part.number",
    }  # fmt: skip
    after(desk, days=60)
    nights(desk)
    assert found_in_database(desk.runtime.engine) == {"attachment.title"}


def test_the_figures_of_the_month_are_what_they_were(
    desk: Desk,
) -> None:
    plant(desk)
    playbook = desk.runtime.playbook
    march = month(2026, 3, playbook.programme.zone)
    after(desk, days=25)
    with desk.runtime.reading() as session:
        before = count_period(session, march, playbook, desk.clock.at).by_key
    after(desk, days=100)
    nights(desk)
    with desk.runtime.reading() as session:
        now = count_period(session, march, playbook, desk.clock.at).by_key
    still = {key: figure for key, figure in before.items() if not key.startswith(("t9/waiting", "t9/silent"))}
    assert {key: now[key] for key in still} == still


def test_it_says_what_it_did_once_a_night(desk: Desk) -> None:
    plant(desk)
    after(desk, days=91)
    nights(desk)
    with desk.runtime.reading() as session:
        ((row, deleted),) = told(session)
    assert (deleted["cases"], deleted["callers"], deleted["loose_calls"]) == (1, 1, 1)
    assert row.day == desk.clock.at.date()


def test_a_second_night_finds_nothing_to_do(desk: Desk) -> None:
    plant(desk)
    after(desk, days=91)
    nights(desk)
    after(desk, days=1)
    nights(desk)
    with desk.runtime.reading() as session:
        assert session.query(Forgetting).count() == 1


def test_an_open_case_is_never_forgotten(desk: Desk) -> None:
    desk.text(TELEPHONE, "ada maling di rt 5 eka jaya")
    after(desk, days=800)
    nights(desk)
    assert desk.incident().forgotten_at is None
    assert [report.words for report in reports(desk)] == ["ada maling di rt 5 eka jaya"]


def reports(desk: Desk) -> list[Report]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Report)))


def test_a_person_who_comes_back_after_being_forgotten_is_forgotten_again_as_the_same(desk: Desk) -> None:
    plant(desk)
    after(desk, days=91)
    nights(desk)
    plant_again_at = desk.clock.at
    desk.text(TELEPHONE, "ada maling di rt 7 eka jaya")
    with desk.work() as work:
        caller = caller_of(work, TELEPHONE)
        assert caller.first_seen_at == plant_again_at
        incident = work.session.scalars(select(Incident).order_by(Incident.id.desc())).first()
        assert incident is not None
        incident.closed_at, incident.disposition = work.now, desk.incidents()[0].disposition
    after(desk, days=91)
    nights(desk)
    mark = mark_of(key_of(desk.runtime.settings.secret_key), TELEPHONE)
    with desk.runtime.reading() as session:
        (only,) = session.scalars(select(Caller).where(Caller.number.like("#%"))).all()
        assert only.number == mark
        assert {report.caller_id for report in session.scalars(select(Report))} == {only.id}


def test_a_forgotten_case_that_is_opened_again_texts_nobody_and_is_forgotten_again(desk: Desk) -> None:
    number = plant(desk)
    after(desk, days=91)
    nights(desk)
    before = len(desk.gateway.sent)
    case = desk.incident(number).id
    with desk.work() as work:
        closing.reopen(work, case, "kambuh", COORDINATOR)
    desk.settle()
    assert len(desk.gateway.sent) == before
    assert desk.texts()[-1].problem == "not_a_mobile"
    with desk.work() as work:
        closing.close(work, case, Closing(Disposition.RESOLVED, f"bertemu {NAME}"), COORDINATOR)
    after(desk, days=91)
    nights(desk)
    assert found_in_database(desk.runtime.engine) <= {"attachment.title"}


def test_whoever_asked_for_no_announcements_stays_on_that_list(desk: Desk) -> None:
    desk.text(TELEPHONE, "BERHENTI")
    after(desk, days=400)
    nights(desk)
    with desk.work() as work:
        assert caller_of(work, TELEPHONE).opted_out_at is not None


def test_after_five_years_the_facts_go_too(any_desk: Desk) -> None:
    plant(any_desk)
    with any_desk.work() as work:
        now = work.now
        work.session.add(
            Breach(noticed_at=now, told_at=now, what=NAME, how="x", since=now, until=now, noted_by=2)
        )
    for days in (400, 1600):
        after(any_desk, days=days)
        nights(any_desk)
    with any_desk.runtime.reading() as session:
        left = {
            table: session.query(Base.metadata.tables[table]).count()
            for table in (
                "incident",
                "report",
                "log_entry",
                "assignment",
                "text_message",
                "call",
                "feedback",
                "breach",
            )
        }
    assert set(left.values()) == {0}, left


def test_the_audit_goes_by_whole_days_and_what_is_left_is_a_chain(desk: Desk) -> None:
    plant(desk)
    after(desk, days=729)
    with desk.work() as work:
        work.session.add(Audit(at=work.now, operator_id=1, act="login", subject=""))
    after(desk, days=2)
    nights(desk)
    with desk.runtime.reading() as session:
        assert session.query(Audit).count() == 1
        assert session.query(AuditDay).where(AuditDay.forgotten_at.is_not(None)).count() == 1
        assert verify(session) == []


def test_a_carrier_that_repeats_itself_after_a_month_is_still_recognised(desk: Desk) -> None:
    desk.text(TELEPHONE, "ada maling di rt 5 eka jaya")
    with desk.runtime.reading() as session:
        before = [(row.kind, row.key) for row in session.scalars(select(Kept))]
    after(desk, days=31)
    nights(desk)
    with desk.runtime.reading() as session:
        rows = session.scalars(select(Kept)).all()
    assert [(row.kind, row.key) for row in rows] == before
    assert {row.body for row in rows} == {b""}


def test_the_night_is_the_districts(playbook_of_desk: Playbook, desk: Desk) -> None:
    zone = playbook_of_desk.programme.zone
    evening = desk.clock.at.astimezone(zone).replace(hour=22)
    assert next_night(evening, playbook_of_desk) == (evening + timedelta(days=1)).replace(
        hour=3, minute=20, second=0, microsecond=0
    )


@pytest.fixture
def playbook_of_desk(desk: Desk) -> Playbook:
    return desk.runtime.playbook

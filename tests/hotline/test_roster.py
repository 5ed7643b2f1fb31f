"""Who there is, who is on duty, and who should go."""

from datetime import timedelta

from sqlalchemy import select

from hotline import roster, swapping, weekly_rota
from hotline.domain.duty import Duty, Stretch
from hotline.models import Shift, Unit
from tests.hotline.journey import THEFT, sent, verified
from tests.support.desk import COORDINATOR, GUARD, POLICE, RESIDENT, Desk


def duty_of(desk: Desk, unit_id: int = 1) -> Duty:
    with desk.runtime.reading() as session:
        return roster.duties(session, desk.runtime.playbook, desk.clock.at)[unit_id]


def test_the_rota_is_read_in_local_time(desk: Desk) -> None:
    with desk.work() as work:
        work.session.add(Shift(unit_id=1, weekday=0, starts=20 * 60, ends=26 * 60))
    assert duty_of(desk) is Duty.ROTA_ON
    desk.clock.advance(hours=5, minutes=59)
    assert duty_of(desk) is Duty.ROTA_ON
    desk.clock.advance(minutes=1)
    assert duty_of(desk) is Duty.ROTA_OFF


def test_the_units_own_word_comes_before_the_rota(desk: Desk) -> None:
    desk.text(GUARD, "PIKET")
    assert duty_of(desk) is Duty.SAID_ON
    desk.text(GUARD, "LIBUR")
    assert duty_of(desk) is Duty.SAID_OFF


def test_whoever_is_on_duty_and_free_is_put_forward_first(desk: Desk) -> None:
    desk.text(GUARD, "PIKET")
    desk.text(POLICE, "PIKET")
    desk.text(RESIDENT, THEFT)
    verified(desk)
    with desk.runtime.reading() as session:
        before = roster.suggestions(session, desk.runtime.playbook, desk.incident(), desk.clock.at)
    assert {each.candidate.unit_id for each in before if each.proposed} == {1, 2}
    sent(desk, [GUARD])
    with desk.runtime.reading() as session:
        assert roster.loads(session) == {1: 1}
        after = roster.suggestions(session, desk.runtime.playbook, desk.incident(), desk.clock.at)
    assert {each.candidate.unit_id for each in after if each.proposed} == {2}


def test_who_is_not_active_any_more_is_nowhere(desk: Desk) -> None:
    with desk.work() as work:
        work.session.get_one(Unit, 1).active = False
    with desk.runtime.reading() as session:
        assert roster.unit_by_number(session, GUARD) is None
        assert 1 not in roster.duties(session, desk.runtime.playbook, desk.clock.at)


def test_hours_at_which_somebody_cannot_go_before_rota_and_piket_and_after_a_change_by_the_desk(
    desk: Desk,
) -> None:
    """Not on Mondays from 19 to 23, whatever was planned; the desk may have asked for one evening of it."""
    with desk.work() as work:
        unit = work.session.get_one(Unit, 1)
        work.session.add(Shift(unit_id=1, weekday=0, starts=0, ends=24 * 60))
        weekly_rota.cannot(work, unit, Stretch(0, 19 * 60, 23 * 60), COORDINATOR)
    desk.text(GUARD, "PIKET")
    assert duty_of(desk) is Duty.ROTA_OFF
    with desk.work() as work:
        unit = work.session.get_one(Unit, 1)
        begin = desk.clock.now() - timedelta(hours=1)
        swapping.change_duty(work, unit, begin, begin + timedelta(hours=2), COORDINATOR, on=True)
    assert duty_of(desk) is Duty.SAID_ON
    desk.clock.advance(hours=6)
    assert duty_of(desk) is Duty.SAID_ON
    with desk.work() as work:
        weekly_rota.clear(work, work.session.get_one(Unit, 1), COORDINATOR, off=True)
        assert [row.off for row in work.session.scalars(select(Shift))] == [False]

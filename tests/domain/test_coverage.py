"""Gaps seen in advance."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.domain.callout import Cover
from hotline.domain.coverage import Change, Gap, Member, gaps, on_duty
from hotline.domain.duty import Stretch

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=WIB)
NIGHTS = tuple(Stretch(day, 21 * 60, 31 * 60) for day in range(7))
DAYS = tuple(Stretch(day, 7 * 60, 21 * 60) for day in range(7))


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_two_who_share_the_day_leave_no_gap() -> None:
    members = [Member("guards", "EJ", NIGHTS), Member("guards", "EJ", DAYS)]
    assert gaps([Cover("guards", 1)], ["EJ"], members, MONDAY, 7) == []


def test_who_is_missing_at_night_is_seen_as_one_stretch() -> None:
    found = gaps([Cover("guards", 1)], ["EJ"], [Member("guards", "EJ", DAYS)], at(12), 1)
    assert found == [Gap("EJ", "guards", at(21), at(31), 0, 1)]


def test_only_the_hours_that_must_be_covered_count() -> None:
    cover = Cover("guards", 1, from_hour=1, to_hour=5)
    found = gaps([cover], ["PS"], [Member("guards", "EJ", NIGHTS)], MONDAY, 1)
    assert found == [Gap("PS", "guards", at(1), at(5), 0, 1)]


def test_who_serves_the_whole_city_covers_every_kelurahan() -> None:
    members = [Member("police", None, NIGHTS), Member("police", None, DAYS)]
    assert gaps([Cover("police", 1)], ["EJ", "PS"], members, MONDAY, 2) == []


def test_a_day_off_opens_a_gap_and_who_stands_in_closes_it() -> None:
    off = Change(at(21), at(31), on=False)
    one = Member("guards", "EJ", NIGHTS, (off,))
    day = Member("guards", "EJ", DAYS)
    (gap,) = gaps([Cover("guards", 1)], ["EJ"], [one, day], at(12), 1)
    assert (gap.starts, gap.ends) == (at(21), at(31))
    other = Member("guards", "EJ", (), (Change(at(21), at(31), on=True),))
    assert gaps([Cover("guards", 1)], ["EJ"], [one, day, other], at(12), 1) == []


def test_the_latest_decision_about_an_hour_holds() -> None:
    changes = (Change(at(8), at(12), on=False), Change(at(8), at(10), on=True))
    assert on_duty(Member("guards", "EJ", DAYS, changes), at(9))
    assert not on_duty(Member("guards", "EJ", DAYS, changes), at(11))

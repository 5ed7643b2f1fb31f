from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.domain.duty import Duty, Stretch, duty

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 6, 1, tzinfo=ZONE)
DAYS = [Stretch(weekday, 6 * 60, 20 * 60) for weekday in range(5)]
NIGHT_OF_SUNDAY = [Stretch(6, 22 * 60, 30 * 60)]
ALWAYS = [Stretch(weekday, 0, 1440) for weekday in range(7)]


def at(weekday: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=weekday, hours=hour, minutes=minute)


ROTA = [
    # rota, weekday, hour, minute, on duty
    (DAYS, 0, 6, 0, True),
    (DAYS, 0, 5, 59, False),
    (DAYS, 0, 19, 59, True),
    (DAYS, 0, 20, 0, False),
    (DAYS, 5, 12, 0, False),
    (NIGHT_OF_SUNDAY, 6, 21, 59, False),
    (NIGHT_OF_SUNDAY, 6, 22, 0, True),
    (NIGHT_OF_SUNDAY, 6, 23, 59, True),
    (NIGHT_OF_SUNDAY, 0, 0, 0, True),  # Monday, but the stretch began on Sunday
    (NIGHT_OF_SUNDAY, 0, 5, 59, True),
    (NIGHT_OF_SUNDAY, 0, 6, 0, False),
    (NIGHT_OF_SUNDAY, 1, 3, 0, False),
    (ALWAYS, 3, 0, 0, True),
    (ALWAYS, 3, 23, 59, True),
    ([], 3, 12, 0, False),
]


@pytest.mark.parametrize(("rota", "weekday", "hour", "minute", "on"), ROTA)
def test_the_rota_runs_over_midnight(
    rota: list[Stretch], weekday: int, hour: int, minute: int, on: bool
) -> None:
    found = duty(None, None, rota, at(weekday, hour, minute))
    assert found is (Duty.ROTA_ON if on else Duty.ROTA_OFF)
    assert found.on is on


NOON = at(0, 12)


@pytest.mark.parametrize(
    ("said", "until", "expected"),
    [
        (True, None, Duty.SAID_ON),
        (False, None, Duty.SAID_OFF),
        (False, NOON + timedelta(minutes=1), Duty.SAID_OFF),
        (False, NOON, Duty.ROTA_ON),
        (True, NOON - timedelta(days=1), Duty.ROTA_ON),
        (None, NOON + timedelta(days=1), Duty.ROTA_ON),
    ],
)
def test_a_units_own_word_goes_first_while_it_holds(
    said: bool | None, until: datetime | None, expected: Duty
) -> None:
    assert duty(said, until, DAYS, NOON) is expected


def test_a_word_until_an_hour_given_in_utc_holds_just_as_long() -> None:
    until = (NOON + timedelta(minutes=5)).astimezone(ZoneInfo("UTC"))
    assert duty(False, until, DAYS, NOON) is Duty.SAID_OFF
    assert duty(False, until, DAYS, NOON + timedelta(minutes=5)) is Duty.ROTA_ON

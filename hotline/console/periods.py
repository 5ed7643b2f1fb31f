"""The stretch of time that a page of the evaluation is about, as its address says it."""

from flask import request
from werkzeug.exceptions import NotFound

from hotline.console.language import language
from hotline.evaluation.period import Period, month_of, read_period
from hotline.evaluation.report import name_of_period
from hotline.web import runtime


def asked_period() -> Period:
    """The period that is asked for, by its key or by its first and last day; the present month where none is.

    Raises NotFound for none that is one.
    """
    first, last = request.values.get("first", ""), request.values.get("last", "")
    wanted = f"{first}..{last}" if first or last else request.values.get("period", "")
    return _read(wanted) or present_month()


def asked_month() -> Period:
    """The month that is asked for; the one that ended last where none is.

    Raises NotFound for any other period, and for a month that has not begun.
    """
    month = _read(request.values.get("period", "")) or present_month().before()
    if not month.is_month or month.start > runtime().clock.now():
        raise NotFound
    return month


def present_month() -> Period:
    """The month in which we are."""
    parts = runtime()
    return month_of(parts.clock.now(), parts.playbook.programme.zone)


def title_of(period: Period) -> str:
    """As a heading has it: `Juni 2026`, or two dates."""
    return name_of_period(period, runtime().playbook, language())


def _read(wanted: str) -> Period | None:
    if not wanted:
        return None
    try:
        return read_period(wanted, runtime().playbook.programme.zone)
    except ValueError as error:
        raise NotFound from error

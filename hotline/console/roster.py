"""The roster: gaps seen in advance, who confirmed tomorrow, what differs from the rota, swaps and notes."""

from datetime import datetime, time, timedelta

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline import roster as readings
from hotline import swapping, weekly_rota
from hotline.console import forms
from hotline.console.pages import looking, page, seen
from hotline.domain.callout import ShiftTemplate
from hotline.domain.coverage import Gap, Member, gaps
from hotline.domain.duty import DAY, Stretch
from hotline.domain.rights import Act
from hotline.models import DutyChange, ShiftReminder, Unit
from hotline.reminding import hours
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("roster", __name__)


@bp.get("/roster")
@needs(Act.SEE_QUEUE, Act.MANAGE_UNITS)
def index() -> Response:
    """The days ahead."""
    return roster_page()


def roster_page(status: int = 200, *, problem: str = "") -> Response:
    """The roster as it is now."""
    now = runtime().clock.now()
    with looking() as session:
        units = list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.name)))
        names = {unit.id: unit.name for unit in units}
        reminders = list(
            session.scalars(
                select(ShiftReminder)
                .where(ShiftReminder.asked_at > now - timedelta(days=1))
                .order_by(ShiftReminder.day, ShiftReminder.starts, ShiftReminder.id)
            )
        )
        query = select(DutyChange).where(DutyChange.ends_at > now).order_by(DutyChange.starts_at)
        changes = list(session.scalars(query))
        found = _gaps(session, units, now)
        rota = readings.rotas(session)
    planned = {unit.id: [each for each in rota[unit.id] if not each.off] for unit in units}
    weekly = [(unit, _shifts(planned[unit.id])) for unit in units if planned[unit.id]]
    today = now.astimezone(runtime().playbook.programme.zone).date()
    return page(
        "roster", status, units=units, names=names, gaps=found, reminders=reminders, changes=changes,
        weekly=weekly, today=today, problem=problem,
    )  # fmt: skip


def _shifts(rota: list[Stretch]) -> list[tuple[str, list[int]]]:
    """The hours of each shift, and the weekdays on which it comes."""
    days: dict[str, set[int]] = {}
    for stretch in sorted(rota, key=lambda each: (each.starts, each.ends)):
        whole = stretch.ends - stretch.starts >= DAY
        days.setdefault("24" if whole else hours(stretch.starts, stretch.ends), set()).add(stretch.weekday)
    return [(words, sorted(found)) for words, found in days.items()]


def _gaps(session: Session, units: list[Unit], now: datetime) -> list[list[Gap]]:
    """Those of one place, role and number of people together, the place with the first one first."""
    playbook = runtime().playbook
    days = playbook.roster.days_ahead
    rota, changes = readings.rotas(session), readings.changes_at(session, now, now + timedelta(days=days))
    members = [
        Member(
            playbook.role_of(unit.agency),
            None if playbook.agencies[unit.agency].citywide else unit.area_code,
            tuple(rota[unit.id]), tuple(changes[unit.id]),
        )
        for unit in units
    ]  # fmt: skip
    local = now.astimezone(playbook.programme.zone)
    groups: dict[tuple[str, str, int], list[Gap]] = {}
    for gap in gaps(playbook.covers, list(playbook.areas), members, local, days):
        groups.setdefault((gap.area, gap.role, gap.present), []).append(gap)
    return list(groups.values())


@bp.post("/roster/change")
@needs(Act.SET_UNIT_STATUS, Act.MANAGE_UNITS)
def change() -> Response:
    """Somebody is off, comes in addition, or another stands in for him, for one shift."""
    with acting() as work:
        unit = _unit(work, "unit")
        starts, ends = _stretch()
        if request.form.get("other"):
            swapping.swap(work, unit, _unit(work, "other"), starts, ends, actor())
        else:
            on = request.form.get("duty") == "on"
            note = forms.words("note", limit=200)
            swapping.change_duty(work, unit, starts, ends, actor(), on=on, note=note)
    return seen("/roster")


@bp.post("/roster/week")
@needs(Act.SET_UNIT_STATUS, Act.MANAGE_UNITS)
def week() -> Response:
    """A shift that comes every week, or none any more."""
    with acting() as work:
        unit = _unit(work, "unit")
        if request.form.get("clear"):
            weekly_rota.clear(work, unit, actor())
        else:
            days = [int(day) for day in request.form.getlist("weekday") if day in set("0123456")]
            weekly_rota.plan(work, unit, days, _shift(), actor())
    return seen("/roster")


@bp.post("/roster/note")
@needs(Act.SET_UNIT_STATUS, Act.MANAGE_UNITS)
def note() -> Response:
    """A standing note that stands beside the unit wherever it could be chosen."""
    with acting() as work:
        _unit(work, "unit").note = forms.words("note", limit=200)
    return seen("/roster")


def _unit(work: UnitOfWork, field: str) -> Unit:
    chosen = request.form.get(field, "")
    found = work.session.get(Unit, int(chosen)) if chosen.isascii() and chosen.isdigit() else None
    if found is None:
        raise NotFound
    return found


def _shift() -> ShiftTemplate:
    known = runtime().playbook.shifts
    shift: ShiftTemplate | None = known.get(forms.choice("shift", known))
    if shift is None:
        raise forms.FieldError(_("Pilih jam piketnya."))
    return shift


def _stretch() -> tuple[datetime, datetime]:
    """The chosen shift on the chosen day."""
    shift, day = _shift(), forms.day("day")
    if day is None:
        raise forms.FieldError(_("Pilih tanggalnya."))
    midnight = datetime.combine(day, time(), runtime().playbook.programme.zone)
    return midnight + timedelta(minutes=shift.starts), midnight + timedelta(minutes=shift.ends)

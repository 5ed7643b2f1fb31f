"""A dead line is said over another that is up, to who is on duty, once for each outage; where none is up they
are telephoned. Of a SIM that no process runs any more those are mailed whom its own watch would have mailed.
"""

from datetime import datetime, timedelta
from typing import Final

from hotline import alarm_calls, climbing, notify
from hotline.carriers import Alarm, raise_alarm, troubles
from hotline.domain.contact import Purpose
from hotline.lines import is_unwatched, line_of
from hotline.models import Line, Unit
from hotline.outbox import Kind, Rank
from hotline.timers import tick
from hotline.unit_of_work import UnitOfWork
from sms.line_rules import LineRules
from sms.lines import TextLines

EVERY: Final = timedelta(minutes=1)
ONLY: Final = 0
"""There is one round over all lines."""
DEAD: Final = frozenset(
    {
        Alarm.SILENT, Alarm.NO_NETWORK, Alarm.NO_CREDIT, Alarm.NO_MONEY, Alarm.NOT_CONFIGURED,
        Alarm.NOT_FETCHED, Alarm.CANARY_LOST,
    }
)  # fmt: skip
"""What is wrong with a line by which nothing goes out, or nothing comes in."""

NAME: Final = 40
"""Characters of a line's name and number that have room in the text."""


def start_watch(work: UnitOfWork, now: datetime) -> None:
    """Sees to it that the lines are looked at; `now` is the database's."""
    tick(work.session, Kind.WATCH_LINES, ONLY, now, at_once=True)


def watch_lines(work: UnitOfWork, _subject: int, lines: TextLines, rules: LineRules, *, speaks: bool) -> None:
    """Keeps WATCH_LINES: notes which lines are dead, says it, and promises the next look. `speaks`: whether
    there is a voice line.
    """
    work.promise(Kind.WATCH_LINES, ONLY, rank=Rank.LATER, due_at=work.now + EVERY)
    known = [line_of(work, name) for name in sorted(lines.gateways)]  # locked in one order for all
    dead = _dead(work, known, rules)
    for line in known:
        if line not in dead:
            line.dead_since = None
            continue
        if is_unwatched(line, work.now):
            raise_alarm(work, anew=line.dead_since is None)
        line.dead_since = line.dead_since or work.now
    if len(dead) < len(known):
        for line in dead:
            if _is_to_be_said(line, rules, work):
                line.told_at = work.now
                _say(work, line)
    elif speaks:
        _telephone(work, dead, rules)


def _dead(work: UnitOfWork, known: list[Line], rules: LineRules) -> list[Line]:
    """Those of which an alarm says so, and those that took no text several times in a row."""
    wrong = troubles(work.session, work.playbook.sending, work.now, [line.name for line in known])
    named = {trouble.carrier for trouble in wrong if trouble.alarm in DEAD}
    return [line for line in known if line.name in named or line.failures >= rules.limits.failures_until_down]


def _is_to_be_said(line: Line, rules: LineRules, work: UnitOfWork) -> bool:
    """Not yet in this outage, and not so shortly after the last one that it only comes and goes."""
    again = timedelta(hours=rules.watch.alarm_again_hours)
    said = line.told_at
    return said is None or (said < (line.dead_since or work.now) and work.now - said >= again)


def _say(work: UnitOfWork, line: Line) -> None:
    since = (line.dead_since or work.now).astimezone(work.playbook.programme.zone)
    name = f"{line.name} {line.number}".strip()
    words = work.playbook.say("line_dead", line=name[:NAME], time=f"{since:%H.%M}")
    for officer in _on_duty(work):
        text = notify.text(work, officer.number, words, Purpose.DISPATCH, unit=officer)
        text.carrier = line.name  # as if it had just failed there: another line is asked first


def _telephone(work: UnitOfWork, dead: list[Line], rules: LineRules) -> None:
    """All lines are dead, and have been for a while: whoever would be texted is rung until he has heard."""
    since = max(line.dead_since or work.now for line in dead)
    if work.now - since < timedelta(minutes=rules.alarm.ring_after_minutes):
        return
    for line in dead:
        if _is_to_be_said(line, rules, work):
            line.told_at = work.now
    said = max(line.told_at for line in dead if line.told_at is not None)
    if said >= since:
        again = timedelta(minutes=rules.alarm.ring_again_minutes)
        alarm_calls.ring(work, _on_duty(work), said, alarm_calls.Rings(again, rules.alarm.most_rings))


def _on_duty(work: UnitOfWork) -> list[Unit]:
    """The first officer and the coordinator, each number once."""
    desk = work.playbook.desk
    officers = [unit for agency in desk.officers for unit in climbing.on_duty_first(work, agency)]
    found = [*officers[:1], *climbing.on_duty_first(work, desk.coordinator)[:1]]
    return list({unit.number: unit for unit in found}.values())

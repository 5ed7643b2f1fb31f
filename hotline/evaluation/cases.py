"""T6 to T8: cases that stand out, cases that were handed over, cases that are still open."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.evaluation_rules import EvaluationRules
from hotline.domain.handoff import LegState
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.evaluation.counting import Figure, count
from hotline.evaluation.rows import Case, Handed, Rows


def notable(rows: Rows, rules: EvaluationRules) -> list[Case]:
    """Real cases of a priority that the playbook calls notable, reported by many, or opened again."""
    reports = Counter(heard.number for heard in rows.heard)
    return [
        case
        for case in rows.cases
        if case.disposition not in _NOT_REAL
        and case.verified_at is not None
        and (
            case.priority in rules.notable_priorities
            or reports[case.number] >= rules.notable_reports
            or case.reopenings > 0
        )
    ]


_NOT_REAL: Final = frozenset(
    {Disposition.PRANK, Disposition.UNFOUNDED, Disposition.CANCELLED, Disposition.DUPLICATE}
)


def standing_out(rows: Rows, rules: EvaluationRules) -> Iterator[tuple[str, Figure]]:
    """`t6/notable`."""
    yield "t6/notable", count(case.number for case in notable(rows, rules))


def handed_over(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """`t7/ended/…`: ends with somebody else. `t7/partner/CODE/…`: what became of each offer."""
    for name, disposition in (("referred", Disposition.REFERRED), ("out_of_area", Disposition.OUT_OF_AREA)):
        yield f"t7/ended/{name}", count(case.number for case in rows.cases if case.disposition is disposition)

    offers: dict[str, list[Handed]] = defaultdict(list)
    for each in rows.handed:
        offers[each.partner].append(each)
    for partner, mine in offers.items():
        key = f"t7/partner/{partner}"
        yield f"{key}/sent", count(each.number for each in mine)
        yield f"{key}/accepted", count(each.number for each in mine if each.accepted)
        yield f"{key}/answered", count(each.number for each in mine if each.answered)
        yield f"{key}/declined", count(each.number for each in mine if each.state is LegState.REFUSED)
        yield f"{key}/unanswered", count(each.number for each in mine if each.state in _UNHEARD)


_UNHEARD: Final = frozenset({LegState.OFFERED, LegState.RETURNED})


def backlog(rows: Rows, rules: EvaluationRules, until: datetime) -> Iterator[tuple[str, Figure]]:
    """`t8/open` at the end of the period, `t8/old` beyond the playbook's days, and `t8/waits/…` for what."""
    yield "t8/open", count(case.number for case in rows.waiting)
    before = until - timedelta(days=rules.backlog_days)
    old = [case for case in rows.waiting if case.received_at < before]
    yield "t8/old", count(case.number for case in old)
    waits: dict[str, list[str]] = defaultdict(list)
    for case in old:
        waits[waits_for(case, until)].append(case.number)
    for name in ("verify", "dispatch", "accept", "arrive", "report", "close"):
        yield f"t8/waits/{name}", count(waits[name])


def waits_for(case: Case, until: datetime) -> str:
    """The step that an open case was waiting for at `until`, whatever has happened since."""
    if case.status is IncidentStatus.REPORTED:
        return "close"
    reached = (
        ("report", case.on_scene_at),
        ("arrive", case.responded_at),
        ("accept", case.dispatched_at),
        ("dispatch", case.verified_at),
    )
    return next((name for name, at in reached if at is not None and at < until), "verify")

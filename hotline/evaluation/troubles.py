"""T10 and T11: what failed in the hotline itself, and what was recommended."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Final

from hotline.domain.evaluation_rules import EvaluationRules
from hotline.evaluation.counting import Figure, count, tenths
from hotline.evaluation.period import Period
from hotline.evaluation.rows import Rows

TROUBLES: Final = ("failed", "refused", "expired", "absent", "unknown", "not_sent", "late")


def troubles(rows: Rows, rules: EvaluationRules, until: datetime) -> Iterator[tuple[str, Figure]]:
    """`t10/text/…` for texts that went wrong, `t10/outage/KIND` in minutes."""
    for name in TROUBLES:
        yield f"t10/text/{name}", count(each.number for each in rows.troubles if each.kind == name)
    for kind in rules.outages:
        lengths = [(each.ended_at or until) - each.started_at for each in rows.failures if each.kind == kind]
        minutes = Fraction(sum(max(int(length.total_seconds()), 0) for length in lengths), 60)
        yield f"t10/outage/{kind}", Figure(tenths(minutes), len(lengths))


def advice(rows: Rows, period: Period, until: datetime) -> Iterator[tuple[str, Figure]]:
    """`t11/given`, `done`, `open` and `overdue` at the end of the period."""
    today = until.astimezone(period.zone).date()
    done = [each for each in rows.advice if each.done_at is not None and each.done_at < until]
    still = [each for each in rows.advice if each not in done]
    yield "t11/given", count(each.number for each in rows.advice)
    yield "t11/done", count(each.number for each in done)
    yield "t11/open", count(each.number for each in still)
    yield "t11/overdue", count(each.number for each in still if each.due is not None and each.due < today)

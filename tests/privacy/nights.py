"""The nightly job as a worker runs it, in as many rounds as it asks for."""

from datetime import timedelta

from hotline.evaluation.files import MakingReport
from hotline.outbox import Kind
from hotline.privacy.forgetting import Forget, keep_forgetting
from tests.support.desk import Desk
from workers.drain import Drain
from workers.keepers import Keepers, Outside


def nights(desk: Desk, *, with_reports: bool = False) -> None:
    """The nightly job until it has nothing left; with it the reports that were asked for."""
    outside: dict[Kind, Outside] = {Kind.FORGET: Forget(desk.runtime)}
    if with_reports:
        outside[Kind.MAKE_REPORT] = MakingReport(desk.runtime)
    drain = Drain(desk.runtime, Keepers(inside={}, outside=outside))
    with desk.work() as work:
        keep_forgetting(work)
    while drain.until_idle():
        desk.clock.at += timedelta(seconds=3)
    drain.close()

"""A line is dead: who is on duty hears of it by text over a line that is up, once for each outage."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hotline.carriers import Alarm, carrier_of, hold, release
from hotline.domain.delivery import TextState
from hotline.domain.pacing import Held
from hotline.domain.segments import Alphabet, measure
from hotline.lines import UNWATCHED, line_of
from hotline.outbox import Kind
from sms.alarming import MailingAlarm
from sms.dead_lines import EVERY, start_watch
from tests.hotline.callout import enlist
from tests.support.mail_server import Mailbox
from tests.support.sims import CARRIER, ISAT, TSEL, Sims
from workers.drain import Drain
from workers.keepers import Keepers

HOURS = 6


@pytest.fixture
def watched(sims: Sims) -> Sims:
    """An officer and a coordinator, and a worker that looks at the lines."""
    for agency in ("PIKET", "TRANTIB"):
        enlist(sims.desk, 1, agency, None)
    with sims.desk.work() as work:
        start_watch(work, work.now)
    sims.settle()
    assert sims.sent() == []
    return sims


def pass_time(sims: Sims, **time: float) -> None:
    """The next look, and whatever it promises: an alert waits for its turn on a SIM."""
    sims.settle(seconds=timedelta(**time).total_seconds())
    for _ in range(3):
        sims.settle(seconds=EVERY.total_seconds())


def silent_sim(sims: Sims) -> str:
    with sims.desk.work() as work:
        line_of(work, TSEL).problem = Alarm.SILENT
    return TSEL


def unwatched_sim(sims: Sims) -> str:
    """Nobody runs its daemon, and so nobody writes that down."""
    with sims.desk.work() as work:
        line_of(work, ISAT).seen_at = work.now - UNWATCHED - timedelta(seconds=1)
    return ISAT


def refusing_sim(sims: Sims) -> str:
    with sims.desk.work() as work:
        line_of(work, ISAT).failures = sims.rules.limits.failures_until_down
    return ISAT


def refused_account(sims: Sims) -> str:
    with sims.desk.work() as work:
        hold(work, carrier_of(work, CARRIER), Held.CONFIGURATION, "HTTP 401")
    return CARRIER


def no_credit(sims: Sims) -> str:
    with sims.desk.work() as work:
        hold(work, carrier_of(work, CARRIER), Held.MONEY, "InsufficientBalance")
    return CARRIER


def works_again(sims: Sims, name: str) -> None:
    with sims.desk.work() as work:
        line = line_of(work, name)
        line.problem, line.failures, line.seen_at = "", 0, None
        release(work, carrier_of(work, name))


@pytest.mark.parametrize("dies", [silent_sim, unwatched_sim, refusing_sim, refused_account, no_credit])
def test_who_is_on_duty_hears_of_it_over_a_line_that_is_up_and_once(
    watched: Sims, dies: Callable[[Sims], str]
) -> None:
    dead = dies(watched)
    pass_time(watched)
    officer, coordinator = watched.desk.texts(inbound=False)
    assert officer.number != coordinator.number
    for text in (officer, coordinator):
        assert text.state is TextState.ACCEPTED
        assert text.carrier != dead
        assert dead in text.words
        assert "MATI" in text.words
        assert (measure(text.words).alphabet, text.parts) == (Alphabet.GSM7, 1)
    assert watched.gateways[dead].sent == []
    pass_time(watched, hours=2 * HOURS)
    assert len(watched.desk.texts()) == 2


def test_a_line_that_comes_and_goes_is_not_said_each_time_but_the_next_outage_is(watched: Sims) -> None:
    for after, said in ((timedelta(0), 2), (timedelta(hours=1), 2), (timedelta(hours=HOURS), 4)):
        pass_time(watched, seconds=after.total_seconds())
        name = silent_sim(watched)
        pass_time(watched)
        assert len(watched.desk.texts()) == said
        works_again(watched, name)
        pass_time(watched)


def test_where_no_line_is_up_nothing_is_said_until_one_is(watched: Sims) -> None:
    dead = [silent_sim(watched), unwatched_sim(watched), refused_account(watched)]
    pass_time(watched)
    assert watched.desk.texts() == []
    works_again(watched, CARRIER)
    pass_time(watched)
    assert len(watched.desk.texts()) == 2 * len(dead[:2])
    assert {text.carrier for text in watched.desk.texts()} == {CARRIER}


@pytest.mark.parametrize(("dies", "letters"), [(unwatched_sim, 1), (silent_sim, 0)])
def test_of_a_sim_that_nobody_runs_those_are_mailed_whom_its_watch_would_have_mailed(
    watched: Sims, mailbox: Mailbox, dies: Callable[[Sims], str], letters: int
) -> None:
    """One that its own watch speaks of is mailed by that."""
    name = dies(watched)
    alarm = MailingAlarm(mailbox.url, ("kecamatan@example.id",), HOURS, CARRIER, (TSEL, ISAT))
    mails = Drain(watched.desk.runtime, Keepers({}, {Kind.MAIL_ALARM: alarm}))
    for _ in range(2):
        pass_time(watched, minutes=10)
        mails.until_idle()
    assert [str(letter["Subject"]).split(": ")[1:] for letter in mailbox.letters] == [
        [name, "silent"]
    ] * letters
    pass_time(watched, hours=HOURS)
    mails.until_idle()
    assert len(mailbox.letters) == 2 * letters
    mails.close()

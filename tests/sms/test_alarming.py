"""The text line is dead: those whom the playbook names hear of it by mail, once each time and again while it
lasts.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from hotline import notify
from hotline.carriers import carrier_of, hold, let_go
from hotline.domain.contact import Purpose
from hotline.domain.pacing import Held
from hotline.models import Canary
from hotline.outbox import Kind
from sms.alarming import AGAIN, MailingAlarm
from sms.canary import check_canary
from sms.watching import FetchingTexts, start_timers
from tests.support.desk import COORDINATOR, HOTLINE, Desk
from tests.support.mail_server import Mailbox
from workers.drain import Drain
from workers.keepers import Keepers, Outside

TO: Final = ("kecamatan@example.id",)
HOURS: Final = 6


@pytest.fixture
def told(desk: Desk, mailbox: Mailbox) -> Desk:
    """A desk whose worker mails alarms and reads the carrier's list."""
    desk.drain.close()
    outside: dict[Kind, Outside] = {
        Kind.MAIL_ALARM: MailingAlarm(mailbox.url, TO, HOURS, desk.gateway.name),
        Kind.FETCH_MESSAGES: FetchingTexts(desk.gateway),
    }
    desk.drain = Drain(desk.runtime, Keepers({}, outside))
    return desk


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(letter["Subject"]).rpartition(": ")[2] for letter in mailbox.letters]


def go_on(desk: Desk, **by: float) -> None:
    desk.clock.advance(**by)
    desk.settle()


def no_credit(desk: Desk) -> None:
    with desk.work() as work:
        hold(work, carrier_of(work, desk.gateway.name), Held.MONEY, "InsufficientBalance")
    desk.settle()


def account_refused(desk: Desk) -> None:
    with desk.work() as work:
        hold(work, carrier_of(work, desk.gateway.name), Held.CONFIGURATION, "HTTP 401")
    desk.settle()


def canary_lost(desk: Desk) -> None:
    with desk.work() as work:
        text = notify.text(work, HOTLINE, "K00000000", Purpose.CHECK)
        canary = Canary(carrier=desk.gateway.name, word="K00000000", text_id=text.id, sent_at=work.now)
        work.session.add(canary)
        work.session.flush()
        check_canary(work, canary.id)
    desk.settle()


def carrier_silent(desk: Desk) -> None:
    with desk.work() as work:
        start_timers(work, desk.gateway, desk.clock.now())
    desk.settle()
    desk.gateway.silent = True
    for _ in range(20):
        go_on(desk, minutes=1)


@pytest.mark.parametrize(
    ("dead", "said"),
    [
        (no_credit, "no_money"), (account_refused, "not_configured"), (canary_lost, "canary_lost"),
        (carrier_silent, "not_fetched"),
    ],
)  # fmt: skip
def test_a_dead_line_is_mailed_once_and_again_while_it_lasts(
    told: Desk, mailbox: Mailbox, dead: Callable[[Desk], None], said: str
) -> None:
    dead(told)
    assert subjects(mailbox) == [said]
    assert mailbox.to == list(TO)
    go_on(told, hours=HOURS - 1)
    assert len(mailbox.letters) == 1
    go_on(told, hours=1)
    assert subjects(mailbox) == [said, said]


def test_nothing_more_is_mailed_once_it_works_again_and_the_next_time_it_is(
    told: Desk, mailbox: Mailbox
) -> None:
    no_credit(told)
    with told.work() as work:
        let_go(work, told.gateway.name, COORDINATOR)
    go_on(told, hours=HOURS)
    assert len(mailbox.letters) == 1
    no_credit(told)
    assert len(mailbox.letters) == 2


def test_a_second_trouble_is_said_at_once(told: Desk, mailbox: Mailbox) -> None:
    canary_lost(told)
    no_credit(told)
    assert subjects(mailbox) == ["canary_lost", "no_money, canary_lost"]


def test_a_mail_server_that_does_not_answer_is_asked_again(told: Desk, mailbox: Mailbox) -> None:
    mailbox.replies["MAIL"] = "451 later"
    no_credit(told)
    assert mailbox.letters == []
    mailbox.replies.clear()
    go_on(told, seconds=AGAIN / timedelta(seconds=1))
    assert subjects(mailbox) == ["no_money"]

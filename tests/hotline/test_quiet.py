"""Quiet mode: everything that writes to a caller or rings one, once as usual and once in quiet mode.

That nothing else could write or ring is proved from the code, in tests/test_architecture.py.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest
from sqlalchemy import select

from hotline import bridging, calling_back, closing, conversation, dispatch, merging, other_numbers, tray
from hotline.dispatch import Answer
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import StatusCode
from hotline.intake import Reading
from hotline.models import Caller, Contact, TextMessage
from hotline.notify import MayNotCallError
from hotline.verification import reject
from tests.hotline.journey import THEFT, closed, sent, tasks
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk
from tests.support.voice import DESK_PHONE, Exchange

Step = Callable[[Exchange], object]


def texts(*all_words: str) -> Step:
    def step(line: Exchange) -> None:
        for words in all_words:
            line.desk.text(RESIDENT, words)

    return step


def _write(line: Exchange) -> None:
    with line.desk.work() as work:
        conversation.write_to_callers(work, 1, "Di mana tepatnya?", OPERATOR)


def _merge(line: Exchange) -> None:
    line.desk.text(NEIGHBOUR, THEFT)
    with line.desk.work() as work:
        merging.merge(work, line.desk.incident("1007").id, "1010", OPERATOR)


def _reject(line: Exchange) -> None:
    with line.desk.work() as work:
        reject(work, 1, "NOT_FOUND", "", OPERATOR)


def _under_way(line: Exchange) -> None:
    sent(line.desk, [GUARD])
    line.desk.text(GUARD, "1007 3 15mnt")


def _arrived_by_the_desk(line: Exchange) -> None:
    sent(line.desk, [GUARD])
    with line.desk.work() as work:
        dispatch.set_status(work, tasks(line.desk)[0].id, Answer(StatusCode.ON_SCENE), OPERATOR)


def _close(line: Exchange) -> None:
    sent(line.desk, [GUARD])
    line.desk.text(GUARD, "1007 6 aman")
    closed(line.desk)


def _close_and_reopen(line: Exchange) -> None:
    _close(line)
    with line.desk.work() as work:
        closing.reopen(work, 1, "belum selesai", COORDINATOR)


def _send_again(line: Exchange) -> None:
    with line.desk.work() as work:
        first = work.session.scalars(select(TextMessage).where(TextMessage.inbound.is_(False))).first()
        assert first is not None
        first.state = TextState.UNKNOWN
        conversation.send_again(work, first.id, OPERATOR)


def _file_as_report(line: Exchange) -> None:
    line.desk.text(RESIDENT, "cepat pak")
    with line.desk.work() as work:
        tray.file_as_report(work, line.desk.texts(inbound=True)[-1].id, Reading(type_code="API"), OPERATOR)


def _agree_to_his_number(line: Exchange) -> None:
    line.desk.text(NEIGHBOUR, f"untuk {RESIDENT} kebakaran rumah rt 9 payo selincah")
    with line.desk.work() as work:
        contact = work.session.scalars(select(Contact)).one()
        other_numbers.agree(work, contact.incident_id, contact.id, OPERATOR)


def _report_by_voice(line: Exchange) -> None:
    line.dial().press("1").press("3").press("7#").record().hang_up(50)


def _missed_call(line: Exchange) -> None:
    line.with_voice(missed_call_mode=True)
    line.dial()
    line.desk.clock.advance(seconds=3)


def _join_operator(line: Exchange) -> None:
    line.at_the_desk()
    with line.desk.work() as work:
        bridging.join_operator(work, 1, OPERATOR)
    line.answered(DESK_PHONE)


def _join_unit(line: Exchange) -> None:
    sent(line.desk, [GUARD])
    with line.desk.work() as work:
        bridging.join_unit(work, tasks(line.desk)[0].id, OPERATOR)
    line.answered(GUARD)


def _call_back(line: Exchange) -> None:
    line.at_the_desk()
    missed = line.dial().hang_up()
    with line.desk.work() as work:
        calling_back.call_back(work, missed.call.id, OPERATOR)
    line.answered(DESK_PHONE)


STEPS: Final[dict[str, Step]] = {
    "reports": texts("kebakaran rumah di rt 9 payo selincah", "ada tawuran di dekat rumah", "rt 3", "2"),
    "more of one": texts("malingnya masih di rt 5 eka jaya bawa parang"),
    "every command": texts("STATUS 1007", "BANTUAN", "STOP", "MULAI", "HAPUS", "DIAM", "BATAL 1007"),
    "the desk writes": _write,
    "merged": _merge,
    "rejected": _reject,
    "a unit is on its way": _under_way,
    "a unit is there, says the desk": _arrived_by_the_desk,
    "closed and asked": _close,
    "opened again": _close_and_reopen,
    "sent again": _send_again,
    "out of the tray": _file_as_report,
    "named by somebody else": _agree_to_his_number,
    "reported by voice": _report_by_voice,
    "a missed call": _missed_call,
    "the operator rings": _join_operator,
    "a unit rings": _join_unit,
    "called back": _call_back,
}


@pytest.fixture
def line(exchange: Exchange) -> Exchange:
    """Both lines; the resident has reported, and that is out."""
    exchange.desk.text(RESIDENT, THEFT)
    exchange.desk.gateway.sent.clear()
    return exchange


def take(step: Step, line: Exchange) -> bool:
    """Whether the step reached the resident: a text, a ring, or a telephone that was joined to his."""
    with suppress(MayNotCallError, StopIteration):
        step(line)
    line.desk.settle()
    line.settle()
    joined = any(RESIDENT in phone for phone in _joined(line))
    return bool(line.desk.said_to(RESIDENT)) or joined or any(to == RESIDENT for to, _ in line.gateway.placed)


def _joined(line: Exchange) -> list[str]:
    return [call.joins for call in line.calls() if call.joins and call.end is None]


@pytest.mark.parametrize("step", STEPS)
def test_quiet_mode_holds_whatever_is_done(line: Exchange, step: str) -> None:
    with line.desk.work() as work:
        work.session.scalars(select(Caller).where(Caller.number == RESIDENT)).one().quiet_since = work.now
    assert not take(STEPS[step], line)


@pytest.mark.parametrize("step", STEPS)
def test_each_of_these_reaches_a_caller_who_is_not_quiet(line: Exchange, step: str) -> None:
    assert take(STEPS[step], line)


def test_a_units_own_plea_silences_what_it_reported_and_not_its_alerts(desk: Desk) -> None:
    """It is told what others need of it, and nothing of its own report; its telephone does not ring."""
    desk.text(GUARD, "suami saya memukuli saya di rt 5 eka jaya, jangan telepon saya")
    assert desk.said_to(GUARD) == []
    desk.text(RESIDENT, THEFT)
    sent(desk, [GUARD], "1010")
    assert [words[:10] for words in desk.said_to(GUARD)] == ["TUGAS 1010"]
    with pytest.raises(MayNotCallError), desk.work() as work:
        bridging.read_to_unit(work, tasks(desk)[0].id, OPERATOR)

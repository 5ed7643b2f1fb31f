"""A promised text goes out once, and the desk knows how far it came."""

import pytest

from hotline import conversation
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.incidents import ConflictError
from hotline.models import Caller, TextMessage
from hotline.notify import text
from hotline.outbox import Kind, claim
from sms.gateway import Accepted, NotSent, Outcome, Refused, Unknown, Wait
from sms.lines import TextLines
from sms.sending import GIVE_UP, Sending
from tests.support.desk import OPERATOR, RESIDENT, Desk


def say(desk: Desk, *answers: Outcome) -> TextMessage:
    """One text to the resident, which the carrier answers as told."""
    desk.gateway.answers[RESIDENT] = list(answers)
    with desk.work() as work:
        text(work, RESIDENT, "Halo", Purpose.PROGRESS)
    desk.settle()
    return desk.texts(inbound=False)[-1]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Accepted("c-1"), TextState.ACCEPTED),
        (Refused("403 InvalidPhoneNumber"), TextState.REFUSED),
        (Refused("405 InsufficientBalance", Wait.MONEY), TextState.QUEUED),
        (Refused("402 InvalidSenderId", Wait.CONFIGURATION), TextState.QUEUED),
        (Refused("429", Wait.LATER), TextState.QUEUED),
        (Unknown("timeout"), TextState.UNKNOWN),
        (NotSent("refused port"), TextState.NOT_SENT),
    ],
)
def test_each_outcome_has_its_state(desk: Desk, answer: Outcome, state: TextState) -> None:
    assert say(desk, answer).state is state


@pytest.mark.parametrize("answer", [Unknown("timeout"), Refused("final")])
def test_what_may_have_gone_out_or_never_will_is_not_repeated(desk: Desk, answer: Outcome) -> None:
    say(desk, answer)
    desk.clock.advance(hours=12)
    desk.settle()
    assert len(desk.gateway.sent) == 1


@pytest.mark.parametrize(
    "answer", [NotSent("port"), Refused("money", Wait.MONEY), Refused("busy", Wait.LATER)]
)
def test_what_certainly_did_not_go_out_is_tried_again(desk: Desk, answer: Outcome) -> None:
    say(desk, answer)
    desk.clock.advance(minutes=6)
    desk.settle()
    assert len(desk.gateway.sent) == 2
    assert desk.texts(inbound=False)[-1].state is TextState.ACCEPTED


def test_after_hours_a_text_that_never_left_is_given_up_and_a_person_may_send_it(desk: Desk) -> None:
    message = say(desk, NotSent("port"), NotSent("port"))
    desk.clock.advance(hours=GIVE_UP.total_seconds() / 3600 + 1)
    desk.settle()
    assert desk.texts(inbound=False)[-1].settled_at == desk.clock.at
    with desk.work() as work:
        conversation.send_again(work, message.id, OPERATOR)
    desk.settle()
    assert [each.state for each in desk.texts(inbound=False)] == [TextState.NOT_SENT, TextState.ACCEPTED]


def test_while_it_will_be_tried_by_itself_nobody_may_send_it_again(desk: Desk) -> None:
    message = say(desk, NotSent("port"))
    with pytest.raises(ConflictError), desk.work() as work:
        conversation.send_again(work, message.id, OPERATOR)


def test_a_sender_that_was_interrupted_leaves_a_doubt_and_does_not_repeat(any_desk: Desk) -> None:
    with any_desk.work() as work:
        message = text(work, RESIDENT, "Halo", Purpose.PROGRESS)
    with any_desk.work() as work:
        claim(work.session, any_desk.clock.at, kinds=[Kind.SEND_TEXT], limit=1)
        assert Sending(TextLines([any_desk.gateway])).prepare(work, [message.id])[message.id]
    any_desk.clock.advance(minutes=2)
    any_desk.settle()
    assert any_desk.gateway.sent == []
    assert any_desk.texts()[-1].state is TextState.UNKNOWN


def test_an_interrupted_or_refused_text_stands_in_the_log_of_its_incident(desk: Desk) -> None:
    desk.gateway.answers[RESIDENT] = [Refused("403 InvalidPhoneNumber")]
    desk.text(RESIDENT, "maling rt 5 eka jaya")
    assert [entry.kind for entry in desk.log()] == ["report", "text_out", "text_refused"]
    assert desk.log()[-1].words == "+62812•••0001 403 InvalidPhoneNumber"


def test_a_number_on_the_carriers_blacklist_gets_no_announcements_any_more(desk: Desk) -> None:
    say(desk, Refused("406 UserInBlacklist", opted_out=True))
    with desk.runtime.reading() as session:
        assert session.query(Caller).one().opted_out_at == desk.clock.at


def test_one_id_for_two_texts_breaks_neither(any_desk: Desk) -> None:
    say(any_desk, Accepted("same"))
    say(any_desk, Accepted("same"))
    assert [(each.state, each.variant) for each in any_desk.texts()] == [
        (TextState.ACCEPTED, 0),
        (TextState.ACCEPTED, 1),
    ]
    assert not any_desk.unkept()


def test_answers_of_every_kind_are_written_down_together(any_desk: Desk) -> None:
    answers: list[Outcome] = [
        Accepted("same", "IDR 350.0000", 2), NotSent("port"), Accepted("same"), Refused("final"),
        Unknown("timeout", "c-9"), Accepted(None),
    ]  # fmt: skip
    sending = Sending(TextLines([any_desk.gateway]))
    with any_desk.work() as work:
        ids = [text(work, RESIDENT, f"Halo {at}", Purpose.PROGRESS).id for at, _ in enumerate(answers)]
    with any_desk.work() as work:
        assert len(sending.prepare(work, ids)) == len(ids)
    with any_desk.work() as work:
        laters = sending.record(work, [(each, said, 1) for each, said in zip(ids, answers, strict=True)])
    assert [later is not None for later in laters] == [False, True, False, False, False, False]
    assert [
        (each.state, each.carrier_id, each.variant, each.cost, each.parts, each.problem)
        for each in any_desk.texts(inbound=False)
    ] == [
        (TextState.ACCEPTED, "same", 0, "IDR 350.0000", 2, ""),
        (TextState.NOT_SENT, None, 0, "", 1, "port"),
        (TextState.ACCEPTED, "same", 1, "", 1, ""),
        (TextState.REFUSED, None, 0, "", 1, "final"),
        (TextState.UNKNOWN, "c-9", 0, "", 1, "timeout"),
        (TextState.ACCEPTED, None, 0, "", 1, ""),
    ]

"""What the desk writes goes to whom it was written to, once."""

import pytest

from hotline import conversation
from hotline.domain.channels import Channel
from hotline.domain.delivery import TextState
from hotline.domain.rights import NotAllowedError
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.intake import Told, enter_report
from hotline.models import Incident, TextMessage
from sms.gateway import Refused, Unknown
from tests.hotline.journey import BEATEN, THEFT, kinds_of_log, sent
from tests.support.desk import GUARD, NEIGHBOUR, OPERATOR, POLICE, RESIDENT, Desk


@pytest.fixture
def told(desk: Desk) -> Desk:
    desk.text(RESIDENT, THEFT)
    return desk


def write(desk: Desk, words: str = "Di rumah nomor berapa?") -> list[TextMessage]:
    with desk.work() as work:
        written = conversation.write_to_callers(work, desk.incident().id, words, OPERATOR)
    desk.settle()
    return written


def test_every_caller_gets_the_words_as_typed(told: Desk) -> None:
    with told.work() as work:
        seen = Told(Channel.WHATSAPP, "saya juga lihat", told.clock.at, number=NEIGHBOUR)
        enter_report(work, seen, OPERATOR, number="1007")
    write(told)
    for number in (RESIDENT, NEIGHBOUR):
        assert told.said_to(number)[-1] == "Di rumah nomor berapa?"
    assert told.log()[-1].actor_name == OPERATOR.name


@pytest.mark.parametrize("words", ["", "   \n"])
def test_nothing_is_not_sent(told: Desk, words: str) -> None:
    with pytest.raises(ConflictError):
        write(told, words)


def test_where_nobody_left_a_number_nobody_can_be_written_to(desk: Desk) -> None:
    with desk.work() as work:
        enter_report(work, Told(Channel.WALK_IN, "Ada ribut", desk.clock.at), OPERATOR)
    with pytest.raises(ConflictError):
        write(desk)


def test_a_unit_on_the_incident_can_be_written_to_and_no_other(told: Desk) -> None:
    sent(told, [GUARD])
    with told.work() as work:
        conversation.write_to_unit(work, 1, 1, "Hati-hati anjing", OPERATOR)
    told.settle()
    assert told.said_to(GUARD)[-1] == "Hati-hati anjing"
    with pytest.raises(ConflictError), told.work() as work:
        conversation.write_to_unit(work, 1, 2, "Hati-hati anjing", OPERATOR)
    assert told.said_to(POLICE) == []


def test_a_note_goes_to_nobody(told: Desk) -> None:
    before = len(told.gateway.sent)
    with told.work() as work:
        conversation.note(work, 1, "sudah ditelepon", OPERATOR)
    told.settle()
    assert (kinds_of_log(told)[-1], len(told.gateway.sent)) == ("note", before)


def test_what_may_be_lost_is_sent_again_once(told: Desk) -> None:
    told.gateway.answers[RESIDENT] = [Unknown("timeout")]
    lost = write(told)[0]
    with told.work() as work:
        assert conversation.send_again(work, lost.id, OPERATOR).resend_of == lost.id
    told.settle()
    assert told.said_to(RESIDENT)[-2:] == ["Di rumah nomor berapa?"] * 2
    with pytest.raises(ConflictError), told.work() as work:
        conversation.send_again(work, lost.id, OPERATOR)


def test_what_went_out_or_came_in_is_not_sent_again(told: Desk) -> None:
    for message in told.texts():
        with pytest.raises(ConflictError), told.work() as work:
            conversation.send_again(work, message.id, OPERATOR)
    with pytest.raises(NoSuchIncidentError), told.work() as work:
        conversation.send_again(work, 99, OPERATOR)


def test_a_text_of_a_confidential_incident_is_sent_again_by_whom_it_is_for(desk: Desk) -> None:
    desk.gateway.answers[RESIDENT] = [Refused("no")]
    desk.text(RESIDENT, BEATEN)
    with desk.work() as work:
        work.session.get_one(Incident, 1).priority = "sedang"  # type: ignore[assignment]
    with pytest.raises(NotAllowedError), desk.work() as work:
        conversation.send_again(work, desk.texts(inbound=False)[0].id, OPERATOR)


def test_the_desks_switch_silences_and_releases(told: Desk) -> None:
    for quiet, state in ((True, TextState.WITHHELD), (False, TextState.QUEUED)):
        with told.work() as work:
            conversation.keep_quiet(work, 1, OPERATOR, quiet=quiet)
        assert told.incident().do_not_call is quiet
        assert write(told)[0].state is state
    kinds = [kind for kind in kinds_of_log(told) if kind in {"quiet", "released", "text_withheld"}]
    assert kinds == ["quiet", "text_withheld", "released"]

"""Legal hold: of a case that a court may ask for nothing goes, nor of what is told together with it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import attachments, closing, merging
from hotline.audit_chain import verify
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition
from hotline.file_check import Checked
from hotline.incidents import ConflictError
from hotline.models import Audit, Incident, Kept, Nuisance
from hotline.outbox import Kind
from hotline.privacy import holds, requests
from hotline.privacy.keyed import key_of
from hotline.privacy.requests import Wish
from hotline.spool import Incoming
from hotline.storing import store
from ivr.fallback import KIND, Spooled
from ivr.webhooks import PROMISES, read_call
from tests.privacy.nights import nights
from tests.privacy.planted import PLACE, STORY, TELEPHONE, after, found_in_database, plant
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk
from tests.support.fake_gateway import JSON
from tests.support.voice import Exchange
from workers.drain import Drain
from workers.keepers import Keepers

VOICE = "+6281299997777"


def spooled_call(exchange: Exchange) -> None:
    """A whole call that came while the database was down, walked now that it is back."""
    phone = exchange.dial(VOICE)
    phone.press("2").press("3").press("7#").record()
    told = [Spooled(at, {**form, "sessionId": "spooled"}) for at, form in phone.sent]
    now = exchange.desk.clock.at
    entries = [Incoming(KIND, each.key, each.to_bytes(), "application/json", now) for each in told]
    store(exchange.desk.runtime.engine, entries, PROMISES)
    reading = {Kind.READ_CALL: lambda work, kept: read_call(work, kept, exchange.line)}
    drain = Drain(exchange.desk.runtime, Keepers(inside=reading, outside={}))
    drain.until_idle()
    drain.close()


def family_told_together(exchange: Exchange) -> list[int]:
    """One event told by text, by a neighbour with a photograph, and by two calls; closed. Its cases."""
    desk = exchange.desk
    desk.text(RESIDENT, STORY)
    desk.text(NEIGHBOUR, f"maling dekat {PLACE} eka jaya rt 5")
    spooled_call(exchange)
    first, *rest = desk.incidents()
    desk.send(first.id, 1)
    desk.settle()
    receipt = json.dumps({"id": desk.texts(inbound=False)[-1].carrier_id, "status": "Success"}).encode()
    desk.callback("receipt", receipt, JSON)
    photograph = Checked("image/jpeg", f"JPEG {PLACE}".encode())
    with desk.work() as work:
        file = attachments.File(f"foto {PLACE}", photograph)
        attachments.attach(work, desk.runtime.settings.var, rest[0].id, [file], OPERATOR)
        for each in rest:
            merging.merge(work, each.id, first.number or "", OPERATOR)
        ended = Closing(Disposition.RESOLVED, STORY, "patroli", GUARD, work.now.date())
        closing.close(work, first.id, ended, COORDINATOR)
    desk.settle()
    return [each.id for each in desk.incidents()]


def bodies(desk: Desk) -> dict[str, list[bytes]]:
    """What is kept of the raw callbacks, by their kind."""
    found: dict[str, list[bytes]] = {}
    with desk.runtime.reading() as session:
        for kept in session.scalars(select(Kept).order_by(Kept.id)):
            found.setdefault(kept.kind, []).append(kept.body)
    return found


def test_a_held_case_keeps_every_byte_of_all_who_told_of_it(any_exchange: Exchange) -> None:
    """The hold was put on the one that is merged now; five years later all terms are over."""
    desk = any_exchange.desk
    first, merged, *_ = family_told_together(any_exchange)
    with desk.work() as work:
        work.session.get_one(Incident, merged).legal_hold = True
        work.session.add(Nuisance(number=NEIGHBOUR, kind="prank", at=work.now, by=1))
        subject = f"incident {first}"
        work.session.add(Audit(at=work.now, operator_id=1, act="reveal", subject=subject, reason=PLACE))
    raw, words = bodies(desk), found_in_database(desk.runtime.engine)
    assert set(raw) >= {"sms.inbound", "sms.receipt", KIND}
    after(desk, days=2000)
    nights(desk)
    assert bodies(desk) == raw
    # Which words nobody could read is counted apart from who said them, and belongs to no case.
    assert found_in_database(desk.runtime.engine) == words - {"unread_word.word"}
    with desk.runtime.reading() as session:
        assert session.scalars(select(Nuisance.number)).all() == [NEIGHBOUR]
        assert verify(session) == []


def test_what_was_held_goes_once_the_hold_ends(exchange: Exchange) -> None:
    desk = exchange.desk
    first, *_ = family_told_together(exchange)
    with desk.work() as work:
        holds.hold(work, first, "polisi meminta", COORDINATOR, on=True)
    after(desk, days=800)
    nights(desk)
    with desk.work() as work:
        holds.hold(work, first, "perkara selesai", COORDINATOR, on=False)
    after(desk, days=1)
    nights(desk)
    assert {body for kind in bodies(desk).values() for body in kind} == {b""}
    assert found_in_database(desk.runtime.engine) == set()


def test_a_hold_on_one_case_keeps_nothing_of_another(desk: Desk) -> None:
    plant(desk)
    desk.text(NEIGHBOUR, "pohon tumbang di bakung jaya")
    other = desk.incidents()[-1].id
    with desk.work() as work:
        holds.hold(work, other, "polisi meminta", COORDINATOR, on=True)
    after(desk, days=366)
    nights(desk)
    assert found_in_database(desk.runtime.engine) == set()


def test_nobody_is_erased_from_a_case_that_is_held_through_another(desk: Desk) -> None:
    desk.text(TELEPHONE, STORY)
    desk.text(NEIGHBOUR, "maling di eka jaya rt 5")
    mine, other = desk.incidents()
    desk.send(other.id, 1)
    with desk.work() as work:
        holds.hold(work, other.id, "polisi meminta", COORDINATOR, on=True)
        merging.merge(work, mine.id, other.number or "", OPERATOR)
        closing.close(work, other.id, Closing(Disposition.RESOLVED), COORDINATOR)
        asked = requests.ask(work, TELEPHONE, Wish.ERASE, "", COORDINATOR)
        work.session.flush()
    with desk.work() as work, pytest.raises(ConflictError, match="legal hold"):
        requests.erase(work, asked.id, key_of(desk.runtime.settings.secret_key), COORDINATOR)
    assert desk.clock.at + timedelta(hours=72) == requests.due_of(asked)

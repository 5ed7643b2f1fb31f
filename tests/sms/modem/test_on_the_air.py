"""A real gammu-smsd before a modem: parts, receipts, failures, silence, signal, credit, calls, restarts."""

from datetime import UTC, datetime

import pytest

from sms.gateway import Accepted, Inbound, NotSent, Unknown
from sms.line_rules import line_rules_of
from sms.modem import daemon
from sms.modem.cutting import Piece
from sms.modem.gateway import ModemSms, Patience
from sms.modem.pump import CALL, INBOUND, RECEIPT
from sms.modem.runner import Runner
from sms.modem.store import USSD
from sms.modem.watch import Watch
from tests.support.at_modem import GOES, SILENCE
from tests.support.desk import Desk
from tests.support.eventually import eventually
from tests.support.modems import PATIENT_S, Bench

SITI, GUARD = "+6281200000001", "+6281300000001"


@pytest.fixture
def modem(air: Bench) -> Bench:
    air.clear()
    return air


def send(modem: Bench, words: str) -> object:
    return modem.gateway.send([GUARD], words)[GUARD]


def hasty(modem: Bench, take_s: float) -> ModemSms:
    """A line that hardly waits for what becomes of a text once it is taken up."""
    return ModemSms(modem.modem.name, modem.place.store, Patience(take_s, longest_s=0.5))


def inbound(modem: Bench, number: int) -> list[Inbound]:
    """The texts that were kept, once there are `number` of them."""
    modem.until(lambda: len(modem.shelf.bodies(INBOUND)) >= number, f"{number} texts are kept")
    entries = [entry for (kind, _), entry in modem.shelf.entries.items() if kind == INBOUND]
    return [modem.gateway.read_inbound(entry.body, entry.content_type) for entry in entries]


def test_a_text_goes_out_and_its_receipt_comes_back(modem: Bench) -> None:
    outcome = send(modem, "TUGAS 1041")
    assert isinstance(outcome, Accepted)
    assert [(part.number, part.words) for part in modem.at.sent] == [(GUARD, "TUGAS 1041")]
    (told,) = modem.until(lambda: modem.shelf.bodies(RECEIPT), "the receipt is kept")
    assert (told["id"], told["report"], told["number"]) == (outcome.carrier_id, "DELIVERED", GUARD)


def test_a_long_text_goes_in_parts_that_join_to_the_same_words(modem: Bench) -> None:
    words = "banjir " * 30 + "[x] €"
    outcome = send(modem, words)
    assert isinstance(outcome, Accepted)
    assert outcome.parts == len(modem.at.sent) == 2
    assert "".join(part.words for part in modem.at.sent) == words
    assert [part.udh[-2:] for part in modem.at.sent] == [b"\x02\x01", b"\x02\x02"]
    modem.until(
        lambda: [each for each in modem.shelf.bodies(RECEIPT) if each["report"] == "DELIVERED"],
        "it has arrived when both parts have",
    )
    assert [each["report"] for each in modem.shelf.bodies(RECEIPT)] == ["ON_ITS_WAY", "DELIVERED"]


def test_letters_outside_gsm_go_out_whole_and_no_sign_is_torn_between_parts(modem: Bench) -> None:
    words = "Siti Čajić, RT 5: " + "🔥" * 60
    assert isinstance(send(modem, words), Accepted)
    assert [(part.ucs2, len(part.words)) for part in modem.at.sent] == [(True, 42), (True, 33), (True, 3)]
    assert "".join(part.words for part in modem.at.sent) == words


def test_a_text_of_which_only_a_part_went_out_is_in_doubt(modem: Bench) -> None:
    modem.at.fates = [GOES, 38]
    outcome = send(modem, "banjir " * 30)
    assert isinstance(outcome, Unknown)
    assert "1 of 2 parts" in outcome.reason


def test_a_killed_daemon_loses_no_word_and_says_none_twice(modem: Bench) -> None:
    """The desk takes nothing, a text hangs in the modem, the daemon is killed, another text finds none; when
    all are back every word is there, once.
    """
    modem.shelf.broken = True
    words = [f"laporan {n}" for n in range(12)]
    for each in words[:6]:
        modem.at.text(SITI, each)
    eventually(modem.place.store.arrivals, "some are in the store", PATIENT_S)
    with pytest.raises(OSError, match="nothing is kept"):
        modem.pump.step()
    modem.at.fates = [SILENCE]
    assert isinstance(hasty(modem, take_s=PATIENT_S).send([GUARD], "TUGAS 1041")[GUARD], Unknown)
    eventually(lambda: modem.at.tried, "the text hangs in the modem", PATIENT_S)
    modem.kill()
    assert isinstance(hasty(modem, take_s=0.2).send([GUARD], "TUGAS 1055")[GUARD], NotSent)
    for each in words[6:]:
        modem.at.text(SITI, each)
    modem.restart()
    assert isinstance(send(modem, "TUGAS 1064"), Accepted)
    assert [part.words for part in modem.at.sent] == ["TUGAS 1064"]
    modem.shelf.broken = False
    kept = [each.words for each in inbound(modem, len(words))]
    print(f"words lost: {len(set(words) - set(kept))} of {len(words)}")
    assert sorted(kept) == sorted(words)


def test_a_daemon_whose_modem_says_nothing_is_started_again(
    modem: Bench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "END_S", 0.5)
    watch = Watch(desk.runtime, modem.modem, modem.place.store, line_rules_of(desk.runtime.playbook),
                  {modem.modem.name: modem.modem.number}, lambda *_: None)  # fmt: skip
    runner, first = Runner(modem.daemon, modem.pump, watch, look_s=0), modem.daemon.pid
    desk.clock.at = datetime.now(UTC)
    runner.step()
    assert modem.daemon.pid == first
    modem.at.dead = True
    try:
        desk.clock.advance(minutes=watch.rules.watch.silent_minutes + 1)
        runner.step()
    finally:
        modem.at.dead = False
    assert modem.daemon.pid != first
    assert isinstance(send(modem, "TUGAS 1041"), Accepted)


def test_texts_come_in_with_all_that_the_network_says_of_them(modem: Bench) -> None:
    at = datetime(2026, 11, 26, 5, 7, 9, tzinfo=UTC)
    for words in ("maling rt 5", "Ä & = + % é €[x]", "🔥 api", "dua\nbaris"):
        modem.at.text(SITI, words, at=at)
    modem.at.text("TELKOMSEL", "promo")
    modem.at.text(SITI, "kilat", flash=True)
    modem.at.text(SITI, "", binary=b"\x01\x02\x03")
    told = inbound(modem, 7)
    assert [each.words for each in told[:4]] == ["maling rt 5", "Ä & = + % é €[x]", "🔥 api", "dua\nbaris"]
    assert {each.sender for each in told[:4]} == {SITI}
    assert {each.sent_at for each in told[:4]} == {at}
    assert told[4].sender == "TELKOMSEL"
    assert [each.silent for each in told[4:]] == ["", "flash", "service"]
    eventually(lambda: not modem.at.slots, "the SIM is empty", PATIENT_S)


def test_parts_come_in_each_as_it_is_with_what_joins_them(modem: Bench) -> None:
    modem.at.text(SITI, "tiga", part=(300, 3, 3), wide_reference=True)
    modem.at.text(SITI, "satu ", part=(300, 3, 1), wide_reference=True)
    pieces = [(each.part, each.words) for each in inbound(modem, 2) if each.part]
    told = sorted((part.place, part.parts, part.reference, words) for part, words in pieces)
    assert told == [(1, 3, "012c", "satu "), (3, 3, "012c", "tiga")]


def test_the_network_is_asked_for_the_credit(modem: Bench) -> None:
    modem.place.store.put("watch-1", "*888#", [Piece("", "", "Default_No_Compression")], message_class=USSD)
    (answer,) = eventually(modem.place.store.arrivals, "the answer is in the store", PATIENT_S)
    assert answer.message_class == USSD
    assert bytes.fromhex(answer.text).decode("utf-16-be") == modem.at.credit


def test_who_rings_is_written_down(modem: Bench) -> None:
    modem.at.ring(SITI)
    (told,) = modem.until(lambda: modem.shelf.bodies(CALL), "the call is kept")
    assert (told["caller"], told["called"], told["line"]) == (SITI, modem.modem.number, "tsel")
    assert not list(modem.place.calls.iterdir())


def test_signal_network_and_storage_are_overheard(modem: Bench) -> None:
    modem.at.signal, modem.at.registered = 5, False
    try:
        eventually(lambda: modem.daemon.talk.registered is False, "no network is noticed", PATIENT_S)
    finally:
        modem.at.registered = True
    assert modem.daemon.talk.signal == 16
    assert modem.daemon.talk.storage_size == 20

"""Each fault of a modem, its network, its daemon and its store has one meaning, and nothing is asked again.

As `test_sms_faults` for carriers on the internet: a real daemon meets the modem's codes as bytes on its line.
Silence, and a daemon that is killed, are in `tests/sms/modem/test_on_the_air.py`.
"""

import sqlite3
from contextlib import closing
from typing import Final

import pytest

from sms.gateway import Accepted, NotSent, Outcome, Refused, Unknown, Wait
from sms.modem import store
from sms.modem.gateway import ModemSms, Patience
from sms.modem.store import Store
from tests.contracts.test_sms_faults import meaning
from tests.support.at_modem import GOES, PLAIN_ERROR
from tests.support.modems import Bench

ONE, TWO = "+6281200000001", "+6281200000002"
CODES: Final[dict[int, Outcome]] = {
    1: Refused("the number is not allotted"),
    50: Refused("not subscribed", Wait.MONEY),
    310: Refused("no SIM", Wait.CONFIGURATION),
    331: NotSent("no network"),
    332: Unknown("the network gave no answer"),
    PLAIN_ERROR: Unknown("no code"),
}
"""What the modem says of one text (3GPP TS 27.005 3.2.5, TS 24.011 annex E-2): one of each meaning, since the
daemon takes a second over each; all codes are in `tests/sms/modem/test_codes.py`.
"""


@pytest.fixture
def bench(air: Bench) -> Bench:
    air.clear()
    return air


def test_each_code_has_its_meaning_and_touches_no_other_text(bench: Bench) -> None:
    refused = {f"+62812000001{place:02}": code for place, code in enumerate(CODES)}
    taken = [f"+62812000002{place:02}" for place in range(len(CODES))]
    numbers = [each for pair in zip(refused, taken, strict=True) for each in pair]
    bench.at.fates = [fate for code in CODES for fate in (code, GOES)]
    outcomes = bench.gateway.send(numbers, "Halo")
    assert {code: meaning(outcomes[number]) for number, code in refused.items()} == {
        code: meaning(expected) for code, expected in CODES.items()
    }
    assert all(isinstance(outcomes[number], Accepted) for number in taken)
    assert [each.number for each in bench.at.tried] == numbers


def test_a_store_that_is_locked_takes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOCK_S", 0.2)
    with closing(sqlite3.connect(bench.place.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        outcome = bench.gateway.send([ONE], "Halo")[ONE]
        other.execute("ROLLBACK")
    assert meaning(outcome) == meaning(NotSent("locked"))
    assert isinstance(bench.gateway.send([TWO], "Halo")[TWO], Accepted)
    assert [each.number for each in bench.at.tried] == [TWO]


def test_a_store_that_is_gone_takes_nothing_and_is_not_made_anew(bench: Bench) -> None:
    place = bench.place.folder / "elsewhere.sqlite3"
    outcome = ModemSms("tsel", Store(place)).send([ONE], "Halo")[ONE]
    assert isinstance(outcome, NotSent)
    assert not place.exists()


def test_a_modem_that_is_pulled_out_sends_nothing_and_says_nothing_twice_when_it_is_back(
    bench: Bench,
) -> None:
    """Which of the two it is depends on when the daemon noticed; it never says that the text went out."""
    bench.at.pull_out()
    hasty = ModemSms(bench.modem.name, bench.place.store, Patience(take_s=1.0, longest_s=2.0))
    try:
        outcome = hasty.send([ONE], "Halo")[ONE]
    finally:
        bench.kill()  # one that has lost its modem ends by itself only after seconds
        bench.at.put_in()
        bench.restart()
    assert isinstance(outcome, NotSent | Unknown)
    assert isinstance(bench.gateway.send([TWO], "Halo")[TWO], Accepted)
    assert [each.number for each in bench.at.tried] == [TWO]

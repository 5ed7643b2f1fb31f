"""A desk with a carrier and two SIMs behind real daemons: what runs them is killed, a modem is pulled out."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Line, TextMessage
from hotline.modem_settings import Modem
from sms.modem.runner import configure, place_of
from tests.stories.conftest import StartSystem
from tests.stories.system import System
from tests.stories.test_by_text import dispatch, number_in, report
from tests.support.at_modem import AtModem
from tests.support.eventually import eventually
from tests.support.forms import Visitor
from tests.support.mail_server import Mailbox
from tests.support.modems import HURRIED
from tests.support.pdu import Submit

SIM, OTHER, SITI, NANI = "+6281174300001", "+6285674300001", "+6281270000001", "+6281270000002"
RUN = (sys.executable, "-m", "flask", "--app", "wsgi", "modem", "run")
NAMES = ("tsel", "isat")
THEFT = "maling di eka jaya rt 5 dekat masjid"
FLOOD = "banjir setinggi lutut di rt 2 payo selincah"
FIRE = "ada kebakaran rumah di talang bakung rt 3 samping pasar"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[AtModem, AtModem]]:
    """Two SIMs; what one sends to the other arrives there."""
    both = AtModem(tmp_path / "tsel", SIM), AtModem(tmp_path / "isat", OTHER)
    for each, other in (both, both[::-1]):
        each.on_sent = partial(_carry, each, other)
    yield both
    for each in both:
        each.close()


def _carry(sender: AtModem, other: AtModem, submit: Submit) -> None:
    if submit.number == other.number:
        other.text(sender.number, submit.words)


def heard(system: System) -> list[tuple[str, str]]:
    """(line, words) of all texts that came in, oldest first."""
    with Session(system.engine()) as session:
        query = select(TextMessage).where(TextMessage.inbound).order_by(TextMessage.id)
        return [(text.carrier, text.words) for text in session.scalars(query)]


def of(modem: AtModem, number: str) -> list[Submit]:
    """What the SIM sent to this number."""
    return [each for each in modem.sent if each.number == number]


def line(system: System, name: str) -> Line:
    with Session(system.engine()) as session:
        return session.get(Line, name) or Line(name=name, problem="")


def both_are_known(system: System) -> bool:
    """Canaries came home from either SIM, and the networks have said what is left of the credit."""
    return all(
        known.canary_back_at and known.credit_left == 25_000 for known in map(partial(line, system), NAMES)
    )


def set_up(start: StartSystem, sqlite_url: str, pair: tuple[AtModem, AtModem], mailbox: Mailbox) -> System:
    """The hotline with its lines, and what `modem configure` writes for each SIM."""
    modems = [Modem(name, at.number, str(at.link)) for name, at in zip(NAMES, pair, strict=True)]
    system = start(sqlite_url, also={
        "HOTLINE_SMS_GATEWAY": "africastalking,modem", "HOTLINE_SMTP_URL": mailbox.url,
        "HOTLINE_MODEMS": ",".join(f"{each.name}:{each.number}:{each.device}" for each in modems),
    })  # fmt: skip
    for each in modems:
        configure(place_of(Path(system.environ["HOTLINE_VAR"]), each), each, HURRIED)
    return system


def everybody_knows(system: System, desk: Visitor, mailbox: Mailbox) -> None:
    """That the first modem is gone stands on every page and is mailed; of the other nothing is said."""
    eventually(lambda: line(system, "tsel").problem == "silent", "the desk knows that the modem is gone", 40)
    assert "Modem tidak menjawab" in desk.open("/").text
    eventually(lambda: mailbox.letters, "somebody is mailed")
    assert [letter["Subject"] for letter in mailbox.letters] == ["SIGAP KETIMUN: tsel: silent"]
    assert line(system, "isat").problem == ""


def test_each_is_answered_on_his_line_and_alerts_arrive_when_one_line_is_dead(
    start: StartSystem, sqlite_url: str, pair: tuple[AtModem, AtModem], mailbox: Mailbox
) -> None:
    modem, _other = pair
    system = set_up(start, sqlite_url, pair, mailbox)
    modem.text(SITI, THEFT)
    runner = system.start_process(RUN, system.environ)
    joko, desk = system.new_phone(), system.sign_in("operator")
    number = report(system, joko, FIRE)
    (receipt,) = eventually(lambda: of(modem, SITI), "Siti is answered by the SIM", 40)
    assert number_in(receipt.words) != number
    assert joko.texts()[0].count(number) == 1

    eventually(lambda: both_are_known(system), "canaries are home and the credit is known", 40)
    assert {words for _, words in heard(system)} == {THEFT, FIRE}
    shown = "terhubung ke jaringan, sinyal 6"
    eventually(lambda: shown in desk.open("/system").text, "the screen shows how the SIMs are")

    runner.kill()
    modem.text(NANI, FLOOD)
    runner = system.start_process(RUN, system.environ)
    eventually(lambda: of(modem, NANI), "Nani wrote while nobody listened, and is answered", 60)

    modem.pull_out()
    everybody_knows(system, desk, mailbox)
    before = len(modem.tried)
    assert dispatch(system, desk, number)
    assert len(modem.tried) == before
    words = [each for _, each in heard(system)]
    print(f"words lost: {len({THEFT, FIRE, FLOOD} - set(words))}")
    assert sorted(words) == sorted([THEFT, FIRE, FLOOD])
    assert [len(of(modem, each)) for each in (SITI, NANI)] == [1, 1]
    assert {line for line, _ in heard(system)} == {"tsel", "africastalking"}
    assert runner.stop() == 0

"""A desk with two lines, a SIM behind a real daemon and a carrier: the SIM's modem is pulled out."""

import sys
from collections.abc import Iterator
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
from tests.support.modems import HURRIED
from tests.support.pdu import Submit

SIM, SITI = "+6281174300001", "+6281270000001"
THEFT = "maling di eka jaya rt 5 dekat masjid"
FIRE = "ada kebakaran rumah di talang bakung rt 3 samping pasar"


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[AtModem]:
    at = AtModem(tmp_path / "tty", SIM)
    yield at
    at.close()


def heard(system: System) -> list[tuple[str, str]]:
    """(line, words) of all texts that came in, oldest first."""
    with Session(system.engine()) as session:
        query = select(TextMessage).where(TextMessage.inbound).order_by(TextMessage.id)
        return [(text.carrier, text.words) for text in session.scalars(query)]


def of(modem: AtModem, number: str) -> list[Submit]:
    """What the SIM sent to this number."""
    return [each for each in modem.sent if each.number == number]


def problem(system: System) -> str | None:
    with Session(system.engine()) as session:
        line = session.get(Line, "tsel")
        return line.problem if line else None


def test_each_is_answered_on_his_line_and_alerts_arrive_when_one_line_is_dead(
    start: StartSystem, sqlite_url: str, modem: AtModem
) -> None:
    system = start(sqlite_url, also={
        "HOTLINE_SMS_GATEWAY": "modem,africastalking", "HOTLINE_MODEMS": f"tsel:{SIM}:{modem.link}",
    })  # fmt: skip
    named = Modem("tsel", SIM, str(modem.link))
    configure(place_of(Path(system.environ["HOTLINE_VAR"]), named), named, HURRIED)
    modem.text(SITI, THEFT)
    runner = system.start_process(
        [sys.executable, "-m", "flask", "--app", "wsgi", "modem", "run"], system.environ
    )
    joko, desk = system.new_phone(), system.sign_in("operator")
    number = report(system, joko, FIRE)
    (receipt,) = eventually(lambda: of(modem, SITI), "Siti is answered by the SIM", 40)
    assert number_in(receipt.words) != number
    assert joko.texts()[0].count(number) == 1

    modem.pull_out()
    eventually(lambda: problem(system) == "silent", "the desk knows that the modem is gone", 40)
    assert "Modem tidak menjawab" in desk.open("/").text
    before = len(modem.tried)
    assert dispatch(system, desk, number)
    assert len(modem.tried) == before
    lost = {THEFT, FIRE} - {words for _, words in heard(system)}
    print(f"words lost: {len(lost)}")
    assert lost == set()
    assert {line for line, _ in heard(system)} == {"tsel", "africastalking"}
    assert runner.alive

"""A case that came in by foot, by an officer's telephone or through the WhatsApp group."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Incident, Report
from tests.stories.system import System
from tests.stories.test_by_text import dispatch, number_in

CHANNELS: Final = ("walk_in", "telephone", "whatsapp", "officer", "radio")


def test_the_operator_enters_a_report_with_its_channel_and_true_time(house: System) -> None:
    """The time is when it was really made, in local time; what is understood of the words is filled in."""
    desk = house.sign_in("operator")
    for channel in CHANNELS:
        entered = desk.open("/entry").submit(
            "/entry", channel=channel, made_at="2026-11-20T21:15", caller_name="Pak Rahman",
            caller_number=house.new_phone().number,
            words="motor hilang di parkiran rt 4 bakung jaya",
        )  # fmt: skip
        assert entered.status == 200, entered.text
        with Session(house.engine()) as session:
            number = number_in(entered.url.rsplit("/", 1)[-1])
            incident = session.scalars(select(Incident).where(Incident.number == number)).one()
            report = session.scalars(select(Report).where(Report.incident_id == incident.id)).one()
            assert report.channel == channel
            assert report.made_at.isoformat() == "2026-11-20T14:15:00+00:00", channel
            assert report.received_at > report.made_at, channel
            assert (incident.type_code, incident.area_code, incident.rt) == ("CURI", "BJ", 4), channel


def test_a_walk_in_goes_the_whole_way(house: System) -> None:
    """Entered, verified, dispatched, done, closed; the caller left a number and hears at the end."""
    rahman, desk = house.new_phone(), house.sign_in("operator")
    entered = desk.open("/entry").submit(
        "/entry", channel="walk_in", caller_number=rahman.number,
        words="anjing gila masuk sekolah rt 7 eka jaya",
    )  # fmt: skip
    number = number_in(entered.url.rsplit("/", 1)[-1])
    units = dispatch(house, desk, number)
    for code in ("1", "3", "4"):
        units[0].text(f"{number} {code}")
    rahman.wait_for_text(number, "di lokasi")
    units[0].text(f"{number} 6 sudah ditangkap")
    coordinator = house.sign_in("koordinator")
    house.case(coordinator, number).submit(f"/incidents/{number}/close", disposition="RESOLVED")
    rahman.wait_for_text(number, "selesai")

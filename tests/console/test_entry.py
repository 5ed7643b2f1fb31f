"""Reports that come by another way, entered by hand."""

from datetime import timedelta

import pytest

from hotline.domain.channels import Channel
from hotline.domain.playbook import Priority
from hotline.models import Caller, Incident, Report
from tests.console.conftest import START, Browser, Desk


def test_a_walk_in_becomes_a_case_with_its_real_time(desk: Desk, operator: Browser) -> None:
    operator.open("/entry").send(
        "/entry", channel="walk_in", words="ada maling", made_at="2026-11-24T20:40",
        caller_name="Ibu Siti", caller_number="0812-0000-0009",
    )  # fmt: skip
    report = desk.all(Report)[0]
    assert (report.channel, report.caller_name, report.words) == (Channel.WALK_IN, "Ibu Siti", "ada maling")
    assert report.made_at == START - timedelta(minutes=24, seconds=30)
    assert desk.all(Caller)[0].number == "+6281200000009"
    assert f"<title>{desk.all(Incident)[0].number}" in operator.text


def test_what_is_understood_fills_what_nobody_typed(desk: Desk, operator: Browser) -> None:
    operator.open("/entry").send("/entry", words="ada maling")
    incident = desk.all(Incident)[0]
    assert (incident.type_code, incident.area_code, incident.rt) == ("CURI", "EJ", 5)


def test_the_operators_own_choice_comes_before_what_is_understood(desk: Desk, operator: Browser) -> None:
    operator.open("/entry").send("/entry", words="ada maling", type="BEGAL", area="TB", rt="9", place="pasar")
    incident = desk.all(Incident)[0]
    assert (incident.type_code, incident.area_code, incident.rt) == ("BEGAL", "TB", 9)
    assert (incident.place, incident.priority) == ("pasar", Priority.DARURAT)


def test_a_script_is_told_what_is_understood_so_far(operator: Browser) -> None:
    form = operator.open("/entry").form("/entry")
    text = operator.client.post("/entry/reading", data={**form, "words": "maling"}).get_data(as_text=True)
    assert "otomatis: Pencurian" in text
    assert "otomatis: Eka Jaya" in text
    assert 'placeholder="5"' in text


def test_a_report_is_added_to_the_case_that_is_named(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    operator.open(f"/entry?number={number}").send(
        "/entry", words="masih di dalam", channel="telephone", number=number
    )
    assert len(desk.all(Incident)) == 1
    assert [report.channel for report in desk.all(Report)] == [Channel.SMS, Channel.TELEPHONE]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": "  "}, "Tulis apa yang dilaporkan."),
        ({"made_at": "2026-11-25T08:00"}, "Waktu laporan ada di masa depan."),
        ({"made_at": "kemarin"}, "Waktu laporan tidak terbaca."),
        ({"caller_number": "12"}, "Nomor telepon tidak dikenali."),
        ({"caller_number": "TELKOMSEL"}, "Nomor telepon tidak dikenali."),
        ({"number": "1042"}, "Tidak ada kasus dengan nomor 1042."),
        ({"rt": "0"}, "Angka harus dari 1 sampai 99."),
        ({"channel": "sms"}, "Pilihan itu tidak ada dalam daftar."),
    ],
)
def test_a_slip_is_said_and_nothing_typed_is_lost(
    desk: Desk, operator: Browser, wrong: dict[str, str], said: str
) -> None:
    fields = {"channel": "radio", "words": "ada maling", "caller_name": "Pak Budi", **wrong}
    operator.open("/entry").send("/entry", fields)
    assert operator.status == 422
    assert said in operator.text
    assert 'value="Pak Budi"' in operator.text
    assert not desk.all(Report)


def test_sending_the_form_twice_makes_one_case(desk: Desk, operator: Browser) -> None:
    form = {**operator.open("/entry").form("/entry"), "words": "ada maling"}
    for _ in range(2):
        assert operator.client.post("/entry", data=form).status_code == 303
    assert len(desk.all(Incident)) == 1

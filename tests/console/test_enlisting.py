"""The administrator adds units, changes them, and takes them out of service."""

from typing import Final

import pytest

from hotline.domain.rights import Role
from hotline.models import Audit, Unit
from tests.console.conftest import Browser, Desk, SignIn

NEW: Final = {
    "name": "Budi Linmas",
    "telephone": "0812 7000 0101",
    "agency": "LINMAS",
    "area": "EJ",
    "rt": "",
}


@pytest.fixture
def admin(sign_in: SignIn) -> Browser:
    return sign_in(Role.ADMINISTRATOR)


def acts(desk: Desk) -> list[str]:
    return [entry.act for entry in desk.all(Audit) if entry.act.startswith(("unit_", "give_pin"))]


def test_a_unit_is_added_with_its_pin_which_is_shown_once(desk: Desk, admin: Browser) -> None:
    admin.open("/units/new").send("/units/new", NEW)
    assert "PIN petugas" in admin.text
    (unit,) = desk.all(Unit)
    assert (unit.name, unit.number, unit.area_code, unit.rt) == ("Budi Linmas", "+6281270000101", "EJ", None)
    assert unit.pin_hash
    assert unit.on_duty is None
    assert acts(desk) == ["unit_added", "give_pin"]
    assert "Budi Linmas" in admin.open("/units").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"telephone": "12345"}, "Nomor telepon tidak dikenali"),
        ({"telephone": ""}, "Isi nomor teleponnya"),
        ({"name": " "}, "Isi nama petugasnya"),
        ({"area": ""}, "Pilih kelurahannya"),
        ({"agency": "HANSIP"}, "Pilihan itu tidak ada dalam daftar"),
        ({"rt": "0"}, "Angka harus dari 1"),
    ],
)
def test_what_makes_no_unit_is_said_and_what_was_typed_stays(
    desk: Desk, admin: Browser, change: dict[str, str], said: str
) -> None:
    admin.open("/units/new").send("/units/new", {**NEW, **change})
    assert (admin.status, desk.all(Unit)) == (422, [])
    assert said in admin.text
    assert f'value="{ {**NEW, **change}["telephone"] }"' in admin.text


def test_a_telephone_belongs_to_one_unit(desk: Desk, admin: Browser) -> None:
    taken = desk.unit()
    admin.open("/units/new").send("/units/new", {**NEW, "telephone": "+6281300000001"})
    assert (admin.status, len(desk.all(Unit))) == (409, 1)
    assert "sudah dipakai petugas lain" in admin.text
    admin.open(f"/units/{taken}").send(f"/units/{taken}/retire")
    admin.open("/units/new").send("/units/new", {**NEW, "telephone": "+6281300000001"})
    assert "Aktifkan kembali di daftar petugas" in admin.text


def test_another_number_is_kept_with_both_masked(desk: Desk, admin: Browser) -> None:
    unit = desk.unit()
    admin.open(f"/units/{unit}").send(f"/units/{unit}", {**NEW, "note": "punya motor", "call_first": "1"})
    (row,) = desk.all(Unit)
    assert (row.number, row.note, row.call_first) == ("+6281270000101", "punya motor", True)
    (entry,) = desk.all(Audit, Audit.act == "unit_changed")
    assert "number: +62813•••0001 -> +62812•••0101" in entry.reason
    assert "+6281270000101" not in entry.reason
    assert "langsung ditelepon" in admin.text


def test_whoever_is_out_of_service_is_sent_nowhere_and_comes_back(desk: Desk, admin: Browser) -> None:
    unit = desk.unit()
    admin.open("/units").send(f"/units/{unit}/pin")
    admin.open(f"/units/{unit}").send(f"/units/{unit}/retire")
    assert "Tidak aktif lagi" in admin.text
    (row,) = desk.all(Unit)
    assert (row.active, row.on_duty, row.pin_hash) == (False, None, "")
    admin.send(f"/units/{unit}/restore")
    assert desk.all(Unit)[0].active
    assert acts(desk) == ["give_pin", "unit_retired", "unit_restored"]


def test_nobody_with_an_open_task_is_taken_out_of_service(desk: Desk, admin: Browser) -> None:
    unit = desk.unit()
    desk.dispatched(unit)
    admin.open(f"/units/{unit}").send(f"/units/{unit}/retire")
    assert admin.status == 409
    assert "masih punya tugas terbuka" in admin.text
    assert desk.all(Unit)[0].active


def test_hours_at_which_somebody_cannot_are_entered_and_taken_back(desk: Desk, admin: Browser) -> None:
    path = f"/units/{desk.unit()}"
    admin.open(path).send(f"{path}/hours", weekday="1", starts="10:00", ends="14:00")
    assert "Sel 10.00-14.00" in admin.text
    admin.open(path).send(f"{path}/hours", weekday="1", starts="x", ends="14:00")
    assert admin.status == 422
    admin.open(path).send(f"{path}/hours", clear="1")
    assert "Sel 10.00-14.00" not in admin.text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.COORDINATOR, Role.AUDITOR])
def test_only_who_manages_units_may(desk: Desk, sign_in: SignIn, role: Role) -> None:
    unit = desk.unit()
    browser = sign_in(role)
    may = role is Role.COORDINATOR
    assert (browser.open("/units/new").status == 200) is may
    assert ('href="/units/new"' in browser.open("/units").text) is may
    assert (browser.open(f"/units/{unit}").status == 200) is may

"""The end of a case on the screen: field report, files, a second look, advice; and the page behind a link."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import FileStorage

from hotline import verification
from hotline.domain.lifecycle import Disposition
from hotline.domain.rights import Role
from hotline.models import Attachment, FieldAnswer, FollowUp, Incident, Proposal, TextMessage
from hotline.runtime import Runtime
from hotline.verification import Findings
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock
from tests.hotline.test_file_check import PDF, photograph


def file(body: bytes, name: str = "IMG_0001.jpg") -> FileStorage:
    return FileStorage(BytesIO(body), filename=name)


CLIMBING = "../../../..\\..\\etc/cron.d/x<\x00script\u202e>.jpg"


@pytest.fixture
def robbery(desk: Desk) -> str:
    """Its end needs two people."""
    number = desk.verified()
    with desk.runtime.work() as work:
        found = Findings(type_code="BEGAL")
        verification.correct(work, desk.find(work, number).id, found, desk.people[Role.COORDINATOR])
    return f"/incidents/{number}"


def test_the_questions_of_the_type_are_asked_and_answered(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path)
    assert "Kerusakan atau kerugian" in operator.text
    assert "Tinggi air" not in operator.text
    operator.send(f"{path}/field-report", {"q-found": "jendela dicongkel", "q-done": ""})
    assert [(row.question, row.words) for row in desk.all(FieldAnswer)] == [("found", "jendela dicongkel")]
    operator.send(f"{path}/field-report", {"q-found": ""})
    assert desk.all(FieldAnswer) == []


def test_the_field_report_fills_the_closing_form(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.verified()}"
    coordinator.open(path).send(f"{path}/field-report", {"q-found": "jendela dicongkel"})
    assert "Apa yang ditemukan di lokasi? jendela dicongkel</textarea>" in coordinator.text


def test_an_operator_proposes_and_a_coordinator_confirms(desk: Desk, sign_in: SignIn, robbery: str) -> None:
    number = robbery.rpartition("/")[2]
    operator = sign_in(Role.OPERATOR).open(robbery)
    assert not operator.has_form(f"{robbery}/close")
    operator.send(
        f"{robbery}/propose", disposition="RESOLVED", recommendation="patroli", owner="Danru",
        due="2026-12-01",
    )  # fmt: skip
    assert desk.incident(number).disposition is None
    assert not operator.has_form(f"{robbery}/confirm")
    sign_in(Role.COORDINATOR).open(robbery).send(f"{robbery}/confirm")
    assert desk.incident(number).disposition is Disposition.RESOLVED
    assert desk.all(Proposal) == []
    (advice,) = desk.all(FollowUp)
    assert (advice.owner, str(advice.due)) == ("Danru", "2026-12-01")


def test_a_coordinator_alone_leaves_a_proposal_and_is_told_so(
    desk: Desk, coordinator: Browser, robbery: str
) -> None:
    coordinator.open(robbery).send(f"{robbery}/close", disposition="RESOLVED")
    assert "Menunggu diperiksa orang lain" in coordinator.text
    coordinator.post(f"{robbery}/confirm")
    assert coordinator.status == 409
    assert "harus diperiksa orang lain" in coordinator.text


def test_advice_is_ticked_off_on_the_closed_case(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.verified()}"
    advice = {"recommendation": "pasang lampu", "owner": "Lurah", "due": "2026-12-01"}
    coordinator.open(path).send(f"{path}/close", {"disposition": "RESOLVED", **advice})
    coordinator.send(f"{path}/follow-ups/1/done")
    assert desk.all(FollowUp)[0].done_at is not None


def test_a_day_that_is_none_is_said_so(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.verified()}"
    coordinator.open(path).send(f"{path}/close", disposition="RESOLVED", due="besok")
    assert coordinator.status == 422


def test_a_photograph_is_attached_without_its_place_and_shown(
    desk: Desk, operator: Browser, runtime: Runtime
) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path).send(f"{path}/attachments", file=[file(photograph()), file(PDF, "surat.pdf")])
    first, second = desk.all(Attachment)
    assert (first.content_type, second.content_type) == ("image/jpeg", "application/pdf")
    shown = operator.client.get(f"/attachments/{first.id}")
    assert shown.data.startswith(b"\xff\xd8")
    assert b"CANARY" not in shown.data
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "attachment" in operator.client.get(f"/attachments/{second.id}").headers["Content-Disposition"]
    (one, two) = sorted((runtime.settings.var / "attachments").iterdir())
    assert {one.stat().st_mode & 0o777, two.stat().st_mode & 0o777} == {0o600}


def test_a_file_that_was_changed_on_the_disk_is_not_shown(
    desk: Desk, operator: Browser, runtime: Runtime
) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path).send(f"{path}/attachments", file=[file(photograph())])
    (kept,) = (runtime.settings.var / "attachments").iterdir()
    kept.write_bytes(b"something else")
    assert operator.client.get("/attachments/1").status_code == 404


@pytest.mark.parametrize("body", [b"MZ program", b"<html>"])
def test_what_is_no_picture_is_refused_in_words(desk: Desk, operator: Browser, body: bytes) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path).send(f"{path}/attachments", file=[file(body)])
    assert operator.status == 422
    assert "Hanya foto" in operator.text
    assert desk.all(Attachment) == []


def test_a_confidential_cases_file_is_hidden_from_the_operator(desk: Desk, sign_in: SignIn) -> None:
    path = f"/incidents/{desk.verified(type_code='NARKOBA')}"
    sign_in(Role.COORDINATOR).open(path).send(f"{path}/attachments", file=[file(photograph())])
    assert sign_in(Role.OPERATOR).client.get("/attachments/1").status_code == 404


@pytest.fixture
def link(desk: Desk, operator: Browser) -> str:
    """What a unit gets by text, as a path."""
    path = f"/incidents/{desk.dispatched(desk.unit())}"
    operator.open(path).send(f"{path}/assignments/1/link")
    text = desk.all(TextMessage)[-1].words
    address = re.search(r"https?://\S+/foto/\S+", text)
    assert address is not None
    assert address[0] not in operator.text
    return urlsplit(address[0]).path


def test_a_unit_sends_photographs_once_by_its_link(desk: Desk, visitor: Browser, link: str) -> None:
    visitor.open(link)
    assert visitor.status == 200
    visitor.send(link, file=[file(photograph())])
    assert "1 berkas sudah diterima" in visitor.text
    (kept,) = desk.all(Attachment)
    assert (kept.unit_id, kept.by_id, kept.place_kept) == (1, None, False)
    assert visitor.open(link).status == 404


def test_a_mistake_does_not_use_the_link_up(desk: Desk, visitor: Browser, link: str) -> None:
    visitor.open(link).send(link, file=[file(b"not a picture")])
    assert visitor.status == 422
    visitor.send(link, file=[file(photograph())])
    assert len(desk.all(Attachment)) == 1


def test_a_link_ends_after_a_day_and_a_guessed_one_never_begins(
    desk: Desk, visitor: Browser, link: str, clock: StoppedClock
) -> None:
    assert visitor.open("/foto/abcdefghijklmnop").status == 404
    clock.forward(hours=25)
    assert visitor.open(link).status == 404
    assert "tidak berlaku lagi" in visitor.text


def test_without_a_link_that_works_no_picture_is_even_looked_at(
    visitor: Browser, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*_: object, **__: object) -> None:
        raise AssertionError("a picture was unfolded for a stranger")

    visitor.open(link)
    monkeypatch.setattr("hotline.console.attaching.check_file", look)
    fields: dict[str, object] = {**visitor.form(link), "file": [file(photograph())]}
    assert visitor.client.post("/foto/abcdefghijklmnop", data=fields).status_code == 404


def test_a_name_that_climbs_out_of_the_folder_stays_a_name(
    desk: Desk, visitor: Browser, link: str, runtime: Runtime
) -> None:
    visitor.open(link).send(link, file=[file(photograph(), CLIMBING)])
    (kept,) = desk.all(Attachment)
    assert kept.title == "x<script>.jpg"
    (written,) = (runtime.settings.var / "attachments").iterdir()
    assert re.fullmatch(r"[0-9a-f]{40}", written.name)


@pytest.mark.parametrize("path", ["/login", "/foto/abcdefghijklmnop"])
def test_nobody_fills_the_disk_with_a_form(visitor: Browser, path: str) -> None:
    """What is too large for its route is refused by its length, before it is read."""
    refused = visitor.client.post(
        path, input_stream=BytesIO(b"x"), content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(60 * 1024**2)},
    )  # fmt: skip
    assert refused.status_code == 413


def test_the_page_behind_a_link_says_nothing_of_the_case(visitor: Browser, desk: Desk, link: str) -> None:
    page = visitor.open(link).text
    (incident,) = desk.all(Incident)
    assert str(incident.number) not in page
    assert incident.summary not in page or not incident.summary
    assert "<script" not in page.partition("<main")[2]


def test_files_lie_outside_everything_that_is_served(runtime: Runtime) -> None:
    served = Path("hotline/console/static").resolve()
    assert not (runtime.settings.var / "attachments").resolve().is_relative_to(served)


@pytest.mark.parametrize("missing", ["owner", "due"])
def test_advice_has_a_person_and_a_day_or_the_case_is_not_closed(
    desk: Desk, coordinator: Browser, missing: str
) -> None:
    number = desk.verified()
    path = f"/incidents/{number}"
    told = {
        "disposition": "RESOLVED",
        "recommendation": "pembinaan remaja",
        "owner": "Bhabin",
        "due": "2026-12-01",
    }
    coordinator.open(path).send(f"{path}/close", {**told, missing: ""})
    assert "penanggung jawab rekomendasi" in coordinator.text
    assert "pembinaan remaja" in coordinator.text
    assert desk.all(FollowUp) == []
    coordinator.send(f"{path}/close", told)
    (advice,) = desk.all(FollowUp)
    assert (advice.owner, str(advice.due)) == ("Bhabin", "2026-12-01")

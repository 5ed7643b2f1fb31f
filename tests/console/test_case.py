"""The case on the screen, and what can be done from it, by forms alone."""

import re

import pytest
from sqlalchemy import select

from hotline import verification
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import Disposition, IncidentStatus, UnitStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.models import Assignment, Audit, Incident, LogEntry, Report, TextMessage
from hotline.verification import Findings
from tests.console.conftest import CALLER, Browser, Desk, SignIn, StoppedClock


def test_the_words_are_shown_with_what_was_understood_underlined(desk: Desk, operator: Browser) -> None:
    number = desk.report("tolong ada maling <b>di rumah</b>")
    correctable = '<a href="#verify" data-correct="type">maling</a>'
    assert (
        f'<mark class="m-type" title="jenis kejadian">{correctable}</mark>'
        in operator.open(f"/incidents/{number}").text
    )
    assert "&lt;b&gt;di rumah&lt;/b&gt;" in operator.text


def test_control_and_direction_characters_are_made_visible(desk: Desk, operator: Browser) -> None:
    number = desk.report("maling\u202egnilam\x07")
    assert "\u202e" not in operator.open(f"/incidents/{number}").text
    assert "□gnilam␇" in operator.text


def test_the_eight_steps_stand_with_their_local_times(desk: Desk, operator: Browser) -> None:
    page = operator.open(f"/incidents/{desk.verified()}").text
    assert page.count('class="step-name"') == 8
    assert page.count(">21.04</time></span></li>") == 2


def test_a_callers_number_is_masked(desk: Desk, coordinator: Browser) -> None:
    number = desk.report()
    assert CALLER not in coordinator.open(f"/incidents/{number}").text
    assert "+62812•••0001" in coordinator.text


def test_revealing_a_caller_needs_a_reason(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    report = desk.all(Report)[0].id
    coordinator.open(path).send(f"{path}/reports/{report}/reveal", reason=" ")
    assert coordinator.status == 422
    assert CALLER not in coordinator.text


def test_a_revealed_caller_is_in_the_audit_with_the_reason(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    report = desk.all(Report)[0].id
    coordinator.open(path).send(f"{path}/reports/{report}/reveal", reason="menelepon balik")
    assert CALLER in coordinator.text
    entry = desk.all(Audit, Audit.act == "reveal")[0]
    assert (entry.subject, entry.reason) == (f"report {report}", "menelepon balik")


def test_an_operator_is_not_offered_the_identity(desk: Desk, operator: Browser) -> None:
    assert "/reveal" not in operator.open(f"/incidents/{desk.report()}").text


def test_a_report_is_verified_with_the_priority_and_place_that_were_corrected(
    desk: Desk, operator: Browser
) -> None:
    path = f"/incidents/{(number := desk.report())}"
    fields = {
        "priority": "darurat",
        "type": "BEGAL",
        "area": "TB",
        "rt": "12",
        "place": "depan masjid",
        "people": "3",
    }
    operator.open(path).send(f"{path}/verify", fields)
    found = desk.incident(number)
    assert found.status is IncidentStatus.VERIFIED
    assert (found.priority, found.type_code, found.area_code, found.rt) == (
        Priority.DARURAT,
        "BEGAL",
        "TB",
        12,
    )
    assert (found.place, found.people) == ("depan masjid", 3)


@pytest.mark.parametrize(
    "wrong", [{"rt": "lima"}, {"type": "NAGA"}, {"area": "XX"}, {"priority": "segera"}, {"place": "x" * 300}]
)
def test_a_field_that_makes_no_sense_changes_nothing(
    desk: Desk, operator: Browser, wrong: dict[str, str]
) -> None:
    path = f"/incidents/{(number := desk.report())}"
    assert operator.open(path).send(f"{path}/verify", wrong).status == 422
    assert desk.incident(number).status is IncidentStatus.RECEIVED


def test_a_rejection_needs_a_reason_from_the_playbook(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{(number := desk.report())}"
    assert operator.open(path).send(f"{path}/reject", reason="").status == 422
    assert operator.send(f"{path}/reject", reason="NOT_FOUND", note="RT sudah cek").status == 200
    assert desk.incident(number).disposition is Disposition.UNFOUNDED
    assert "RT sudah cek" in operator.text
    assert operator.text.count("dilewati") == 4, "it was verified; coordination and what follows was not"


def test_the_alert_is_shown_exactly_as_it_will_go_out(desk: Desk, operator: Browser) -> None:
    desk.unit()
    path = f"/incidents/{(number := desk.verified())}"
    shown = operator.open(path).text
    operator.send(f"{path}/dispatch", unit=["1"], summary="Pencurian, Eka Jaya RT 5")
    sent = desk.all(TextMessage, TextMessage.purpose == "dispatch")[0].words
    assert sent.startswith(f"TUGAS {number} TINGGI Pencurian, Eka Jaya RT 5")
    assert sent in shown


def test_the_text_can_be_looked_at_before_it_goes_without_any_script(desk: Desk, operator: Browser) -> None:
    desk.unit()
    path = f"/incidents/{desk.verified()}"
    form = operator.open(path).form(f"{path}/dispatch")
    operator.page = operator.client.post(f"{path}/preview", data={**form, "summary": "Maling di pasar"})
    assert "TINGGI Maling di pasar." in operator.text
    assert "1 SMS" in operator.text
    assert not desk.all(TextMessage)


def test_proposed_units_are_ticked_and_their_reasons_said(desk: Desk, operator: Browser) -> None:
    desk.unit("Aipda Surya", agency="BKTM")
    page = operator.open(f"/incidents/{desk.verified()}").text
    assert 'name="unit" value="1" checked>' in page
    assert "memimpin jenis ini, kelurahan yang sama" in page


def test_nobody_is_sent_where_nobody_is_chosen(desk: Desk, operator: Browser) -> None:
    desk.unit()
    path = f"/incidents/{desk.verified()}"
    assert operator.open(path).send(f"{path}/dispatch").status == 422
    endless = "9" * 40
    assert operator.open(path).send(f"{path}/dispatch", unit=[endless]).status == 422
    assert operator.open(path).send(f"{path}/reply", words="Siap?", to=endless).status == 422
    assert operator.open(f"/changes?at={endless}").status == 200
    assert not desk.all(Assignment)


def test_dispatch_is_not_offered_before_verification(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    assert not operator.open(path).has_form(f"{path}/dispatch")


def test_a_unit_that_telephones_is_entered_by_the_desk(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.dispatched(desk.unit())}"
    operator.open(path).send(f"{path}/assignments/1/status", code="4", note="aman")
    assert desk.all(Assignment)[0].status is UnitStatus.ON_SCENE
    assert "Di lokasi" in operator.text


def test_only_answers_that_the_lifecycle_allows_are_offered(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.dispatched(desk.unit())}"
    assert 'name="code" value="2"' in operator.open(path).text
    operator.send(f"{path}/assignments/1/status", code="4")
    assert 'name="code" value="2"' not in operator.text


def test_an_assignment_is_not_reached_through_another_case(desk: Desk, operator: Browser) -> None:
    desk.dispatched(desk.unit())
    other = desk.verified()
    assert operator.post(f"/incidents/{other}/assignments/1/status", code="4").status == 404
    assert desk.all(Assignment)[0].status is UnitStatus.ALERTED


def test_a_unit_is_stood_down(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.dispatched(desk.unit())}"
    operator.open(path).send(f"{path}/assignments/1/stand-down")
    assert desk.all(Assignment)[0].status is UnitStatus.STOOD_DOWN


def test_a_reply_goes_to_the_callers_as_typed(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/reply", words="Kami ke sana.", to="callers")
    assert [text.words for text in desk.all(TextMessage)] == ["Kami ke sana."]


def test_a_reply_goes_to_one_unit(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.dispatched(unit := desk.unit())}"
    operator.open(path).send(f"{path}/reply", words="Lewat belakang.", to=str(unit))
    assert desk.all(TextMessage)[-1].unit_id == unit


def test_a_note_stands_in_the_log_and_goes_to_nobody(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/note", words="RT sudah ditelepon")
    assert "RT sudah ditelepon" in operator.text
    assert not desk.all(TextMessage)


def test_a_withheld_text_is_shown_with_its_reason(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/quiet", quiet="on")
    operator.send(f"{path}/reply", words="Masih di sana?", to="callers")
    assert "tidak dikirim: mode diam" in operator.text


def test_a_doubtful_send_is_repeated_once_by_a_person(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.dispatched(desk.unit())}"
    with desk.runtime.work() as work:
        work.session.scalars(select(TextMessage)).one().state = TextState.UNKNOWN
    assert "tidak pasti terkirim" in operator.open(path).text
    operator.send("/texts/1/resend", back=path)
    assert [text.resend_of for text in desk.all(TextMessage)] == [None, 1]
    assert not operator.has_form("/texts/1/resend")


def test_the_coordinator_closes_with_the_units_report_filled_in(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{(number := desk.dispatched(desk.unit()))}"
    coordinator.open(path).send(f"{path}/assignments/1/status", code="6", note="pelaku diserahkan ke polsek")
    assert "Arif Linmas: pelaku diserahkan ke polsek" in coordinator.text
    coordinator.send(
        f"{path}/close", disposition="RESOLVED", recommendation="Ronda ditambah", owner="Danru",
        due="2026-12-01",
    )  # fmt: skip
    found = desk.incident(number)
    assert (found.status, found.recommendation) == (IncidentStatus.CLOSED, "Ronda ditambah")
    assert "Selesai ditangani" in coordinator.text


def test_an_operator_can_not_close(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{(number := desk.verified())}"
    assert not operator.open(path).has_form(f"{path}/close")
    assert operator.post(f"{path}/close", disposition="RESOLVED").status == 403
    assert desk.incident(number).disposition is None


def test_a_closed_case_offers_nothing_but_opening_it_again(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{(number := desk.verified())}"
    coordinator.open(path).send(f"{path}/close", disposition="RESOLVED")
    for act in ("verify", "correct", "dispatch", "close", "merge", "reject"):
        assert not coordinator.has_form(f"{path}/{act}"), act
    coordinator.send(f"{path}/reopen", reason="kambuh")
    assert desk.incident(number).disposition is None


def test_likely_duplicates_are_shown_with_why_and_merged_by_one_click(desk: Desk, operator: Browser) -> None:
    first, second = desk.report(), desk.report(number="+6281200000002")
    operator.open(f"/incidents/{second}")
    assert "mungkin sama: jenis sama, RT sama, kelurahan sama" in " ".join(operator.text.split())
    operator.send(f"/incidents/{second}/merge", into=first)
    assert f"<title>{first}" in operator.text
    assert "dari " + second in operator.text


def test_a_kelurahan_and_the_hour_alone_make_no_twins(desk: Desk, operator: Browser) -> None:
    desk.report(number=None)
    fire = desk.report("api besar", number=None, type_code="API", area_code="EJ", rt=9)
    assert "mungkin sama" not in operator.open(f"/incidents/{fire}").text


def test_a_merged_case_is_shown_where_it_went_and_can_be_taken_apart(desk: Desk, operator: Browser) -> None:
    first, second = desk.report(), desk.report(number="+6281200000002")
    operator.open(f"/incidents/{second}").send(f"/incidents/{second}/merge", into=first)
    operator.open(f"/incidents/{second}")
    assert f"<title>{first}" in operator.text
    operator.send(f"/incidents/{first}/unmerge/{desk.incident(second).id}")
    assert desk.incident(second).merged_into_id is None


def test_merging_into_an_unknown_number_is_refused_in_words(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    assert operator.open(path).send(f"{path}/merge", into="9999").status == 422
    assert "Tidak ada kasus dengan nomor 9999" in operator.text


def test_a_stale_form_is_a_readable_conflict_that_keeps_what_was_typed(
    desk: Desk, operator: Browser, sign_in: SignIn
) -> None:
    path = f"/incidents/{(number := desk.report())}"
    operator.open(path)
    sign_in(Role.COORDINATOR).open(path).send(f"{path}/verify", priority="darurat")
    assert operator.send(f"{path}/verify", priority="rendah").status == 409
    assert "baru saja diubah orang lain" in operator.text
    assert desk.incident(number).priority is Priority.DARURAT


def test_a_stale_correction_shows_the_typed_place_again(
    desk: Desk, operator: Browser, sign_in: SignIn
) -> None:
    path = f"/incidents/{desk.verified()}"
    operator.open(path)
    sign_in(Role.COORDINATOR).open(path).send(f"{path}/correct", rt="9")
    operator.send(f"{path}/correct", place="belakang pasar")
    assert 'name="place" maxlength="200" value="belakang pasar"' in operator.text


def test_a_double_click_acts_once(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    form = {**operator.open(path).form(f"{path}/reply"), "words": "Kami ke sana.", "to": "callers"}
    for _ in range(2):
        assert operator.client.post(f"{path}/reply", data=form).status_code == 303
    assert len(desk.all(TextMessage)) == 1


@pytest.mark.parametrize("token", ["", "\x00" * 20])
def test_a_form_without_its_one_time_token_does_nothing(desk: Desk, operator: Browser, token: str) -> None:
    path = f"/incidents/{desk.report()}"
    assert operator.open(path).send(f"{path}/note", words="x", token=token).status == 400
    assert not desk.all(LogEntry, LogEntry.kind == "note")


def test_an_act_that_failed_may_be_sent_again_with_the_same_form(desk: Desk, operator: Browser) -> None:
    first, path = desk.report(), f"/incidents/{desk.report(number='+6281200000002')}"
    form = operator.open(path).form(f"{path}/merge")
    assert operator.client.post(f"{path}/merge", data={**form, "into": "1"}).status_code == 422
    assert operator.client.post(f"{path}/merge", data={**form, "into": first}).status_code == 303


def test_claiming_is_shown_and_can_be_taken_over(desk: Desk, operator: Browser, coordinator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/claim")
    assert "Ambil alih" in coordinator.open(path).text
    coordinator.send(f"{path}/claim")
    assert [entry.kind for entry in desk.all(LogEntry)][-2:] == ["claimed", "taken_over"]


def test_a_claim_that_ran_out_holds_nobody_back(desk: Desk, operator: Browser, clock: StoppedClock) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/claim")
    clock.forward(minutes=6)
    assert "Ambil alih" not in operator.open(path).text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OPERATOR, 404), (Role.COORDINATOR, 200), (Role.AUDITOR, 404)]
)
def test_a_confidential_case_is_the_coordinators(
    desk: Desk, sign_in: SignIn, role: Role, status: int
) -> None:
    number = desk.report(type_code="KDRT", priority=Priority.TINGGI)
    browser = sign_in(role)
    assert (number in browser.text) is (status == 200)
    assert browser.open(f"/incidents/{number}").status == status


def test_an_operator_knows_that_something_hidden_waits_and_nothing_of_it(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    said = "1 laporan rahasia menunggu koordinator"
    number = desk.report("rahasia sekali", type_code="NARKOBA", priority=Priority.SEDANG)
    assert (said in operator.open("/").text, number in operator.text) == (True, False)
    assert (said in coordinator.open("/").text, number in coordinator.text) == (False, True)
    desk.runtime.snapshots.forget()
    with desk.runtime.work() as work:
        verification.verify(work, desk.find(work, number).id, Findings(), desk.people[Role.COORDINATOR])
    assert said not in operator.open("/").text


def test_a_confidential_emergency_rings_at_every_desk(desk: Desk, operator: Browser) -> None:
    number = desk.report(type_code="KDRT", priority=Priority.DARURAT)
    assert number in operator.open("/").text
    assert operator.open(f"/incidents/{number}").status == 200


def test_an_act_on_a_confidential_case_is_as_if_there_were_none(desk: Desk, operator: Browser) -> None:
    number = desk.report(type_code="KDRT", priority=Priority.TINGGI)
    assert operator.post(f"/incidents/{number}/verify").status == 404
    assert desk.incident(number).verified_at is None


@pytest.mark.parametrize("number", ["1042", "abc", "0", "99999999999999999999"])
def test_a_number_that_is_none_is_not_found(operator: Browser, number: str) -> None:
    assert operator.open(f"/incidents/{number}").status == 404


def test_the_protocol_card_says_what_to_ask_and_whom_to_call(desk: Desk, operator: Browser) -> None:
    page = operator.open(f"/incidents/{desk.report(type_code='API')}").text
    assert "Apa yang terbakar, ada orang di dalam?" in page
    assert "<b>113</b><b>112</b>" in page


def test_the_fragment_alone_answers_a_script(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    text = operator.open(f"/incidents/{number}", **{"HX-Request": "true"}).text
    assert text.lstrip().startswith('<article class="case')
    assert isinstance(desk.incident(number), Incident)


def test_nobody_is_ticked_in_the_folded_part_of_the_list(desk: Desk, operator: Browser) -> None:
    for serial in range(1, 9):
        desk.unit(f"Aipda {serial}", serial, agency="BKTM")
    guard = desk.unit("Arif Linmas", 9)
    page = operator.open(f"/incidents/{desk.verified()}").text
    ticks = re.findall(r'name="unit" value="(\d+)"( checked)?', page)
    assert (str(guard), " checked") in ticks
    ticked = [bool(tick) for _, tick in ticks]
    assert ticked == sorted(ticked, reverse=True)

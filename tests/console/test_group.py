"""The WhatsApp group: pasted posts become reports, none twice, and nobody's number stands on the screen."""

from datetime import timedelta
from typing import Final

from hotline.domain.channels import Channel
from hotline.models import Caller, Incident, Report
from tests.console.conftest import START, Browser, Desk

CHAT: Final = (
    "24/11/26 20.40 - +62 812-0000-0009: ada maling di belakang pasar\n"
    "24/11/26 20.41 - Pak RT 05: siap pak\n"
    "24/11/26 20.50 - Bu Siti: <Media tidak disertakan>\n"
)


def test_what_was_pasted_is_looked_over_before_it_is_kept(desk: Desk, operator: Browser) -> None:
    operator.open("/group").send("/group/posts", chat=CHAT)
    assert operator.text.count('class="panel post') == 2
    for words in ("20.40 WIB", "Pencurian", "Pak RT 05", "+62812"):
        assert words in operator.text
    assert "81200000009" not in operator.text.replace(CHAT, "")
    assert desk.all(Report) == []


def test_each_chosen_post_is_a_report_with_its_own_time_and_sender(desk: Desk, operator: Browser) -> None:
    operator.open("/group").send("/group/posts", chat=CHAT).send("/group", {"take-0": "1", "take-1": "1"})
    first, second = desk.all(Report)
    assert (first.channel, first.words) == (Channel.WHATSAPP, "ada maling di belakang pasar")
    assert first.made_at == START - timedelta(minutes=24, seconds=30)
    assert desk.all(Caller)[0].number == "+6281200000009"
    assert (second.caller_id, second.caller_name) == (None, "Pak RT 05")
    assert "<title>Antrean" in operator.text


def test_a_post_is_kept_once_however_often_it_is_pasted(desk: Desk, operator: Browser) -> None:
    for _ in range(2):
        operator.open("/group").send("/group/posts", chat=CHAT).send("/group", {"take-0": "1"})
    assert len(desk.all(Incident)) == 1
    operator.open("/group").send("/group/posts", chat=CHAT)
    assert f"sudah tercatat di {desk.all(Incident)[0].number}" in operator.text


def test_a_post_about_what_is_known_is_proposed_for_that_case(desk: Desk, operator: Browser) -> None:
    known = desk.report("ada maling masuk rumah di belakang pasar")
    operator.open("/group").send("/group/posts", chat=CHAT)
    assert f'<option value="{known}" selected>' in operator.text
    assert "jenis sama, RT sama, kelurahan sama, kata-kata mirip, waktu berdekatan" in operator.text
    operator.send("/group", {"take-0": "1", "into-0": known})
    assert [each.number for each in desk.all(Incident)] == [known]
    assert f"<title>{known}" in operator.text


def test_two_posts_of_one_paste_about_one_new_event_become_one_case(desk: Desk, operator: Browser) -> None:
    chat = CHAT.partition("24/11/26 20.50")[0] + "24/11/26 20.55 - Pak Budi: maling di belakang pasar lari\n"
    operator.open("/group").send("/group/posts", chat=chat)
    assert '<option value="post-0" selected>kasus pesan 1: jenis sama, RT sama' in operator.text
    assert 'value="post-1"' not in operator.text
    operator.send("/group", {"take-0": "1", "take-2": "1", "into-2": "post-0"})
    only = desk.all(Incident)[0].number
    assert [(each.incident_id, each.words[:6]) for each in desk.all(Report)] == [(1, "ada ma"), (1, "maling")]
    assert f"<title>{only}" in operator.text


def test_nothing_pasted_and_nothing_chosen_are_said_in_words(operator: Browser) -> None:
    operator.open("/group").send("/group/posts", chat=" ")
    assert (operator.status, "Tempel dulu pesan dari grup." in operator.text) == (422, True)
    operator.open("/group").send("/group/posts", chat=CHAT).send("/group")
    assert (operator.status, "Pilih sedikitnya satu pesan." in operator.text) == (422, True)


def test_the_text_for_the_group_tells_of_the_event_and_of_nobody(desk: Desk, operator: Browser) -> None:
    page = operator.open(f"/incidents/{desk.report('maling bu Siti di dapur')}").text
    told = page.partition('id="group-note" rows="3" readonly>')[2].partition("<")[0]
    assert (
        told == "INFO 1007: Pencurian, Eka Jaya RT 5, pukul 21.04. SUDAH DITERIMA, segera diperiksa petugas."
    )


def test_of_a_confidential_case_nothing_is_told_to_the_group(desk: Desk, coordinator: Browser) -> None:
    assert 'id="for-group"' not in coordinator.open(f"/incidents/{desk.report(type_code='KDRT')}").text


def test_a_telephone_that_a_post_names_is_masked_wherever_its_words_stand(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    chat = "24/11/26 20.40 - Bu Siti: ada maling, hubungi 0812 7000 0010 segera"
    said = "hubungi +62812•••0010 segera"
    posted = operator.open("/group").send("/group/posts", chat=chat)
    assert said in posted.text.replace(chat, "")
    assert "0812 7000" not in posted.text.replace(chat, "")
    case = posted.send("/group", {"take-0": "1"})
    path = f"/incidents/{desk.all(Incident)[0].number}"
    for page in (
        case.text,
        operator.open("/").text,
        operator.open("/search").send("/search", q="hubungi").text,
    ):
        assert said in page
        assert "0812 7000" not in page
    opened = coordinator.open(path).send(
        f"{path}/reports/{desk.all(Report)[0].id}/reveal", reason="menelepon"
    )
    assert "hubungi 0812 7000 0010 segera" in opened.text

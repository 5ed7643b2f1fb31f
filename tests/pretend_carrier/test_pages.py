"""The telephones in a real browser: what a new user does first."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

from hotline.pretend_carrier.tone import tone
from tests.pretend_carrier.stand_in import LINMAS, SITI, Hands, StandIn
from tests.support.eventually import eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tab: Page, company: Hands) -> Iterator[Page]:
    """The page, opened; it must stay free of errors, also of its own content policy."""
    faults: list[str] = []

    def hear_error(error: Error) -> None:
        faults.append(str(error))

    def hear_line(message: ConsoleMessage) -> None:
        faults.extend(_complaint(message))

    tab.on("pageerror", hear_error)
    tab.on("console", hear_line)
    tab.goto(company.url)
    expect(telephone(tab, "Bu Siti")).to_be_visible()
    yield tab
    tab.goto("about:blank")
    tab.remove_listener("pageerror", hear_error)
    tab.remove_listener("console", hear_line)
    assert faults == []


def _complaint(message: ConsoleMessage) -> list[str]:
    # The browser calls every refusal of the company (409) an error; the page shows it in words.
    is_refusal = "409" in message.text
    return [message.text] if message.type == "error" and not is_refusal else []


def telephone(page: Page, name: str) -> Locator:
    """The telephone with this name on the desk."""
    return page.get_by_role("article", name=f"Telepon {name}")


def test_a_text_is_written_taken_and_answered(desk: Page, company: Hands, hotline: StandIn) -> None:
    phone = telephone(desk, "Bu Siti")
    phone.get_by_label("SMS dari Bu Siti ke hotline").fill("maling <b>rt 5</b>")
    phone.get_by_role("button", name="Kirim").click()
    expect(phone.get_by_text("maling <b>rt 5</b>")).to_be_visible()
    expect(phone.get_by_text("sampai di hotline")).to_be_visible()
    assert hotline.forms("/sms/pretend/inbound")[0]["text"] == "maling <b>rt 5</b>"
    company.send(SITI, "Laporan diterima, nomor 1041.")
    expect(phone.get_by_text("Laporan diterima, nomor 1041.")).to_be_visible()


def test_a_call_is_heard_keyed_spoken_and_ended(desk: Page, company: Hands, hotline: StandIn) -> None:
    hotline.sounds["/sounds/welcome.wav"] = tone(0.2)
    words = f"{hotline.url}/ivr/pretend/words"
    hotline.script(
        f'<Play url="{hotline.url}/sounds/welcome.wav"/>'
        f'<GetDigits numDigits="1" callbackUrl="{hotline.url}/ivr/pretend/kind"><Say>Jenis?</Say></GetDigits>'
    )
    hotline.script(f'<Record finishOnKey="#" callbackUrl="{words}"/>', "/ivr/pretend/kind")
    hotline.script("<Say>Nomor laporan 1041</Say>", "/ivr/pretend/words")
    phone = telephone(desk, "Bu Siti")
    phone.get_by_role("button", name="Telepon hotline").click()
    expect(phone.get_by_text("Tekan satu tombol")).to_be_visible()
    player = phone.get_by_label("Suara welcome.wav")
    eventually(lambda: player.evaluate("audio => audio.duration > 0.1"), "the browser can play the sound")
    phone.get_by_role("button", name="3", exact=True).click()
    phone.get_by_role("button", name="Suara contoh").click()
    expect(phone.get_by_text("suara terekam")).to_be_visible()
    phone.get_by_role("button", name="Selesai #").click()
    expect(phone.get_by_text("Nomor laporan 1041")).to_be_visible()
    expect(phone.get_by_text("Panggilan selesai")).to_be_visible()
    phone.get_by_role("button", name="Ke pesan").click()
    expect(phone.get_by_role("log")).to_be_visible()
    assert hotline.forms("/ivr/pretend/words")[0]["recordingUrl"].endswith(".wav")


def test_a_ringing_telephone_can_be_answered_and_hung_up(
    desk: Page, company: Hands, hotline: StandIn
) -> None:
    hotline.script("<Record/>")
    desk.get_by_role("navigation").get_by_role("button", name="Linmas Eka Jaya").click()
    phone = telephone(desk, "Linmas Eka Jaya")
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    phone.get_by_role("button", name="Angkat").click()
    expect(phone.get_by_text("Tersambung")).to_be_visible()
    phone.get_by_role("button", name="Tutup", exact=True).click()
    assert company.finished(session)["cause"] == "NORMAL_CLEARING"


def test_a_fault_is_armed_happens_and_is_cleared(desk: Page, company: Hands) -> None:
    desk.get_by_role("button", name="Gangguan").click()
    desk.get_by_label("Apa yang salah").select_option("send:code_406")
    desk.get_by_role("button", name="Pasang gangguan").click()
    expect(desk.get_by_text("SMS keluar dari hotline: Penerima: 406 UserInBlacklist")).to_be_visible()
    assert company.rows(company.send())[0]["statusCode"] == 406
    company.arm("send", "http_500", times=-1)
    expect(desk.get_by_role("listitem").filter(has_text="terus")).to_be_visible()
    desk.get_by_role("button", name="Bersihkan semua").click()
    expect(desk.get_by_text("Tidak ada gangguan.")).to_be_visible()


def test_the_account_is_set_on_the_page(desk: Page, company: Hands) -> None:
    desk.get_by_role("button", name="Gangguan").click()
    desk.get_by_label("Saldo hotline (rupiah)").fill("1234")
    desk.get_by_role("button", name="Ubah saldo").click()
    expect(desk.locator("#balance")).to_have_text("Rp\u00a01.234")


def test_a_telephone_is_switched_off_and_refuses_in_words(desk: Page, company: Hands) -> None:
    phone = telephone(desk, "Bu Siti")
    phone.get_by_label("Setelan telepon").click()
    phone.get_by_label("Ada pulsa").uncheck()
    eventually(lambda: company.look(SITI)["credit"] is False, "the credit is gone")
    phone.get_by_role("button", name="Telepon hotline").click()
    expect(phone.get_by_text("Pulsa telepon ini habis.")).to_be_visible()
    phone.get_by_label("Telepon menyala").uncheck()
    expect(phone.get_by_text("Telepon mati")).to_be_visible()


def test_a_telephone_is_added(desk: Page, company: Hands) -> None:
    desk.get_by_text("Tambah telepon").click()
    desk.get_by_label("Nama").fill("Pak RT 07")
    desk.get_by_label("Nomor", exact=True).fill("+6281299990007")
    desk.get_by_role("button", name="Tambah", exact=True).click()
    expect(telephone(desk, "Pak RT 07")).to_be_visible()


def test_nothing_sticks_out_sideways(desk: Page) -> None:
    for width, height in ((1366, 768), (360, 740)):
        desk.set_viewport_size({"width": width, "height": height})
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), width

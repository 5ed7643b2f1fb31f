"""A text's page: its words are tried, used, refused in words, and taken back; nothing needs a script."""

import pytest

from hotline.console.text_labels import FIELD
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Role
from hotline.models import Wording
from hotline.playbook_texts import TEXT_FIELDS
from tests.console.conftest import Browser, Desk, SignIn

PAGE = "/playbook/receipt/id"
NEW = "SIGAP KETIMUN: Laporan {number} sudah kami catat. Kabar: STATUS {number}"


@pytest.fixture
def administrator(sign_in: SignIn) -> Browser:
    """The administrator's browser, at the text of a receipt."""
    return sign_in(Role.ADMINISTRATOR).open(PAGE)


def test_the_page_says_what_goes_out_and_what_may_stand_in_it(
    administrator: Browser, playbook: Playbook
) -> None:
    written = playbook.texts["receipt"].words["id"]
    for told in (written, written.replace("{number}", "10000"), "nomor kasus", "wajib", "1 SMS"):
        assert told in administrator.text
    assert "Belum pernah diubah di layar." in administrator.text
    assert f'href="{PAGE}"' in administrator.open("/playbook").text


def test_a_look_changes_nothing_and_shows_the_words_as_people_would_get_them(
    desk: Desk, administrator: Browser
) -> None:
    administrator.send(PAGE, words="Laporan {number} “baru”, {siapa}", do="check")
    assert administrator.status == 200
    assert "isian {siapa} tidak dikenal di sini" in administrator.text
    administrator.send(PAGE, words="Laporan {number} “baru”", do="check")
    assert "Laporan 10000 &#34;baru&#34;" in administrator.text
    assert "Laporan {number} “baru”</textarea>" in administrator.text
    part = administrator.post(f"{PAGE}/try", words="Laporan {number}" + "x" * 160)
    assert "2 SMS" in part.text
    assert "satu SMS memuat 160" in part.text
    assert "<html" not in part.text
    assert desk.all(Wording) == []


def test_words_are_used_and_each_version_can_come_back_and_the_files_too(
    desk: Desk, administrator: Browser, playbook: Playbook
) -> None:
    administrator.send(PAGE, words=NEW, do="save")
    assert (administrator.status, "diubah di layar" in administrator.text) == (200, True)
    assert NEW.replace("{number}", "10000") in administrator.text
    assert "diubah 21.04" in administrator.open("/playbook").text.partition("text-receipt-id")[2][:900]
    administrator.open(PAGE).send(PAGE, words="Laporan {number} masuk.", do="save")
    administrator.send(f"{PAGE}/back", version="1")
    history = administrator.text.partition('id="versions"')[2]
    assert (history.count('id="version-'), history.count("Si administrator <time")) == (3, 3)
    assert f"{NEW}</textarea>" in administrator.text
    administrator.send(f"{PAGE}/back", version="")
    assert f"{playbook.texts['receipt'].words['id']}</textarea>" in administrator.text
    assert "kembali ke berkas" in administrator.text
    assert [row.words for row in desk.all(Wording)] == [NEW, "Laporan {number} masuk.", NEW, None]


REFUSED = [
    ("", "kosong"),
    ("Laporan diterima.", "isian {number} harus ada di dalamnya"),
    ("Laporan {number} {siapa}.", "isian {siapa} tidak dikenal di sini"),
    ("Laporan {number} " + "x" * 150, "satu SMS memuat 160"),
    ("Laporan {number} 你", "tidak dikenal SMS biasa: 你"),
    ("Laporan {number", "kurung kurawalnya tidak berpasangan"),
]


def test_what_can_not_go_out_is_refused_in_words_and_what_was_typed_stays(
    desk: Desk, administrator: Browser
) -> None:
    for words, told in REFUSED:
        administrator.send(PAGE, words=words, do="save")
        assert administrator.status == 422
        assert told in administrator.text
        assert f"{words}</textarea>" in administrator.text
    assert desk.all(Wording) == []


def test_whoever_was_slower_sees_what_is_in_force_and_keeps_what_he_typed(
    desk: Desk, administrator: Browser, sign_in: SignIn
) -> None:
    sign_in(Role.COORDINATOR).open(PAGE).send(PAGE, words=NEW, do="save")
    administrator.send(PAGE, words="Laporan {number} masuk.", do="save")
    assert administrator.status == 409
    assert "baru saja diubah orang lain" in administrator.text
    assert "Laporan {number} masuk.</textarea>" in administrator.text
    administrator.send(PAGE, words="Laporan {number} masuk.", do="save")
    assert [row.words for row in desk.all(Wording)] == [NEW, "Laporan {number} masuk."]


def test_words_that_the_file_no_longer_fits_are_named_and_not_used(
    desk: Desk, administrator: Browser
) -> None:
    with desk.runtime.work() as work:
        for key, words in (("receipt", "Laporan {kasus}"), ("gone", "x")):
            work.session.add(
                Wording(text_key=key, language="id", words=words, written="Laporan", made_at=work.now)
            )
    page = administrator.open(PAGE).text
    assert "Kata dari layar tidak dipakai" in page
    assert "isian {kasus} tidak dikenal di sini" in page
    page = administrator.open("/playbook").text
    assert "2 teks dari layar tidak dipakai" in page
    assert "Berkas tidak lagi punya teks ini." in page
    administrator.open(PAGE).send(f"{PAGE}/back", version="")
    assert "1 teks dari layar tidak dipakai" in administrator.open("/playbook").text


@pytest.mark.parametrize("path", ["/playbook/no/id", "/playbook/receipt/xx", "/playbook/receipt/longest"])
def test_a_text_that_is_none_is_not_found(administrator: Browser, path: str) -> None:
    assert administrator.open(path).status == 404
    for act in ("", "/try", "/back"):
        assert administrator.open(PAGE).post(f"{path}{act}", words="x").status == 404


def test_every_field_is_told_in_words() -> None:
    assert {field for fields in TEXT_FIELDS.values() for field in fields} <= set(FIELD)

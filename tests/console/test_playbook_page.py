"""The programme's words on a screen: every text with who gets it when, and the check of the files."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from hotline.console.text_labels import occasion
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Role
from hotline.playbook_texts import TEXTS_USED
from hotline.runtime import Runtime
from hotline.words_in_force import WordsInForce
from tests.console.conftest import Browser, SignIn
from workers.assembly import ADVISERS, CHECKERS


@pytest.fixture
def administrator(sign_in: SignIn) -> Browser:
    """The administrator's browser."""
    return sign_in(Role.ADMINISTRATOR)


def test_every_text_that_the_code_says_is_told_with_who_gets_it_when() -> None:
    assert [key for key in sorted(TEXTS_USED) if occasion(key) is None] == []


def test_a_text_stands_with_its_occasion_and_its_length_in_longest_values(administrator: Browser) -> None:
    page = administrator.open("/playbook").text
    text = page.partition('id="text-receipt_emergency-id"')[2].partition("</li>")[0]
    for told in ("laporan darurat masuk", "Laporan DARURAT 10000", "112 atau 110", "huruf, 1 bagian"):
        assert told in text
    ending = page.partition('id="text-closed_unfounded-id"')[2].partition("</li>")[0]
    assert "kasus berakhir: " in ending


def test_every_text_of_the_playbook_stands_there_once(administrator: Browser, playbook: Playbook) -> None:
    page = administrator.open("/playbook").text
    assert {key: page.count(f'id="text-{key}-id"') for key in playbook.texts} == dict.fromkeys(
        playbook.texts, 1
    )
    assert "tidak dipakai" not in page


def test_the_files_are_checked_as_they_stand_now_and_faults_named_with_file_and_line(
    app: Flask, runtime: Runtime, administrator: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(runtime.playbook.folder, tmp_path / "book"))
    playbook = replace(runtime.playbook, folder=str(folder))
    app.extensions["hotline"] = replace(runtime, words=WordsInForce(playbook))
    monkeypatch.setitem(app.extensions, "hotline_checkers", CHECKERS)
    monkeypatch.setitem(app.extensions, "hotline_advisers", ADVISERS)
    assert "Tidak ada kesalahan." in administrator.open("/playbook").text
    texts = folder / "texts.toml"
    texts.write_text(
        texts.read_text("utf-8").replace("menuju lokasi laporan {number}", "menuju {where}"), "utf-8"
    )
    line = next(at for at, words in enumerate(texts.read_text("utf-8").splitlines(), 1) if "{where}" in words)
    page = administrator.open("/playbook").text
    assert f"<b>texts.toml</b> baris {line}" in page
    assert "teks on_the_way: isian {where} tidak dikenal di sini" in page
    english = administrator.send("/language", language="en").open("/playbook").text
    assert "text on_the_way: nobody fills {where}" in english
    assert "1 kesalahan" in page

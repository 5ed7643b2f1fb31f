"""The programme's words are checked together: every way to break them is named with file and line."""

import re
import shutil
from pathlib import Path

import pytest

from hotline.domain.playbook import Fault, Playbook, Priority
from hotline.playbook_reader import REQUIRED, PlaybookError, read_playbook
from hotline.settings import DEFAULT_PLAYBOOK

RECEIPT = """[receipt]
id = "Laporan {number} diterima. Simpan nomor. Cek: STATUS {number}"
longest = { number = "10000" }

"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The programme's own files; one text is a known one, since the others are the Camat's to reword."""
    copied = Path(shutil.copytree(DEFAULT_PLAYBOOK, tmp_path / "district", ignore=lambda *_: ["prompts"]))
    texts = copied / "texts.toml"
    reworded = re.sub(r"\[receipt\]\n[^\[]+", RECEIPT, texts.read_text(encoding="utf-8"))
    texts.write_text(reworded, encoding="utf-8")
    return copied


def faults(folder: Path) -> list[str]:
    with pytest.raises(PlaybookError) as unfit:
        read_playbook(folder)
    return [f"{Path(fault.path).name}:{fault.line}: {fault.problem}" for fault in unfit.value.faults]


def line_of(path: Path, words: str) -> int:
    """The line on which `words` stand for the first time."""
    return path.read_text(encoding="utf-8").split(words)[0].count("\n") + 1


def test_the_programmes_own_playbook_has_no_fault() -> None:
    playbook = read_playbook(DEFAULT_PLAYBOOK)
    assert len(playbook.areas) == 6
    assert playbook.targets[Priority.DARURAT].verify == 2
    assert playbook.say("cancelled", number="1041").count("1041") == 1
    assert playbook.group_priority[1] is Priority.DARURAT


def test_a_kelurahan_is_found_by_its_key() -> None:
    playbook = read_playbook(DEFAULT_PLAYBOOK)
    found = playbook.area_by_key("3")
    assert found is not None
    assert found.name == "Eka Jaya"
    assert playbook.area_by_key("9") is None


# file, what stands in it, what it is replaced by, what the fault says (a pattern), where it is pointed to
# (words on that line after the replacement; None: the line that was replaced)
BROKEN = [
    ("programme.toml", 'zone = "Asia/Jakarta"', 'zone = "Asia/Jambi"', r"zone .*Asia/Jambi", "zone ="),
    ("programme.toml", 'region = "ID"\n', "", r"region is missing", "[programme]"),
    ("programme.toml", 'city = "Kota Jambi"', 'citi = "Kota Jambi"', r"citi is not known here", "citi ="),
    (
        "programme.toml",
        "replies_per_hour = 3",
        'replies_per_hour = "3"',
        r"whole number, not '3'",
        "replies_per_hour",
    ),
    (
        "programme.toml",
        "replies_per_hour = 3",
        "replies_per_hour = true",
        r"whole number",
        "replies_per_hour",
    ),
    ("programme.toml", 'countries = ["ID"]', 'countries = "ID"', r"must be a list", "countries"),
    (
        "programme.toml",
        '1 = "darurat"',
        '1 = "genting"',
        r"group 1: no priority called 'genting'",
        '1 = "genting"',
    ),
    (
        "programme.toml",
        'name = "SIGAP KETIMUN"',
        'name = "SIGAP',
        r"[Ii]llegal|invalid|Unterminated",
        'name = "SIGAP',
    ),
    ("priorities.toml", 'code = "rendah"', 'code = "kecil"', r"must be one of .*rendah", 'code = "kecil"'),
    ("priorities.toml", 'code = "rendah"', 'code = "sedang"', r"sedang stands twice", None),
    ("types.toml", 'code = "MEDIS"', 'code = "API"', r"API stands twice", None),
    (
        "types.toml",
        'leads = ["DAMKAR"]',
        'leads = ["PEMADAM"]',
        r"leads of API: no agency called PEMADAM",
        "PEMADAM",
    ),
    ("types.toml", 'leads = ["DAMKAR"]', "leads = []", r"API has nobody to lead it", "leads = []"),
    ("types.toml", 'code = "LAIN"', 'code = "ANEH"', r"type LAIN .* is missing", "# The kinds"),
    ("types.toml", "group = 1", "group = 8", r"group 8 of API has no priority", "group = 8"),
    ("types.toml", "confidential = false", 'confidential = "no"', r"true or false", 'confidential = "no"'),
    ("types.toml", 'priority = "darurat"', "priority = 1", r"must be one of", "priority = 1"),
    ("areas.toml", 'key = "2"', 'key = "1"', r"Payo Selincah: key '1' is not a free digit", None),
    ("areas.toml", 'key = "2"', 'key = "0"', r"key '0' is not a free digit", 'key = "0"'),
    ("areas.toml", 'neighbours = ["TB", "EJ"]', 'neighbours = ["TB", "XX"]', r"no neighbour XX", '"XX"'),
    ("areas.toml", "latitude = -1.62593", 'latitude = "selatan"', r"must be", 'latitude = "selatan"'),
    ("areas.toml", "in_city = true\n", "", r"in_city is missing", "[[outside]]"),
    ("landmarks.toml", 'area = "TB"', 'area = "XX"', r"SMAN 13: no area called XX", 'area = "XX"'),
    ("landmarks.toml", "rt = 3", 'rt = "3"', r"rt must be a whole number", 'rt = "3"'),
    ("agencies.toml", 'code = "LINMAS"', 'code = "TRANTIB"', r"TRANTIB stands twice", None),
    ("outcomes.toml", 'code = "PRANK"', 'code = "JOKE"', r"no outcome is called JOKE", 'code = "JOKE"'),
    (
        "outcomes.toml",
        'text = "closed_referred"',
        'text = "closed"',
        r"no text called closed",
        'text = "closed"',
    ),
    (
        "outcomes.toml",
        'disposition = "UNFOUNDED"',
        'disposition = "GONE"',
        r"no disposition called 'GONE'",
        "GONE",
    ),
    ("texts.toml", "[help]", "[bantuan]", r"text help is missing", "# Every sentence"),
    (
        "texts.toml",
        "no. {number}. Petugas segera",
        "no. {nomor}. Petugas segera",
        r"nobody fills {nomor}",
        "{nomor}",
    ),
    (
        "texts.toml",
        "1 Talang Bakung",
        "1 Cempaka Putih",
        r"text ask_area: does not offer 1 Talang Bakung",
        "1 Cempaka Putih",
    ),
    ("texts.toml", "STATUS {number}", "STATUS {number", r"braces do not fit together", "STATUS {number"),
    ("texts.toml", "STATUS {number}", "STATUS {number:d}", r"can't be filled in", "{number:d}"),
    ("texts.toml", "STATUS {number}", "STATUS {}", r"nobody fills {}", "STATUS {}"),
    ("texts.toml", "Simpan nomor.", "Simpan “nomor”.", r"outside GSM-7", "“nomor”"),
    ("texts.toml", "Simpan nomor.", "Sabar. " * 18, r"takes \d+ characters", "Sabar."),
    (
        "texts.toml",
        'longest = { number = "10000" }',
        "",
        r"receipt: {number} has no longest value",
        "diterima.",
    ),
    ("texts.toml", '[help]\nid = "', '[help]\nen = "', r"text help has no words in 'id'", "[help]"),
    ("texts.toml", '[help]\nid = "', "[help]\nid = 7 #", r"id must be text, not 7", "id = 7"),
]


@pytest.mark.parametrize(("file", "words", "instead", "problem", "where"), BROKEN)
def test_a_fault_is_named_with_its_file_and_line(
    folder: Path, file: str, words: str, instead: str, problem: str, where: str | None
) -> None:
    path = folder / file
    whole = path.read_text(encoding="utf-8")
    assert words in whole
    broken_at = line_of(path, words)
    path.write_text(whole.replace(words, instead, 1), encoding="utf-8")
    found = [fault for fault in faults(folder) if re.search(problem, fault)]
    expected = broken_at if where is None else line_of(path, where)
    assert [fault.split(": ")[0] for fault in found] == [f"{file}:{expected}"]


def test_all_faults_are_found_in_one_go(folder: Path) -> None:
    for file, words, instead in [
        ("types.toml", 'leads = ["DAMKAR"]', 'leads = ["PEMADAM"]'),
        ("areas.toml", 'key = "2"', 'key = "0"'),
        ("texts.toml", "STATUS {number}", "STATUS {nomor}"),
    ]:
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(words, instead, 1), encoding="utf-8")
    assert {fault.partition(":")[0] for fault in faults(folder)} == {"types.toml", "areas.toml", "texts.toml"}


def test_a_file_that_can_not_be_read_hides_no_fault_of_another(folder: Path) -> None:
    (folder / "landmarks.toml").unlink()
    with (folder / "types.toml").open("a", encoding="utf-8") as types:
        types.write("x = \n")
    areas = folder / "areas.toml"
    areas.write_text(areas.read_text(encoding="utf-8").replace('key = "2"', "key = 2", 1), encoding="utf-8")
    assert [fault.partition(":")[0] for fault in faults(folder)] == [
        "landmarks.toml", "types.toml", "areas.toml",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["programme", "types", "areas", "texts"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / f"{name}.toml").unlink()
    assert faults(folder) == [f"{name}.toml:1: the file is missing"]


def test_a_folder_without_anything_is_named_file_by_file(tmp_path: Path) -> None:
    assert len(faults(tmp_path)) == len(REQUIRED)


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    path = folder / "landmarks.toml"
    path.write_bytes(b"# caf\xe9\n" + path.read_bytes())
    assert faults(folder) == ["landmarks.toml:1: is not written in UTF-8"]


@pytest.mark.parametrize(
    ("file", "whole"),
    [
        ("types.toml", "types = 7\n"),
        ("types.toml", 'types = ["API"]\n'),
        ("types.toml", "[types]\n"),
        ("areas.toml", "outside = 1\n"),
        ("areas.toml", ""),
        ("texts.toml", 'receipt = "Halo"\n'),
        ("texts.toml", "[receipt]\nlongest = 1\n"),
        ("programme.toml", "group_priority = 3\n"),
        ("landmarks.toml", "landmarks = [[1]]\n"),
        ("outcomes.toml", "dispositions = [{}]\n"),
    ],
)
def test_a_file_of_the_wrong_shape_is_a_fault_and_no_crash(folder: Path, file: str, whole: str) -> None:
    (folder / file).write_text(whole, encoding="utf-8")
    assert {fault.partition(":")[0] for fault in faults(folder)} >= {file}


def test_what_other_packages_find_stands_beside_the_rest(folder: Path) -> None:
    def grumble(playbook: Playbook) -> list[Fault]:
        return [Fault("menu.toml", 12, "leads nowhere")]

    with pytest.raises(PlaybookError, match=r"menu\.toml:12: leads nowhere"):
        read_playbook(folder, [grumble])


def test_what_is_copied_under_another_name_is_another_programme(folder: Path) -> None:
    assert read_playbook(folder).name == "district"


def test_a_fault_that_is_met_twice_is_named_once(folder: Path) -> None:
    soundless = Fault("menu.toml", 90, "digit_3 has no sound")
    with pytest.raises(PlaybookError) as unfit:
        read_playbook(folder, [lambda _: [soundless, soundless]])
    assert (unfit.value.faults, str(unfit.value)) == ((soundless,), str(soundless))

"""A menu with a fault is told where it is, in the file and the line, before a caller can hear it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.domain.playbook import Fault, Playbook
from hotline.playbook_reader import PlaybookError, read_playbook
from ivr.menu_check import check_menu
from ivr.menu_reader import MenuError, menu_of

Rewrite = Callable[[str, str], None]


@pytest.fixture
def folder(tmp_path: Path, playbook: Playbook) -> Path:
    return Path(shutil.copytree(playbook.folder, tmp_path / "playbook"))


@pytest.fixture
def rewrite(folder: Path) -> Rewrite:
    def in_menu(words: str, instead: str) -> None:
        path = folder / "menu.toml"
        menu = path.read_text()
        assert words in menu
        path.write_text(menu.replace(words, instead, 1))

    return in_menu


def faults_of(folder: Path) -> list[Fault]:
    return check_menu(read_playbook(folder))


def test_the_menu_that_ships_has_no_fault(playbook: Playbook) -> None:
    assert check_menu(playbook) == []


AREA_CHOICES = """areas_go = "rt"   # the choices are the kelurahan of areas.toml with their keys

[[nodes.area.choices]]
key = "9"
says = "choice_repeat"
repeat = true
"""

FAULTS = [
    ('start = "group"', 'start = "begin"', "there is no node called begin"),
    ('repeats = 3', 'repeats = 10', "repeats must be 0 to 9"),
    ('repeats = 3', 'repeats = "often"', "repeats must be a whole number, not 'often'"),
    ('kind = "choose"', 'kind = "chose"',
     "kind must be one of choose, rt, check, record, operator, officer, report"),
    ('timeout_s = 6\n', "", "timeout_s is missing"),
    ('timeout_s = 6', "timeout_s = 0", "timeout_s must be 1 to 60"),
    ('timeout_s = 6', 'patience = 6', "patience is not known here"),
    ('retries = 1', 'retries = 10', "retries must be 0 to 9"),
    ('longest_s = 90', 'longest_s = 3600', "longest_s must be 5 to 600"),
    ('finish = "#"', 'finish = "*"', "finish must be #"),
    ('goes = "check"', 'goes = "cheque"', "group leads to 'cheque', which does not exist"),
    ('otherwise = "operator"', 'otherwise = ""', "group leads to '', which does not exist"),
    ('goes = "check"', 'goes = "area"', "no key leads to check"),
    ('[nodes.record]\nkind = "record"\nprompt = ["describe"]\nlongest_s = 90\nfinish = "#"\ngoes = "filed"',
     '[nodes.record]\nkind = "record"\nprompt = ["describe"]\nlongest_s = 90\nfinish = "#"\ngoes = "rt"',
     "rt leads back to itself"),
    ('leave_key = "1"', 'leave_key = "0"', "leave_key '0' is not one digit"),
    ('waiting = ["hold"', 'waiting = ["{number}"', "{number} can't be filled here"),
    ('goes = "officer"', 'goes = "operator"', "operator leads back to itself"),
    ('kind = "officer"\nprompt = ["to_officer"]',
     'kind = "operator"\nprompt = ["hold"]\nwaiting = ["hold"]\nconnecting = ["hold"]\nrecorded = ["hold"]\n'
     'nobody = ["hold"]',
     "officer and operator both wait for an operator; one node may"),
    ('areas_go = "rt"', 'areas_go = "area"', "area leads back to itself"),
    ('areas_go = "rt"', 'areas_go = "group"', "group leads back to itself"),
    ('key = "4"', 'key = "3"', "key 3 stands twice in group"),
    ('key = "4"', 'key = "44"', "key '44' is not one digit"),
    ('key = "4"', 'key = "#"', "key '#' is not one digit"),
    ('repeat = true', 'repeat = false', "key 9 must either lead to a node or repeat"),
    ('goes = "check"', 'goes = "check"\nrepeat = true', "key 4 must either lead to a node or repeat"),
    ('group = 3', 'group = 7', "group 7 has no priority in [group_priority]"),
    ('prompt = ["key_rt"]', 'prompt = []', "prompt says nothing"),
    ('prompt = ["key_rt"]', 'prompt = ["key_rw"]', "key_rw has no words in prompts.toml (id)"),
    ('prompt = ["key_rt"]', 'prompt = ["RT"]', "'RT' is no name of a sound: small letters, digits and _"),
    ('prompt = ["key_rt"]', 'prompt = ["{choices}"]', "{choices} can't be filled here"),
    ('prompt = ["describe"]', 'prompt = ["{number}"]', "{number} can't be filled here"),
    ('["report_saved"', '["{number}"', "{number} can't be filled here"),
    ('says = "choice_check"', 'says = "choice_ask"', "choice_ask has no words in prompts.toml (id)"),
    ('[nodes.rt]', '[nodes.RT]', "RT is no name of at most 30 small letters and _"),
    (AREA_CHOICES, "", "area has no choices"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "instead", "problem"), FAULTS, ids=[row[2] for row in FAULTS])
def test_each_fault_is_found(folder: Path, rewrite: Rewrite, words: str, instead: str, problem: str) -> None:
    rewrite(words, instead)
    assert problem in [fault.problem for fault in faults_of(folder)]


def test_a_fault_names_its_file_and_line(folder: Path, rewrite: Rewrite) -> None:
    rewrite('goes = "check"', 'goes = "cheque"')
    (fault,) = [fault for fault in faults_of(folder) if "cheque" in fault.problem]
    lines = (folder / "menu.toml").read_text().splitlines()
    assert Path(fault.path) == folder / "menu.toml"
    assert lines[fault.line - 1] == "[[nodes.group.choices]]"
    assert lines[fault.line : fault.line + 3] == ['key = "4"', 'says = "choice_check"', 'goes = "cheque"']


def test_three_choices_in_a_row_are_one_too_many(folder: Path, rewrite: Rewrite) -> None:
    rewrite('areas_go = "rt"', 'areas_go = "third"')
    third = (folder / "menu.toml").read_text().split("[nodes.group]")[1].split("[[nodes.group.choices]]")[0]
    choice = '[[nodes.third.choices]]\nkey = "1"\nsays = "choice_check"\ngoes = "rt"\n'
    with (folder / "menu.toml").open("a") as menu:
        menu.write(f"\n[nodes.third]{third}{choice}")
    assert [fault.problem for fault in faults_of(folder)] == ["3 choices in a row; 2 at most"]


def test_a_prompt_without_its_sound_is_a_fault(folder: Path) -> None:
    (folder / "prompts" / "digit_7.wav").unlink()
    problems = {fault.problem for fault in faults_of(folder)}
    assert problems == {"digit_7 has no sound: render it with make prompts"}


def test_a_state_without_words_is_a_fault(folder: Path) -> None:
    path = folder / "prompts.toml"
    path.write_text(path.read_text().replace("[state_closed]", "[state_shut]"))
    problems = [fault.problem for fault in faults_of(folder)]
    assert problems == ["state_closed has no words in prompts.toml (id)"]


def test_a_kelurahan_that_nobody_can_say_is_a_fault(folder: Path) -> None:
    for path in (folder / "areas.toml", folder / "landmarks.toml"):
        path.write_text(path.read_text().replace('"TB"', '"T.B"'))
    problems = {fault.problem for fault in faults_of(folder)}
    assert "'area_t.b' is no name of a sound: small letters, digits and _" in problems


def test_a_missing_menu_is_a_fault_like_any_other(folder: Path) -> None:
    (folder / "menu.toml").unlink()
    with pytest.raises(PlaybookError, match=r"menu\.toml:1: the file is missing"):
        read_playbook(folder, checkers=[check_menu])


def test_a_menu_that_does_not_fit_is_not_used(folder: Path, rewrite: Rewrite) -> None:
    rewrite('kind = "rt"', 'kind = "rw"')
    with pytest.raises(MenuError, match="kind must be one of"):
        menu_of(read_playbook(folder))


def test_a_sound_of_other_words_is_named_and_a_recording_is_believed(folder: Path) -> None:
    path = folder / "prompts.toml"
    path.write_text(path.read_text().replace('id = "Talang Bakung,"', 'id = "Cempaka Putih,"', 1))
    stale = {fault.problem for fault in faults_of(folder)}
    assert stale == {"area_tb still says what it said before: render it with make prompts"}
    sounds = folder / "prompts"
    (sounds / "area_tb.wav").write_bytes((sounds / "area_ps.wav").read_bytes())
    assert faults_of(folder) == []

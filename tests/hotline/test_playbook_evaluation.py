"""What a programme decides about evaluation, field reports and retention is checked with the rest."""

import shutil
from pathlib import Path

import pytest

from hotline.playbook_evaluation import AGENDA_FIELDS, RETENTION_USED, WORDS_USED
from hotline.playbook_reader import PlaybookError, read_playbook
from hotline.settings import DEFAULT_PLAYBOOK

BROKEN = [
    ("evaluation", 'notable_priorities = ["darurat"]', 'notable_priorities = ["x"]', "no priority called x"),
    ("evaluation", "smallest_ranking = 10", "smallest_ranking = 0", "smallest_ranking must be at least 1"),
    ("evaluation", 'recipients = ["kec.', 'recipients = ["kec ', "is no mail address"),
    ("evaluation", 'head = ["PEMERINTAH KOTA JAMBI", "KECAMATAN PAAL MERAH", "SIGAP KETIMUN"]', "head = []",
     "needs a name at its head"),
    ("evaluation", 'received = { id = "Kasus masuk", ', "received = { ", "has no words in 'id'"),
    ("evaluation", 'received = { id', 'recieved = { id', "the word received is missing"),
    ("evaluation", '"Sen Sel Rab', '"Sel Rab', "weekdays must name 7"),
    ("evaluation", "{n} tugas tanpa jawaban dari {name}.", "{n} dari {nama}.", "nobody fills {nama}"),
    ("evaluation", 'types = ["API"]', 'types = ["APi"]', "fire_cause: no type called APi"),
    ("evaluation", 'code = "handed_to"', 'code = "found"', "found stands twice"),
    ("evaluation", "[evaluation.outages]", "[evaluation.outage]", "is not known here"),
    ("privacy", "days = 90", "days = 0", "words: days must be at least 1"),
    ("privacy", 'code = "recordings"', 'code = "sounds"', "the term for recordings is missing"),
    ("privacy", 'code = "recordings"', 'code = "sounds"', "nothing is deleted under this name"),
    ("programme", "solved_expires_hours = 72", "", "solved_expires_hours is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "problem"), BROKEN)
def test_a_fault_is_named_with_its_file(
    tmp_path: Path, file: str, before: str, after: str, problem: str
) -> None:
    folder = Path(shutil.copytree(DEFAULT_PLAYBOOK, tmp_path / "district", ignore=lambda *_: ["prompts"]))
    path = folder / f"{file}.toml"
    words = path.read_text(encoding="utf-8")
    assert before in words
    path.write_text(words.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PlaybookError) as unfit:
        read_playbook(folder)
    assert [each for each in unfit.value.faults if problem in each.problem and each.path == str(path)]


def test_the_programmes_own_words_are_all_used() -> None:
    playbook = read_playbook(DEFAULT_PLAYBOOK)
    assert set(playbook.report.words) == WORDS_USED
    assert set(playbook.report.agenda) == set(AGENDA_FIELDS)
    assert set(playbook.retention) == RETENTION_USED


def test_a_word_that_lacks_a_language_is_said_in_the_programmes_own() -> None:
    report = read_playbook(DEFAULT_PLAYBOOK).report
    assert report.word("received", "en") == "Cases received"
    assert report.word("received", "jv") == "Kasus masuk"

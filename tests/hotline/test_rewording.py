"""Texts are worded on the screen: what would not fit is refused, versions stay, every process says them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from hotline import rewording, words_in_force
from hotline.database import open_engine
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.incidents import ConflictError
from hotline.models import Audit, Wording
from hotline.rewording import NoSuchTextError, TextName, UnfitWordsError
from hotline.runtime import Runtime
from hotline.words_in_force import WordsInForce, in_force
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk
from tests.support.playbooks import paal_merah

RECEIPT: Final = TextName("receipt", "id")
NEW: Final = "SIGAP KETIMUN: Laporan {number} sudah kami catat. Kabar: STATUS {number}"
ADMINISTRATOR: Final = Actor("operator", 2, "Pak Admin", Role.ADMINISTRATOR)


def reword(desk: Desk, words: str = NEW, seen: int = 0, name: TextName = RECEIPT) -> int:
    with desk.work() as work:
        return rewording.reword(work, name, words, ADMINISTRATOR, seen).id


def other_process(desk: Desk) -> Runtime:
    """Another process over the same database, with what it knew when it started."""
    return replace(desk.runtime, words=WordsInForce(paal_merah()))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process looks each time it works."""
    monkeypatch.setattr(words_in_force, "LOOK_EVERY_S", 0.0)


@pytest.mark.usefixtures("at_once")
def test_every_process_says_the_new_words_and_the_files_again_when_they_are_back(any_desk: Desk) -> None:
    other = other_process(any_desk)
    with other.work() as work:
        assert work.playbook.say("receipt", number="1007") != NEW.format(number="1007")
    version = reword(any_desk)
    with other.work() as work:
        assert work.playbook.say("receipt", number="1007") == NEW.format(number="1007")
    any_desk.text(RESIDENT, "maling di rt 5 eka jaya, tolong")
    number = any_desk.incident().number
    assert number is not None
    assert NEW.format(number=number) in [text.words for text in any_desk.texts(inbound=False)]
    with any_desk.work() as work:
        rewording.go_back(work, RECEIPT, None, COORDINATOR, version)
    with other.work() as work:
        assert work.playbook.say("receipt", number="1007") == paal_merah().say("receipt", number="1007")


REFUSED: Final = [
    ("receipt", "", "has no words"),
    ("receipt", "Laporan diterima.", "{number} must stand in it"),
    ("receipt", "Laporan {number}, {tempat}.", "nobody fills {tempat}"),
    ("receipt", "Laporan {number.__class__}.", "nobody fills {number.__class__}"),
    ("receipt", "Laporan {number:>{number}}.", "{number} must stand alone"),
    ("receipt", "Laporan {number!r}.", "{number} must stand alone"),
    ("receipt", "Laporan {number", "braces"),
    ("receipt", "Laporan {number} " + "x" * 150, "one part has 160"),
    ("receipt", "Laporan {number} 你好", "outside GSM-7: 你 好"),
    ("ask_area", "Laporan {number}: balas nama kelurahan.", "does not offer 1 Talang Bakung"),
    (
        "state_on_scene",
        "PETUGAS SUDAH ADA DI LOKASI KEJADIAN SEJAK PUKUL {time} TADI",
        "text status: the longest value",
    ),
    ("canary", "uji", "{word} must stand in it"),
]


def test_what_the_check_of_the_playbook_would_refuse_is_refused(desk: Desk) -> None:
    for key, words, why in REFUSED:
        with pytest.raises(UnfitWordsError) as unfit:
            reword(desk, words, name=TextName(key, "id"))
        assert why in str(unfit.value)
    with desk.runtime.reading() as session:
        assert rewording.versions(session, RECEIPT) == []


def test_what_a_word_processor_makes_of_signs_is_put_back(desk: Desk) -> None:
    reword(desk, "Laporan “{number}” \n diterima – terima kasih…")
    with desk.runtime.reading() as session:
        (row,) = rewording.versions(session, RECEIPT)
    assert row.words == 'Laporan "{number}" diterima - terima kasih...'


def test_every_version_stays_each_can_come_back_and_each_change_is_answered_for(desk: Desk) -> None:
    first = reword(desk)
    second = reword(desk, "Laporan {number} masuk.", first)
    with desk.work() as work:
        third = rewording.go_back(work, RECEIPT, first, COORDINATOR, second).id
    with desk.runtime.reading() as session:
        kept = rewording.versions(session, RECEIPT)
        acts = [(row.act, row.operator_id, row.subject, bool(row.hash)) for row in session.query(Audit)]
    assert [(row.id, row.words, row.made_by) for row in kept] == [
        (third, NEW, COORDINATOR.id), (second, "Laporan {number} masuk.", 2), (first, NEW, 2),
    ]  # fmt: skip
    assert acts == [("text_reworded", 2, "receipt id", True)] * 3


def test_whoever_was_slower_is_told_and_nothing_is_written_twice(desk: Desk) -> None:
    first = reword(desk)
    for words, seen, why in [
        ("Lain {number}", 0, "meanwhile"),
        (NEW, first, "says this already"),
    ]:
        with pytest.raises(ConflictError, match=why):
            reword(desk, words, seen)
    with pytest.raises(ConflictError, match="already"), desk.work() as work:
        rewording.go_back(work, TextName("help", "id"), None, COORDINATOR, 0)


@pytest.mark.parametrize(
    "name", [TextName("nothing", "id"), TextName("receipt", "xx"), TextName("receipt", "longest")]
)
def test_only_a_text_that_there_is_can_be_worded_and_only_by_whom_it_is_for(
    desk: Desk, name: TextName
) -> None:
    with pytest.raises(NoSuchTextError):
        reword(desk, NEW, name=name)
    version = reword(desk)
    with desk.work() as work:
        with pytest.raises(NotAllowedError):
            rewording.reword(work, RECEIPT, NEW, OPERATOR, 0)
        with pytest.raises(NoSuchTextError):
            rewording.go_back(work, TextName("help", "id"), version, COORDINATOR, 0)


def test_words_that_the_files_no_longer_fit_are_not_used_and_spoil_no_others() -> None:
    rows = [
        Wording(text_key="receipt", language="id", words="Laporan {number}, {kasus}"),
        Wording(text_key="help", language="id", words="Tulis apa dan di mana."),
        Wording(text_key="gone", language="id", words="x"),
        Wording(text_key="duty_on", language="id", words=None),
    ]
    playbook, unused = in_force(paal_merah(), rows)
    assert playbook.say("help") == "Tulis apa dan di mana."
    assert playbook.say("receipt", number="1") == paal_merah().say("receipt", number="1")
    assert [str(each).partition("used: ")[2] for each in unused] == [
        "receipt (id): text receipt: nobody fills {kasus}", "gone (id): the files have no such text",
    ]  # fmt: skip


def test_a_process_looks_now_and_then_at_one_question_and_keeps_what_it_had_without_a_database(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reword(desk)
    runtime, asked = other_process(desk), []
    event.listen(runtime.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for _ in range(5):
        runtime.work().session.close()
    assert [words.split()[0] for words in asked if "wording" in words] == ["SELECT", "SELECT"]
    nowhere = open_engine(f"sqlite:///{tmp_path / 'gone' / 'x.sqlite3'}")
    (tmp_path / "gone").rmdir()

    @contextmanager
    def away() -> Iterator[Session]:
        with Session(nowhere) as session:
            yield session

    runtime.words._look_at = 0.0
    runtime.words.refresh(away)
    assert "can't be looked up" in caplog.text
    assert runtime.playbook.say("receipt", number="1") == NEW.format(number="1")

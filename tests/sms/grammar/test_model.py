"""The trained model: held to its messages, checked with the playbook, heard beside the rules."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.playbook import Playbook, Priority
from hotline.playbook_reader import read_playbook
from sms.grammar import Basis, Context, Found, Intent, Meaning, Question, Reader, Sender, check_model
from sms.grammar.judgement import settle
from sms.grammar.model import Opinion
from sms.grammar.model_file import MESSAGES, NAME, fit_model
from sms.grammar.topics import Topics
from sms.grammar.urgency import UNSAID
from tests.sms.grammar.scoring import DATA

Read = Callable[..., Meaning]
_NOTHING_OPEN = Context()
_TRIES, _DEMANDED = 10, 1_000
NO_TOPICS = Topics.of(None, {})
_UNHEARD = Found(Priority.RENDAH, (), UNSAID, Basis.WORDS)
THRESHOLDS = {
    "darurat": 0.5, "darurat_if_raised": 0.2, "sure_intent": 0.6, "sure_type": 0.5
}  # fmt: skip


@pytest.fixture
def copied(playbook: Playbook, tmp_path: Path) -> Playbook:
    """The programme's playbook with its model and messages in a folder of their own."""
    folder = tmp_path / "playbook"
    folder.mkdir()
    shutil.copy(Path(playbook.folder) / NAME, folder)
    shutil.copytree(Path(playbook.folder) / MESSAGES, folder / MESSAGES)
    return replace(playbook, folder=str(folder))


def change(playbook: Playbook, **fields: Any) -> None:
    path = Path(playbook.folder) / NAME
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **fields}), "utf-8")


def test_the_programmes_own_model_was_trained_on_its_messages(playbook: Playbook) -> None:
    """Where this fails: `make train`."""
    assert check_model(playbook) == []
    assert Reader.of(playbook).model is not None


def test_the_model_is_a_small_file(playbook: Playbook) -> None:
    assert (Path(playbook.folder) / NAME).stat().st_size < 2_000_000


def test_a_message_more_makes_the_model_old_but_not_useless(copied: Playbook) -> None:
    (Path(copied.folder) / "messages" / "more.tsv").write_text("thanks\tterima kasih banyak\n", "utf-8")
    (fault,) = check_model(copied)
    assert fault.path.endswith(NAME)
    assert "make train" in fault.problem
    assert fit_model(copied, NO_TOPICS) is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"shape": 0},
        {"weights": "AAAA"},
        {"weights": "no base64!"},
        {"tasks": {}},
        {"tasks": None},
        {"thresholds": {"darurat": "much"}},
        {"features": 3},
    ],
)
def test_an_unfit_model_is_a_fault_and_is_not_used(copied: Playbook, fields: dict[str, Any]) -> None:
    change(copied, **fields)
    (fault,) = check_model(copied)
    assert fault.path.endswith(NAME)
    assert fit_model(copied, NO_TOPICS) is None


def test_a_type_that_the_playbook_has_no_more_is_a_fault(copied: Playbook) -> None:
    without = replace(copied, types={code: kind for code, kind in copied.types.items() if code != "API"})
    assert "API" in check_model(without)[0].problem


@pytest.mark.parametrize("words", ["", "{", "[]", "null", "\x00"])
def test_a_broken_file_is_a_fault(copied: Playbook, words: str) -> None:
    (Path(copied.folder) / NAME).write_text(words, "utf-8")
    assert len(check_model(copied)) == 1
    assert fit_model(copied, NO_TOPICS) is None


def test_a_missing_model_is_a_fault_and_the_rules_work_alone(copied: Playbook) -> None:
    (Path(copied.folder) / NAME).unlink()
    (fault,) = check_model(copied)
    assert fault.path.endswith(NAME)
    meaning = Reader.of(copied).read("rumah terbakar rt 5 eka jaya", Sender.RESIDENT)
    assert meaning.priority is not None
    assert meaning.priority.value is Priority.DARURAT


def test_a_playbook_without_topics_is_read_all_the_same(tmp_path: Path, playbook: Playbook) -> None:
    folder = tmp_path / "playbook"
    shutil.copytree(playbook.folder, folder)
    (folder / "topics.toml").unlink()
    reader = Reader.of(read_playbook(folder))
    assert reader.read("rumah terbakar rt 5", Sender.RESIDENT).intent is Intent.REPORT


def thinking(intent: str, kind: str, priority: str, certainty: float) -> Opinion:
    """An opinion that is so certain of one class of each task."""

    def over(names: list[str], chosen: str) -> dict[str, float]:
        rest = (1 - certainty) / (len(names) - 1)
        return {name: certainty if name == chosen else rest for name in names}

    statuses = over(["ACCEPT", "CLEAR"], "CLEAR")
    return Opinion(
        over(["report", "thanks", "responder_status"], intent), over(["API", "CURI", "LAIN"], kind),
        over([each.value for each in Priority], priority), statuses, _UNHEARD,
    )  # fmt: skip


def settled(
    reader: Reader,
    text: str,
    opinion: Opinion,
    sender: Sender = Sender.RESIDENT,
    context: Context = _NOTHING_OPEN,
) -> Meaning:
    alone = replace(reader, model=None)
    evidence = alone.gather(text, sender, context)
    heard = alone.urgency(evidence)(max(opinion.types, key=opinion.types.__getitem__))
    told = replace(opinion, heard=heard)
    return settle(alone.by_rules(evidence, sender), evidence, told, THRESHOLDS, sender)


def test_what_the_rules_hear_as_danger_is_not_thanked_away(reader: Reader) -> None:
    meaning = settled(reader, "rumah terbakar api besar rt 5", thinking("thanks", "LAIN", "rendah", 0.8))
    assert (meaning.intent, meaning.unsure) == (Intent.REPORT, True)


def test_danger_is_believed_sooner_where_the_rules_hear_it_too(reader: Reader) -> None:
    likely = {"darurat": 0.3, "tinggi": 0.2, "sedang": 0.4, "rendah": 0.1}
    opinion = replace(thinking("report", "CURI", "sedang", 0.95), priorities=likely)
    calm = settled(reader, "ada motor hilang rt 5", opinion).priority
    grave = settled(reader, "maling masih di dalam rumah bawa parang rt 5", opinion).priority
    assert calm is not None
    assert grave is not None
    assert (calm.value, grave.value) == (Priority.SEDANG, Priority.DARURAT)


def test_where_the_two_disagree_the_reading_is_unsure(reader: Reader) -> None:
    assert settled(reader, "rumah terbakar api besar rt 5", thinking("report", "CURI", "darurat", 0.7)).unsure


_ODD = "genset meraung rt 5 eka jaya"


def test_a_place_with_an_incident_in_odd_words_is_a_report_and_no_answer(reader: Reader) -> None:
    said = thinking("report", "API", "rendah", 0.8)
    assert settled(reader, _ODD, said).intent is Intent.REPORT
    assert settled(reader, "rt 5 eka jaya", said).intent is Intent.ANSWER
    assert settled(reader, "dekat masjid rt 5 eka jaya pak", said).intent is Intent.ANSWER


def test_where_a_place_was_asked_for_more_is_asked_of_a_report(reader: Reader) -> None:
    asked = Context(question=Question.PLACE)
    for certainty, intent in ((0.8, Intent.ANSWER), (0.99, Intent.REPORT)):
        said = thinking("report", "API", "rendah", certainty)
        assert settled(reader, _ODD, said, context=asked).intent is intent


def test_a_keyword_is_not_overruled(reader: Reader) -> None:
    meaning = settled(reader, "STATUS 1041", thinking("thanks", "LAIN", "rendah", 0.99))
    assert meaning.intent is Intent.STATUS_QUERY


@pytest.mark.parametrize("text", ["TERIMA 1041", "TIBA 1041", "1041 4", "SELESAI 1041 aman"])
def test_a_strangers_code_is_neither_thanked_nor_ignored(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert meaning.unsure
    assert meaning.intent not in (Intent.THANKS, Intent.SPAM_OR_NOISE)


def test_a_units_code_is_not_overruled(reader: Reader) -> None:
    meaning = settled(reader, "1041 3", thinking("thanks", "LAIN", "rendah", 0.99), Sender.UNIT)
    assert meaning.status is not None
    assert (meaning.status.value.name, meaning.unsure) == ("EN_ROUTE", False)


def test_a_status_that_only_the_model_sees_is_never_sure(reader: Reader) -> None:
    meaning = settled(reader, "zorblax", thinking("responder_status", "LAIN", "rendah", 0.99), Sender.UNIT)
    assert meaning.status is not None
    assert meaning.unsure


def test_the_words_that_spoke_for_the_type_are_pointed_at(resident: Read) -> None:
    text = "pak ado kobaran besak nian dari dapur mang udin"
    found = resident(text).incident_type
    assert found is not None
    assert found.value == "API"
    assert "kobaran" in {text[span.start : span.end] for span in found.spans}


@pytest.mark.parametrize("flood", ["a" * 2_000, "maling " * 300, "haha " * 200, "! " * 500])
def test_what_is_said_over_and_over_does_not_drown_the_rest(resident: Read, flood: str) -> None:
    assert resident(f"maling rt 5 eka jaya {flood}").intent is Intent.REPORT


def test_two_thousand_messages_a_second_are_read(reader: Reader) -> None:
    """On one core, counted in the process's own time; half of it is demanded here, since machines differ."""
    rows = [json.loads(line) for line in (DATA / "messages.jsonl").read_text("utf-8").splitlines()]
    senders = [Sender.RESIDENT if row["sender"] == "resident" else Sender.UNIT for row in rows]
    speeds: list[float] = []
    while len(speeds) < _TRIES and max(speeds, default=0.0) < _DEMANDED:
        started = time.process_time()
        for row, sender in zip(rows, senders, strict=True):
            reader.read(row["text"], sender)
        speeds.append(len(rows) / (time.process_time() - started))
    assert max(speeds) >= _DEMANDED

"""Messages are read for training with file and line, and the fuzz keeps the grammar to its promises."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.domain.playbook import Playbook, Priority
from hotline.playbook_reader import read_playbook
from sms.grammar import Intent, Reader, Sender
from sms.grammar.model import tone
from sms.grammar.topics import DOCUMENT, Topics
from tools.fuzz import PLAYBOOK, broken_promises, mutated, noise
from tools.training import fitting
from tools.training.choosing import choose, settled
from tools.training.course import train
from tools.training.export import export
from tools.training.fitting import folds_of
from tools.training.matrix import sample_of
from tools.training.messages import Message, UnfitMessageError, read_messages


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return read_playbook(PLAYBOOK)


@pytest.fixture(scope="module")
def reader(playbook: Playbook) -> Reader:
    return Reader.of(playbook)


@pytest.fixture(scope="module")
def messages(playbook: Playbook) -> list[Message]:
    return read_messages(playbook)


def of_line(playbook: Playbook, folder: Path, line: str) -> list[Message]:
    (folder / "messages").mkdir()
    (folder / "messages" / "one.tsv").write_text(line, "utf-8")
    return read_messages(replace(playbook, folder=str(folder)))


def test_the_programmes_messages_cover_every_type_priority_intent_and_status(
    playbook: Playbook, messages: list[Message]
) -> None:
    assert {message.type for message in messages} == {*playbook.types, None}
    assert {message.priority for message in messages} == {*Priority, None}
    assert len({message.status for message in messages}) == 8
    assert len({message.intent for message in messages}) == 10
    assert len({(message.sender, message.text) for message in messages}) >= 0.99 * len(messages)


@pytest.mark.parametrize(
    ("line", "intent", "sender"),
    [
        ("API\tdarurat\trumah terbakar", Intent.REPORT, Sender.RESIDENT),
        ("thanks\tmakasih", Intent.THANKS, Sender.RESIDENT),
        ("ENROUTE\totw", Intent.RESPONDER_STATUS, Sender.UNIT),
    ],
)
def test_a_line_is_a_labelled_message(
    playbook: Playbook, tmp_path: Path, line: str, intent: Intent, sender: Sender
) -> None:
    (message,) = of_line(playbook, tmp_path, line)
    assert (message.author, message.intent, message.sender) == ("one", intent, sender)


@pytest.mark.parametrize(
    "line", ["UFO\tdarurat\tx", "API\tsoon\tx", "API\tdarurat\t ", "shout\tx", "thanks", "API\ta\tb\tc", "\n"]
)
def test_a_line_that_is_none_is_named_with_file_and_line(
    playbook: Playbook, tmp_path: Path, line: str
) -> None:
    with pytest.raises(UnfitMessageError, match=r"one\.tsv:1"):
        of_line(playbook, tmp_path, line)


def test_the_folds_are_the_same_at_every_draw(messages: list[Message]) -> None:
    assert folds_of(messages).tolist() == folds_of(messages).tolist()


@pytest.mark.timeout(600)
def test_a_model_trained_on_some_messages_is_written_and_read(
    playbook: Playbook,
    reader: Reader,
    messages: list[Message],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole course on a small share; written twice, the files are equal."""
    monkeypatch.setattr(fitting, "STRENGTHS", (0.3,))
    monkeypatch.setattr(fitting, "RULES_SAY", (1.0,))
    monkeypatch.setattr(fitting, "FOLDS", 2)
    some = [message for at, message in enumerate(messages) if at % 20 == 0]
    topics = Topics.of(playbook.documents[DOCUMENT], reader.lexicon.spellings)
    samples = [sample_of(message, reader, topics) for message in some]
    course = train(samples, folds_of(some))
    thresholds = choose(samples, course.opinions())
    assert len(settled(samples, course.opinions(), thresholds)) == len(some)
    export(course, thresholds, tmp_path)
    first = (tmp_path / "model.json").read_bytes()
    export(course, thresholds, tmp_path)
    assert (tmp_path / "model.json").read_bytes() == first
    trained = Reader.of(replace(playbook, folder=str(tmp_path)))
    assert trained.model is not None
    found = trained.read("rumah tetangga terbakar api besar rt 5", Sender.RESIDENT)
    assert found.incident_type is not None
    assert found.incident_type.value == "API"


def test_what_the_trainer_saw_is_what_the_reader_sees(reader: Reader, messages: list[Message]) -> None:
    """The features that the model was fitted to are those it is asked with, sum for sum."""
    model = reader.model
    assert model is not None
    alone = replace(reader, model=None)
    for message in messages[::97]:
        sample = sample_of(message, alone, model.topics)
        opinion = model.opinion(sample.evidence, sample.rules, message.sender, sample.urgency)
        kind = max(opinion.types, key=opinion.types.__getitem__)
        for seen, task, said in (
            (sample, "intent", opinion.intents),
            (sample, "type", opinion.types),
            (sample.told(kind), "priority", opinion.priorities),
        ):
            sums = model.lanes.unpacked(
                sum(tone(len(names)) * model._sum(names) for names in seen.features.values())
            )
            assert model.tasks[task].probabilities(sums) == pytest.approx(said)


@pytest.mark.timeout(600)
def test_five_hundred_broken_texts_break_no_promise(reader: Reader, messages: list[Message]) -> None:
    """`make fuzz` reads a hundred thousand."""
    texts = [message.text for message in messages]
    dice = random.Random(4)
    for at in range(500):
        text = noise(dice) if at % 5 == 0 else mutated(dice.choice(texts), texts, dice)
        assert list(broken_promises(reader, text, dice.choice(list(Sender)))) == []

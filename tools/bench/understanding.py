"""Understanding one text: how many a second one core reads."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from sms.grammar import Reader
from sms.grammar.meaning import Context, Sender
from tests.support.processes import ROOT
from tools.bench.bench import Bench
from tools.bench.results import Row, Target, counted, insist

RIGHT: Final = 0.95
"""Of what was read while the clock ran, as the labels say: with an RT in front five are read otherwise."""


class Labelled(NamedTuple):
    """What a resident wrote, and which kind of incident it tells of; None where of none."""

    text: str
    type_code: str | None


def understand(bench: Bench) -> Iterator[Row]:
    """What residents wrote, each with another RT in front so that no text is read twice."""
    yield counted("understand one text, a core", "/s", lambda: _row(bench))


def labelled() -> list[Labelled]:
    """The labelled messages of residents."""
    lines = (ROOT / "tests" / "data" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    given = [json.loads(line) for line in lines]
    return [Labelled(each["text"], each["incident_type"]) for each in given if each["sender"] == "resident"]


def _row(bench: Bench) -> Row:
    texts, reader = labelled(), Reader.of(read_playbook(DEFAULT_PLAYBOOK))
    runs = [_texts_a_second(reader, texts, run, bench.size.texts) for run in range(bench.size.runs)]
    return Row("understand one text, a core", "/s", tuple(runs), Target(2000))


def _texts_a_second(reader: Reader, texts: Sequence[Labelled], run: int, count: int) -> float:
    given = [texts[at % len(texts)] for at in range(count)]
    asked = [f"rt {at // len(texts) + run * 30} {each.text}" for at, each in enumerate(given, len(texts))]
    context = Context()
    began = time.process_time()
    types = [reader.read(text, Sender.RESIDENT, context).incident_type for text in asked]
    took = time.process_time() - began
    insist_on_types(given, [found.value if found else None for found in types])
    return count / took


def insist_on_types(given: Sequence[Labelled], found: Sequence[str | None]) -> None:
    """Raises DoesNotCountError where texts were not read as their labels say."""
    right = sum(each.type_code == code for each, code in zip(given, found, strict=True))
    insist(right >= RIGHT * len(given), f"of {len(given)} texts {right} were read as what they tell of")

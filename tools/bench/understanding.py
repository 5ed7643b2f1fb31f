"""Understanding one text: how many a second one core reads."""

import json
import time
from collections.abc import Iterator

from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from sms.grammar import Reader
from sms.grammar.meaning import Context, Sender
from tests.support.processes import ROOT
from tools.bench.bench import Bench
from tools.bench.results import Row, Target


def understand(bench: Bench) -> Iterator[Row]:
    """The labelled messages, each with another RT in front so that no text is read twice."""
    lines = (ROOT / "tests" / "data" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines]
    reader = Reader.of(read_playbook(DEFAULT_PLAYBOOK))
    reports = sum(reader.read(text, Sender.RESIDENT).incident_type is not None for text in texts)
    wrong = "" if reports > len(texts) // 4 else f"does not count: only {reports} reports were understood"
    runs = [_texts_a_second(reader, texts, run, bench.size.texts) for run in range(bench.size.runs)]
    yield Row("understand one text, a core", "/s", tuple(runs), Target(2000), problem=wrong)


def _texts_a_second(reader: Reader, texts: list[str], run: int, count: int) -> float:
    asked = [f"rt {run * 7 + at % 90} {texts[at % len(texts)]}" for at in range(count)]
    context = Context()
    began = time.process_time()
    for text in asked:
        reader.read(text, Sender.RESIDENT, context)
    return count / (time.process_time() - began)

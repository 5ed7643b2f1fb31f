"""The desk has a word for whatever the log may hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hotline.console.log_labels import LOG
from hotline.console.marks import log_words
from hotline.domain.calls import Errand
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import StatusCode
from hotline.models import LogEntry


def _written_out(package: str) -> Iterator[str]:
    """The kinds that `log(work, incident, kind, …)` is called with by name."""
    for path in Path(package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"log", "_log_both", "_tell"}:
                for kind in node.args[1:3]:
                    yield from _whole_words(kind)


def _whole_words(node: ast.AST) -> Iterator[str]:
    """The strings below a node that are written out; a string that is put together is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.JoinedStr):
        for part in ast.iter_child_nodes(node):
            yield from _whole_words(part)


def test_every_kind_of_line_in_the_log_has_its_words() -> None:
    written = {kind for package in ("hotline", "sms", "ivr", "workers") for kind in _written_out(package)}
    assert {"report", "verified", "text_out", "text_withheld"} <= written
    states = set(TextState) - {TextState.RECEIVED, TextState.QUEUED, TextState.SENDING, TextState.ACCEPTED}
    written |= {f"text_{state.lower()}" for state in states}
    written |= {f"unit_{code.name.lower()}" for code in StatusCode}
    of_no_case = {Errand.CALLER, Errand.UNIT, Errand.ALARM}
    written |= {f"call_{errand}" for errand in set(Errand) - of_no_case}
    assert written <= set(LOG), sorted(written - set(LOG))


@pytest.mark.parametrize(
    ("kind", "words", "shown"),
    [
        ("call_ended", "75 s", "1 mnt"),
        ("call_ended", "", ""),
        ("task", "escalated: head", "Belum ada yang menerima, telepon atasan: Lurah"),
        ("task", "escalated: Kasi Trantib", "Belum ada yang menerima, telepon atasan: Kasi Trantib"),
        ("task", "nobody_left: guards", "Tidak ada lagi yang bisa dipanggil, carikan orang: Linmas"),
    ],
)
def test_what_a_line_says_is_in_the_desks_words(app: Flask, kind: str, words: str, shown: str) -> None:
    with app.test_request_context():
        assert log_words(LogEntry(kind=kind, words=words)) == shown

"""Scores what the reader makes of labelled messages: the share of each field that is right."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sms.commands import label
from sms.grammar import Reader, Sender

DATA = Path(__file__).parents[2] / "data"
Row = Mapping[str, Any]
Pair = tuple[Row, Row]
"""The labels of one message and what was read of it."""


def read_pairs(reader: Reader, name: str) -> list[Pair]:
    """Every labelled message of `tests/data/<name>.jsonl` with the reader's labels."""
    rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [(row, label(reader.read(row["text"], _sender(row)), reader)) for row in rows]


def _sender(row: Row) -> Sender:
    return Sender.RESIDENT if row["sender"] == "resident" else Sender.UNIT


def share(
    pairs: Iterable[Pair], counts: Callable[[Row, Row], bool], right: Callable[[Row, Row], bool]
) -> float:
    """Of the pairs that count, the share that is right."""
    chosen = [pair for pair in pairs if counts(*pair)]
    return sum(right(*pair) for pair in chosen) / len(chosen)


def exact(pairs: Iterable[Pair], field: str) -> float:
    """Of the messages labelled with `field`, the share that was given it."""
    return share(pairs, lambda want, _: want[field] is not None, lambda want, got: want[field] == got[field])


def precision(pairs: Iterable[Pair], field: str, value: str | None = None) -> float:
    """Of the messages that were given `field` (or just `value`), the share that is labelled so."""
    return share(
        pairs,
        lambda _, got: got[field] is not None if value is None else got[field] == value,
        lambda want, got: want[field] == got[field],
    )


def recall(pairs: Iterable[Pair], field: str, value: str) -> float:
    """Of the messages labelled with this value, the share that was given it."""
    return share(pairs, lambda want, _: want[field] == value, lambda _, got: got[field] == value)


def given_falsely(pairs: Iterable[Pair], field: str) -> float:
    """Of the messages without `field`, the share that was given one."""
    return share(pairs, lambda want, _: want[field] is None, lambda _, got: got[field] is not None)

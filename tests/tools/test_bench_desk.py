"""What ten people open differs, and an idle poll is measured as their screens ask."""

import time
from collections import Counter
from typing import Any, cast

import pytest

from tools.bench.clients import Answered, Client
from tools.bench.idle import polls, slowest
from tools.bench.opened import mixed
from tools.bench.results import DoesNotCountError


class Page:
    """Answers each poll, and remembers which mark it brought and when."""

    def __init__(self, *bodies: bytes) -> None:
        self.asked: list[tuple[str, float]] = []
        self._bodies = list(bodies)

    def ask(self, path: str, *_given: Any, **_more: Any) -> Answered:
        """As a client does."""
        self.asked.append((path.partition("since=")[2], time.monotonic()))
        body = self._bodies.pop(0) if self._bodies else b""
        return Answered(200 if body else 204, body, 0.0, 1.0)


def _answers(empty: int, full: int) -> list[Answered]:
    polled = [Answered(204, b"", 0.0, float(at)) for at in range(empty)]
    return polled + [Answered(200, b"mark", 0.0, 900.0)] * full


def test_half_of_the_cases_have_a_task_and_all_of_these_are_opened() -> None:
    found = Counter(mixed([f"task {at}" for at in range(100)], ["open 1", "open 2"]))
    assert len(found) == 102
    assert (found["open 1"], found["open 2"]) == (50, 50)


def test_polls_are_spread_and_bring_the_newest_mark() -> None:
    page = Page(b"first")
    found = polls([cast("Client", page)] * 3, 0.2, per_second=50)
    assert len(found) == 10
    assert [mark for mark, _ in page.asked] == ["", *["first"] * 9]
    assert page.asked[-1][1] - page.asked[0][1] > 0.1


def test_the_slowest_of_the_empty_ones_counts() -> None:
    assert slowest(_answers(100, 10)) == 95.0


def test_polls_with_news_are_not_idle() -> None:
    with pytest.raises(DoesNotCountError, match="only 8 of 10 polls"):
        slowest(_answers(8, 2))

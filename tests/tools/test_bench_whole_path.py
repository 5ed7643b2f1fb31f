"""The whole path over a large past is held against the same over a small one, and counts only with both."""

from pathlib import Path

import pytest

from tools.bench import whole_path
from tools.bench.bench import NORMAL, Bench
from tools.bench.results import Row, insist


def _with(monkeypatch: pytest.MonkeyPatch, small: float, large: float) -> list[Row]:
    def row(bench: Bench, _kind: str, incidents: int) -> Row:
        figure = small if incidents == bench.size.few else large
        insist(figure > 0, "a receipt is missing")
        return Row("whole path", "/s", (figure,))

    monkeypatch.setattr(whole_path, "_row", row)
    return list(whole_path.whole_path(Bench(NORMAL, Path())))


@pytest.mark.parametrize(("small", "large", "flat"), [(800, 790, True), (800, 700, False), (700, 800, True)])
def test_a_large_past_may_slow_it_by_a_tenth(
    monkeypatch: pytest.MonkeyPatch, small: float, large: float, flat: bool
) -> None:
    assert _with(monkeypatch, small, large)[-1].reached is flat


@pytest.mark.parametrize(("small", "large"), [(0, 800), (800, 0)])
def test_where_one_of_them_does_not_count_it_is_not_flat(
    monkeypatch: pytest.MonkeyPatch, small: float, large: float
) -> None:
    row = _with(monkeypatch, small, large)[-1]
    assert (row.reached, row.problem) == (False, "does not count: a receipt is missing")

"""Each scenario of the benchmark runs on tiny data and verifies its result; the table says what is true."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tools.bench import kannel
from tools.bench.__main__ import SCENARIOS, file_name, main, measured
from tools.bench.bench import TINY, Bench
from tools.bench.compare import compare
from tools.bench.disk import file_system
from tools.bench.listener import Listener
from tools.bench.results import Row, Target, all_counted, counted, insist, percentile, table

CHOSEN = ("understand", "voice")
"""One without a running hotline, and one with all of its processes; the others differ in what they count, and
verify it themselves when they run.
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """On SQLite alone; the other database differs by its address only."""
    return Bench(TINY, tmp_path_factory.mktemp("bench"))


@pytest.mark.parametrize("name", CHOSEN)
def test_a_scenario_runs_and_its_result_is_true(bench: Bench, name: str) -> None:
    rows = list(SCENARIOS[name](bench))
    assert [row.problem for row in rows if row.problem] == []
    assert all(row.figure is not None and row.figure > 0 for row in rows)


def test_a_scenario_without_an_end_or_that_breaks_costs_its_own_rows_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Row("whole", "ms", (1.0,))

    def endless(_bench: Bench) -> Iterator[Row]:
        yield whole
        time.sleep(60)

    def broken(_bench: Bench) -> Iterator[Row]:
        yield from ()
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr("tools.bench.__main__.SCENARIOS", {"endless": endless, "broken": broken})
    first, *others, machine = measured(Bench(replace(TINY, longest_s=0.2), tmp_path), ["endless", "broken"])
    assert first == whole
    assert [row.problem for row in others] == [
        "broke off: TooLongError: not done within 0.2 s",
        "broke off: ConnectionRefusedError: nobody there",
    ]
    assert len(machine.figures) == 2, "how fast the machine was before each part"


def test_a_row_that_breaks_says_so_and_the_next_one_is_measured() -> None:
    whole = Row("whole", "ms", (1.0,))

    def broken() -> Iterator[Row]:
        yield whole
        insist(False, "a text is missing")

    def down() -> Row:
        raise ConnectionRefusedError("nobody there")

    rows = [*all_counted("broken", "ms", broken), counted("down", "s", down)]
    assert [(row.what, row.problem) for row in rows] == [
        ("whole", ""),
        ("broken", "does not count: a text is missing"),
        ("down", "broke off: ConnectionRefusedError: nobody there"),
    ]


def test_each_scenario_has_its_share_of_the_time_and_what_one_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that one that is slow here leaves the others what they need."""
    given: list[float] = []

    @contextmanager
    def within(seconds: float) -> Iterator[None]:
        given.append(seconds)
        yield

    names = ["first", "second", "third"]
    monkeypatch.setattr("tools.bench.__main__.within", within)
    monkeypatch.setattr("tools.bench.__main__.SCENARIOS", {name: lambda _bench: iter(()) for name in names})
    monkeypatch.setattr("tools.bench.__main__.SHARES", {"first": 30.0, "second": 40.0, "third": 30.0})
    measured(Bench(replace(TINY, longest_s=1000, whole_s=100), tmp_path), names)
    assert given == pytest.approx([30, 57, 100], abs=1)


def test_a_peer_that_is_not_installed_is_named_as_missing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kannel, "program", lambda _name: None)
    assert [(row.what, row.problem) for row in SCENARIOS["peers"](bench)] == [
        ("Kannel", "missing: apt-get install kannel")
    ]


def test_an_application_of_a_peer_counts_texts_and_numbers_apart() -> None:
    """Else a text that is delivered twice would stand for two."""
    listener = Listener()
    for line in (b"GET /texts?from=1 HTTP/1.1", b"GET /texts?from=2 HTTP/1.1", b"GET /texts?from=2 HTTP/1.1"):
        listener.take(line)
    told = json.loads(listener.take(b"GET /heard HTTP/1.1").partition(b"\r\n\r\n")[2])
    assert (told["texts"], told["numbers"]) == (3, 2)
    listener.take(b"GET /forget HTTP/1.1")
    assert b'"texts": 0' in listener.take(b"GET /heard HTTP/1.1")


@pytest.mark.parametrize(
    ("target", "value", "holds"),
    [
        (Target(at_least=600), 600.0, True),
        (Target(at_least=600), 599.9, False),
        (Target(at_most=25), 25.0, True),
        (Target(at_most=25), 25.1, False),
    ],
)
def test_a_target_is_reached_or_not(target: Target, value: float, holds: bool) -> None:
    assert target.holds(value) is holds


def test_a_ratio_is_taken_run_by_run() -> None:
    """So that what slowed one run slowed its peer too."""
    row = Row("keep", "/s", (100.0, 10.0, 30.0), Target(2.0, ratio=True), "peer", (50.0, 5.0, 10.0))
    assert (row.figure, row.ratio, row.reached) == (30.0, 2.0, True)


def test_what_does_not_count_is_not_reached() -> None:
    row = Row("path", "/s", (900.0,), Target(600), problem="does not count: a text is missing")
    assert row.reached is False
    assert "a text is missing" in table([row])


def test_the_percentile_is_one_of_the_values() -> None:
    assert percentile([float(value) for value in range(100)], 95) == 95.0
    assert percentile([7.0], 99) == 7.0


def test_what_moved_is_said(tmp_path: Path) -> None:
    def run(figure: float) -> dict[str, object]:
        row = Row("path", "/s", (figure,), Target(600)).as_json()
        found: dict[str, object] = json.loads(json.dumps({"rows": [row]}))
        return found

    assert "path: 100 -> 150 /s, +50%" in compare(run(100), run(150))
    assert "as before" in compare(run(100), run(104))


def test_what_does_not_count_has_moved_nowhere() -> None:
    """Its problem is said, not a change of a figure that is wrong."""
    good = Row("path", "/s", (100.0,)).as_json()
    wrong = Row("path", "/s", (101.0,), problem="does not count: a text is missing").as_json()
    assert compare({"rows": [good]}, {"rows": [wrong]}) == "path: does not count: a text is missing"
    assert (
        compare({"rows": [wrong]}, {"rows": [good]})
        == "path: 100 (before: does not count: a text is missing)"
    )


def test_two_runs_are_compared_or_the_usage_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "alone.json"
    alone.write_text(json.dumps({"rows": [Row("path", "/s", (100.0,)).as_json()]}))
    for files in ([], [str(alone)], [str(alone), str(tmp_path / "none.json")]):
        assert main(["compare", *files]) == 2
        assert capsys.readouterr().err.startswith("usage: make bench-compare OLD.json NEW.json")
    assert main(["compare", str(alone), str(alone)]) == 0
    assert "path: 100 -> 100 /s, as before" in capsys.readouterr().out


def test_a_run_of_some_scenarios_leaves_the_file_of_the_whole_run_alone() -> None:
    assert file_name([]) == "bench.json"
    assert file_name(["desk", "voice"]) == "bench-desk-voice.json"


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/tmp/house", "tmpfs"), ("/home", "ext4"), ("/tmpfile", "ext4"), ("/work/var", "xfs")],
)
def test_a_folder_lies_in_the_innermost_file_system(folder: str, kind: str) -> None:
    mounts = [("/", "ext4"), ("/tmp", "ext4"), ("/tmp", "tmpfs"), ("/work", "xfs")]
    assert file_system(Path(folder), mounts) == kind
    assert file_system(Path(folder), []) == ""

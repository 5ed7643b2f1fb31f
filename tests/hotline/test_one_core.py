"""The threads of the door share one core, which no other process of the installation has."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotline.one_core import OneCore

ALL = {0, 1, 2}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """A machine of three cores; where its threads were told to run."""
    told: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: ALL)
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: told.append(set(cores)))
    return told


def test_a_thread_that_stays_is_told_once_and_may_run_anywhere_when_it_leaves(
    tmp_path: Path, machine: list[set[int]]
) -> None:
    door = OneCore(tmp_path)
    for step in (door.leave, door.stay, door.stay, door.leave, door.leave, door.stay):
        step()
    assert machine == [{2}, ALL, {2}]


def test_all_threads_of_a_process_stay_on_the_same(tmp_path: Path, machine: list[set[int]]) -> None:
    door = OneCore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(door.stay).result()
    door.stay()
    assert {frozenset(cores) for cores in machine} == {frozenset({2})}


def test_each_process_has_its_own_until_there_is_none_left(tmp_path: Path, machine: list[set[int]]) -> None:
    doors = [OneCore(tmp_path) for _ in range(5)]
    for door in doors:
        door.stay()
        door.leave()
    assert machine == [{2}, ALL, {1}, ALL, {0}, ALL]
    doors[1].give_back()
    doors.append(OneCore(tmp_path))
    doors[-1].stay()
    assert machine[-1] == {1}
    for door in doors:
        door.give_back()


def refuse(*_: object, **__: object) -> None:
    raise OSError("not here")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda patch: patch.setattr(os, "sched_getaffinity", lambda _: {0}),
        lambda patch: patch.delattr(os, "sched_getaffinity"),
        lambda patch: patch.setattr(Path, "mkdir", refuse),
        lambda patch: patch.setattr(os, "sched_setaffinity", refuse),
    ],
    ids=["one core", "another system", "no folder", "taken away"],
)
def test_where_it_can_not_be_had_threads_run_where_they_like(
    tmp_path: Path,
    machine: list[set[int]],
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pytest.MonkeyPatch], None],
) -> None:
    spoil(monkeypatch)
    door = OneCore(tmp_path)
    door.stay()
    door.leave()
    assert machine == []

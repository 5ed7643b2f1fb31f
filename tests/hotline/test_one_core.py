"""The threads of a process share one core, which no other process of the machine has."""

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

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


@pytest.fixture
def a_process() -> Iterator[Callable[[], OneCore]]:
    """Makes processes that share cores out among themselves."""
    name, made = uuid.uuid4().hex, list[OneCore]()

    def make() -> OneCore:
        made.append(OneCore(name))
        return made[-1]

    yield make
    for each in made:
        each.give_back()


def test_a_thread_that_stays_is_told_once_and_may_run_anywhere_when_it_leaves(
    a_process: Callable[[], OneCore], machine: list[set[int]]
) -> None:
    door = a_process()
    for step in (door.leave, door.stay, door.stay, door.leave, door.leave, door.stay):
        step()
    assert machine == [{2}, ALL, {2}]


def test_all_threads_of_a_process_stay_on_the_same(
    a_process: Callable[[], OneCore], machine: list[set[int]]
) -> None:
    door = a_process()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(door.stay).result()
    door.stay()
    assert {frozenset(cores) for cores in machine} == {frozenset({2})}


def test_each_process_has_its_own_until_there_is_none_left(
    a_process: Callable[[], OneCore], machine: list[set[int]]
) -> None:
    doors = [a_process() for _ in range(5)]
    for door in doors:
        door.stay()
        door.leave()
    assert machine == [{2}, ALL, {1}, ALL, {0}, ALL]
    doors[1].give_back()
    doors.append(a_process())
    doors[-1].stay()
    assert machine[-1] == {1}


def refuse(*_: object, **__: object) -> None:
    raise OSError("not here")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda patch: patch.setattr(os, "sched_getaffinity", lambda _: {0}),
        lambda patch: patch.delattr(os, "sched_getaffinity"),
        lambda patch: patch.setattr(socket, "socket", refuse),
        lambda patch: patch.setattr(os, "sched_setaffinity", refuse),
    ],
    ids=["one core", "another system", "no such sockets", "taken away"],
)
def test_where_it_can_not_be_had_threads_run_where_they_like(
    a_process: Callable[[], OneCore],
    machine: list[set[int]],
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pytest.MonkeyPatch], None],
) -> None:
    spoil(monkeypatch)
    door = a_process()
    door.stay()
    door.leave()
    assert machine == []

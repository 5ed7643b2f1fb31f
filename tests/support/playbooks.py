"""The programme's playbook, read once for all tests of a process."""

from collections.abc import Sequence
from copy import copy
from functools import cache
from pathlib import Path

import pytest

from hotline.domain.playbook import Playbook
from hotline.playbook_reader import Checker, read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from sms.learned import Readers
from workers import assembly


@cache
def paal_merah() -> Playbook:
    """As it is delivered; nothing changes it, so that everybody may have the same one."""
    return read_playbook(DEFAULT_PLAYBOOK)


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications are put together as ever, but over a playbook that an earlier test has read
    and checked, and a grammar that was compiled for it: half a second each.
    """

    def read(folder: Path, checkers: Sequence[Checker]) -> Playbook:
        return _checked(folder, tuple(checkers))

    monkeypatch.setattr(assembly, "read_playbook", read)
    monkeypatch.setattr(assembly, "Readers", lambda playbook: copy(_readers(Path(playbook.folder))))


@cache
def _checked(folder: Path, checkers: tuple[Checker, ...]) -> Playbook:
    return read_playbook(folder, checkers)


@cache
def _readers(folder: Path) -> Readers:
    return Readers(_checked(folder, (*assembly.CHECKERS,)))

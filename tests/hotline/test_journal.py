"""What was acknowledged stands once more outside the database, for a week."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.journal import Journal
from hotline.spool import Incoming

START = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
BEFORE = START - timedelta(days=1)


def entry(key: str, at: datetime) -> Incoming:
    return Incoming("sms.inbound", key, b"\x00\xff\n" + key.encode(), "text/plain", at)


def test_every_byte_comes_back_in_order_from_a_moment_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append([entry("old", BEFORE), entry("older", BEFORE - timedelta(hours=1))])
    journal.append([entry("first", START)])
    journal.append([entry("second", START + timedelta(seconds=1))])
    assert list(journal.since(START)) == [
        entry("first", START),
        entry("second", START + timedelta(seconds=1)),
    ]
    assert [each.key for each in journal.since(BEFORE - timedelta(days=9))] == [
        "old", "older", "first", "second",
    ]  # fmt: skip


def test_a_line_that_a_crash_cut_costs_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([entry("whole", START)])
    (path,) = tmp_path.glob("*.journal")
    with path.open("ab") as file:
        file.write(b'{"kind": "sms.inb\n')
    journal.append([entry("next", START)])
    assert [each.key for each in journal.since(START)] == ["whole", "next"]


def test_a_line_that_a_crash_cut_in_the_middle_swallows_none_behind_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([entry("whole", START), entry("cut", START)])
    (path,) = tmp_path.glob("*.journal")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 9)
    journal.append([entry("next", START)])
    assert [each.key for each in journal.since(START)] == ["whole", "next"]
    assert journal.gaps(START, START) == ["1 lines of 2026-06-01 can't be read"]


def test_a_disk_that_takes_only_a_part_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, write = Journal(tmp_path), os.write
    monkeypatch.setattr(os, "write", lambda descriptor, lines: write(descriptor, lines[:20]))
    with pytest.raises(OSError, match="only a part"):
        journal.append([entry("cut", START)])
    monkeypatch.undo()
    journal.append([entry("next", START)])
    assert [each.key for each in journal.since(START)] == ["next"]


def test_days_of_which_nothing_was_kept_are_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([entry("a", BEFORE)])
    after = START + timedelta(days=1)
    assert journal.gaps(BEFORE, BEFORE) == []
    assert journal.gaps(BEFORE, after) == [
        "nothing was kept on 2026-06-01", "nothing was kept on 2026-06-02",
    ]  # fmt: skip


def test_only_its_owner_may_read_it_and_it_goes_after_a_week(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append([entry("text", START)])
    journal.sync()
    (path,) = journal.folder.glob("*.journal")
    assert (path.stat().st_mode & 0o777, journal.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    journal.tidy(START + timedelta(days=7))
    assert path.exists()
    journal.tidy(START + timedelta(days=8))
    assert not path.exists()

"""What was acknowledged stands once more outside the database, for a week."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

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

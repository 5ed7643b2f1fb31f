import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.spool import Incoming, Spool
from tests.support.callbacks import incoming
from tests.support.still_clock import NOON


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def keys(spool: Spool) -> list[str]:
    return [entry.key for path in spool.waiting() for entry in spool.read(path).entries]


@given(body=st.binary(max_size=300), content_type=st.text(max_size=30), cut=st.booleans())
def test_every_byte_comes_back(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, content_type: str, cut: bool
) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool"))
    entry = Incoming("sms.inbound", "k", body, content_type, NOON, cut)
    spool.write([entry])
    contents = spool.read(spool.waiting()[0])
    assert contents.entries == (entry,)
    assert not contents.damaged


def test_what_came_first_is_read_first(spool: Spool) -> None:
    for number in range(30):
        spool.write([incoming(f"{number}a"), incoming(f"{number}b")])
    assert keys(spool) == [f"{number}{letter}" for number in range(30) for letter in "ab"]


def test_nothing_waits_in_a_folder_that_is_not_there_yet(spool: Spool) -> None:
    assert spool.waiting() == []
    assert spool.corrupt() == []
    spool.tidy(NOON)


def test_only_its_owner_may_read_what_people_wrote(spool: Spool) -> None:
    spool.write([incoming("a")])
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(spool.waiting()[0].stat().st_mode) == 0o600


def test_a_crash_before_the_name_leaves_nothing_to_replay(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", power_cut)
    with pytest.raises(KeyboardInterrupt):
        spool.write([incoming("a")])
    monkeypatch.undo()
    assert spool.waiting() == []
    assert len(list(spool.folder.iterdir())) == 1


def test_it_is_on_the_disk_before_it_has_its_name(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    did: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(descriptor: int) -> None:
        did.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        did.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    spool.write([incoming("a")])
    assert did == ["folder", "file", "name", "folder"], "a new folder's own name first"


def test_what_has_its_name_and_is_not_safe_is_not_replayed(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender is told to come again, and is known by no id then."""
    spool.write([incoming("before")])
    fsync = os.fsync

    def refuse_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    with pytest.raises(OSError, match="Input/output"):
        spool.write([incoming("a")])
    assert keys(spool) == ["before"]


def test_a_disk_that_refuses_gets_its_bytes_back(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        spool.write([incoming("a")])
    assert list(spool.folder.iterdir()) == []


def test_a_replayed_file_is_put_away_and_forgotten_after_a_week(spool: Spool) -> None:
    spool.write([incoming("a")])
    path = spool.waiting()[0]
    spool.put_away(path)
    drained = spool.folder / "drained" / path.name
    assert spool.waiting() == []
    os.utime(drained, (NOON.timestamp(), NOON.timestamp()))
    spool.tidy(NOON + timedelta(days=6, hours=23))
    assert drained.exists()
    spool.tidy(NOON + timedelta(days=7, seconds=1))
    assert not drained.exists()


def test_a_file_that_another_process_replayed_is_no_fault(spool: Spool) -> None:
    spool.write([incoming("a")])
    path = spool.waiting()[0]
    spool.put_away(path)
    spool.put_away(path)
    with pytest.raises(FileNotFoundError):
        spool.read(path)


def test_what_a_crash_left_half_written_is_set_aside_for_a_person(spool: Spool) -> None:
    spool.write([incoming("a")])
    left = spool.folder / "1-2-3.part"
    left.write_bytes(b'{"kind": "sms.inb')
    os.utime(left, (NOON.timestamp(), NOON.timestamp()))
    spool.tidy(NOON + timedelta(minutes=59))
    assert spool.corrupt() == []
    spool.tidy(NOON + timedelta(minutes=61))
    assert [path.name for path in spool.corrupt()] == ["1-2-3.part"]
    assert keys(spool) == ["a"]


DAMAGE = [
    (lambda whole: whole[:-1], ["a", "b"]),  # even the last line's end is missed
    (lambda whole: whole[:-9], ["a"]),
    (lambda whole: whole.replace(b'"key": "b"', b'"kex": "b"'), ["a"]),
    (lambda whole: b"\xff\xfe" + whole, ["b"]),
    (lambda whole: whole.replace(b'"body": "', b'"body": "*', 1), ["b"]),
    (lambda whole: b"null\n[1]\n7\n" + whole, ["a", "b"]),
    (lambda whole: whole[:0], []),
    (lambda whole: whole[:0] + b"\n", []),
]


@pytest.mark.parametrize(("damage", "left"), DAMAGE)
def test_damage_is_noticed_and_costs_only_the_damaged_lines(
    spool: Spool, damage: Callable[[bytes], bytes], left: list[str]
) -> None:
    spool.write([incoming("a"), incoming("b")])
    path = spool.waiting()[0]
    path.write_bytes(damage(path.read_bytes()))
    contents = spool.read(path)
    assert contents.damaged
    assert [entry.key for entry in contents.entries] == left

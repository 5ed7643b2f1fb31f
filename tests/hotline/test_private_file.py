import json
import stat
import threading
from pathlib import Path
from secrets import token_hex

import pytest

from hotline.private_file import kept_words, write_private


def test_words_are_made_once_and_then_kept(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets.json"
    first = kept_words(path, lambda kept: kept or {"key": token_hex(8)})
    assert kept_words(path, lambda kept: kept or {"key": token_hex(8)}) == first


def test_whoever_starts_at_the_same_moment_gets_the_same_words(tmp_path: Path) -> None:
    path, found, ready = tmp_path / "secrets.json", [], threading.Barrier(8)

    def start() -> None:
        ready.wait()
        found.append(kept_words(path, lambda kept: kept or {"key": token_hex(8)})["key"])

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_only_its_owner_may_read_it_even_where_an_older_one_was_open(tmp_path: Path) -> None:
    path = tmp_path / "phones.json"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, json.dumps(["new"]))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == ["new"]


def test_what_a_crash_left_half_written_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "phones.fresh").write_text("half")
    write_private(tmp_path / "phones.json", "whole")
    assert (tmp_path / "phones.json").read_text() == "whole"
    assert not (tmp_path / "phones.fresh").exists()


def test_a_damaged_file_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"key": "ab')
    with pytest.raises(ValueError, match="Unterminated"):
        kept_words(path, lambda kept: kept)

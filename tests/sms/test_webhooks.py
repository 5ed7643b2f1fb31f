"""Under which key a callback is kept: repeats count, everything else stands by itself."""

import hashlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.callback_fields import fields, word
from hotline.outbox import Kind
from sms.webhooks import PROMISES, SHELVES, key_of_bytes, key_of_inbound

TEXT = b"from=%2B6281200000001&text=maling&id=a-1"


def test_the_same_bytes_are_a_repeat() -> None:
    assert key_of_inbound(TEXT, "") == key_of_inbound(TEXT, "")
    assert key_of_bytes(TEXT, "") == key_of_bytes(TEXT, "")


def test_the_same_id_with_other_words_stands_beside_the_first() -> None:
    first, second = key_of_inbound(TEXT, ""), key_of_inbound(TEXT.replace(b"maling", b"api"), "")
    assert first != second
    assert first.split(":")[0] == second.split(":")[0]


@pytest.mark.parametrize(
    "date", ["2026-11-27+18:20:05", "2026-11-27+18%3A20%3A05", "2026-11-27%2018%3A20%3A05"]
)
def test_texts_of_one_time_have_keys_that_stand_side_by_side(date: str) -> None:
    body = TEXT + f"&date={date}".encode()
    assert key_of_inbound(body, "").startswith("20261127182005:")
    assert key_of_inbound(body, "").split(":")[-2] == key_of_inbound(TEXT, "").split(":")[-2]
    assert len(key_of_inbound(body, "")) == 80


def test_a_time_that_is_none_changes_no_key() -> None:
    assert key_of_inbound(TEXT + b"&date=kemarin", "").count(":") == 1


def test_a_text_without_an_id_is_always_kept() -> None:
    assert key_of_inbound(b"text=maling", "") != key_of_inbound(b"text=maling", "")
    assert key_of_inbound(b"text=maling&id=None", "") != key_of_inbound(b"text=maling&id=None", "")


_IDS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{0,12}", fullmatch=True), st.text(max_size=12))
_WORDS = st.one_of(st.text(max_size=30), st.sampled_from(("id=5", "a&id=7&", "{", '{"id": "x"}', "a id=b")))


@given(st.permutations(("text", "from", "id", "linkId")), _IDS, _WORDS, st.booleans())
def test_an_id_that_is_found_quickly_is_the_one_that_reading_all_fields_finds(
    names: list[str], carrier_id: str, words: str, raw: bool
) -> None:
    """Whatever the words, the order of the fields and the carrier's way of writing them."""
    given_ = {"text": words, "from": "+6281200000001", "id": carrier_id, "linkId": "L-1"}
    pairs = [(name, given_[name]) for name in names]
    body = ("&".join(f"{name}={value}" for name, value in pairs) if raw else urlencode(pairs)).encode(
        "utf-8", "replace"
    )
    found = word(fields(body, ""), "id")
    if found is not None:
        assert key_of_inbound(body, "").split(":")[-2] == hashlib.sha256(found.encode()).hexdigest()[:32]
    else:
        assert key_of_inbound(body, "") != key_of_inbound(body, "")


def test_keys_fit_their_column_and_every_shelf_has_its_promise() -> None:
    assert all(len(shelf.key_of(b"id=" + b"x" * 9999, "")) <= 80 for shelf in SHELVES.values())
    assert {PROMISES[shelf.kind] for shelf in SHELVES.values()} == {
        Kind.READ_TEXT, Kind.READ_RECEIPT, Kind.READ_OPT_OUT,
    }  # fmt: skip

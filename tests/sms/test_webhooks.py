"""Under which key a callback is kept: repeats count, everything else stands by itself."""

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


def test_a_text_without_an_id_is_always_kept() -> None:
    assert key_of_inbound(b"text=maling", "") != key_of_inbound(b"text=maling", "")
    assert key_of_inbound(b"text=maling&id=None", "") != key_of_inbound(b"text=maling&id=None", "")


def test_keys_fit_their_column_and_every_shelf_has_its_promise() -> None:
    assert all(len(shelf.key_of(b"id=" + b"x" * 9999, "")) <= 80 for shelf in SHELVES.values())
    assert {PROMISES[shelf.kind] for shelf in SHELVES.values()} == {
        Kind.READ_TEXT, Kind.READ_RECEIPT, Kind.READ_OPT_OUT,
    }  # fmt: skip

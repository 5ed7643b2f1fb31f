"""A callback's fields are read kindly, whatever its bytes."""

from datetime import UTC, datetime

import pytest

from hotline.callback_fields import MOST_FIELDS, fields, moment, word


@pytest.mark.parametrize(
    ("body", "content_type", "found"),
    [
        (b"a=1&b=2", "application/x-www-form-urlencoded", {"a": "1", "b": "2"}),
        (b"a=1&a=2", "", {"a": "1"}),
        (b"a=&b", "", {"a": "", "b": ""}),
        (b"a=%00x%00", "", {"a": "x"}),
        (b"a=%FF", "", {"a": "\ufffd"}),
        (b'{"a": "x", "b": 7, "c": null, "d": [1]}', "application/json; charset=utf-8", {"a": "x", "b": "7"}),
        (b'{"a": "\\ud800"}', "application/json", {"a": "?"}),
        (b'  {"a": "x"}', "application/x-www-form-urlencoded", {"a": "x"}),
        (b"[1]", "application/json", {"[1]": ""}),
        (b"", "", {}),
    ],
)
def test_fields(body: bytes, content_type: str, found: dict[str, str]) -> None:
    assert fields(body, content_type) == found


def test_a_flood_of_fields_is_cut() -> None:
    assert len(fields(b"&".join(b"f%d=1" % serial for serial in range(9999)), "")) == MOST_FIELDS


@pytest.mark.parametrize(
    ("value", "found"), [("x", "x"), (" 62", " 62"), ("", None), ("  ", None), ("None", None), ("null", None)]
)
def test_a_word_for_nothing_is_nothing(value: str, found: str | None) -> None:
    assert word({"a": value}, "missing", "a") == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2017-05-03T06:04:45Z", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03 06:04:45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03+06:04:45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03T13:04:45+07:00", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2021-03-25T11:52:22.972Z", datetime(2021, 3, 25, 11, 52, 22, 972000, tzinfo=UTC)),
        ("03/05/2017 06:04:45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("kemarin", None), ("0001-01-01T00:00:00Z", None), ("9999-12-31T23:59:59-12:00", None), (None, None),
    ],
)  # fmt: skip
def test_moments(value: str | None, found: datetime | None) -> None:
    assert moment(value) == found

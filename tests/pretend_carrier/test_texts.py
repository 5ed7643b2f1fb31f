"""Parts of a text, by the GSM rule."""

import pytest

from hotline.pretend_carrier.texts import Text, TextState, count_parts, now, text_from_json


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😱" * 35, 1),
        ("😱" * 36, 2),
        ("ĉ" * 70, 1),
        ("ĉ" * 71, 2),
        ("ĉ" * 135, 3),
    ],
)
def test_parts_follow_alphabet_and_length(words: str, parts: int) -> None:
    assert count_parts(words) == parts


def test_a_text_survives_the_state_file() -> None:
    text = Text(
        "ATXid_1", "+6281200000011", "+6281100000110", "halo", TextState.TAKEN, now(), serial=7, tries=2
    )
    again = text_from_json(text.as_json())
    assert again.as_json() == text.as_json()

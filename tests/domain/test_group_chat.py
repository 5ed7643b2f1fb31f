"""Chats as they are exported or copied: times, senders, words that go over several lines."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.group_chat import Post, posts

ZONE: Final = ZoneInfo("Asia/Jakarta")
AT: Final = datetime(2026, 11, 24, 21, 4, tzinfo=ZONE)

BEGINNINGS: Final = {
    "Android": "24/11/26 21.04 - ",
    "Android with a comma": "24/11/2026, 21:04 - ",
    "twelve hours": "24/11/26, 9:04 PM - ",
    "twelve hours with a narrow space": "24/11/26, 9:04\u202fPM - ",
    "iOS": "[24/11/26 21.04.33] ",
    "iOS with marks": "\u200e[24/11/26, 21.04.33] ",
    "copied in the browser": "[21.04, 24/11/2026] ",
    "the month first, where it can't be the day": "11/24/26, 21:04 - ",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_post_has_its_time_its_sender_and_all_its_lines(beginning: str) -> None:
    chat = f"{beginning}Pak RT 05: ada maling\ndi belakang pasar: cepat\n{beginning}+62 812-7000-0001: siap"
    assert posts(chat, ZONE) == [
        Post(AT, "Pak RT 05", "ada maling\ndi belakang pasar: cepat"),
        Post(AT, "+62 812-7000-0001", "siap"),
    ]


def test_words_without_a_beginning_are_one_post() -> None:
    assert posts("ada maling\ndi pasar", ZONE) == [Post(None, "", "ada maling\ndi pasar")]


NOTHING: Final = (
    "24/11/26 21.04 - Pesan dan panggilan terenkripsi secara end-to-end.",
    "24/11/26 21.04 - Pak RT menambahkan Bu Siti",
    "24/11/26 21.04 - Pak RT: <Media tidak disertakan>",
    "[24/11/26 21.04.33] Pak RT: \u200egambar tidak disertakan",
    "24/11/26 21.04 - Pak RT: Pesan ini dihapus",
    "",
)


@pytest.mark.parametrize("chat", NOTHING)
def test_the_chats_own_lines_and_pictures_are_no_posts(chat: str) -> None:
    assert posts(chat, ZONE) == []


def test_a_date_that_does_not_exist_begins_no_post() -> None:
    assert posts("31/02/26 21.04 - Pak RT: maling", ZONE)[0].at is None


@given(st.text())
def test_whatever_is_pasted_no_word_is_invented(chat: str) -> None:
    for post in posts(chat, ZONE):
        assert all(_letters(line) in _letters(chat) for line in post.words.splitlines()[:1])


def _letters(words: str) -> str:
    """What is read aloud of it: blanks of other kinds are made plain, unseen marks left out."""
    return "".join(filter(str.isalnum, words))

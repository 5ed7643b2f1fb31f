"""Two languages, one zone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, render_template_string

from hotline.console import language
from tests.console.conftest import START, Browser, Desk

CATALOGUE = Path("hotline/console/translations/en/LC_MESSAGES/messages.po")


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def _sentences() -> set[str]:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "lazy_gettext": None}
    options = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    found = extract_from_dir("hotline/console", methods, options, keywords)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def test_every_sentence_of_the_console_is_in_the_english_catalogue_and_no_other() -> None:
    with CATALOGUE.open("rb") as file:
        known = {message.id: message.string for message in read_po(file) if message.id}
    assert _sentences() == set(known)
    assert all(known.values())


def test_every_translation_keeps_the_placeholders_of_its_sentence() -> None:
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            assert list(message.check()) == [], message.id


def test_a_page_is_english_for_whoever_wants_it(desk: Desk, operator: Browser) -> None:
    number = desk.verified()
    operator.send("/language", language="en").open(f"/incidents/{number}")
    for words in ("Dispatch", "Incident log", "Conversation", ">21:04</time>"):
        assert words in operator.text
    assert "Percakapan" not in operator.text


@pytest.mark.parametrize(
    ("sentence", "indonesian", "english"),
    [
        ('{{ _("Percakapan") }}', "Percakapan", "Conversation"),
        ('{{ _("sinyal %(n)s %%", n=40) }}', "sinyal 40 %", "signal 40 %"),
        ('{{ _("tidak ada & 100 %%") }}', "tidak ada & 100 %", "tidak ada & 100 %"),
        ('{{ _("sinyal %(n)s %%", n="<b>") }}', "sinyal &lt;b&gt; %", "signal &lt;b&gt; %"),
    ],
)
def test_a_templates_sentence_is_said_in_the_language_of_the_page_with_what_is_put_in_made_harmless(
    app: Flask, sentence: str, indonesian: str, english: str
) -> None:
    for cookie, said in (("", indonesian), ("lang=en", english)):
        with app.test_request_context("/", headers={"Cookie": cookie}):
            assert render_template_string(sentence) == said


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (START, "21.04 WIB"),
        (START - timedelta(days=1), "23 Nov 21.04 WIB"),
        (datetime(2025, 12, 31, 18, 0, tzinfo=UTC), "1 Jan 01.00 WIB"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "31 Des 2025 23.00 WIB"),
    ],
)
def test_moments_are_written_in_the_programmes_zone(moment: datetime, written: str) -> None:
    assert language.moment(moment) == written


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-5, "0 dtk"),
        (59, "59 dtk"),
        (60, "1 mnt"),
        (3599, "59 mnt"),
        (3660, "1 jam 01 mnt"),
        (90_000, "1 hari"),
    ],
)
def test_ages_are_short(seconds: int, written: str) -> None:
    assert language.age(timedelta(seconds=seconds)) == written


@pytest.mark.usefixtures("request_context")
def test_a_local_time_that_was_typed_is_read_back_as_the_same_moment() -> None:
    assert language.read_field_time(language.field_time(START)) == START.replace(second=0)


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize("words", ["", "kemarin", "2026-13-40T00:00"])
def test_what_is_no_time_is_not_read_as_one(words: str) -> None:
    assert language.read_field_time(words) is None

"""Two languages and one zone: which of them a page is in, and how moments are written."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from hotline.console.days import within_years
from hotline.web import runtime

LANGUAGES: Final = {"id": "Indonesia", "en": "English"}
COOKIE: Final = "lang"
_CATALOGUES: Final = Path(__file__).parent / "translations"


def language() -> str:
    """The language of this request: the cookie's, else Indonesian."""
    wanted = request.cookies.get(COOKIE, "")
    return wanted if wanted in LANGUAGES else "id"


def _zone_name() -> str:
    return runtime().playbook.programme.zone.key


def start_babel(app: Flask) -> None:
    """The sentences in the code are Indonesian; the catalogue in `translations/` is English."""
    Babel(
        app, default_locale="id", default_translation_directories=str(_CATALOGUES), locale_selector=language,
        timezone_selector=_zone_name,
    )  # fmt: skip
    app.jinja_env.globals["_"] = _said


@pass_context
def _said(context: Context, sentence: str, **words: object) -> str:
    """A template's sentence in the language of the page, as Jinja's own `_` says it. That one looks for the
    language at each of a page's two hundred sentences, and formats those that have nothing to be put in.
    """
    if "translations" not in g:
        g.translations = get_translations()
    found: str = g.translations.ugettext(sentence)
    said = Markup(found) if context.eval_ctx.autoescape else found  # noqa: S704 - ours  # nosec B704
    return said % words if words or "%" in said else said


def local(moment: datetime) -> datetime:
    """`moment` in the programme's zone."""
    return moment.astimezone(runtime().playbook.programme.zone)


def clock(moment: datetime | None) -> str:
    """The time of day: 21.04 in Indonesian, 21:04 in English."""
    return "" if moment is None else format_time(local(moment), _HOURS[language()], locale=get_locale())


def moment(value: datetime | None) -> str:
    """Date and time with the zone: 24 Nov 21.04 WIB; today's without the date."""
    if value is None:
        return ""
    there, today = local(value), local(runtime().clock.now()).date()
    written = f"{clock(value)} {there.tzname()}"
    return written if there.date() == today else f"{day(value)} {written}"


def on_paper(value: datetime) -> str:
    """Date with its year, time and zone: what is printed today is read another day."""
    there = local(value)
    return f"{date_of(there.date())} {clock(value)} {there.tzname()}"


def day(value: datetime) -> str:
    """The date: 24 Nov, with the year where it is another one."""
    there, today = local(value), local(runtime().clock.now())
    pattern = "d MMM" if there.year == today.year else "d MMM y"
    return str(format_date(there, pattern, locale=get_locale()))


def date_of(value: date) -> str:
    """A date without a time: 1 Apr 2026."""
    return str(format_date(value, "d MMM y", locale=get_locale()))


def field_time(value: datetime) -> str:
    """For an `<input type=datetime-local>`: 2026-11-24T21:04."""
    return local(value).strftime("%Y-%m-%dT%H:%M")


def read_field_time(words: str) -> datetime | None:
    """What such an input holds, as a moment; None where it holds no time."""
    try:
        naive = datetime.fromisoformat(words)
        within_years(naive.date())
    except ValueError:
        return None
    return naive.replace(tzinfo=runtime().playbook.programme.zone)


def many(count: int) -> str:
    """A count with its thousands apart: 3.214."""
    return format_decimal(count, locale=get_locale())


def age(length: timedelta) -> str:
    """A length of time in few characters, counted in the same way by desk.js: 45 d, 12 m, 2 j 05 m, 3 h."""
    seconds, units = max(int(length.total_seconds()), 0), _UNITS[language()]
    if seconds < 60:
        return f"{seconds} {units[0]}"
    if seconds < 3600:
        return f"{seconds // 60} {units[1]}"
    if seconds < 86_400:
        return f"{seconds // 3600} {units[2]} {seconds % 3600 // 60:02d} {units[1]}"
    return f"{seconds // 86_400} {units[3]}"


_HOURS: Final = {"id": "HH.mm", "en": "HH:mm"}
_UNITS: Final = {"id": ("dtk", "mnt", "jam", "hari"), "en": ("s", "min", "h", "d")}


def age_units() -> str:
    """The units' names for desk.js, in one attribute."""
    return "|".join(_UNITS[language()])

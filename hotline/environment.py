"""Reads the settings from the environment: a process that can't run says everything that is wrong at once."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hotline.modem_settings import read_modems
from hotline.private_file import kept_words
from hotline.settings import (
    DEFAULT_PLAYBOOK,
    SMS_GATEWAYS,
    VOICE_GATEWAYS,
    Settings,
    SettingsError,
    problems_of,
)

LIVE_API: Final = "https://api.africastalking.com"
LIVE_VOICE: Final = "https://voice.africastalking.com"
DEMO_NUMBER: Final = "+628117435000"
_SECRETS: Final = ("secret_key", "metrics_token", "webhook_token", "carrier_api_key")


class _Reading:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.environ.get(name, "").strip() or default

    def words(self, name: str, default: str = "") -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, default).split(",") if word.strip())

    def port(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
            return int(value)
        self.problems.append(f"{name} must be a port from 1 to 65535, not {value!r}")
        return default

    def one_of(self, name: str, default: str, allowed: frozenset[str]) -> tuple[str, ...]:
        chosen = self.words(name, default)
        for word in chosen:
            if word not in allowed:
                self.problems.append(f"{name} knows {', '.join(sorted(allowed))}, not {word!r}")
        if not chosen:
            self.problems.append(f"{name} names nothing; it knows {', '.join(sorted(allowed))}")
        return chosen or (default,)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environ` (default: the process's own). Raises SettingsError with every problem.

    In demo mode what is missing is filled from generated secrets kept under `var/`.
    """
    given = dict(os.environ if environ is None else environ)
    mode = given.get("HOTLINE_ENV", "demo").strip() or "demo"
    if mode == "demo":
        given = demo_environment(given, Path(given.get("HOTLINE_VAR", "").strip() or "var"))
    reading = _Reading(given)
    if mode not in ("demo", "production"):
        reading.problems.append(f"HOTLINE_ENV must be demo or production, not {mode!r}")
    settings = _settings(reading, production=mode != "demo")
    reading.problems.extend(problems_of(settings))
    if reading.problems:
        raise SettingsError(reading.problems)
    return settings


def _settings(reading: _Reading, *, production: bool) -> Settings:
    var = Path(reading.text("HOTLINE_VAR", "var"))
    voice = reading.one_of("HOTLINE_VOICE_GATEWAY", "africastalking", VOICE_GATEWAYS)
    if len(voice) > 1:
        reading.problems.append("HOTLINE_VOICE_GATEWAY takes one carrier")
    return Settings(
        production=production,
        database_url=_database_url(reading.text("DATABASE_URL"), var),
        redis_url=reading.text("REDIS_URL"),
        sms_gateways=reading.one_of("HOTLINE_SMS_GATEWAY", "africastalking", SMS_GATEWAYS),
        voice_gateway=voice[0],
        modems=read_modems(reading.words("HOTLINE_MODEMS"), reading.problems),
        carrier_username=reading.text("AFRICASTALKING_USERNAME"),
        carrier_api_key=reading.text("AFRICASTALKING_API_KEY"),
        carrier_api_url=reading.text("AFRICASTALKING_API_URL", LIVE_API),
        carrier_voice_url=reading.text("AFRICASTALKING_VOICE_URL", LIVE_VOICE),
        number=reading.text("HOTLINE_NUMBER"),
        webhook_tokens=reading.words("HOTLINE_WEBHOOK_TOKENS"),
        public_url=reading.text("HOTLINE_PUBLIC_URL").rstrip("/"),
        recording_hosts=reading.words("HOTLINE_RECORDING_HOSTS"),
        playbook=Path(reading.text("HOTLINE_PLAYBOOK", str(DEFAULT_PLAYBOOK))),
        secret_key=reading.text("SECRET_KEY"),
        metrics_token=reading.text("HOTLINE_METRICS_TOKEN"),
        var=var,
        spool=Path(reading.text("HOTLINE_SPOOL", str(var / "spool"))),
        smtp_url=reading.text("HOTLINE_SMTP_URL"),
        port=reading.port("PORT", 8000),
        hooks_port=reading.port("HOOKS_PORT", 8002),
        carrier_port=reading.port("CARRIER_PORT", 8001),
    )


def _database_url(given: str, var: Path) -> str:
    """The URL with psycopg 3 as PostgreSQL's driver; SQLite under `var` where none is given."""
    if not given:
        return f"sqlite:///{(var / 'hotline.sqlite3').absolute()}"
    for prefix in ("postgresql://", "postgres://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def demo_environment(environ: Mapping[str, str], var: Path) -> dict[str, str]:
    """`environ` with what a demo needs and does not have: secrets, and the pretend company's addresses."""
    carrier = f"http://127.0.0.1:{environ.get('CARRIER_PORT') or 8001}"
    generated = _kept_secrets(var)
    defaults = {
        "HOTLINE_ENV": "demo",
        "HOTLINE_VAR": str(var),
        "SECRET_KEY": generated["secret_key"],
        "HOTLINE_METRICS_TOKEN": generated["metrics_token"],
        "HOTLINE_WEBHOOK_TOKENS": generated["webhook_token"],
        "AFRICASTALKING_USERNAME": "demo",
        "AFRICASTALKING_API_KEY": generated["carrier_api_key"],
        "AFRICASTALKING_API_URL": carrier,
        "AFRICASTALKING_VOICE_URL": carrier,
        "HOTLINE_NUMBER": DEMO_NUMBER,
        "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{environ.get('PORT') or 8000}",
        "HOTLINE_RECORDING_HOSTS": carrier,
    }
    return {**environ, **{name: value for name, value in defaults.items() if not environ.get(name)}}


def _kept_secrets(var: Path) -> dict[str, str]:
    """The demo's secrets, made once. Raises SettingsError where they can't be kept."""

    def complete(kept: dict[str, str]) -> dict[str, str]:
        return {**kept, **{name: kept.get(name) or secrets.token_urlsafe(32) for name in _SECRETS}}

    path = var / "secrets.json"
    try:
        return kept_words(path, complete)
    except OSError as error:
        raise SettingsError([f"HOTLINE_VAR can't be used: {error}"]) from error
    except ValueError as error:
        raise SettingsError([f"{path} is damaged; delete it, and the demo makes new secrets"]) from error

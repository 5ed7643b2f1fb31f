import json
import stat
from pathlib import Path

import pytest

from hotline.environment import DEMO_NUMBER, demo_environment, read_settings
from hotline.settings import Settings, SettingsError

PRODUCTION = {
    "HOTLINE_ENV": "production",
    "DATABASE_URL": "postgresql://hotline@db.invalid/hotline",
    "SECRET_KEY": "k" * 32,
    "HOTLINE_METRICS_TOKEN": "m" * 32,
    "HOTLINE_WEBHOOK_TOKENS": "t" * 32,
    "HOTLINE_PUBLIC_URL": "https://hotline.invalid",
    "HOTLINE_NUMBER": "+6281100000000",
    "AFRICASTALKING_USERNAME": "paalmerah",
    "AFRICASTALKING_API_KEY": "a" * 32,
}


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as unfit:
        read_settings(environ)
    return unfit.value.problems


def production(**changes: str) -> dict[str, str]:
    return {**PRODUCTION, **changes}


def test_production_needs_no_more_than_its_secrets_and_addresses() -> None:
    settings = read_settings(PRODUCTION)
    assert settings.production
    assert settings.database_url == "postgresql+psycopg://hotline@db.invalid/hotline"
    assert settings.carrier_api_url == "https://api.africastalking.com"
    assert (settings.port, settings.hooks_port, settings.carrier_port) == (8000, 8002, 8001)
    assert not settings.on_sqlite


def test_everything_that_is_missing_is_said_at_once() -> None:
    found = problems({"HOTLINE_ENV": "production"})
    assert found == tuple(
        f"{name} is missing"
        for name in (
            "SECRET_KEY",
            "HOTLINE_METRICS_TOKEN",
            "HOTLINE_PUBLIC_URL",
            "HOTLINE_NUMBER",
            "HOTLINE_WEBHOOK_TOKENS",
            "AFRICASTALKING_USERNAME",
            "AFRICASTALKING_API_KEY",
        )
    )


def test_what_is_wrong_in_several_ways_is_said_in_one_message() -> None:
    with pytest.raises(SettingsError) as unfit:
        read_settings(production(PORT="x", SECRET_KEY="short", REDIS_URL="http://127.0.0.1"))
    words = str(unfit.value)
    assert words.startswith("settings:\n  - ")
    assert all(name in words for name in ("PORT", "SECRET_KEY", "REDIS_URL"))


WRONG = [
    ("HOTLINE_ENV", "prod", "must be demo or production"),
    ("PORT", "0", "port from 1 to 65535"),
    ("PORT", "65536", "port from 1 to 65535"),
    ("PORT", "²", "port from 1 to 65535"),
    ("HOOKS_PORT", "-1", "port from 1 to 65535"),
    ("HOOKS_PORT", "8000", "HOOKS_PORT and PORT are both 8000"),
    ("CARRIER_PORT", "8002", "are both 8002"),
    ("SECRET_KEY", "k" * 23, "at least 24 characters"),
    ("HOTLINE_METRICS_TOKEN", "secret", "at least 24 characters"),
    ("HOTLINE_WEBHOOK_TOKENS", f"{'t' * 32},short", "at least 24 characters"),
    ("HOTLINE_WEBHOOK_TOKENS", ",".join(letter * 32 for letter in "abc"), "two while rotating"),
    ("HOTLINE_WEBHOOK_TOKENS", "a/b" * 12, "letters, digits, - and _ only"),
    ("HOTLINE_WEBHOOK_TOKENS", " , ,", "is missing"),
    ("HOTLINE_PUBLIC_URL", "hotline.invalid", "not an http(s) address"),
    ("HOTLINE_PUBLIC_URL", "https://[::1", "not an http(s) address"),
    ("HOTLINE_PUBLIC_URL", "https://hotline.invalid:99999", "not an http(s) address"),
    ("HOTLINE_PUBLIC_URL", "http://hotline.invalid", "must be https in production"),
    ("AFRICASTALKING_API_URL", "http://api.invalid", "must be https in production"),
    ("AFRICASTALKING_API_URL", "ftp://api.invalid", "not an http(s) address"),
    ("AFRICASTALKING_VOICE_URL", "voice", "not an http(s) address"),
    ("HOTLINE_NUMBER", "0811", "internationally"),
    ("HOTLINE_NUMBER", "+62-811", "internationally"),
    ("HOTLINE_SMS_GATEWAY", "twilio", "knows africastalking"),
    ("HOTLINE_SMS_GATEWAY", ",", "names nothing"),
    ("HOTLINE_MODEMS", "tsel", "is not name:number:device"),
    ("HOTLINE_MODEMS", "tsel:0811:/dev/ttyUSB2", "internationally"),
    ("HOTLINE_MODEMS", "T SEL:+6281174300001:/dev/a", "small letters"),
    ("HOTLINE_MODEMS", "africastalking:+6281174300001:/dev/a", "small letters"),
    ("HOTLINE_MODEMS", "a:+6281174300001:/dev/a,b:+6281174300002:/dev/a", "the same device"),
    ("HOTLINE_VOICE_GATEWAY", ",", "names nothing"),
    ("HOTLINE_VOICE_GATEWAY", "none,africastalking", "takes one"),
    ("DATABASE_URL", "mysql://localhost/hotline", "must be sqlite or postgresql, not 'mysql'"),
    ("DATABASE_URL", "postgresql+psycopg2://localhost/hotline", "must be sqlite or postgresql"),
    ("DATABASE_URL", "hotline.sqlite3", "not an address of a database"),
    ("DATABASE_URL", "sqlite://", "must name a file"),
    ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
    ("DATABASE_URL", "sqlite:///?timeout=3", "must name a file"),
    ("DATABASE_URL", "sqlite:///file:h.sqlite3?uri=true", "must name a file"),
    ("DATABASE_URL", "postgresql://db.invalid:port/hotline", "not an address of a database"),
    ("REDIS_URL", "localhost:6379", "must start with redis:// or rediss:// or unix://"),
    ("HOTLINE_SMTP_URL", "mail.invalid", "must start with smtp:// or smtps://"),
    ("HOTLINE_PLAYBOOK", "/nowhere", "is not a folder"),
]


@pytest.mark.parametrize(("name", "value", "problem"), WRONG)
def test_a_setting_that_does_not_fit_is_named(name: str, value: str, problem: str, tmp_path: Path) -> None:
    found = problems(production(**{name: value, "HOTLINE_VAR": str(tmp_path)}))
    assert any(name in words and problem in words for words in found), found


def test_modems_are_needed_where_they_are_the_gateway_and_the_account_is_not() -> None:
    sims = {"HOTLINE_SMS_GATEWAY": "modem", "HOTLINE_VOICE_GATEWAY": "none", "AFRICASTALKING_API_KEY": ""}
    assert problems(production(**sims)) == ("HOTLINE_MODEMS is missing: HOTLINE_SMS_GATEWAY names modem",)
    both = read_settings(production(**sims, HOTLINE_MODEMS="a:+6281174300001:/dev/a,b:+6281174300002:/dev/b"))
    assert [modem.name for modem in both.modems] == ["a", "b"]


def test_a_demo_reaches_no_modem_that_could_reach_a_network(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="/dev/a may reach a real network"):
        demo(tmp_path, HOTLINE_SMS_GATEWAY="modem", HOTLINE_MODEMS="a:+6281174300001:/dev/a")


def test_a_gateway_that_is_not_used_needs_no_address() -> None:
    settings = read_settings(production(HOTLINE_VOICE_GATEWAY="none", AFRICASTALKING_VOICE_URL="voice"))
    assert settings.voice_gateway == "none"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://db/h", "postgresql+psycopg://db/h"),
        ("postgres://db/h", "postgresql+psycopg://db/h"),
        ("postgresql+psycopg://db/h", "postgresql+psycopg://db/h"),
        ("sqlite:////srv/h.sqlite3", "sqlite:////srv/h.sqlite3"),
    ],
)
def test_postgresql_is_used_through_psycopg(given: str, url: str) -> None:
    assert read_settings(production(DATABASE_URL=given)).database_url == url


def test_secrets_do_not_show_where_settings_are_logged() -> None:
    shown = repr(read_settings(production(REDIS_URL="redis://:geheim@127.0.0.1/0")))
    for name in ("SECRET_KEY", "HOTLINE_METRICS_TOKEN", "HOTLINE_WEBHOOK_TOKENS", "AFRICASTALKING_API_KEY"):
        assert PRODUCTION[name] not in shown
    assert "geheim" not in shown


def demo(tmp_path: Path, **changes: str) -> Settings:
    return read_settings({"HOTLINE_VAR": str(tmp_path / "var"), **changes})


def test_a_demo_needs_no_settings_at_all(tmp_path: Path) -> None:
    settings = demo(tmp_path)
    assert not settings.production
    assert settings.on_sqlite
    assert settings.number == DEMO_NUMBER
    assert settings.carrier_api_url == settings.carrier_voice_url == "http://127.0.0.1:8001"
    assert settings.spool == tmp_path / "var" / "spool"


def test_a_demo_keeps_its_secrets_to_itself_and_between_starts(tmp_path: Path) -> None:
    first, second = demo(tmp_path), demo(tmp_path)
    assert first == second
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "var" / "secrets.json").stat().st_mode) == 0o600


def test_a_secret_that_an_older_start_did_not_know_is_added(tmp_path: Path) -> None:
    first = demo(tmp_path)
    path = tmp_path / "var" / "secrets.json"
    kept = json.loads(path.read_text())
    del kept["webhook_token"]
    path.write_text(json.dumps(kept))
    second = demo(tmp_path)
    assert second.secret_key == first.secret_key
    assert second.webhook_tokens != first.webhook_tokens


def test_what_the_user_sets_goes_before_what_the_demo_makes_up(tmp_path: Path) -> None:
    environ = demo_environment({"SECRET_KEY": "k" * 32, "CARRIER_PORT": "9001"}, tmp_path)
    assert environ["SECRET_KEY"] == "k" * 32
    assert environ["AFRICASTALKING_API_URL"] == "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AFRICASTALKING_API_URL", "https://api.africastalking.com"),
        ("AFRICASTALKING_VOICE_URL", "https://127.0.0.1.example.com"),
        ("AFRICASTALKING_API_URL", "http://127.0.0.1@api.invalid"),
        ("HOTLINE_RECORDING_HOSTS", "recordings.invalid"),
    ],
)
def test_a_demo_that_would_leave_this_machine_is_refused(tmp_path: Path, name: str, value: str) -> None:
    found = problems({"HOTLINE_VAR": str(tmp_path), name: value})
    assert len(found) == 1
    assert name in found[0]
    assert "loopback only" in found[0]


@pytest.mark.parametrize(
    "host",
    ["http://", "https://", "ftp://127.0.0.1", "127.0.0.1/recordings", "http://a@127.0.0.1", "http://127.0.0.1:x",
     "http://127.0.0.1?", "http://[::1"],
)  # fmt: skip
def test_a_host_that_no_recording_can_come_from_is_said_so(tmp_path: Path, host: str) -> None:
    found = problems({"HOTLINE_VAR": str(tmp_path), "HOTLINE_RECORDING_HOSTS": f"127.0.0.1:9001,{host}"})
    assert len(found) == 1
    assert found[0].startswith("HOTLINE_RECORDING_HOSTS takes a host")
    assert repr(host) in found[0]


@pytest.mark.parametrize("host", ["http://localhost:9001", "http://[::1]:9001"])
def test_every_name_of_this_machine_will_do(tmp_path: Path, host: str) -> None:
    assert demo(tmp_path, AFRICASTALKING_API_URL=host).carrier_api_url == host


def test_a_folder_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert "HOTLINE_VAR can't be used" in problems({"HOTLINE_VAR": str(tmp_path / "var")})[0]


def test_damaged_secrets_are_said_so_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("{")
    assert "is damaged" in problems({"HOTLINE_VAR": str(tmp_path)})[0]
    assert path.read_text() == "{"


def test_no_secret_is_made_up_for_production(tmp_path: Path) -> None:
    problems({"HOTLINE_ENV": "production", "HOTLINE_VAR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []

"""What an installation is told, and what must hold of it: checked together, each problem in words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hotline.modem_settings import (
    Modem,
    is_international,
    modem_problems,
    problems_in_a_demo,
)

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
DEFAULT_PLAYBOOK: Final = Path(__file__).parent / "playbooks" / "paal_merah"
SMS_GATEWAYS: Final = frozenset({"africastalking", "modem"})
VOICE_GATEWAYS: Final = frozenset({"africastalking", "none"})
SHORTEST_SECRET: Final = 24
_QUEUE_SCHEMES: Final = frozenset({"redis", "rediss", "unix"})
_MAIL_SCHEMES: Final = frozenset({"smtp", "smtps"})


class SettingsError(Exception):
    """The environment is not fit to start with; carries every problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("settings:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """What this installation is told by its environment (the README's table says each in a sentence).

    Secrets are left out of its repr, since that is what ends up in logs.
    """

    production: bool
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    sms_gateways: tuple[str, ...]
    modems: tuple[Modem, ...]
    voice_gateway: str
    carrier_username: str
    carrier_api_key: str = field(repr=False)
    carrier_api_url: str
    carrier_voice_url: str
    number: str
    webhook_tokens: tuple[str, ...] = field(repr=False)
    public_url: str
    recording_hosts: tuple[str, ...]
    playbook: Path
    secret_key: str = field(repr=False)
    metrics_token: str = field(repr=False)
    var: Path
    spool: Path
    smtp_url: str = field(repr=False)
    port: int
    hooks_port: int
    carrier_port: int

    @property
    def on_sqlite(self) -> bool:
        """Whether the one-writer rules apply: one web process and one worker."""
        return self.database_url.startswith("sqlite")

    @property
    def has_voice(self) -> bool:
        """Whether there is a telephone line."""
        return self.voice_gateway != "none"


def _secrets_are_there(settings: Settings) -> list[str]:
    needed = {
        "SECRET_KEY": settings.secret_key,
        "HOTLINE_METRICS_TOKEN": settings.metrics_token,
        "HOTLINE_PUBLIC_URL": settings.public_url,
        "HOTLINE_NUMBER": settings.number,
        "HOTLINE_WEBHOOK_TOKENS": ",".join(settings.webhook_tokens),
    }
    if "africastalking" in (*settings.sms_gateways, settings.voice_gateway):
        needed["AFRICASTALKING_USERNAME"] = settings.carrier_username
        needed["AFRICASTALKING_API_KEY"] = settings.carrier_api_key
    return [f"{name} is missing" for name, value in needed.items() if not value]


def _secrets_are_long(settings: Settings) -> list[str]:
    secret_values = {
        "SECRET_KEY": (settings.secret_key,),
        "HOTLINE_METRICS_TOKEN": (settings.metrics_token,),
        "HOTLINE_WEBHOOK_TOKENS": settings.webhook_tokens,
    }
    return [
        f"{name} must have at least {SHORTEST_SECRET} characters"
        for name, values in secret_values.items()
        if any(0 < len(value) < SHORTEST_SECRET for value in values)
    ]


def _tokens_are_one_or_two(settings: Settings) -> list[str]:
    tokens = settings.webhook_tokens
    problems = []
    if len(tokens) > 2:
        problems.append("HOTLINE_WEBHOOK_TOKENS takes one token, or two while rotating")
    if any(not token.replace("-", "").replace("_", "").isalnum() for token in tokens):
        problems.append("HOTLINE_WEBHOOK_TOKENS may hold letters, digits, - and _ only: they stand in a path")
    return problems


def _parts(address: str) -> SplitResult | None:
    """The parts of an http(s) address with a host and a sensible port; None for anything else."""
    try:
        parts = urlsplit(address)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if fit else None


def _is_here(address: str) -> bool:
    parts = _parts(address)
    return parts is not None and parts.hostname in LOOPBACK


def _carrier_addresses(settings: Settings) -> dict[str, str]:
    addresses = {"AFRICASTALKING_API_URL": settings.carrier_api_url}
    if settings.has_voice:
        addresses["AFRICASTALKING_VOICE_URL"] = settings.carrier_voice_url
    return addresses


def _addresses_are_addresses(settings: Settings) -> list[str]:
    addresses = {**_carrier_addresses(settings), "HOTLINE_PUBLIC_URL": settings.public_url}
    return [
        f"{name} is not an http(s) address: {address!r}"
        for name, address in addresses.items()
        if address and _parts(address) is None
    ]


def _recordings_come_from_hosts(settings: Settings) -> list[str]:
    """A host that can match no address would refuse every recording, and nobody would know why."""
    return [
        f"HOTLINE_RECORDING_HOSTS takes a host, or http:// and a host, with a port if need be; not {host!r}"
        for host in settings.recording_hosts
        if not _is_a_host(host)
    ]


def _is_a_host(words: str) -> bool:
    address = words if "://" in words else f"https://{words}"
    parts = _parts(address)
    return (
        parts is not None and address.lower() == f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
    )


def _the_number_is_international(settings: Settings) -> list[str]:
    if not settings.number or is_international(settings.number):
        return []
    return [f"HOTLINE_NUMBER must be written internationally (+62…), not {settings.number!r}"]


def _modems_can_be_used(settings: Settings) -> list[str]:
    named = "modem" in settings.sms_gateways
    problems = modem_problems(settings.modems, taken=SMS_GATEWAYS)
    if named and not settings.modems:
        problems.append("HOTLINE_MODEMS is missing: HOTLINE_SMS_GATEWAY names modem")
    if named and not settings.production:
        problems += problems_in_a_demo(settings.modems)
    return problems


def _the_demo_stays_at_home(settings: Settings) -> list[str]:
    if settings.production:
        return []
    problems = [
        f"{name} leaves this machine ({address}); the demo talks to loopback only"
        for name, address in _carrier_addresses(settings).items()
        if _parts(address) is not None and not _is_here(address)
    ]
    return problems + [
        f"HOTLINE_RECORDING_HOSTS leaves this machine ({host}); the demo talks to loopback only"
        for host in settings.recording_hosts
        if _is_a_host(host) and not _is_here(host if "://" in host else f"https://{host}")
    ]


def _production_is_safe(settings: Settings) -> list[str]:
    if not settings.production:
        return []
    carried = {
        "HOTLINE_PUBLIC_URL": "the token",
        **dict.fromkeys(_carrier_addresses(settings), "the API key"),
    }
    addresses = {"HOTLINE_PUBLIC_URL": settings.public_url, **_carrier_addresses(settings)}
    return [
        f"{name} must be https in production: {carried[name]} travels in it"
        for name, address in addresses.items()
        if address.startswith("http://") and not _is_here(address)
    ]


def _ports_differ(settings: Settings) -> list[str]:
    taken: dict[int, str] = {}
    problems = []
    ports = {"PORT": settings.port, "HOOKS_PORT": settings.hooks_port, "CARRIER_PORT": settings.carrier_port}
    for name, port in ports.items():
        if port in taken:
            problems.append(f"{name} and {taken[port]} are both {port}")
        taken.setdefault(port, name)
    return problems


def _the_database_is_known(settings: Settings) -> list[str]:
    # Read here and not by SQLAlchemy, which takes 17 MB of the starter's 29 and a fifth of a second to load.
    driver, separator, rest = settings.database_url.partition("://")
    if not separator or not _has_a_port_or_none(settings.database_url):
        return ["DATABASE_URL is not an address of a database"]
    if driver not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        return [f"DATABASE_URL must be sqlite or postgresql, not {driver!r}"]
    file = rest.partition("?")[0].removeprefix("/")
    if settings.on_sqlite and (not file or file.startswith((":memory:", "file:"))):
        return ["DATABASE_URL must name a file: web and worker share the database"]
    return []


def _has_a_port_or_none(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _servers_are_addresses(settings: Settings) -> list[str]:
    kinds = {
        "REDIS_URL": (settings.redis_url, _QUEUE_SCHEMES),
        "HOTLINE_SMTP_URL": (settings.smtp_url, _MAIL_SCHEMES),
    }
    return [
        f"{name} must start with {' or '.join(f'{scheme}://' for scheme in sorted(schemes))}"
        for name, (url, schemes) in kinds.items()
        if url and (url.partition("://")[0] not in schemes or not url.partition("://")[2])
    ]


def _the_playbook_is_a_folder(settings: Settings) -> list[str]:
    return [] if settings.playbook.is_dir() else [f"HOTLINE_PLAYBOOK is not a folder: {settings.playbook}"]


_RULES: Final[tuple[Callable[[Settings], list[str]], ...]] = (
    _secrets_are_there,
    _secrets_are_long,
    _tokens_are_one_or_two,
    _addresses_are_addresses,
    _recordings_come_from_hosts,
    _the_number_is_international,
    _modems_can_be_used,
    _the_demo_stays_at_home,
    _production_is_safe,
    _ports_differ,
    _the_database_is_known,
    _servers_are_addresses,
    _the_playbook_is_a_folder,
)


def problems_of(settings: Settings) -> list[str]:
    """Everything that keeps an installation with these from running, in words; empty where nothing does."""
    return [problem for rule in _RULES for problem in rule(settings)]

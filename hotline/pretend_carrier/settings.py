"""What the pretend company is told when it starts: one frozen value, read in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from hotline.pretend_carrier.loopback import is_loopback

T = TypeVar("T")


class SettingsError(ValueError):
    """The settings cannot work; the text lists every reason, one a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this company behaves. Times are seconds, money is in rupiah, URLs have no path."""

    port: int = 8001
    hotline_url: str = "http://127.0.0.1:8000"
    hooks_url: str = "http://127.0.0.1:8000"
    webhook_token: str = "pretend"  # noqa: S105 - read_settings demands a real one
    number: str = "+6281100000110"
    username: str = "sandbox"
    api_key: str = "pretend-key"
    sender_ids: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8001"
    phone_book: Path | None = None
    state_file: Path | None = None
    balance: Decimal = Decimal(500_000)
    receipt_delay: float = 0.7
    late_seconds: float = 12.0
    ring_seconds: float = 30.0
    voice_timeout: float = 10.0
    pace: float = 1.0
    retry_delays: tuple[float, ...] = (1, 2, 5, 10, 20, 40, 60, 120)

    def hook(self, path: str) -> str:
        """The hotline's address for one kind of callback, `path` as in `sms/{token}/inbound`."""
        return f"{self.hooks_url}/{path.format(token=self.webhook_token)}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises SettingsError with every fault at once."""
    faults: list[str] = []
    reader = _Reader(environment, faults)
    port = reader.read("CARRIER_PORT", int, 8001)
    hotline_url = reader.url("HOTLINE_URL", "http://127.0.0.1:8000")
    settings = Settings(
        port=port,
        hotline_url=hotline_url,
        hooks_url=reader.url("HOTLINE_HOOKS_URL", hotline_url),
        webhook_token=reader.token(),
        number=environment.get("HOTLINE_NUMBER") or Settings().number,
        username=environment.get("AFRICASTALKING_USERNAME") or Settings().username,
        api_key=environment.get("AFRICASTALKING_API_KEY") or Settings().api_key,
        sender_ids=_names(environment.get("CARRIER_SENDER_IDS", "")),
        public_url=reader.url("CARRIER_PUBLIC_URL", f"http://127.0.0.1:{port}"),
        phone_book=_path(environment.get("PRETEND_CARRIER_PHONES")),
        state_file=_path(environment.get("PRETEND_CARRIER_STATE")),
        balance=reader.read("CARRIER_BALANCE", Decimal, Settings().balance),
        receipt_delay=reader.read("CARRIER_RECEIPT_DELAY", float, Settings().receipt_delay),
        late_seconds=reader.read("CARRIER_LATE_SECONDS", float, Settings().late_seconds),
        ring_seconds=reader.read("CARRIER_RING_SECONDS", float, Settings().ring_seconds),
        pace=reader.read("CARRIER_PACE", float, Settings().pace),
    )
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


@dataclass(frozen=True, slots=True)
class _Reader:
    environment: Mapping[str, str]
    faults: list[str]

    def read(self, name: str, convert: Callable[[str], T], default: T) -> T:
        written = self.environment.get(name, "")
        try:
            return convert(written) if written else default
        except (ValueError, InvalidOperation):
            self.faults.append(f"{name}: {written!r} is not a number")
            return default

    def url(self, name: str, default: str) -> str:
        url = (self.environment.get(name) or default).rstrip("/")
        if not is_loopback(url):
            self.faults.append(f"{name}: {url!r} is not on this machine; only loopback addresses are called")
        return url

    def token(self) -> str:
        tokens = _names(self.environment.get("HOTLINE_WEBHOOK_TOKENS", ""))
        if not tokens:
            self.faults.append("HOTLINE_WEBHOOK_TOKENS: not set; the hotline would answer every callback 404")
        return tokens[0] if tokens else ""

"""Which addresses the pretend company may call: this machine's own, and nothing else."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """True for an absolute http URL on 127.0.0.0/8, ::1 or localhost."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and _is_own_host(host)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, with localhost written as 127.0.0.1 so that both names are one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme, "127.0.0.1" if host == "localhost" else host, parts.port


def _is_own_host(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

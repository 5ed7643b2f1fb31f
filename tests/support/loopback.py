"""No test reaches another machine: what would leave this one fails where it is tried."""

import ipaddress
import re
import socket
import sys
from collections.abc import Sequence
from typing import Final

import pytest

from hotline.curl_handle import Answered, CurlHandle

_HOST: Final = re.compile(r"https?://(?:[^/@]*@)?\[?([\w.:-]+)(?=[]/?#]|$)")
_HERE: Final = ("127.", "::1", "localhost")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        _check_name(arguments[0])
    elif event == "socket.connect":
        _check_address(*arguments)


def _check_name(host: object) -> None:
    """Names may not be asked for, save those that by RFC 6761 nobody has."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if not (name.startswith(_HERE) or name.endswith(".invalid") or _is_number(name)):
        raise AssertionError(f"a test wanted the address of {name!r}; tests stay on this machine")


def _check_address(connection: object, address: object) -> None:
    if not isinstance(connection, socket.socket) or connection.family == socket.AF_UNIX:
        return
    host = address[0] if isinstance(address, tuple) else address
    if not str(host).startswith(_HERE):
        raise AssertionError(f"a test wanted to connect to {address!r}; tests stay on this machine")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def pytest_configure() -> None:
    """From here on, for the whole run: an audit hook cannot be removed, which is what is wanted. It sees what
    Python connects, and not what libcurl does.
    """
    sys.addaudithook(_refuse)
    pytest.MonkeyPatch().setattr(CurlHandle, "ask", _ask_here)


_ask: Final = CurlHandle.ask


def _ask_here(self: CurlHandle, url: str, headers: Sequence[str], form: str | None) -> Answered:
    host = _HOST.match(url)
    if host:
        _check_name(host[1])
        if _is_number(host[1]) and not host[1].startswith(_HERE):
            raise AssertionError(f"a test wanted to ask {url!r}; tests stay on this machine")
    return _ask(self, url, headers, form)

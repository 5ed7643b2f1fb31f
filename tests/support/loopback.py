"""No test reaches another machine: what would leave this one fails where it is tried."""

import ipaddress
import socket
import sys
from typing import Final

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
    """From here on, for the whole run: an audit hook cannot be removed, which is what is wanted."""
    sys.addaudithook(_refuse)

"""Whether the ports that are wanted can be had, said before anything starts."""

import socket
from collections import Counter
from collections.abc import Mapping


def complaints(wanted: Mapping[str, int]) -> list[str]:
    """A line for each port that cannot be used; `wanted` is the port under the variable that sets it."""
    twice = {port for port, times in Counter(wanted.values()).items() if times > 1}
    return [
        f"Port {port} is {why}. Choose another one with {variable}=…"
        for variable, port in wanted.items()
        if (why := "asked for twice" if port in twice else _why_not(port))
    ]


def _why_not(port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return "not allowed to ordinary users"
        except OSError:
            return "taken by another program"
    return ""

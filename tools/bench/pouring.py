"""Posts texts as fast as a server takes them, with little work of its own: requests are written before."""

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from tools.bench.results import insist


def pour(url: str, bodies: Sequence[bytes], lanes: int = 64) -> None:
    """Posts every body once and waits for its 200. Raises DoesNotCountError for any other answer."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with ThreadPoolExecutor(lanes) as pool:
        shares = [[_request(head, body) for body in bodies[lane::lanes]] for lane in range(lanes)]
        for done in [pool.submit(_pour, address, share) for share in shares if share]:
            done.result()


def pour_into(urls: Sequence[str], bodies: Sequence[bytes], lanes: int = 64) -> None:
    """The same into several servers side by side: each takes its share of the bodies and of the lanes."""
    many = len(urls)
    with ThreadPoolExecutor(many) as pool:
        poured = [pool.submit(pour, url, bodies[at::many], lanes // many) for at, url in enumerate(urls)]
        for done in poured:
            done.result()


def _request(head: str, body: bytes) -> bytes:
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _pour(address: tuple[str, int], requests: Sequence[bytes]) -> None:
    with socket.create_connection(address, timeout=30) as connection:
        for request in requests:
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"\r\n\r\nOK"):
                more = connection.recv(4096)
                answer += more
                insist(bool(more) and answer.startswith(b"HTTP/1.1 200"), f"answered {answer[:60]!r}")

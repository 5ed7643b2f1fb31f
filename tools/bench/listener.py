"""An application that a peer delivers texts to: it answers at once, and says how many came and how fast.

Raw asyncio, since whatever this takes is taken from the peer: a framework here would be the peer's limit.
GET /texts?from=NUMBER is a text; GET /heard tells, as JSON, how many texts of how many numbers came in how
many seconds, and GET /forget forgets them.
"""

import asyncio
import json
import sys
import time
from typing import Final, cast

ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
OK: Final = ANSWER % (0, b"")
END: Final = b"\r\n\r\n"
HEARD: Final = b"GET /heard"
FORGET: Final = b"GET /forget"


class Listener:
    """What came since somebody asked."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.first_at = self.last_at = 0.0

    def take(self, line: bytes) -> bytes:
        """One request, by its first line; the answer."""
        if line.startswith(HEARD):
            return self._tell()
        if line.startswith(FORGET):
            self._forget()
            return OK
        self.last_at = time.perf_counter()
        self.first_at = self.first_at or self.last_at
        self.texts.append(line)
        return OK

    def _tell(self) -> bytes:
        seconds = self.last_at - self.first_at
        told = {"texts": len(self.texts), "numbers": len(set(self.texts)), "seconds": seconds}
        body = json.dumps(told).encode()
        return ANSWER % (len(body), body)

    def _forget(self) -> None:
        self.texts.clear()
        self.first_at = self.last_at = 0.0


class Connection(asyncio.Protocol):
    """One kept connection; requests have no body."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's word for a new connection."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio's word for more bytes."""
        *whole, self._read = (self._read + data).split(END)
        for head in whole:
            self._transport.write(self._listener.take(head.partition(b"\r\n")[0]))


async def serve(port: int) -> None:
    """Until the process ends."""
    listener = Listener()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(listener), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

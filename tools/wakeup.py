"""Signals as something a selector can wait for."""

import signal
import socket
from types import FrameType, TracebackType
from typing import Final, Self

_STOP: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wakeup:
    """While entered: counts signals that ask us to stop; readable after those and after a child's end."""

    def __init__(self) -> None:
        self.stop_requests = 0
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def fileno(self) -> int:
        """For the selector."""
        return self._reader.fileno()

    def drain(self) -> None:
        """Forget what woke us: the count of stop requests and the children's states say it all."""
        self._reader.recv(4096)

    def __enter__(self) -> Self:
        self._fd_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers_before = {number: signal.signal(number, self._count) for number in _STOP}
        # A handler of Python's own must be set for a signal to reach the descriptor.
        self._handlers_before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._reader.close()
        self._writer.close()

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1

"""One gammu-smsd as a child of ours: started, listened to, started again, ended by its id."""

import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from sms.modem.ringing import ask_who_rings
from sms.modem.smsdrc import DUMMY
from sms.modem.talk import Talk

PROGRAM: Final = "gammu-smsd"
_WITH_US: Final = ("setpriv", "--pdeathsig", "TERM", "env", "TZ=UTC")
"""Should we be killed, it ends too: a daemon that nobody listens to would hold the modem for ever."""
END_S: Final = 5.0
"""How long it may take to end by itself: one that hangs in its modem never does."""


class Daemon:
    """The daemon of one modem. Times in its database are UTC, whatever the machine's zone is."""

    def __init__(
        self, smsdrc: Path, device: str, on_ring: Callable[[str], None], program: str = PROGRAM
    ) -> None:
        self.smsdrc = smsdrc
        self.device = device
        self.program = program
        self.talk = Talk(on_ring)
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Its process id; None before it was started."""
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def plugged_in(self) -> bool:
        """Whether the modem's port is there."""
        return self.device.startswith(DUMMY) or Path(self.device).exists()

    def start(self) -> None:
        """Starts it. Raises OSError where the program is missing."""
        self.talk = Talk(self.talk.on_ring)
        ask_who_rings(self.device)
        self._process = subprocess.Popen(
            [*_WITH_US, self.program, "--config", str(self.smsdrc)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.starts += 1
        self._listener = threading.Thread(
            target=self._listen, args=(self._process, self.talk), name="smsd", daemon=True
        )
        self._listener.start()

    def restart(self) -> None:
        """Ends it, however it hangs, and starts it anew."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Ends it; it gets a while to do so by itself."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._listener is not None:
            self._listener.join(END_S)
        if process.stdout is not None:
            process.stdout.close()
        self._process = None

    def kill(self) -> None:
        """Ends it at once, also while somebody waits for it to end by itself."""
        process = self._process
        if process is not None:
            process.kill()

    @staticmethod
    def _listen(process: subprocess.Popen[bytes], talk: Talk) -> None:
        """Reads on without a pause: a daemon that can't say its word stands still."""
        if process.stdout is None:
            return
        with suppress(OSError, ValueError):
            for line in process.stdout:
                talk.hear(line.decode("utf-8", "replace"))

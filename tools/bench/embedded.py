"""The whole embedded system, started by the starter itself: what `make run` runs, with its queue server,
preparation and supervisor. It comes with a pretend telephone company, whose own memory is left out.
"""

import sys
import time
from typing import Final

from hotline.environment import demo_environment
from tests.support.processes import Process, free_port
from tools.bench.house import House
from tools.bench.memory import mb_of_tree

COMPANY: Final = "hotline.pretend_carrier"
UP: Final = "Ctrl-C ends everything"
"""The starter's last words once all are ready that it waits for; the worker speaks for itself."""
LONGEST_START_S: Final = 60.0


class Embedded:
    """It runs over the house's store and folder, in place of the house's own processes."""

    def __init__(self, house: House) -> None:
        house.environ = demo_environment(house.environ, house.folder)
        house.sit_down()
        house.leave_the_night()
        port = str(free_port())
        # Without the variable the starter looks for a queue server of its own.
        command = ["env", "-u", "REDIS_URL", sys.executable, "-m", "tools.run"]
        began = time.perf_counter()
        self._process: Process = house.run(
            command, {"PORT": port, "CARRIER_PORT": str(free_port())}, ours=False
        )
        self._process.wait_for_line(UP, LONGEST_START_S)
        self._process.wait_for_line("ready", LONGEST_START_S)
        self.started_in_s = time.perf_counter() - began
        """Seconds until all answer and the worker works."""
        house.web = f"http://127.0.0.1:{port}"
        house.webs = house.hooks = [house.web]

    @property
    def memory_mb(self) -> float:
        """What the starter and all that it runs hold, but for the pretend company's own."""
        return mb_of_tree(self._process.pid, without=COMPANY)

    def end(self) -> None:
        """As Ctrl-C does."""
        self._process.stop()

"""One running hotline for a scenario: its processes, its database, the carrier that it sends to."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from hotline.environment import demo_environment
from hotline.settings import DEFAULT_PLAYBOOK
from tests.support.eventually import eventually
from tests.support.processes import ROOT, Process, free_port
from tests.support.queue_server import QueueServer
from tools import procfile
from tools.bench.clients import Client
from tools.bench.memory import pss_mib
from tools.bench.stores import Store

LONGEST_WAIT_S: Final = 240.0
GRANIAN: Final = ("granian", "--no-ws", "--no-access-log", "--log-level", "error", "--host", "127.0.0.1")
OWED: Final = (
    "SELECT count(*) FROM (SELECT 1 FROM promise WHERE settled_at IS NULL AND due_at <= {} LIMIT 1) AS due"
)


@dataclass
class House:
    """A hotline over one store. Its processes end with `cleanup`; start from the main thread."""

    store: Store
    folder: Path
    cleanup: ExitStack
    environ: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    web: str = ""
    webs: list[str] = field(default_factory=list)
    """All web processes; `web` is the first."""
    hooks: list[str] = field(default_factory=list)
    carrier: str = ""
    queue: QueueServer | None = None

    def __post_init__(self) -> None:
        self.environ = {
            "HOTLINE_PLAYBOOK": str(_playbook_without_a_pace(self.folder / "playbook")),
            "HOTLINE_VAR": str(self.folder), "DATABASE_URL": self.store.url, "REDIS_URL": "",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }  # fmt: skip

    @property
    def inbound(self) -> str:
        """The path that a carrier posts texts to."""
        return f"/sms/{self.environ['HOTLINE_WEBHOOK_TOKENS']}/inbound"

    @property
    def memory_mib(self) -> float:
        """What the hotline's processes and its queue server hold together."""
        pids = [process.pid for process in self.processes]
        return pss_mib([*pids, self.queue.pid] if self.queue and self.queue.pid else pids)

    def with_queue(self) -> "House":
        """Over a queue server of its own."""
        folder = self.folder / "queue"
        folder.mkdir()
        server = QueueServer(folder)
        server.start()
        self.cleanup.callback(server.kill)
        self.environ["REDIS_URL"] = server.url
        self.queue = server
        return self

    def with_carrier(self, delay_s: float = 0.0) -> "House":
        """Over a carrier that accepts everything after `delay_s`; it is not counted as the hotline's."""
        port = free_port()
        command = [sys.executable, "-m", "tools.bench.carrier", str(port), str(delay_s)]
        process = self.run(command, {}, ours=False)
        self.carrier = f"http://127.0.0.1:{port}"
        process.wait_for_url(f"{self.carrier}/")
        self.environ["AFRICASTALKING_API_URL"] = self.carrier
        return self

    def open(self, *, hooks: int = 1, workers: int = 0, web: int = 1) -> "House":
        """Starts as many of each as are wanted, side by side as `make run` does; on SQLite the web process
        takes the callbacks too.
        """
        self.environ = demo_environment(self.environ, self.folder)
        self.sit_down()
        self.leave_the_night()
        commands = procfile.read(ROOT / "Procfile")
        on_sqlite = self.store.kind == "SQLite"
        webs = [self._start(commands["web"], "PORT") for _ in range(1 if on_sqlite else web)]
        doors = webs if on_sqlite else [self._start(commands["hooks"], "HOOKS_PORT") for _ in range(hooks)]
        hands = [self.run([sys.executable, "-m", "workers"], {}) for _ in range(workers)]
        for process, address in dict.fromkeys([*webs, *doors]):
            process.wait_for_url(f"{address}/healthz", within=40)
        for process in hands:
            process.wait_for_line("ready")
        self.webs = [address for _, address in webs]
        self.web = self.webs[0] if webs else ""
        self.hooks = [address for _, address in doors]
        return self

    def sit_down(self) -> None:
        """Somebody sits at the desk: else each urgent case is taken to its officers' telephones at once."""
        now = self.store.ago("0")
        self.store.run(
            "DELETE FROM login_session WHERE token_hash = 'bench'",
            f"""INSERT INTO login_session (token_hash, operator_id, started_at, seen_at, beat_at)
              SELECT 'bench', min(id), {now}, {now}, {now} FROM operator WHERE role = 'operator'""",  # noqa: S608
        )

    def leave_the_night(self) -> None:
        """What a past of years has to forget is the work of the nights behind it, and would stand in the way
        of everything else here.
        """
        tonight = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M:%S.%f}"
        self.store.run(
            f"""INSERT INTO promise (kind, subject_id, rank, due_at, attempts)
              SELECT 'forget', 0, 7, '{tonight}', 0
              WHERE NOT EXISTS (SELECT 1 FROM promise WHERE kind = 'forget')"""  # noqa: S608
        )

    def run(self, command: list[str], environ: Mapping[str, str], *, ours: bool = True) -> Process:
        """One more process, ended with the house."""
        log = self.folder / f"process-{time.monotonic_ns()}.log"
        process = Process(command, log, {**self.environ, **environ})
        self.cleanup.callback(process.end)
        if ours:
            self.processes.append(process)
        return process

    def heard(self) -> dict[str, list[float]]:
        """What the carrier heard: number to moments."""
        with closing(Client(self.carrier)) as client:
            found: dict[str, list[float]] = json.loads(client.ask("/").body)
            return found

    def wait_until_idle(self, within: float = LONGEST_WAIT_S) -> None:
        """Everything that is due has been done."""
        with self.store.asking(OWED.format(self.store.ago("0"))) as owed:
            eventually(lambda: not owed(), "all promises are kept", within)

    def _start(self, command: tuple[str, ...], variable: str) -> tuple[Process, str]:
        port = free_port()
        return self.run(list(command), {variable: str(port)}), f"http://127.0.0.1:{port}"


def _playbook_without_a_pace(folder: Path) -> Path:
    """The programme's words with a carrier that takes any number of texts a second."""
    shutil.copytree(DEFAULT_PLAYBOOK, folder)
    programme = folder / "programme.toml"
    words = re.sub(
        r"^(texts_per_second|burst) = \d+", r"\1 = 100000", programme.read_text(), flags=re.MULTILINE
    )
    programme.write_text(words)
    return folder

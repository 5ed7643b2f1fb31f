"""Kannel 1.4 as a peer: a text comes in by HTTP and is passed on to an application's URL.

What it has accepted is in its memory (store none), in a file that is never fsynced (file), or in a file for
each text (spool). It answers 202 to whatever comes, so only what was delivered counts.
"""

import json
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.support.eventually import eventually
from tests.support.processes import free_port
from tools.bench.clients import Client
from tools.bench.house import House
from tools.bench.memory import pss_mib
from tools.bench.results import insist
from tools.bench.wrk import post_texts

PACKAGE: Final = "kannel"
STORES: Final = ("none", "file", "spool")
WAIT_S: Final = 60.0
"""For what it has accepted to be delivered."""
LOOK_EVERY_S: Final = 0.1
_PATHS: Final = "/usr/sbin:/usr/local/sbin"
"""Debian keeps it where only root looks."""

_CONFIG: Final = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = bench
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = 3
{store}
group = smsc
smsc = http
smsc-id = in
system-type = kannel
port = {inbound}
connect-allow-ip = 127.0.0.1
smsc-username = bench
smsc-password = bench
send-url = "http://127.0.0.1:{application}/out"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = 3

group = sms-service
keyword = default
get-url = "http://127.0.0.1:{application}/texts?from=%p&text=%a"
max-messages = 0
catch-all = true
"""


def program(name: str) -> str | None:
    """Where a program of it is; None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path=_PATHS)


def is_there() -> bool:
    """Whether it is installed."""
    return program("bearerbox") is not None and program("smsbox") is not None


class Kannel:
    """One running Kannel with its application; it ends with the house beside which it runs."""

    def __init__(self, house: House, store: str) -> None:
        self.store = store
        self._folder = house.folder / f"kannel-{store}"
        self._folder.mkdir()
        ports = {name: free_port() for name in ("admin", "box", "inbound", "sendsms", "application")}
        self._inbound = f"http://127.0.0.1:{ports['inbound']}/sms?username=bench&password=bench"
        self._application = f"http://127.0.0.1:{ports['application']}"
        listener = [sys.executable, "-m", "tools.bench.listener", str(ports["application"])]
        house.run(listener, {}, ours=False).wait_for_url(f"{self._application}/heard")
        config = self._folder / "kannel.conf"
        config.write_text(_CONFIG.format(**ports, folder=self._folder, store=_kept_in(store, self._folder)))
        self._processes = []
        for name, port in (("bearerbox", "inbound"), ("smsbox", "sendsms")):
            process = house.run([program(name) or name, "-v", "4", str(config)], {}, ours=False)
            process.wait_for_url(f"http://127.0.0.1:{ports[port]}/")
            self._processes.append(process)

    @property
    def memory_mib(self) -> float:
        """What its two processes hold."""
        return pss_mib(process.pid for process in self._processes)

    def take(self, connections: int, seconds: float) -> tuple[float, float]:
        """How many texts a second it accepted, and how many it delivered: each once, or it does not count."""
        with closing(Client(self._application)) as client:
            client.ask("/forget")
            load = post_texts(self._inbound, connections, seconds, self._folder, in_the_address=True)
            heard = eventually(
                lambda: self._all_of(load.accepted, client), f"Kannel ({self.store}) delivers", WAIT_S
            )
        insist(not load.refused, f"Kannel ({self.store}) refused {load.refused} texts")
        twice = heard["texts"] - heard["numbers"]
        insist(not twice, f"Kannel ({self.store}) delivered {twice:g} texts twice")
        return load.per_second, heard["texts"] / heard["seconds"]

    @staticmethod
    def _all_of(accepted: int, client: Client) -> dict[str, float]:
        time.sleep(LOOK_EVERY_S)
        heard: dict[str, float] = json.loads(client.ask("/heard").body)
        return heard if heard["texts"] >= accepted else {}


def _kept_in(store: str, folder: Path) -> str:
    """The lines that name the store, and where it is."""
    place = folder / store
    match store:
        case "spool":
            place.mkdir()
        case "none":
            return ""
    return f"store-type = {store}\nstore-location = {place}\n"

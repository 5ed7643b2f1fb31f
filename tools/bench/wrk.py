"""wrk as load generator: it takes a tenth of what a client in Python takes from the machine."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

from tools.bench.texts import REPORTS

PACKAGE: Final = "wrk"
_RUNS: Final = count(1)

_SCRIPT: Final = """
local texts = {TEXTS}
local threads = 0
function setup(thread) thread:set("lane", threads); threads = threads + 1 end
function init(args) n = 0 end
function request()
  n = n + 1
  local serial = RUN * 1000000 + lane * 500000 + n
  local body = "linkId=&text=" .. texts[n % #texts + 1] .. "&to=%2B628117435000&id=wrk-" .. serial
    .. "&date=" .. os.date("%Y-%m-%d+%H%%3A%M%%3A%S") .. "&from=%2B62812" .. string.format("%08d", serial)
  if IN_ADDRESS then return wrk.format("GET", wrk.path .. "&" .. body) end
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('{"requests":%d,"us":%d,"bad":%d,"failed":%d,"p50":%d,"p99":%d}',
    summary.requests, summary.duration, summary.errors.status, failed,
    latency:percentile(50), latency:percentile(99)))
end
"""
"""Serials are eight digits, another million for each run: they are the senders' numbers."""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw. `accepted` were answered with 2xx; up to `connections` more were under way at its end."""

    accepted: int
    refused: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Accepted texts a second."""
        return self.accepted / self.seconds


def is_there() -> bool:
    """Whether the program is installed."""
    return shutil.which("wrk") is not None


def post_texts(
    url: str, connections: int, seconds: float, folder: Path, *, in_the_address: bool = False
) -> Load:
    """Sends texts, each with an id and a number of its own, for so long over so many connections; as a form,
    or in an address that has a query already. Begins when the disk has what earlier loads left for it.
    """
    run = next(_RUNS)
    script = folder / f"texts-{run}.lua"
    words = ", ".join(f'"{quote_plus(text)}"' for text in REPORTS)
    address = str(in_the_address).lower()
    script.write_text(
        _SCRIPT.replace("TEXTS", words).replace("RUN", str(run % 90)).replace("IN_ADDRESS", address)
    )
    command = [
        "wrk",
        "-t",
        str(min(connections, 2)),
        "-c",
        str(connections),
        "-d",
        f"{max(1, round(seconds))}s",
    ]
    os.sync()
    done = subprocess.run(
        [*command, "--timeout", "10s", "-s", str(script), url],
        capture_output=True, text=True, check=True, timeout=seconds + 30,
    )  # fmt: skip
    found = json.loads(done.stdout[done.stdout.index('{"requests"') :])
    refused = found["bad"] + found["failed"]
    return Load(
        found["requests"] - found["bad"], refused, found["us"] / 1e6, found["p50"] / 1000, found["p99"] / 1000
    )

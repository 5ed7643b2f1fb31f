"""wrk as load generator: it takes a tenth of what a client in Python takes from the machine.

Each connection is a lane with a thread of wrk's own, and numbers its requests in order. A lane asks again
only when it was answered, so all but its last request were: what must be stored is known by its id.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

from tools.bench.texts import REPORTS

PACKAGE: Final = "wrk"
SIGN: Final = "wrk-"
"""Stands before the serial in each carrier's id."""
A_RUN: Final = 1_000_000
"""How many serials a run has."""
_RUNS: Final = count(1)

_SCRIPT: Final = """
local texts = {TEXTS}
local threads = {}
function setup(thread) thread:set("lane", #threads); table.insert(threads, thread) end
function init(args) n = lane == 0 and -1 or 0 end
local function text(serial)
  return "linkId=&text=" .. texts[serial % #texts + 1] .. "&to=%2B628117435000&id=SIGN" .. serial
    .. "&date=" .. os.date("%Y-%m-%d+%H%%3A%M%%3A%S") .. "&from=%2B62812" .. string.format("%08d", serial)
end
local function receipt(serial)
  return "id=SIGN" .. serial .. "&status=Success&networkCode=51010&phoneNumber=%2B62812"
    .. string.format("%08d", serial)
end
function request()
  local body = BODY(FIRST + n * LANES + lane)
  n = n + 1
  if IN_ADDRESS then return wrk.format("GET", wrk.path .. "&" .. body) end
  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  local sent = {}
  for _, thread in ipairs(threads) do table.insert(sent, thread:get("n")) end
  io.write(string.format('{"requests":%d,"us":%d,"bad":%d,"failed":%d,"p50":%d,"p99":%d,"sent":[%s]}',
    summary.requests, summary.duration, summary.errors.status, failed,
    latency:percentile(50), latency:percentile(99), table.concat(sent, ",")))
end
"""
"""Serials are eight digits, another million for each run: they are the senders' numbers. wrk asks the first
lane for one request that it only looks at, so that one counts from -1.
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw. `accepted` were answered with 2xx. `sent` says how many requests began, lane by lane: the
    last one of each may have been under way when wrk ended.
    """

    accepted: int
    refused: int
    seconds: float
    p50_ms: float
    p99_ms: float
    first: int
    """The smallest serial of the run."""
    sent: tuple[int, ...]

    @property
    def per_second(self) -> float:
        """Accepted texts a second."""
        return self.accepted / self.seconds

    def answered(self) -> Iterator[int]:
        """Serials whose answer came for certain, since their lanes asked again."""
        return self._serials(1)

    def begun(self) -> Iterator[int]:
        """All serials that were sent."""
        return self._serials(0)

    def _serials(self, without: int) -> Iterator[int]:
        for lane, sent in enumerate(self.sent):
            yield from range(
                self.first + lane, self.first + (sent - without) * len(self.sent), len(self.sent)
            )


def is_there() -> bool:
    """Whether the program is installed."""
    return shutil.which("wrk") is not None


def post_texts(
    url: str, connections: int, seconds: float, folder: Path, *, in_the_address: bool = False
) -> Load:
    """Sends texts, each with an id and a number of its own, for so long over so many connections; as a form,
    or in an address that has a query already.
    """
    return _post("text", url, connections, seconds, folder, in_the_address=in_the_address)


def post_receipts(url: str, connections: int, seconds: float, folder: Path) -> Load:
    """Sends delivery reports in the same way, each of another text."""
    return _post("receipt", url, connections, seconds, folder)


def _post(
    what: str, url: str, connections: int, seconds: float, folder: Path, *, in_the_address: bool = False
) -> Load:
    """Begins when the disk has what earlier loads left for it."""
    run = next(_RUNS)
    first = run % 90 * A_RUN
    script = folder / f"{what}s-{run}.lua"
    script.write_text(_script(what, first, connections, in_the_address=in_the_address))
    command = ["wrk", "-t", str(connections), "-c", str(connections), "-d", f"{max(1, round(seconds))}s"]
    os.sync()
    done = subprocess.run(
        [*command, "--timeout", "10s", "-s", str(script), url],
        capture_output=True, text=True, check=True, timeout=seconds + 30,
    )  # fmt: skip
    found = json.loads(done.stdout[done.stdout.index('{"requests"') :])
    return Load(
        found["requests"] - found["bad"], found["bad"] + found["failed"], found["us"] / 1e6,
        found["p50"] / 1000, found["p99"] / 1000, first, tuple(found["sent"]),
    )  # fmt: skip


def _script(what: str, first: int, lanes: int, *, in_the_address: bool) -> str:
    given = {
        "TEXTS": ", ".join(f'"{quote_plus(text)}"' for text in REPORTS), "SIGN": SIGN, "BODY": what,
        "FIRST": str(first), "LANES": str(lanes), "IN_ADDRESS": str(in_the_address).lower(),
    }  # fmt: skip
    script = _SCRIPT
    for name, value in given.items():
        script = script.replace(name, value)
    return script

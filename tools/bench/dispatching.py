"""Alerts that are due in the same second, and how soon the rest hear that somebody else was quicker."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Final
from urllib.parse import urlencode

from hotline import dispatch, verification
from hotline.database import open_engine
from hotline.domain.channels import Channel
from hotline.domain.playbook import Priority
from hotline.domain.rights import SYSTEM, Actor, Role
from hotline.environment import read_settings
from hotline.intake import Reading, Told, open_incident
from hotline.models import Unit
from hotline.playbook_reader import read_playbook
from hotline.runtime import Runtime
from hotline.settings import DEFAULT_PLAYBOOK
from hotline.verification import Findings
from hotline.words_in_force import WordsInForce
from tests.support.eventually import eventually
from tools.bench.bench import Bench
from tools.bench.clients import FORM, Client
from tools.bench.house import LONGEST_WAIT_S, House
from tools.bench.results import Row, Target, insist

MOST: Final = 200
"""Alerts due at once."""
BY: Final = Actor("operator", None, "Dewi", Role.COORDINATOR)
CROWD: Final = 30
"""Units that are asked for one place."""
Runs = tuple[float, ...]


def dispatching(bench: Bench) -> Iterator[Row]:
    """One worker on each database, a carrier that answers at once."""
    many, few = min(MOST, bench.size.texts), min(CROWD, bench.size.texts)
    for kind in bench.kinds():
        alerts, rest = f"{many} alerts due in a second, {kind}", f"accept to the last stand-down, {kind}"
        try:
            alerted, released, memory = _measure(bench, kind, many, few)
        except AssertionError as error:
            yield Row(alerts, "s", (), problem=f"does not count: {error}")
            continue
        yield Row(alerts, "s", alerted, memory_mib=memory)
        yield Row(f"{rest}, {few} asked", "s", released, Target(at_most=2), memory_mib=memory)


def _measure(bench: Bench, kind: str, many: int, few: int) -> tuple[Runs, Runs, float]:
    """Seconds of both, run by run, and MiB."""
    with bench.house(kind) as house:
        house.with_queue().with_carrier().open(web=0, workers=1)
        runtime = _runtime(house)
        runs = range(bench.size.runs)
        alerted = tuple(_alert(house, runtime, f"+62813990{run:02d}", many)[1] for run in runs)
        released = tuple(_release(house, runtime, f"+62813980{run:02d}", few) for run in runs)
        runtime.engine.dispose()
        return alerted, released, house.memory_mib


def _runtime(house: House) -> Runtime:
    settings = read_settings(house.environ)
    engine = open_engine(settings.database_url)
    return Runtime(settings, engine, WordsInForce(read_playbook(DEFAULT_PLAYBOOK)), lambda _words: Reading())


def _alert(house: House, runtime: Runtime, prefix: str, count: int, **needs: int) -> tuple[str, float]:
    """A fresh emergency's number, and the seconds until all `count` alerts were handed over."""
    phones = [f"{prefix}{each:04d}" for each in range(count)]
    units = [Unit(name=each[-6:], number=each, agency="LINMAS", area_code="EJ") for each in phones]
    for unit in units:
        unit.on_duty = True
    with runtime.work() as work:
        work.session.add_all(units)
        reading = Reading(type_code="BEGAL", priority=Priority.DARURAT, area_code="EJ")
        incident = open_incident(work, Told(Channel.RADIO, "begal", work.now, None, reading=reading), SYSTEM)
        verification.verify(work, incident.id, Findings(), BY)
        number, ids = incident.number or "", [unit.id for unit in units]
    began = time.perf_counter()
    with runtime.work() as work:
        dispatch.dispatch(work, incident.id, ids, "", BY, needs=needs or None)
    eventually(lambda: _heard(house, phones, 1), "every unit is alerted", LONGEST_WAIT_S)
    return number, time.perf_counter() - began


def _release(house: House, runtime: Runtime, prefix: str, count: int) -> float:
    """Seconds from the callback with one acceptance until all others heard that it is enough."""
    number, _ = _alert(house, runtime, prefix, count, guards=1)
    body = {"from": f"{prefix}0000", "to": "+628117435000", "text": f"{number} 1", "id": f"accept-{prefix}"}
    others = [f"{prefix}{each:04d}" for each in range(1, count)]
    began = time.perf_counter()
    with closing(Client(house.hooks[0], FORM)) as carrier:
        answer = carrier.ask(house.inbound, urlencode(body).encode())
    insist(answer.status == 200, f"the callback was answered {answer.status}")
    eventually(lambda: _heard(house, others, 2), "the others hear that it is enough", LONGEST_WAIT_S)
    return time.perf_counter() - began


def _heard(house: House, phones: list[str], times: int) -> bool:
    heard = house.heard()
    return all(len(heard.get(phone, ())) >= times for phone in phones)

"""What ten people open: the queue, one case after the other, one search after the other.

Half of the cases have a task, and so units, their texts and times; the others lie open. What is asked for
again and again, as if there were one case and one search, would be at hand already.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, cycle
from typing import Final
from urllib.parse import urlencode

from tools.bench.clients import FORM, Answered, Client
from tools.bench.house import House
from tools.bench.results import insist
from tools.bench.screen import Ask

CASES: Final = 1000
"""The newest with a task."""
HIT: Final = b'class="hit"'
_TOKEN: Final = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_WITH: Final = """SELECT number FROM incident
  WHERE EXISTS (SELECT 1 FROM assignment WHERE assignment.incident_id = incident.id)
  ORDER BY id DESC LIMIT {}"""
_WITHOUT: Final = _WITH.replace("EXISTS", "NOT EXISTS")
_CALLERS: Final = "SELECT number FROM caller WHERE id IN (3, 17, 29)"
PLACES: Final = ("melati 17", "melati 61", "rt 23 maling", "melati 13 rt 33", "gang melati 8")
"""Found at once, and after looking at thousands: of a gang's number and an RT one case in 360 has both."""


def opened(house: House, cookie: dict[str, str], places: Sequence[str] = PLACES) -> dict[str, Ask]:
    """Name to question, of which each is another one. Raises DoesNotCountError where nothing is found.
    Without `places` only numbers are searched for, which are found behind any number of new cases.
    """
    cases, searches = cycle(cases_of(house)), cycle(_searches(house, cookie, places))
    return {
        "queue": lambda client: client.ask("/"),
        "case": lambda client: _open_case(client, next(cases)),
        "search": lambda client: _search(client, next(searches)),
    }


def cases_of(house: House) -> list[str]:
    """Numbers of cases, with a task and without in turn."""
    busy, untouched = (_column(house, query.format(CASES)) for query in (_WITH, _WITHOUT))
    insist(bool(busy and untouched), "there are no cases with a task, or none without")
    return list(mixed(busy, untouched))


def mixed(many: Sequence[str], few: Sequence[str]) -> Iterator[str]:
    """All of the first, and one of the second after each."""
    return chain.from_iterable(zip(many, cycle(few), strict=False))


def _searches(house: House, cookie: dict[str, str], places: Sequence[str]) -> list[bytes]:
    with closing(Client(house.web, cookie)) as client:
        found = _TOKEN.search(client.ask("/search").body.decode())
    token = found[1] if found else ""
    callers = _column(house, _CALLERS)
    words = mixed(places, callers) if places else callers
    return [urlencode({"csrf_token": token, "q": each}).encode() for each in words]


def _open_case(client: Client, number: str) -> Answered:
    answer = client.ask(f"/incidents/{number}")
    insist(number.encode() in answer.body, f"the page of {number} does not name it")
    return answer


def _search(client: Client, asked: bytes) -> Answered:
    answer = client.ask("/search", asked, FORM)
    insist(HIT in answer.body, f"nothing is found for {asked!r}")
    return answer


def _column(house: House, query: str) -> list[str]:
    return [value for (value,) in house.store.all(query)]

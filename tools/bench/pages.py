"""The pages that an operator opens all day."""

import re
from contextlib import closing
from typing import Final
from urllib.parse import urlencode

from tools.bench.clients import FORM, Client
from tools.bench.house import House
from tools.bench.screen import Ask
from tools.bench.stores import one

_TOKEN: Final = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def pages(house: House, cookie: dict[str, str]) -> dict[str, Ask]:
    """Name to question: the queue, the newest case, a search."""
    number = one(house.store, "SELECT number FROM incident ORDER BY id DESC LIMIT 1")
    with closing(Client(house.web, cookie)) as client:
        found = _TOKEN.search(client.ask("/search").body.decode())
    search = urlencode({"csrf_token": found[1] if found else "", "q": "melati 17"}).encode()
    return {
        "queue": lambda client: client.ask("/"),
        "case": lambda client: client.ask(f"/incidents/{number}"),
        "search": lambda client: client.ask("/search", search, FORM),
    }

"""A company that talks to a hand-written hotline; see stand_in.py."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from hotline.pretend_carrier import Settings, carrier_of, create_app
from tests.pretend_carrier.stand_in import Hands, Open, StandIn, free_port, run_server


@pytest.fixture
def hotline() -> Iterator[StandIn]:
    """The hand-written hotline, running."""
    app, stand_in = Flask("stand_in"), StandIn()
    app.add_url_rule("/<path:path>", "answer", stand_in.answer, methods=["GET", "POST"])
    port, end = run_server(app)
    stand_in.url = f"http://127.0.0.1:{port}"
    yield stand_in
    end()


@pytest.fixture
def open_company(hotline: StandIn) -> Iterator[Open]:
    """Opens companies with settings of the test's own; all are closed at its end."""
    ends: list[Callable[[], None]] = []

    def begin(**changes: Any) -> Hands:
        port = free_port()
        settings = Settings(
            port=port,
            hotline_url=hotline.url,
            hooks_url=hotline.url,
            public_url=f"http://127.0.0.1:{port}",
            receipt_delay=0.01,
            late_seconds=0.3,
            ring_seconds=5,
            pace=0,
            retry_delays=(0.02, 0.02),
        )
        app = create_app(replace(settings, **changes))
        _, end = run_server(app, port)
        ends.extend([carrier_of(app).close, end])
        return Hands(settings.public_url, carrier_of(app))

    yield begin
    for end in reversed(ends):
        end()


@pytest.fixture
def company(open_company: Open) -> Hands:
    """A company at its quickest."""
    return open_company()

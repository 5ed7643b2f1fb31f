import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Error, Page

pytestmark = pytest.mark.browser


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>Meja</title><h1>Selamat datang</h1>")

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the test reads the page."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Greeting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_of_this_machine_is_drawn(page: Page, address: str) -> None:
    page.goto(address)
    heading = page.get_by_role("heading").bounding_box()
    assert page.title() == "Meja"
    assert heading
    assert heading["height"] > 10


def test_no_other_machine_is_reached(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://carrier.example/")

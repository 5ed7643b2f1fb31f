"""The company as a Flask application, and the server that runs it."""

from __future__ import annotations

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from hotline.pretend_carrier.carrier import EXTENSION, Carrier, open_carrier
from hotline.pretend_carrier.company_api import company_api
from hotline.pretend_carrier.pages import front_door, guard, health, pages
from hotline.pretend_carrier.phones_api import phones_api
from hotline.pretend_carrier.settings import Settings
from hotline.pretend_carrier.sms_api import sms_api
from hotline.pretend_carrier.voice_api import voice_api


def create_app(settings: Settings) -> Flask:
    """One company; `carrier_of(app).close()` ends its threads. Raises PhoneBookError."""
    app = Flask("hotline.pretend_carrier", static_folder=None, template_folder="templates")
    app.config.update(
        TRUSTED_HOSTS=["127.0.0.1", "localhost", "[::1]"],
        MAX_CONTENT_LENGTH=12_000_000,
        MAX_FORM_MEMORY_SIZE=4_000_000,
    )
    app.extensions[EXTENSION] = open_carrier(settings)
    for blueprint in (sms_api, voice_api, phones_api, company_api, pages):
        app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=front_door)
    app.add_url_rule("/healthz", view_func=health)
    guard(app)
    return app


def carrier_of(app: Flask) -> Carrier:
    """The company inside the application."""
    carrier: Carrier = app.extensions[EXTENSION]
    return carrier


class QuietHandler(WSGIRequestHandler):
    """Writes no access log: hundreds of sends a second, and a secret in none of them."""

    # Head and body leave in two writes: with Nagle's algorithm each kept-alive answer would wait 40 ms.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing; faults are still logged."""


def serve(app: Flask, port: int) -> BaseWSGIServer:
    """A server on loopback, one thread a connection; port 0 takes any free one.

    Werkzeug's own and not granian, because the fault "cut" must close the connection under the server's
    hands, and Werkzeug is the one that hands the socket to the application (`werkzeug.socket`).
    """
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)

"""The limit that the door is held against: a Flask view that reads the form, answers, and keeps nothing.

The door keeps its threads on one core of the machine, which mostly is faster: so the view is there with its
threads on a core as well, in the door's own way.
"""

from flask import Flask, request

from hotline.one_core import OneCore


def create_app() -> Flask:
    """For a server that calls a factory."""
    app = Flask("trivial")

    @app.post("/sms/<token>/inbound")
    def inbound(token: str) -> str:
        return "OK" if request.form.get("from") and token else ""

    return app


def create_app_on_one_core() -> Flask:
    """The same, on a core of its own but for the door's, which has nothing to do meanwhile."""
    app = create_app()
    app.before_request(OneCore("trivial-view").stay)
    return app

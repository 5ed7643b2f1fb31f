"""The limit that the door is held against: a Flask view that reads the form, answers, and keeps nothing."""

from flask import Flask, request


def create_app() -> Flask:
    """For a server that calls a factory."""
    app = Flask("trivial")

    @app.post("/sms/<token>/inbound")
    def inbound(token: str) -> str:
        return "OK" if request.form.get("from") and token else ""

    return app

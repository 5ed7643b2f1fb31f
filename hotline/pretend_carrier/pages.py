"""The telephones in the browser: one page, its sounds, and the headers that keep it to itself."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hotline.pretend_carrier.carrier import here
from hotline.pretend_carrier.faults import CATALOGUE, POINT_NAMES
from hotline.pretend_carrier.phones import LegState

pages = Blueprint("pages", __name__, static_folder="static", url_prefix="/phones")

POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)


@pages.get("/")
def phones() -> str:
    """The telephones."""
    settings = here().settings
    return render_template(
        "phones.html",
        number=settings.number,
        hotline_url=settings.hotline_url,
        catalogue=CATALOGUE,
        points=POINT_NAMES,
        keys="123456789*0#",
        over=LegState.OVER.value,
    )


@pages.get("/audio/<name>")
def audio(name: str) -> Response:
    """A sound of the hotline that a line has played."""
    sound = here().switchboard.prompts.get(name)
    if sound is None:
        return Response("Not Found", 404, mimetype="text/plain")
    answer = Response(sound, mimetype="audio/wav" if name.endswith(".wav") else "audio/mpeg")
    answer.headers["Accept-Ranges"] = "none"
    return answer


def front_door() -> AnyResponse:
    """The bare address leads to the telephones."""
    return redirect("/phones/")


def health() -> Response:
    """GET /healthz: the company is open."""
    return jsonify(status="ok")


def guard(app: Flask) -> None:
    """Keep other sites' pages from working the telephones, and this page to its own resources."""

    @app.before_request
    def only_own_pages() -> tuple[Response, int] | None:
        foreign = request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}
        if foreign and request.method not in {"GET", "HEAD"}:
            return jsonify(error="foreign", words="Hanya dari halaman ini."), 403
        return None

    @app.after_request
    def add_headers(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
        if "/static/" not in request.path:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

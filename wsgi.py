"""Composition root: builds the runtime and plugs lines, console and waker into one WSGI application.

`create_app()` serves everything, `create_app("hooks")` only callbacks, `create_app("console")` only the
screens. Nothing happens at import.
"""

import sys
from typing import Any, Final

from flask import Flask, Response, request

from hotline import console
from hotline.commands import COMMANDS
from hotline.discreet_log import begin_log
from hotline.door import Door
from hotline.environment import read_settings
from hotline.health_pages import Page, healthz, metrics, readyz
from hotline.one_core import OneCore
from hotline.open311 import answers as open311
from hotline.playbook_reader import PlaybookError
from hotline.runtime import Runtime
from hotline.settings import Settings, SettingsError
from ivr import webhooks as voice
from sms import webhooks as texts
from sms.commands import understand
from workers.assembly import ADVISERS, CHECKERS, Assembly, assemble
from workers.commands import COMMANDS as OF_THE_WORKERS
from workers.fitness import EXAMINATIONS
from workers.modems import keeper_of
from workers.queues import RqWaker

SIDES: Final = ("all", "hooks", "console")
SHORT_TURN_S: Final = 0.0005
"""How long a thread that computes may keep Python's lock from one that comes back from the database, a tenth
of what it does by itself: SQLite's driver gives the lock away for each row (what it buys is in
docs/performance.md).
"""


def create_app(side: str = "all") -> Flask:
    """The application for one side. Ends the process with the whole list of problems where it can't run."""
    try:
        settings = read_settings()
        _check_side(side, settings)
        assembly = assemble(settings, RqWaker(settings.redis_url) if settings.redis_url else None)
    except (SettingsError, PlaybookError) as error:
        sys.exit(str(error))
    begin_log()
    if side != "hooks":
        sys.setswitchinterval(SHORT_TURN_S)
    return build(assembly, side)


def create_hooks() -> Flask:
    """The callbacks' side, for servers that call a factory without arguments."""
    return create_app("hooks")


def create_console() -> Flask:
    """The screens' side, for servers that call a factory without arguments."""
    return create_app("console")


class _Desk(Flask):
    """Flask, but a broken request is logged by its endpoint: its path may hold the carrier's token."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("%s broke off", request.endpoint, exc_info=exc_info)


def build(assembly: Assembly, side: str = "all") -> Flask:
    """The application of an assembled process."""
    runtime = assembly.runtime
    app = _Desk("hotline", static_folder=None)
    app.secret_key = runtime.settings.secret_key
    app.extensions["hotline"] = runtime
    app.extensions["hotline_assembly"] = assembly
    app.extensions["hotline_examinations"] = EXAMINATIONS
    app.extensions["hotline_checkers"] = CHECKERS
    app.extensions["hotline_advisers"] = ADVISERS
    for command in (*COMMANDS, understand, *OF_THE_WORKERS):
        app.cli.add_command(command)
    _serve_health(app, runtime)
    if side in ("all", "console"):
        console.register(app, runtime)
        _serve_open_data(app, runtime)
    if side in ("all", "hooks"):
        _open_doors(app, assembly)
    return app


def _serve_health(app: Flask, runtime: Runtime) -> None:
    def answer(page: Page) -> Response:
        return Response(page.body, page.status, content_type=page.content_type)

    def authorization() -> str:
        return request.headers.get("Authorization", "")

    app.add_url_rule("/healthz", "healthz", lambda: answer(healthz()))
    app.add_url_rule("/readyz", "readyz", lambda: answer(readyz(runtime)))
    app.add_url_rule("/metrics", "metrics", lambda: answer(metrics(runtime, authorization())))


def _serve_open_data(app: Flask, runtime: Runtime) -> None:
    """Open311 GeoReport v2, as JSON and as XML."""
    data = open311.OpenData(runtime)

    def answer(found: open311.Answer) -> Response:
        response = Response(found.body, found.status, content_type=found.content_type)
        if found.retry_after is not None:
            response.headers["Retry-After"] = str(found.retry_after)
        return response

    def question(form: str) -> open311.Question:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        given = key.strip() if scheme.lower() == "bearer" else request.args.get("api_key", "")
        return open311.Question(given, request.args, form)

    base, form = "/open311/v2", "<any(json, xml):form>"
    for path, name, view in (
        (f"{base}/openapi.json", "document", lambda: answer(open311.openapi(data))),
        (f"{base}/services.{form}", "services",
         lambda form: answer(open311.all_services(data, question(form)))),
        (f"{base}/requests.{form}", "requests",
         lambda form: answer(open311.all_requests(data, question(form)))),
        (f"{base}/requests/<number>.{form}", "request",
         lambda number, form: answer(open311.one_request(data, question(form), number))),
    ):  # fmt: skip
        app.add_url_rule(path, f"open311_{name}", view)


def _open_doors(app: Flask, assembly: Assembly) -> None:
    runtime = assembly.runtime
    keeper = keeper_of(runtime, OneCore())
    if runtime.settings.has_voice:
        voice.register(app, assembly.line, keeper)
    app.wsgi_app = Door(  # type: ignore[method-assign]
        app.wsgi_app, keeper, runtime.settings.webhook_tokens, texts.SHELVES, runtime.clock.now
    )


def _check_side(side: str, settings: Settings) -> None:
    if side not in SIDES:
        raise SettingsError([f"a side is one of {', '.join(SIDES)}, not {side!r}"])
    if side == "hooks" and settings.on_sqlite:
        raise SettingsError(
            ["on SQLite one web process serves both sides: a second writer starves the first for seconds"]
        )

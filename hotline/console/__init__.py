"""The operators' screens. `register` plugs them into an application; one module here is one screen or verb."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, g, request
from werkzeug.wrappers import Response

from hotline import web
from hotline.console import (
    case,
    changes,
    conversing,
    dispatching,
    ending,
    entry,
    identity,
    labels,
    language,
    login,
    marks,
    problems,
    queue,
    recordings,
    search,
    system,
    tray,
    units,
    verifying,
)
from hotline.domain.rights import Act
from hotline.runtime import Runtime

_FOLDER: Final = Path(__file__).parent
_SCREENS: Final = (
    queue, changes, case, verifying, dispatching, conversing, ending, identity, recordings, entry, tray, units,
    search, system, login,
)  # fmt: skip


def register(app: Flask, runtime: Runtime) -> None:
    """Adds every screen to `app`. Raises UnguardedRouteError if one of them says nothing about who may use it."""
    app.extensions["hotline"] = runtime
    web.protect(app)
    language.start_babel(app)
    assets = Blueprint(
        "assets", __name__, static_folder="static", static_url_path="/assets", template_folder="templates"
    )
    blueprints = [assets, *(screen.bp for screen in _SCREENS)]
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.view_functions["assets.static"] = web.public(app.view_functions["assets.static"])
    web.refuse_unguarded(app, (blueprint.name for blueprint in blueprints))
    _guard(app, frozenset(blueprint.name for blueprint in blueprints))
    _prepare_templates(app)
    problems.register(app)


def _guard(app: Flask, names: frozenset[str]) -> None:
    def guard() -> Response | None:
        return web.guard() if request.blueprint in names else None

    app.before_request(web.refuse_foreign_posts)
    app.before_request(guard)
    app.after_request(web.add_headers)
    app.after_request(_keep_assets)


def _keep_assets(response: Any) -> Any:
    """What is asked for with its hash never changes."""
    if request.endpoint == "assets.static" and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _prepare_templates(app: Flask) -> None:
    hashes: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in hashes:
            hashes[name] = sha256((_FOLDER / "static" / name).read_bytes()).hexdigest()[:12]
        return f"/assets/{name}?v={hashes[name]}"

    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(marks.FILTERS)
    app.jinja_env.globals.update(
        asset=asset, token=web.one_time_token, label=labels.say, labels=labels, Act=Act, languages=language.LANGUAGES,
        bands=queue.bands, clock_of=queue.clock_of, age_units=language.age_units, path_of=case.path_of,
    )  # fmt: skip
    app.context_processor(_context)


def _context() -> dict[str, object]:
    """What every template knows."""
    return {
        "visitor": web.visitor_or_none(),
        "playbook": web.runtime().playbook,
        "production": web.runtime().settings.production,
        "lang": language.language(),
        "theme": request.cookies.get("theme", "auto"),
        "keys": request.cookies.get("keys", "on"),
        "here": request.path if request.method == "GET" else "/",
        "mark": g.get("mark", ""),
        "badges": g.get("badges"),
    }

"""The operators' screens. `register` plugs them into an application; a module here is a screen or a verb."""

from typing import Final

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from hotline import web
from hotline.console import (
    areas,
    assets,
    attaching,
    auditing,
    calls,
    case,
    changes,
    compiling,
    confiding,
    conversing,
    dispatching,
    drills,
    ending,
    enlisting,
    entry,
    evaluation,
    failures,
    fault_words,
    group,
    guarding,
    handing,
    handover,
    identity,
    joining,
    labels,
    language,
    locking,
    log_labels,
    login,
    marks,
    meetings,
    on_paper,
    own_account,
    pins,
    playbook_page,
    problems,
    queue,
    reading_labels,
    recordings,
    refusals,
    register_book,
    report_files,
    rewording,
    roster,
    search,
    sounds,
    staff,
    system,
    tasks,
    teaching,
    text_line,
    tray,
    units,
    verifying,
    waterfall,
)
from hotline.conversation import may_be_sent_again
from hotline.domain.rights import Act
from hotline.runtime import Runtime

_SCREENS: Final = (
    assets, queue, changes, case, verifying, dispatching, conversing, ending, attaching, identity, recordings,
    entry, tray, units, search, system, calls, joining, sounds,
    enlisting, pins, login, text_line, teaching,
    evaluation, meetings, report_files, register_book, guarding, auditing, failures,
    tasks, roster, drills, confiding, handing, handover, locking, group, areas, staff, own_account,
    playbook_page, rewording,
)  # fmt: skip


def register(app: Flask, runtime: Runtime) -> None:
    """Adds every screen to `app`. Raises UnguardedRouteError if a route says nothing about who may use it."""
    app.extensions["hotline"] = runtime
    app.url_map.converters["int"] = web.RowNumber
    app.url_map.merge_slashes = False  # Flask would lead on to whatever Host was sent
    tokens = web.protect(app)
    language.start_babel(app)
    blueprints = [screen.bp for screen in _SCREENS]
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    web.refuse_unguarded(app, (blueprint.name for blueprint in blueprints))
    _guard(app, tokens, frozenset(blueprint.name for blueprint in blueprints))
    _prepare_templates(app)
    compiling.compile_ahead(app)
    problems.register(app)


def _guard(app: Flask, tokens: CSRFProtect, names: frozenset[str]) -> None:
    """The desk's own routes only: the voice line beside them answers a carrier, which has no session."""

    def guard() -> Response | None:
        if request.blueprint not in names:
            return None
        web.bound_body()
        web.refuse_foreign_posts()
        refused = web.guard()
        if refused is None:
            # Only from here on is anything of the body read.
            web.admit_stranger()
            tokens.protect()
        return refused

    app.before_request(guard)
    app.teardown_request(web.part_with_stranger)
    app.after_request(web.add_headers)
    app.after_request(lambda answer: refusals.note_refusal(answer) if request.blueprint in names else answer)


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(marks.FILTERS)
    app.jinja_env.globals.update(
        asset=assets.address, token=web.one_time_token, label=labels.say, labels=labels, Act=Act,
        reading_labels=reading_labels, log_words_of=log_labels.LOG,
        languages=language.LANGUAGES, clock_of=queue.clock_of,
        age_units=language.age_units, path_of=case.path_of, utc_now=marks.utc_now,
        may_be_sent_again=may_be_sent_again, troubles=text_line.troubles, cost_of=text_line.cost_of,
        offers=teaching.offers, lessons_here=teaching.lessons_here,
        counted_as_misuse=text_line.counted_as_misuse,
        lasting_failures=failures.lasting, waterfall=waterfall.waterfall, qr_of=on_paper.qr_of,
        fault_words=fault_words.told,
    )  # fmt: skip
    app.context_processor(_context)


def _context() -> dict[str, object]:
    """What every template knows."""
    return {
        "visitor": web.visitor_or_none(),
        "playbook": web.runtime().playbook,
        "production": web.runtime().settings.production,
        "voice": web.runtime().settings.has_voice,
        "mail_server": bool(web.runtime().settings.smtp_url),
        "lang": language.language(),
        "theme": request.cookies.get("theme", "auto"),
        "keys": request.cookies.get("keys", "on"),
        "here": request.path if request.method == "GET" else "/",
        "mark": g.get("mark", ""),
        "badges": g.get("badges"),
        "locked": web.locked(),
    }

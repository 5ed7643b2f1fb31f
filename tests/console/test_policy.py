"""Who may use what: every route against every role, read from the application itself."""

import re
from typing import Final

import pytest
from flask import Blueprint, Flask
from werkzeug.exceptions import NotFound

from hotline import web
from hotline.domain.rights import RIGHTS, Act, Role
from tests.console.conftest import Browser, Desk, SignIn

A: Final = Act
EXPECTED: Final[dict[str, frozenset[Act] | None]] = {
    "assets.send": None, "login.form": None, "login.enter": None, "login.leave": None, "login.speak": None,
    "login.dress": None, "login.shortcuts": None, "login.show_help": None,
    **dict.fromkeys([f"locking.{act}" for act in ("lock", "form", "unlock", "begin")], frozenset()),
    **dict.fromkeys([f"own_account.{act}" for act in ("index", "change", "end")], frozenset()),
    "verifying.later": frozenset({A.CLAIM}),
    "areas.index": frozenset({A.SEE_QUEUE}), "areas.wall": frozenset({A.SEE_QUEUE}),
    **dict.fromkeys(
        [f"staff.{act}" for act in ("index", "add", "password", "role", "active")],
        frozenset({A.MANAGE_OPERATORS}),
    ),
    **dict.fromkeys([f"group.{act}" for act in ("form", "read", "save")], frozenset({A.ENTER_REPORT})),
    "changes.changes": frozenset(), "changes.strip": frozenset(), "changes.here": frozenset(),
    "text_line.show": frozenset(),
    "queue.index": frozenset({A.SEE_QUEUE, A.MANAGE_UNITS}), "case.show": frozenset({A.SEE_QUEUE}),
    "verifying.claim": frozenset({A.CLAIM}), "verifying.verify": frozenset({A.VERIFY}),
    "verifying.correct": frozenset({A.CORRECT}), "verifying.reject": frozenset({A.REJECT}),
    "dispatching.preview": frozenset({A.DISPATCH}), "dispatching.dispatch": frozenset({A.DISPATCH}),
    "dispatching.status": frozenset({A.SET_UNIT_STATUS}), "dispatching.stand_down": frozenset({A.DISPATCH}),
    "conversing.size": frozenset({A.WRITE}), "conversing.reply": frozenset({A.WRITE}),
    "conversing.note": frozenset({A.NOTE}), "conversing.quiet": frozenset({A.WRITE}),
    "conversing.resend": frozenset({A.RESEND}),
    "ending.close": frozenset({A.CLOSE}), "ending.reopen": frozenset({A.REOPEN}),
    "evaluation.index": frozenset({A.SEE_FIGURES}), "evaluation.cases": frozenset({A.SEE_FIGURES}),
    "report_files.index": frozenset({A.SEE_FIGURES}), "report_files.ask": frozenset({A.EXPORT}),
    "report_files.again": frozenset({A.EXPORT}), "report_files.mail": frozenset({A.EXPORT}),
    "report_files.take": frozenset({A.EXPORT}), "register_book.index": frozenset({A.SEE_QUEUE}),
    "guarding.index": frozenset({A.GUARD_DATA, A.SEE_AUDIT}), "guarding.ask": frozenset({A.GUARD_DATA}),
    "guarding.settle": frozenset({A.GUARD_DATA}), "guarding.erase": frozenset({A.GUARD_DATA}),
    "guarding.copy": frozenset({A.GUARD_DATA}), "guarding.note_breach": frozenset({A.GUARD_DATA}),
    "guarding.breach_told": frozenset({A.GUARD_DATA}), "guarding.breach_list": frozenset({A.GUARD_DATA}),
    "guarding.hold": frozenset({A.GUARD_DATA}), "auditing.index": frozenset({A.SEE_AUDIT}),
    "auditing.export": frozenset({A.SEE_AUDIT}), "failures.note": frozenset({A.NOTE}),
    "failures.over": frozenset({A.NOTE}),
    "meetings.index": frozenset({A.SEE_FIGURES}), "meetings.draft": frozenset({A.EVALUATE}),
    "meetings.decide": frozenset({A.EVALUATE}), "meetings.done": frozenset({A.EVALUATE}),
    "meetings.minutes": frozenset({A.EVALUATE}), "meetings.close": frozenset({A.EVALUATE}),
    "ending.report_field": frozenset({A.SET_UNIT_STATUS}), "ending.propose": frozenset({A.PROPOSE_CLOSE}),
    "ending.confirm": frozenset({A.PROPOSE_CLOSE}), "ending.advice_done": frozenset({A.CLOSE}),
    "attaching.attach": frozenset({A.ATTACH}), "attaching.show": frozenset({A.SEE_QUEUE}),
    "attaching.send_link": frozenset({A.ATTACH}), "attaching.door": None, "attaching.send": None,
    "ending.merge": frozenset({A.MERGE}), "ending.unmerge": frozenset({A.MERGE}),
    "identity.reveal": frozenset({A.SEE_IDENTITY}), "recordings.play": frozenset({A.SEE_QUEUE}),
    "entry.form": frozenset({A.ENTER_REPORT}), "entry.read": frozenset({A.ENTER_REPORT}),
    "entry.save": frozenset({A.ENTER_REPORT}),
    "tray.index": frozenset({A.FILE_TEXT}), "tray.file": frozenset({A.FILE_TEXT}),
    "tray.report": frozenset({A.FILE_TEXT}), "tray.aside": frozenset({A.FILE_TEXT}),
    "units.index": frozenset({A.SEE_QUEUE, A.MANAGE_UNITS}),
    "units.duty": frozenset({A.SET_UNIT_STATUS, A.MANAGE_UNITS}),
    "search.form": frozenset({A.SEE_QUEUE}), "search.search": frozenset({A.SEE_QUEUE}),
    "calls.index": frozenset({A.ANSWER_CALLS}), "calls.telephone": frozenset({A.ANSWER_CALLS}),
    "calls.take_next": frozenset({A.ANSWER_CALLS}), "calls.back": frozenset({A.ANSWER_CALLS}),
    "calls.done": frozenset({A.ANSWER_CALLS}), "calls.case": frozenset({A.ENTER_REPORT}),
    "joining.reporter": frozenset({A.ANSWER_CALLS}), "joining.unit": frozenset({A.DISPATCH}),
    "joining.read": frozenset({A.DISPATCH}), "pins.give": frozenset({A.MANAGE_UNITS}),
    "sounds.index": frozenset({A.MANAGE_SOUNDS}), "sounds.play": frozenset({A.MANAGE_SOUNDS}),
    "sounds.put": frozenset({A.MANAGE_SOUNDS}), "sounds.go_back": frozenset({A.MANAGE_SOUNDS}),
    "text_line.press_for_incident": frozenset({A.REJECT}), "text_line.forgive": frozenset({A.REJECT}),
    "text_line.press_for_text": frozenset({A.FILE_TEXT}), "text_line.agree": frozenset({A.WRITE}),
    "playbook_page.index": frozenset({A.MANAGE_WORDS}),
    **dict.fromkeys(
        [f"rewording.{act}" for act in ("show", "save", "attempt", "go_back")], frozenset({A.MANAGE_WORDS})
    ),
    "teaching.index": frozenset({A.CORRECT, A.MANAGE_WORDS}), "teaching.teach": frozenset({A.CORRECT}),
    "teaching.undo": frozenset({A.CORRECT, A.MANAGE_WORDS}),
    "teaching.add_place": frozenset({A.MANAGE_WORDS}), "teaching.add_type": frozenset({A.MANAGE_WORDS}),
    "system.index": frozenset({A.SEE_QUEUE, A.MANAGE_UNITS}), "system.release": frozenset({A.RELEASE_QUEUE}),
    "tasks.index": frozenset({A.CLAIM}), "tasks.done": frozenset({A.CLAIM}),
    "roster.index": frozenset({A.SEE_QUEUE, A.MANAGE_UNITS}),
    "roster.change": frozenset({A.SET_UNIT_STATUS, A.MANAGE_UNITS}),
    "roster.week": frozenset({A.SET_UNIT_STATUS, A.MANAGE_UNITS}),
    "roster.note": frozenset({A.SET_UNIT_STATUS, A.MANAGE_UNITS}),
    "handover.index": frozenset({A.CLAIM}), "handover.give": frozenset({A.CLAIM}),
    "handover.take": frozenset({A.CLAIM}),
    "drills.index": frozenset({A.SEE_QUEUE, A.MANAGE_UNITS}), "drills.start": frozenset({A.MANAGE_UNITS}),
    "confiding.confide": frozenset({A.CORRECT}), "confiding.open_up": frozenset({A.SEE_CONFIDENTIAL}),
    "handing.offer": frozenset({A.DISPATCH}), "handing.move": frozenset({A.DISPATCH}),
    "handing.neighbours": frozenset({A.VERIFY}), "handing.exercise": frozenset({A.CLOSE}),
    **dict.fromkeys(
        [f"enlisting.{act}" for act in ("new", "form", "add", "change", "retire", "restore", "hours")],
        frozenset({A.MANAGE_UNITS}),
    ),
}  # fmt: skip
"""Endpoint to the acts of which one is enough; None: everybody, no act: whoever is signed in."""

HIDDEN: Final = frozenset({A.SEE_CONFIDENTIAL})
"""Who lacks this hears that there is no such case, and not that there is one for others."""

_SAMPLES: Final = {
    "number": "1007",
    "assignment": 1,
    "member": 1,
    "report": 1,
    "recording": 1,
    "call": 1,
    "clip": "thanks",
    "key": "receipt",
    "language": "id",
    "text": 1,
    "lesson": 1,
    "unit": 1,
    "person": 1,
    "browser": 999,
    "task": 1,
    "leg": 1,
    "given": 1,
    "contact": 1,
    "follow_up": 1,
    "decision": 1,
    "wish": 1,
    "outage": 1,
    "breach": 1,
    "file": 1,
    "token": "x",
    "attachment": 1,
    "name": "desk.js",
}


def _routes(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and an address, for each method of each route."""
    adapter = app.url_map.bind("localhost")
    return [
        (rule.endpoint, method, adapter.build(rule.endpoint, values, method=method))
        for rule in app.url_map.iter_rules()
        for values in [{name: _SAMPLES[name] for name in rule.arguments}]
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]


def test_every_route_is_in_the_table_and_says_the_same(app: Flask) -> None:
    said = {}
    for endpoint, _, _ in _routes(app):
        policy = web.policy_of(app.view_functions[endpoint])
        assert policy is not None, endpoint
        said[endpoint] = None if policy.public else frozenset(policy.acts)
    assert said == EXPECTED


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_exactly_what_its_rights_allow(app: Flask, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    form = browser.form("/theme")
    for endpoint, method, path in _routes(app):
        acts = EXPECTED[endpoint]
        if endpoint in ("login.leave", "login.enter", "locking.lock"):
            continue
        answer = browser.client.open(
            path, method=method, data=form if method == "POST" else None, buffered=True
        )
        allowed = acts is None or not acts or bool(acts & RIGHTS[role])
        said = f"{role} {method} {endpoint} {answer.status_code}"
        assert (answer.status_code != 403) is (allowed or acts == HIDDEN), said
        assert allowed or answer.status_code in (403, 404), said
        assert answer.status_code < 500, said


def test_a_stranger_reaches_nothing_but_the_door(app: Flask, visitor: Browser) -> None:
    form = visitor.open("/login").form("/login")
    for endpoint, method, path in _routes(app):
        if EXPECTED[endpoint] is None:
            continue
        answer = visitor.client.open(
            path, method=method, data=form if method == "POST" else None, buffered=True
        )
        assert answer.status_code in (303, 401), endpoint
        assert "location" not in answer.headers or answer.headers["location"].startswith("/login"), endpoint


def test_no_row_is_asked_for_by_a_number_that_no_database_has(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for endpoint, method, path in _routes(app):
        if (huge := re.sub(r"/1(?=/|$)", "/" + "9" * 20, path)) != path:
            with pytest.raises(NotFound):
                print(endpoint, adapter.match(huge, method=method))


def test_an_application_with_a_route_without_policy_refuses_to_start() -> None:
    app, careless = Flask("x"), Blueprint("careless", "x")
    careless.add_url_rule("/open", view_func=lambda: "open", endpoint="door")
    app.register_blueprint(careless)
    with pytest.raises(web.UnguardedRouteError, match="/open"):
        web.refuse_unguarded(app, ["careless"])


@pytest.mark.parametrize("role", list(Role))
def test_the_page_offers_no_act_that_the_role_may_not_do(desk: Desk, sign_in: SignIn, role: Role) -> None:
    if Act.SEE_QUEUE not in RIGHTS[role]:
        return
    path = f"/incidents/{desk.dispatched(desk.unit())}"
    browser = sign_in(role).open(path)
    offered = {
        "claim": A.CLAIM,
        "correct": A.CORRECT,
        "dispatch": A.DISPATCH,
        "reply": A.WRITE,
        "note": A.NOTE,
        "merge": A.MERGE,
        "close": A.CLOSE,
    }
    for act, right in offered.items():
        assert browser.has_form(f"{path}/{act}") is (right in RIGHTS[role]), act


def test_the_administrator_is_led_to_the_units_and_sees_no_case(sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    assert "<title>Petugas" in browser.text
    assert "/search" not in browser.text

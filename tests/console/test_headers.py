"""What goes with every answer, and what is refused before anything is read."""

import re
from contextlib import ExitStack

import pytest
from flask import Flask

from hotline.domain.rights import Role
from hotline.runtime import Runtime
from hotline.web import CSP, MOST_STRANGERS, admit_stranger
from tests.console.conftest import Browser, Desk, SignIn


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/entry",
        "/tray",
        "/units",
        "/system",
        "/search",
        "/help",
        "/login",
        "/nowhere",
        "/assets/desk.js",
    ],
)
def test_every_answer_carries_the_strict_headers(operator: Browser, path: str) -> None:
    headers = operator.client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/entry", "/login", "/nowhere"])
def test_no_page_is_stored(operator: Browser, path: str) -> None:
    assert operator.client.get(path).headers["Cache-Control"] == "no-store"


def test_an_asset_with_its_hash_is_kept_for_ever_and_without_it_is_not(operator: Browser) -> None:
    linked = operator.text.split('href="/assets/base.css?v=')[1].split('"')[0]
    assert (
        "immutable"
        in operator.client.get(f"/assets/base.css?v={linked}", buffered=True).headers["Cache-Control"]
    )
    assert (
        operator.client.get("/assets/base.css?v=other", buffered=True).headers["Cache-Control"] == "no-cache"
    )


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_no_page_has_script_or_style_of_its_own(app: Flask, desk: Desk, sign_in: SignIn, role: Role) -> None:
    """Every address that is read without more than a case, a unit and a text."""
    known = {"number": desk.dispatched(desk.unit()), "unit": 1, "text": desk.text("<b>"), "token": "x"}
    browser, adapter, seen = sign_in(role), app.url_map.bind("localhost"), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not set(rule.arguments) <= set(known):
            continue
        values = {name: known[name] for name in rule.arguments}
        answer = browser.client.get(adapter.build(rule.endpoint, values), buffered=True)
        page = answer.get_data(as_text=True)
        if not answer.content_type.startswith("text/html"):
            continue
        seen += 1
        assert answer.headers["Content-Security-Policy"] == CSP, rule.rule
        assert not re.search(r"<style| style=| on[a-z]+=\"|hx-on|javascript:", page), rule.rule
        assert page.count("<script") == page.count('<script src="/assets/'), rule.rule
    assert seen > 20


def test_in_earnest_browsers_are_told_never_to_come_without_tls(
    app: Flask, production: Runtime, visitor: Browser
) -> None:
    assert "Strict-Transport-Security" not in visitor.client.get("/login").headers
    app.extensions["hotline"] = production
    told = visitor.client.get("/login").headers["Strict-Transport-Security"]
    assert told == "max-age=31536000; includeSubDomains"


def test_a_forged_host_leads_nowhere(operator: Browser, visitor: Browser) -> None:
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    assert "evil.example" not in operator.client.get("/units", headers=evil).get_data(as_text=True)
    assert visitor.client.get("/units", headers=evil).headers["Location"] == "/login?next=/units"
    assert visitor.client.get("/assets//desk.js", headers=evil).status_code == 404


def test_strangers_who_never_finish_their_forms_leave_the_desk_its_threads(
    app: Flask, operator: Browser, visitor: Browser
) -> None:
    form = visitor.open("/login").form("/login")
    path = "/theme"
    theirs = operator.form(path)
    with ExitStack() as held:
        for _ in range(MOST_STRANGERS):
            held.enter_context(app.test_request_context("/login", method="POST"))
            admit_stranger()
        assert visitor.client.post("/login", data=form).status_code == 503
        assert operator.client.post(path, data=theirs).status_code == 303
    assert visitor.client.post("/login", data=form).status_code == 401
    assert visitor.client.post("/entry").status_code == 401, "a stranger's body is not even looked at"


def test_a_post_without_a_token_against_forgery_is_refused(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    form = operator.open(path).form(f"{path}/verify")
    del form["csrf_token"]
    assert operator.client.post(f"{path}/verify", data=form).status_code == 400


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 303), ("none", 303), ("cross-site", 403), ("same-site", 403)]
)
def test_what_another_site_wrote_is_refused_whatever_token_it_has(
    desk: Desk, operator: Browser, site: str, status: int
) -> None:
    path = f"/incidents/{desk.report()}"
    form = operator.open(path).form(f"{path}/verify")
    answer = operator.client.post(f"{path}/verify", data=form, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status


def test_whoever_is_refused_stands_in_the_log_by_route_and_person_and_nothing_he_sent(
    operator: Browser, visitor: Browser, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    person = desk.people[Role.OPERATOR].id
    operator.client.get("/audit?subject=CANARY")
    operator.client.post("/theme", data={"theme": "CANARY"})
    operator.client.get("/recordings/4711")
    visitor.client.post("/tray/1/aside")
    visitor.client.get("/foto/CANARY")
    visitor.client.get("/CANARY")
    said = [each.getMessage() for each in caplog.records if each.name == "hotline.console.refusals"]
    assert said == [
        f"refused 403: GET auditing.index to operator {person}",
        f"refused 400: POST login.dress to operator {person}",
        f"refused 404: GET recordings.play to operator {person}",
        "refused 401: POST tray.aside to nobody known",
        "refused 404: GET attaching.door to nobody known",
    ]

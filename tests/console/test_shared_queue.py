"""The queue that is drawn once for many: nobody sees what is not for him, and each has his own forms."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from hotline.console import bands
from hotline.console.bands import Band
from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.snapshots import Snapshots
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock


@pytest.fixture
def app(app: Flask) -> Flask:
    """As it is in earnest: a look holds for half a second."""
    runtime = app.extensions["hotline"]
    app.extensions["hotline"] = replace(runtime, snapshots=Snapshots())
    return app


def _numbers(browser: Browser, path: str = "/", **headers: str) -> list[str]:
    return re.findall(r'id="row-(\d+)"', browser.open(path, **headers).text)


def _tokens(browser: Browser) -> list[str]:
    return re.findall(r'name="token" value="([^"]+)"', browser.text)


def _csrf(browser: Browser) -> set[str]:
    return set(re.findall(r'name="csrf_token" value="([^"]+)"', browser.text))


def test_whoever_looks_first_shows_nobody_what_is_not_for_him(desk: Desk, sign_in: SignIn) -> None:
    plain, hidden = desk.report(), desk.report(number=None, type_code="KDRT", priority=Priority.TINGGI)
    for first, second in ((Role.COORDINATOR, Role.OPERATOR), (Role.OPERATOR, Role.COORDINATOR)):
        seen = {role: set(_numbers(sign_in(role))) for role in (first, second, Role.AUDITOR)}
        assert seen[Role.COORDINATOR] == {plain, hidden}
        assert seen[Role.OPERATOR] == seen[Role.AUDITOR] == {plain}
        assert not sign_in(Role.AUDITOR).has_form(f"/incidents/{plain}/verify")
        assert set(_numbers(sign_in(second), f"/?band=new&after={hidden}")) <= seen[second]


def test_each_browser_has_its_own_tokens_and_each_form_another(desk: Desk, sign_in: SignIn) -> None:
    desk.report(), desk.report(number=None)
    one, other = sign_in(Role.OPERATOR), sign_in(Role.OPERATOR)
    tokens = _tokens(one) + _tokens(other)
    assert len(set(tokens)) == len(tokens) > 4
    assert len(_csrf(one)) == len(_csrf(other)) == 1
    assert _csrf(one) != _csrf(other)
    assert re.search(r"\b[0-9a-f]{64}\b", one.text) is None


def test_the_second_who_looks_asks_for_nothing_but_who_he_is(
    desk: Desk, sign_in: SignIn, clock: StoppedClock
) -> None:
    desk.report()
    operator, seen = sign_in(Role.OPERATOR), []
    event.listen(desk.runtime.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    _numbers(operator, "/", **{"HX-Request": "true"})
    assert [words.split()[0] for words in seen if not words.startswith("BEGIN")] == ["SELECT"]
    late = desk.report(number=None)
    assert late not in _numbers(operator)
    clock.forward(milliseconds=500)
    assert late in _numbers(operator)


def test_what_somebody_did_he_sees_at_once(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    path = f"/incidents/{number}"
    operator.open(path).send(f"{path}/claim")
    page = operator.open("/").text
    assert re.search(rf'id="band-{Band.IN_HAND.value}".*?id="row-{number}"', page, re.DOTALL)


def test_the_case_that_is_open_is_marked_for_him_alone(desk: Desk, sign_in: SignIn) -> None:
    number, other = desk.report(), desk.report(number=None)
    marked = {each: f'id="open-{each}" data-row aria-current="page"' for each in (number, other)}
    one, two = sign_in(Role.OPERATOR), sign_in(Role.OPERATOR)
    assert marked[number] in one.open(f"/incidents/{number}").text
    page = two.open(f"/?at={other}", **{"HX-Request": "true"}).text
    assert marked[other] in page
    assert marked[number] not in page
    assert "<script" not in two.open('/?at="><script', **{"HX-Request": "true"}).text


def test_a_long_band_shows_its_first_rows_and_leads_on(
    desk: Desk, sign_in: SignIn, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "SHOWN", 2)
    numbers = []
    for priority in (Priority.SEDANG, Priority.DARURAT, Priority.SEDANG, Priority.TINGGI, Priority.SEDANG):
        numbers.append(desk.report(number=None, priority=priority))
        clock.forward(seconds=1)
    later = desk.report(number=None)
    with desk.runtime.work() as work:
        desk.find(work, later).later_until = clock.at + timedelta(minutes=10)
    operator, shown = sign_in(Role.OPERATOR), []
    path = "/"
    while path:
        shown += _numbers(operator, path)
        onward = re.search(r'<a href="([^"]+)">dan \d+ lagi', operator.text)
        path = onward[1].replace("&amp;", "&") if onward else ""
    assert shown == [numbers[1], numbers[3], numbers[0], numbers[2], numbers[4], later]
    assert _numbers(operator, "/?band=new&after=1") == []
    assert len(_numbers(operator, "/?band=nothing&after=1")) == 2

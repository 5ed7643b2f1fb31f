"""The door as a browser meets it."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from hotline.accounts import add_operator
from hotline.domain.rights import Role
from hotline.models import LoginSession, Operator
from hotline.runtime import Runtime
from tests.console.conftest import PASSWORD, Browser, StoppedClock, application


@pytest.fixture
def dewi(runtime: Runtime) -> None:
    with runtime.work() as work:
        add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)


@pytest.mark.usefixtures("dewi")
def test_name_and_password_lead_to_the_queue(visitor: Browser) -> None:
    visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
    assert "<title>Antrean" in visitor.text


@pytest.mark.usefixtures("dewi")
def test_whoever_wanted_a_page_gets_it_after_signing_in(visitor: Browser) -> None:
    visitor.open("/tray")
    assert 'name="next" value="/tray"' in visitor.text
    visitor.send("/login", username="dewi", password=PASSWORD, next="/tray")
    assert "<title>Kotak SMS" in visitor.text


@pytest.mark.usefixtures("dewi")
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/\tx"]
)
def test_no_link_leads_elsewhere_through_us(visitor: Browser, elsewhere: str) -> None:
    form = {
        **visitor.open("/login").form("/login"),
        "username": "dewi",
        "password": PASSWORD,
        "next": elsewhere,
    }
    answer = visitor.client.post("/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.usefixtures("dewi")
def test_the_answer_does_not_tell_whether_the_name_exists(visitor: Browser) -> None:
    answers = set()
    for name in ("dewi", "dewi", "dewi", "dewi", "nobody"):
        visitor.open("/login").send("/login", username=name, password="wrong")
        answers.add((visitor.status, re.sub(r'value="[^"]*"', "", visitor.text)))
    assert len(answers) == 1


@pytest.mark.usefixtures("dewi")
def test_signing_out_ends_the_session_on_the_server(visitor: Browser, runtime: Runtime) -> None:
    visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
    cookie = visitor.client.get_cookie("sid")
    assert cookie is not None
    visitor.send("/logout")
    visitor.client.set_cookie("sid", cookie.value)
    assert "<title>Masuk" in visitor.open("/").text
    with runtime.reading() as session:
        assert session.scalars(select(LoginSession.ended_at)).one() is not None


@pytest.mark.usefixtures("dewi")
def test_every_sign_in_gets_a_new_cookie_that_scripts_can_not_read(visitor: Browser) -> None:
    cookies = []
    for _ in range(2):
        form = {**visitor.open("/login").form("/login"), "username": "dewi", "password": PASSWORD}
        answer = visitor.client.post("/login", data=form)
        cookies.append(next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("sid=")))
        visitor.client.delete_cookie("sid")
    assert cookies[0] != cookies[1]
    assert all("HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line for line in cookies)


@pytest.mark.usefixtures("dewi")
def test_a_browser_in_which_somebody_signed_in_is_known_and_none_makes_itself_so(
    visitor: Browser, runtime: Runtime
) -> None:
    visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
    known = visitor.client.get_cookie("known")
    assert known is not None
    assert known.http_only
    visitor.send("/logout")
    with runtime.work() as work:
        operator = work.session.scalars(select(Operator)).one()
        operator.failures, operator.locked_until = 50, work.now + timedelta(minutes=5)
    forged = known.value.replace(known.value[:6], "WzEsMl", 1)
    for cookie in ("", "x", forged, "[1]"):
        visitor.client.set_cookie("known", cookie)
        visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
        assert visitor.status == 401, cookie
    visitor.client.set_cookie("known", known.value)
    visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
    assert "<title>Antrean" in visitor.text


@pytest.mark.usefixtures("dewi")
def test_in_earnest_the_second_factor_is_enrolled_at_the_first_sign_in(
    production: Runtime, clock: StoppedClock
) -> None:
    browser = Browser(application(production).test_client())
    base = {"base_url": "https://localhost"}
    first = browser.client.get("/login", **base)
    browser.page = first
    form = {**browser.form("/login"), "username": "dewi", "password": PASSWORD}
    browser.page = browser.client.post("/login", data=form, **base)
    assert 'src="data:image/svg+xml' in browser.text
    secret = re.search(r'class="secret">([A-Z2-7]+)<', browser.text)
    assert secret is not None
    code = pyotp.TOTP(secret[1]).at(clock.at)
    answer = browser.client.post("/login", data={**browser.form("/login"), "code": code}, **base)
    assert answer.status_code == 303
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-sid="))
    assert "Secure" in cookie


def test_the_code_may_come_with_the_password_or_after_it(
    visitor: Browser, runtime: Runtime, clock: StoppedClock
) -> None:
    secret = pyotp.random_base32()
    with runtime.work() as work:
        add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD).totp_secret = secret
    visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
    assert 'autocomplete="one-time-code"' in visitor.text
    visitor.send("/login", code=pyotp.TOTP(secret).at(clock.at))
    assert "<title>Antrean" in visitor.text
    clock.forward(minutes=1)
    visitor.send("/logout").send(
        "/login", username="dewi", password=PASSWORD, code=pyotp.TOTP(secret).at(clock.at)
    )
    assert "<title>Antrean" in visitor.text


def test_a_right_password_waits_five_minutes_for_its_code(
    visitor: Browser, runtime: Runtime, clock: StoppedClock
) -> None:
    secret = pyotp.random_base32()
    with runtime.work() as work:
        add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD).totp_secret = secret
    visitor.open("/login").send("/login", username="dewi", password=PASSWORD)
    clock.forward(minutes=6)
    assert visitor.send("/login", code=pyotp.TOTP(secret).at(clock.at)).status == 401


def test_a_screen_that_refreshes_itself_keeps_nobody_signed_in(
    operator: Browser, clock: StoppedClock
) -> None:
    answers = []
    for _ in range(7):
        clock.forward(minutes=5)
        answers.append(operator.client.get("/changes", headers={"X-Background": "1"}).status_code)
    assert answers == [200] * 5 + [401] * 2


def test_a_person_who_works_stays_signed_in_for_a_shift(operator: Browser, clock: StoppedClock) -> None:
    for _ in range(35):
        clock.forward(minutes=20)
        operator.open("/")
        assert "<title>Antrean" in operator.text
    clock.forward(minutes=20)
    assert "<title>Masuk" in operator.open("/").text


def test_the_language_is_remembered_for_the_person(operator: Browser, runtime: Runtime) -> None:
    operator.send("/language", language="en")
    assert '<html lang="en"' in operator.text
    with runtime.reading() as session:
        assert "en" in session.scalars(select(Operator.language)).all()


@pytest.mark.parametrize(("theme", "sheets"), [("light", 0), ("dark", 1), ("auto", 1)])
def test_the_look_is_chosen_by_hand_or_by_the_machine(operator: Browser, theme: str, sheets: int) -> None:
    operator.send("/theme", theme=theme)
    assert operator.text.count("/assets/dark.css") == sheets
    assert ("prefers-color-scheme: dark" in operator.text) is (theme == "auto")


def test_single_keys_can_be_switched_off(operator: Browser) -> None:
    assert 'data-keys="off"' in operator.send("/keys", keys="off").text


def test_passwords_are_masked_and_may_be_pasted(visitor: Browser) -> None:
    (field,) = re.findall(r'<input name="password"[^>]*>', visitor.open("/login").text)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in field

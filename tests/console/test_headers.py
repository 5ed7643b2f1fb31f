"""What goes with every answer, and what is refused before anything is read."""

import pytest

from hotline.web import CSP
from tests.console.conftest import Browser, Desk


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


@pytest.mark.parametrize("path", ["/", "/entry", "/units"])
def test_no_page_has_script_or_style_of_its_own(desk: Desk, operator: Browser, path: str) -> None:
    desk.report()
    page = operator.open(path).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "hx-on" not in page
    assert page.count("<script") == page.count('<script src="/assets/')


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

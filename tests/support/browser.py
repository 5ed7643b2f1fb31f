"""A real browser: Debian's chromium, driven by Playwright, allowed to this machine only."""

import os
import shutil
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

_FLAGS: Final = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage")
_SCREEN: Final[ViewportSize] = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of chromium (CHROMIUM names another). Without it the tests fail: they are never skipped."""
    wanted = os.environ.get("CHROMIUM") or "chromium"
    found = shutil.which(wanted)
    if found is None:
        pytest.fail(f"{wanted} is not installed. On Debian, as root: apt-get install chromium", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for the session. Its sandbox is off only where it cannot work: under root."""
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(_FLAGS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a visitor who has never been here, at the operators' usual screen size, language and zone."""
    context = _context(browser)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def _kept_tab(browser: Browser) -> Iterator[Page]:
    context = _context(browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(_kept_tab: Page) -> Iterator[Page]:
    """The same tab for all tests, since a window costs most of a second: without cookies, at its usual size.

    Each test's server has a port, and so a storage, of its own. Whoever sets the clock takes `page`.
    """
    yield _kept_tab
    _kept_tab.goto("about:blank")
    _kept_tab.context.clear_cookies()
    _kept_tab.set_viewport_size(_SCREEN)


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport=_SCREEN, locale="id-ID", timezone_id="Asia/Jakarta")
    context.set_default_timeout(15_000)
    return context

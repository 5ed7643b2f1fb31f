"""What every test may ask for; each fixture lives in a module of tests/support/."""

from hypothesis import settings

pytest_plugins = [
    "tests.support.loopback",
    "tests.support.processes",
    "tests.support.postgres",
    "tests.support.queue_server",
    "tests.support.databases",
    "tests.support.playbooks",
    "tests.support.runtimes",
    "tests.support.desk",
    "tests.support.sims",
    "tests.support.modems",
    "tests.support.dummy_phone",
    "tests.support.voice",
    "tests.support.browser",
    "tests.support.mail_server",
    "tests.support.year",
]


def pytest_configure() -> None:
    """Examples have no deadline: how fast they are depends on what else the machine is doing."""
    settings.register_profile("project", deadline=None, print_blob=True)
    settings.load_profile("project")

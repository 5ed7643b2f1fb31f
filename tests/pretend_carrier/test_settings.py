"""What the company is told at the start, and what it refuses."""

import pytest

from hotline.pretend_carrier.settings import SettingsError, read_settings

LEAST = {"HOTLINE_WEBHOOK_TOKENS": "first,second"}


def test_the_least_is_a_token_and_the_first_one_counts() -> None:
    settings = read_settings(LEAST)
    assert settings.hook("sms/{token}/inbound") == "http://127.0.0.1:8000/sms/first/inbound"
    assert (settings.port, settings.public_url) == (8001, "http://127.0.0.1:8001")


def test_webhooks_go_where_they_are_sent_and_else_to_the_hotline() -> None:
    elsewhere = read_settings(LEAST | {"HOTLINE_URL": "http://localhost:9000/"})
    assert elsewhere.hooks_url == "http://localhost:9000"
    apart = read_settings(LEAST | {"HOTLINE_HOOKS_URL": "http://127.0.0.1:8002"})
    assert (apart.hotline_url, apart.hooks_url) == ("http://127.0.0.1:8000", "http://127.0.0.1:8002")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({"CARRIER_PORT": "x", "HOTLINE_URL": "https://example.org", "CARRIER_BALANCE": "much"})
    told = str(refusal.value)
    assert len(told.splitlines()) == 5
    for name in (
        "CARRIER_PORT",
        "HOTLINE_URL",
        "HOTLINE_HOOKS_URL",
        "CARRIER_BALANCE",
        "HOTLINE_WEBHOOK_TOKENS",
    ):
        assert f"{name}:" in told


@pytest.mark.parametrize(
    "url",
    ["http://192.0.2.1", "http://127.0.0.1.example.org", "file:///etc/hosts", "127.0.0.1:8000", "http://[x"],
)
def test_addresses_outside_this_machine_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HOTLINE_URL"):
        read_settings(LEAST | {"HOTLINE_URL": url})

"""The board of faults: what is armed, in which order it happens, and when it is used up."""

from typing import Any

import pytest
import requests

from hotline.pretend_carrier.faults import (
    ALWAYS,
    CATALOGUE,
    POINT_NAMES,
    RECIPIENT_FAULTS,
    REQUEST_FAULTS,
    FaultBoard,
    UnknownFaultError,
)
from tests.pretend_carrier.stand_in import Hands


def test_first_armed_happens_first_and_is_used_up() -> None:
    board = FaultBoard()
    board.arm("send", "http_500", 2)
    board.arm("send", "http_429")
    assert [board.take("send") for _ in range(4)] == ["http_500", "http_500", "http_429", None]


def test_a_fault_can_stay_until_it_is_cleared() -> None:
    board = FaultBoard()
    board.arm("inbound", "twice", ALWAYS)
    assert [board.take("inbound") for _ in range(3)] == ["twice"] * 3
    board.clear()
    assert board.take("inbound") is None


def test_points_and_numbers_do_not_mix() -> None:
    board = FaultBoard()
    board.arm("receipt", "none", number="+6281200000011")
    assert board.take("send") is None
    assert board.take("receipt", "+6281200000012") is None
    assert board.take("receipt", "+6281200000011") == "none"


def test_a_request_takes_no_recipients_fault() -> None:
    board = FaultBoard()
    board.arm("send", "code_403")
    board.arm("send", "http_500")
    assert board.take("send", among=REQUEST_FAULTS) == "http_500"
    assert board.take("send", among=RECIPIENT_FAULTS) == "code_403"


@pytest.mark.parametrize(
    ("point", "fault", "times"), [("send", "x", 1), ("x", "late", 1), ("send", "late", 0)]
)
def test_what_cannot_happen_cannot_be_armed(point: str, fault: str, times: int) -> None:
    with pytest.raises(UnknownFaultError):
        FaultBoard().arm(point, fault, times)


def test_every_point_has_a_name_for_the_page() -> None:
    assert set(POINT_NAMES) == set(CATALOGUE)


@pytest.mark.parametrize(
    "body", [{"point": "send", "fault": "x"}, {"balance": "much"}, {"balance": "NaN"}, {}, None, [1]]
)
def test_nonsense_over_http_is_refused(company: Hands, body: Any) -> None:
    assert requests.post(f"{company.url}/faults", json=body, timeout=10).status_code == 400
    assert requests.get(f"{company.url}/faults", timeout=10).json()["armed"] == []


def test_several_faults_are_armed_and_cleared_over_http(company: Hands) -> None:
    rows: Any = [{"point": "send", "fault": "late", "times": 3}, {"point": "receipt", "fault": "none"}]
    armed = requests.post(f"{company.url}/faults", json=rows, timeout=10).json()["armed"]
    assert [(row["fault"], row["times"]) for row in armed] == [("late", 3), ("none", 1)]
    assert requests.delete(f"{company.url}/faults", timeout=10).json()["armed"] == []

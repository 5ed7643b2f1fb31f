from itertools import combinations_with_replacement, product
from typing import Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hotline.domain.lifecycle import (
    ACTIVE,
    COMMITTED,
    STATUS_OF_CODE,
    Disposition,
    IllegalTransitionError,
    IncidentStatus,
    StatusCode,
    UnitStatus,
    advance,
    incident_status,
)

# Each row is a present status; a word per status it leads to. Written out on its own, so that a slip in the
# code's table shows here.
ALLOWED: Final = {
    "ALERTED": "ACCEPTED EN_ROUTE ON_SCENE CLEAR DECLINED UNABLE STOOD_DOWN",
    "ACCEPTED": "EN_ROUTE ON_SCENE CLEAR UNABLE STOOD_DOWN",
    "EN_ROUTE": "ON_SCENE CLEAR UNABLE STOOD_DOWN",
    "ON_SCENE": "CLEAR UNABLE STOOD_DOWN",
    "CLEAR": "",
    "DECLINED": "ACCEPTED EN_ROUTE ON_SCENE",
    "UNABLE": "EN_ROUTE ON_SCENE CLEAR",
    "STOOD_DOWN": "",
}
PAIRS: Final = list(product(UnitStatus, UnitStatus))


@pytest.mark.parametrize(("present", "wanted"), PAIRS)
def test_a_unit_moves_only_where_the_table_lets_it(present: UnitStatus, wanted: UnitStatus) -> None:
    if wanted == present:
        assert advance(present, wanted) is False
    elif wanted in ALLOWED[present].split():
        assert advance(present, wanted) is True
    else:
        with pytest.raises(IllegalTransitionError) as refused:
            advance(present, wanted)
        assert (refused.value.present, refused.value.wanted) == (present, wanted)


def test_every_status_has_its_row() -> None:
    assert set(ALLOWED) == set(UnitStatus)


@pytest.mark.parametrize("status", [UnitStatus.CLEAR, UnitStatus.STOOD_DOWN])
def test_what_has_ended_stays_ended(status: UnitStatus) -> None:
    for wanted in set(UnitStatus) - {status}:
        with pytest.raises(IllegalTransitionError):
            advance(status, wanted)


CODES: Final = [
    ("1", UnitStatus.ACCEPTED),
    ("2", UnitStatus.DECLINED),
    ("3", UnitStatus.EN_ROUTE),
    ("4", UnitStatus.ON_SCENE),
    ("5", None),
    ("6", UnitStatus.CLEAR),
    ("7", UnitStatus.UNABLE),
]


@pytest.mark.parametrize(("digit", "status"), CODES)
def test_a_code_means_the_same_by_text_and_by_key(digit: str, status: UnitStatus | None) -> None:
    assert STATUS_OF_CODE[StatusCode(digit)] is status


def test_there_is_no_code_without_a_meaning() -> None:
    assert set(STATUS_OF_CODE) == set(StatusCode) == {StatusCode(digit) for digit, _ in CODES}


FURTHEST: Final = [
    # units, and what an open verified incident is with them
    ([], IncidentStatus.VERIFIED),
    (["ALERTED"], IncidentStatus.DISPATCHED),
    (["ACCEPTED"], IncidentStatus.UNDER_WAY),
    (["EN_ROUTE"], IncidentStatus.UNDER_WAY),
    (["ON_SCENE"], IncidentStatus.ON_SCENE),
    (["CLEAR"], IncidentStatus.REPORTED),
    (["DECLINED"], IncidentStatus.VERIFIED),
    (["UNABLE"], IncidentStatus.VERIFIED),
    (["STOOD_DOWN"], IncidentStatus.VERIFIED),
    (["ALERTED", "ON_SCENE"], IncidentStatus.ON_SCENE),
    (["CLEAR", "EN_ROUTE"], IncidentStatus.UNDER_WAY),
    (["CLEAR", "ON_SCENE"], IncidentStatus.ON_SCENE),
    (["CLEAR", "ALERTED"], IncidentStatus.REPORTED),
    (["CLEAR", "DECLINED"], IncidentStatus.REPORTED),
    (["DECLINED", "ALERTED"], IncidentStatus.DISPATCHED),
]


@pytest.mark.parametrize(("units", "status"), FURTHEST)
def test_the_furthest_unit_decides(units: list[str], status: IncidentStatus) -> None:
    present = [UnitStatus(unit) for unit in units]
    assert incident_status(verified=True, units=present, disposition=None) is status


def test_an_incident_nobody_has_looked_at_is_received() -> None:
    assert incident_status(verified=False, units=[], disposition=None) is IncidentStatus.RECEIVED


def test_a_unit_sent_before_the_check_counts_all_the_same() -> None:
    units = [UnitStatus.ON_SCENE]
    assert incident_status(verified=False, units=units, disposition=None) is IncidentStatus.ON_SCENE


@pytest.mark.parametrize("disposition", Disposition)
@pytest.mark.parametrize("units", list(combinations_with_replacement(UnitStatus, 2)))
def test_a_disposition_closes_whatever_the_units_do(
    disposition: Disposition, units: tuple[UnitStatus, ...]
) -> None:
    status = incident_status(verified=True, units=units, disposition=disposition)
    assert status is IncidentStatus.CLOSED


class UnitAnswers(RuleBasedStateMachine):
    """A unit texts codes in any order, twice and late; the desk may stand it down at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.status = UnitStatus.ALERTED
        self.passed = [UnitStatus.ALERTED]

    @rule(code=st.sampled_from(StatusCode))
    def answer(self, code: StatusCode) -> None:
        wanted = STATUS_OF_CODE[code]
        if wanted is not None:
            self._move(wanted)

    @rule()
    def stand_down(self) -> None:
        self._move(UnitStatus.STOOD_DOWN)

    @rule()
    def repeat(self) -> None:
        assert advance(self.status, self.status) is False

    def _move(self, wanted: UnitStatus) -> None:
        try:
            moved = advance(self.status, wanted)
        except IllegalTransitionError:
            return
        if moved:
            self.status = wanted
            self.passed.append(wanted)

    @invariant()
    def nobody_is_alerted_twice(self) -> None:
        assert self.passed.count(UnitStatus.ALERTED) == 1

    @invariant()
    def nothing_follows_the_end(self) -> None:
        ended = {UnitStatus.CLEAR, UnitStatus.STOOD_DOWN}
        assert not ended.intersection(self.passed[:-1])

    @invariant()
    def progress_never_turns_back(self) -> None:
        """Apart from somebody who said no, or could not, and then came after all."""
        order = [UnitStatus.ALERTED, UnitStatus.ACCEPTED, UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE]
        order.append(UnitStatus.CLEAR)
        no = {UnitStatus.DECLINED, UnitStatus.UNABLE}
        for before, after in zip(self.passed, self.passed[1:], strict=False):
            if before not in no and before in order and after in order:
                assert order.index(after) > order.index(before)

    @invariant()
    def whoever_is_committed_is_active(self) -> None:
        assert COMMITTED < ACTIVE
        if self.status in COMMITTED:
            status = incident_status(verified=True, units=[self.status], disposition=None)
            assert status in (IncidentStatus.UNDER_WAY, IncidentStatus.ON_SCENE)


TestUnitAnswers = UnitAnswers.TestCase

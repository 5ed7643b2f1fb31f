from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.delivery import DeliveryReport, TextState, after_report

R, S = DeliveryReport, TextState
FINAL = {R.DELIVERED: S.DELIVERED, R.EXPIRED: S.EXPIRED, R.ABSENT: S.ABSENT, R.FAILED: S.FAILED}
OPEN = (S.SENDING, S.ACCEPTED, S.UNKNOWN)
CLOSED = (S.DELIVERED, S.FAILED, S.REFUSED, S.WITHHELD, S.QUEUED, S.NOT_SENT, S.RECEIVED)


@pytest.mark.parametrize(("present", "report"), list(product(OPEN, FINAL)))
def test_the_first_final_report_settles_an_open_text(present: TextState, report: DeliveryReport) -> None:
    assert after_report(present, report) is FINAL[report]


@pytest.mark.parametrize(("present", "report"), list(product(CLOSED, DeliveryReport)))
def test_what_is_settled_or_never_left_does_not_move(present: TextState, report: DeliveryReport) -> None:
    assert after_report(present, report) is present


@pytest.mark.parametrize(("present", "report"), list(product((S.EXPIRED, S.ABSENT), DeliveryReport)))
def test_only_a_success_overrides_an_expiry_or_an_absence(present: TextState, report: DeliveryReport) -> None:
    expected = S.DELIVERED if report is R.DELIVERED else present
    assert after_report(present, report) is expected


def test_word_that_it_is_on_its_way_settles_a_doubt() -> None:
    assert after_report(S.UNKNOWN, R.ON_ITS_WAY) is S.ACCEPTED


@pytest.mark.parametrize(
    ("present", "report"),
    [(S.SENDING, R.ON_ITS_WAY), (S.ACCEPTED, R.ON_ITS_WAY), *product(OPEN, [R.UNKNOWN])],
)
def test_it_settles_nothing_else(present: TextState, report: DeliveryReport) -> None:
    assert after_report(present, report) is present


@given(st.lists(st.sampled_from(DeliveryReport), max_size=8))
def test_repeating_the_reports_changes_nothing(reports: list[DeliveryReport]) -> None:
    state = S.ACCEPTED
    for report in reports:
        state = after_report(state, report)
        assert after_report(state, report) is state
    if state in (S.DELIVERED, S.FAILED):
        for report in DeliveryReport:
            assert after_report(state, report) is state


@pytest.mark.parametrize("order", list(permutations([R.DELIVERED, R.EXPIRED, R.ABSENT])))
def test_a_text_that_was_shown_ends_as_delivered_in_any_order(order: tuple[DeliveryReport, ...]) -> None:
    state = S.ACCEPTED
    for report in order:
        state = after_report(state, report)
    assert state is S.DELIVERED

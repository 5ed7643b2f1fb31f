from dataclasses import replace

import pytest

from hotline.domain.calls import Errand
from hotline.domain.contact import AUTOMATIC, Bounds, Facts, Purpose, Refusal, call_refusal, refusal
from hotline.domain.phone import Sender, SenderKind, read_number

RESIDENT = Facts(
    sender=read_number("+6281200000001", "ID"),
    is_unit=False,
    quiet=False,
    opted_out=False,
)
UNIT = replace(RESIDENT, is_unit=True)
BOUNDS = Bounds(countries=("ID",), replies_per_hour=3, unit_replies_per_hour=12, replies_in_all=100)
CONVERSATION = sorted(set(Purpose) - {Purpose.ANNOUNCEMENT, Purpose.REPLY})


def asked(purpose: Purpose, facts: Facts) -> Refusal | None:
    return refusal(purpose, facts, BOUNDS)


@pytest.mark.parametrize("purpose", Purpose)
def test_nothing_stands_against_an_ordinary_text(purpose: Purpose) -> None:
    assert asked(purpose, RESIDENT) is None


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("kind", sorted(set(SenderKind) - {SenderKind.MOBILE}))
def test_only_mobiles_are_texted(purpose: Purpose, kind: SenderKind) -> None:
    assert asked(purpose, replace(RESIDENT, sender=Sender("x", kind))) is Refusal.NOT_A_MOBILE


@pytest.mark.parametrize("facts", [RESIDENT, UNIT])
def test_other_countries_are_never_texted(facts: Facts) -> None:
    abroad = replace(facts, sender=read_number("+60120000001", "ID"))
    assert asked(Purpose.DISPATCH, abroad) is Refusal.COUNTRY


@pytest.mark.parametrize("purpose", Purpose)
def test_quiet_mode_beats_every_purpose(purpose: Purpose) -> None:
    assert asked(purpose, replace(RESIDENT, quiet=True)) is Refusal.QUIET


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_said_to_a_unit_about_its_duty_goes_on_in_quiet_mode(purpose: Purpose) -> None:
    assert asked(purpose, replace(UNIT, quiet=True)) is None


@pytest.mark.parametrize("errand", Errand)
@pytest.mark.parametrize("facts", [RESIDENT, UNIT])
def test_quiet_mode_refuses_every_call(errand: Errand, facts: Facts) -> None:
    def rung(facts: Facts) -> Refusal | None:
        return call_refusal(errand, facts, countries=("ID",), calls_per_hour=3, calls_in_all=10)

    assert rung(facts) is None
    assert rung(replace(facts, quiet=True)) is Refusal.QUIET


@pytest.mark.parametrize("errand", Errand)
def test_call_backs_have_a_budget_for_each_number_and_for_all_and_nothing_else_has(errand: Errand) -> None:
    def rung(to_it: int, in_all: int) -> Refusal | None:
        facts = replace(RESIDENT, calls_in_the_hour=to_it, calls_in_all=in_all)
        return call_refusal(errand, facts, countries=("ID",), calls_per_hour=3, calls_in_all=10)

    assert rung(2, 9) is None
    budgeted = errand is Errand.CALL_BACK
    assert rung(3, 9) is (Refusal.BUDGET if budgeted else None)
    assert rung(0, 10) is (Refusal.BUDGET_IN_ALL if budgeted else None)


@pytest.mark.parametrize("purpose", Purpose)
def test_who_misused_the_line_hears_no_automatic_answers_and_all_the_rest(purpose: Purpose) -> None:
    refused = Refusal.MUTED if purpose in AUTOMATIC else None
    assert asked(purpose, replace(RESIDENT, muted=True)) is refused
    assert asked(purpose, replace(UNIT, muted=True)) is None


@pytest.mark.parametrize("purpose", Purpose)
def test_a_machine_that_repeats_itself_is_not_answered(purpose: Purpose) -> None:
    refused = Refusal.MACHINE if purpose in AUTOMATIC else None
    assert asked(purpose, replace(RESIDENT, repeats_itself=True)) is refused


def test_replies_to_all_numbers_together_have_a_budget() -> None:
    spent = replace(RESIDENT, replies_in_all=100)
    assert asked(Purpose.REPLY, spent) is Refusal.BUDGET_IN_ALL
    assert asked(Purpose.RECEIPT, spent) is None
    assert asked(Purpose.REPLY, replace(UNIT, replies_in_all=100)) is None


def test_stop_refuses_announcements() -> None:
    assert asked(Purpose.ANNOUNCEMENT, replace(RESIDENT, opted_out=True)) is Refusal.OPTED_OUT


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.ANNOUNCEMENT}))
def test_stop_refuses_nothing_else(purpose: Purpose) -> None:
    assert asked(purpose, replace(RESIDENT, opted_out=True)) is None


@pytest.mark.parametrize(
    ("already", "expected"), [(0, None), (2, None), (3, Refusal.BUDGET), (9, Refusal.BUDGET)]
)
def test_replies_end_with_the_budget(already: int, expected: Refusal | None) -> None:
    assert asked(Purpose.REPLY, replace(RESIDENT, replies_in_the_hour=already)) is expected


@pytest.mark.parametrize("purpose", CONVERSATION)
def test_what_is_told_about_an_own_case_has_no_budget(purpose: Purpose) -> None:
    assert asked(purpose, replace(RESIDENT, replies_in_the_hour=99)) is None


@pytest.mark.parametrize(("already", "expected"), [(3, None), (11, None), (12, Refusal.BUDGET)])
def test_units_have_a_budget_of_their_own(already: int, expected: Refusal | None) -> None:
    assert asked(Purpose.REPLY, replace(UNIT, replies_in_the_hour=already)) is expected

from dataclasses import replace

import pytest

from hotline.domain.contact import Facts, Purpose, Refusal, refusal
from hotline.domain.phone import Sender, SenderKind, read_number

RESIDENT = Facts(
    sender=read_number("+6281200000001", "ID"),
    is_unit=False,
    quiet=False,
    opted_out=False,
    replies_in_the_hour=0,
)
UNIT = replace(RESIDENT, is_unit=True)
CONVERSATION = sorted(set(Purpose) - {Purpose.ANNOUNCEMENT, Purpose.REPLY})


def asked(purpose: Purpose, facts: Facts) -> Refusal | None:
    return refusal(purpose, facts, countries=("ID",), replies_per_hour=3)


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


def test_a_unit_is_reached_though_its_number_once_was_quiet() -> None:
    assert asked(Purpose.DISPATCH, replace(UNIT, quiet=True)) is None


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


def test_units_have_no_budget() -> None:
    assert asked(Purpose.REPLY, replace(UNIT, replies_in_the_hour=99)) is None

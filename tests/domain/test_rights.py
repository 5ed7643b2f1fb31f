import pytest

from hotline.domain.rights import RIGHTS, SYSTEM, Act, Actor, NotAllowedError, Role, require

DESK = """see_queue enter_report claim verify reject correct dispatch set_unit_status write note merge
file_text resend release_queue answer_calls propose_close attach see_figures"""
# Written out on its own: a right that somebody gains or loses by a slip shows here.
MAY = {
    "operator": DESK,
    "coordinator": DESK + " see_confidential see_identity close reopen manage_units manage_sounds"
    " manage_words export evaluate see_audit guard_data",
    "administrator": "manage_units manage_operators manage_sounds manage_words release_queue",
    "auditor": "see_queue see_figures export see_audit",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_a_role_may_what_the_table_says_and_nothing_else(role: Role, act: Act) -> None:
    actor = Actor("operator", 1, "Dewi", role)
    allowed = act in MAY[role].split()
    assert actor.may(act) is allowed
    if allowed:
        require(actor, act)
    else:
        with pytest.raises(NotAllowedError):
            require(actor, act)


def test_every_role_has_its_row() -> None:
    assert set(RIGHTS) == set(Role) == set(MAY)


@pytest.mark.parametrize("act", Act)
def test_the_hotline_itself_may_all_that_its_code_does(act: Act) -> None:
    assert SYSTEM.may(act)


@pytest.mark.parametrize("kind", ["unit", "caller"])
@pytest.mark.parametrize("act", Act)
def test_units_and_callers_have_no_rights_at_the_desk(kind: str, act: Act) -> None:
    assert not Actor(kind, 1, "Arif").may(act)


def test_whoever_configures_sees_no_identities() -> None:
    assert not RIGHTS[Role.ADMINISTRATOR] & {Act.SEE_IDENTITY, Act.SEE_CONFIDENTIAL, Act.SEE_QUEUE}

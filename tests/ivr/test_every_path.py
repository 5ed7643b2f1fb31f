"""Every path of the real menu, walked: each ends, none loses a word, and all that is said can be heard."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.incident_number import is_valid
from hotline.domain.lifecycle import IncidentStatus
from ivr.menu import Menu
from ivr.menu_events import (
    Called,
    Digits,
    Effect,
    Event,
    Filed,
    FileReport,
    FindOfficer,
    HungUp,
    KeepRecording,
    LookedUp,
    LookUp,
    Nobody,
    Ready,
    Recorded,
    Silence,
    Wait,
    Waiting,
)
from ivr.menu_step import Turn, step
from ivr.progress import Progress
from ivr.speech import Ask, Record, Redirect
from tests.ivr.caller import OFFICER, URL, Line, clips_of

LONGEST_CALL = 40
"""Questions and answers of the most stubborn caller, who lets every question be repeated."""

# Every answer that the menu tells apart, at each of its questions.
ANSWERS: tuple[Event, ...] = (
    *(Digits(key) for key in "0123456789*"),
    Digits(""),
    Digits("1041"),
    Silence(),
    Recorded(URL),
    Recorded(None),
)


DESKS: tuple[tuple[IncidentStatus | None, Event, Event], ...] = (
    (IncidentStatus.CLOSED, Nobody(), OFFICER),
    (None, Waiting(3), Nobody()),
    (None, Ready("operator"), OFFICER),
    (None, OFFICER, OFFICER),
)
"""What a number that is looked up may be, whether a person comes to the telephone, and the duty officer."""


Walked = list[tuple[Progress, tuple[Effect, ...], Event]]


def _every_call(menu: Menu) -> Iterator[tuple[Progress, tuple[Effect, ...], Event]]:
    """All that can happen at every place a caller can come to: the place, what was done, the event."""
    seen: set[Progress] = set()
    waiting = [Line(menu).turn.progress]
    while waiting:
        progress = waiting.pop()
        if progress in seen:
            continue
        seen.add(progress)
        for event in ANSWERS:
            for status, operator, officer in DESKS:
                line = Line(menu, status, [operator], officer)
                line.turn, line.done = Turn(progress), []
                line.hear(event)
                yield progress, tuple(line.done), event
                if line.is_over:
                    ways_out = FileReport | LookUp | FindOfficer | Wait
                    assert any(isinstance(effect, ways_out) for effect in line.done)
                else:
                    assert isinstance(line.turn.speech[-1], Ask | Record | Redirect)
                    waiting.append(line.turn.progress)


@pytest.fixture(scope="module")
def every_call(menu: Menu) -> Walked:
    """Walked once."""
    return list(_every_call(menu))


def test_every_path_ends_with_a_report_or_an_answer_and_every_place_is_visited(
    menu: Menu, every_call: Walked
) -> None:
    visited = {progress.node for progress, _, _ in every_call}
    assert visited == set(menu.nodes) - {"officer"}


def test_everything_said_on_any_path_can_be_heard(
    menu: Menu, every_call: Walked, playbook_clips: frozenset[str]
) -> None:
    for progress, _, event in every_call:
        for speech in step(menu, progress, event).speech:
            assert set(clips_of(speech)) <= playbook_clips


def test_no_path_loses_a_recording_or_an_answer(every_call: Walked) -> None:
    for progress, effects, event in every_call:
        if event == Recorded(URL):
            assert KeepRecording(URL) in effects
        for effect in effects:
            told = effect.told if isinstance(effect, FindOfficer) else effect
            if isinstance(told, FileReport):
                assert (told.group, told.area, told.rt) == (progress.group, progress.area, progress.rt)


events = (
    st.sampled_from([Called(), Silence(), Recorded(None), Recorded(URL), HungUp(), HungUp(URL)])
    | st.builds(Digits, st.text("0123456789*#", max_size=10) | st.text(max_size=10))
    | st.builds(Filed, st.none() | st.just("1041"), st.booleans())
    | st.builds(LookedUp, st.just("1041"), st.none() | st.sampled_from(IncidentStatus))
    | st.sampled_from([Waiting(1), Ready("operator"), OFFICER, Nobody()])
)


@given(
    segment=st.text(max_size=60) | st.sampled_from(["rt-1-3--0-0", "check----9-9", "filed-1-3-7-0-0"]),
    event=events,
)
def test_no_event_at_any_address_raises_and_each_has_a_consequence(
    menu: Menu, segment: str, event: Event
) -> None:
    turn = step(menu, Progress.from_segment(segment), event)
    assert turn.speech or turn.effects
    assert Progress.from_segment(turn.progress.to_segment()) == turn.progress


@given(st.lists(st.sampled_from(ANSWERS[:-2]) | st.builds(Digits, st.text("0123456789*", max_size=9))))
def test_a_number_that_is_looked_up_has_a_right_check_digit(menu: Menu, pressed: list[Event]) -> None:
    line = Line(menu)
    for event in pressed:
        line.hear(event)
    assert all(is_valid(effect.number) for effect in line.done if isinstance(effect, LookUp))


@given(st.lists(st.sampled_from(ANSWERS), min_size=LONGEST_CALL, max_size=LONGEST_CALL))
def test_no_caller_is_kept_in_the_menu_for_ever(menu: Menu, heard: list[Event]) -> None:
    line = Line(menu)
    assert any(line.hear(event).is_over for event in heard)

"""A caller's progress survives its way through an address; anything else is a caller at the start."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.progress import HIGHEST_RT, Progress

progresses = st.builds(
    Progress,
    node=st.from_regex(r"[a-z_]{0,30}", fullmatch=True),
    group=st.none() | st.integers(0, 9),
    area=st.none() | st.sampled_from("123456789"),
    rt=st.none() | st.integers(1, HIGHEST_RT),
    tries=st.integers(0, 9),
    repeats=st.integers(0, 9),
)


@given(progresses)
def test_progress_comes_back_from_its_segment(progress: Progress) -> None:
    assert Progress.from_segment(progress.to_segment()) == progress


@given(progresses)
def test_a_segment_needs_no_escaping_in_a_url(progress: Progress) -> None:
    segment = progress.to_segment()
    assert segment.isascii()
    assert segment.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_any_text_is_some_progress(segment: str) -> None:
    assert Progress.from_segment(Progress.from_segment(segment).to_segment()) == Progress.from_segment(
        segment
    )


MALFORMED = [
    "",
    "group",
    "group-----",
    "group-1-3-7-0-0-0",
    "group-12-3-7-0-0",
    "group-1-0-7-0-0",
    "group-1-3-07-0-0",
    "group-1-3-100-0-0",
    "group-1-3-7-100-0",
    "Group-1-3-7-0-0",
    "group-1-3-7-0-0\n",
    "group-\N{ARABIC-INDIC DIGIT ONE}-3-7-0-0",
    "a" * 31 + "----0-0",
    "../../etc-1-3-7-0-0",
]


@pytest.mark.parametrize("segment", MALFORMED)
def test_a_malformed_segment_is_the_start(segment: str) -> None:
    assert Progress.from_segment(segment) == Progress()


def test_answers_are_told_from_none() -> None:
    assert not Progress(node="area", tries=1).has_answers
    assert Progress(rt=7).has_answers
    assert Progress(group=0).has_answers

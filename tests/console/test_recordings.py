"""A recording in its case: heard at two speeds by whoever may see the case, and by nobody else."""

from typing import Any

import pytest
from sqlalchemy import select

from hotline.domain.playbook import Priority
from hotline.domain.recording import RecordingState
from hotline.domain.rights import Role
from hotline.models import Call, Incident, Recording, Report
from tests.console.conftest import CALLER, Browser, Desk, SignIn


def _recording(desk: Desk, **reading: Any) -> None:
    desk.report(number=None, **reading)
    with desk.runtime.work() as work:
        call = Call(carrier="x", session="s", number=CALLER, started_at=work.now)
        work.session.add(call)
        work.session.flush()
        work.session.scalars(select(Report)).one().call_id = call.id
        work.session.add(
            Recording(
                call_id=call.id,
                url="u",
                state=RecordingState.FETCHED,
                heard_of_at=work.now,
                sound=b"RIFF....",
                content_type="text/html",
            )
        )


def test_a_recording_plays_as_a_sound_and_nothing_else(desk: Desk, operator: Browser) -> None:
    _recording(desk)
    page = operator.open("/recordings/1").page
    assert page is not None
    assert page.data == b"RIFF...."
    assert page.content_type == "audio/mpeg"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RecordingState.WANTED, "Rekaman belum terambil."),
        (RecordingState.REFUSED, "Rekaman tidak diambil karena tidak aman."),
        (RecordingState.LOST, "Rekaman tidak bisa diambil dalam 24 jam."),
        (RecordingState.FORGOTTEN, "Rekaman sudah dihapus"),
    ],
)
def test_a_recording_that_is_not_there_says_why_in_its_place(
    desk: Desk, operator: Browser, state: RecordingState, words: str
) -> None:
    _recording(desk)
    with desk.runtime.work() as work:
        recording = work.session.get_one(Recording, 1)
        recording.state, recording.sound, recording.problem = state, None, "HTTP 404"
    page = operator.open(f"/incidents/{desk.all(Incident)[0].number}").text
    assert f"{words} " in page or f"{words}:" in page
    assert "<audio" not in page
    assert operator.open("/recordings/1").status == 404


def test_a_recording_stands_in_its_case_with_a_player_at_two_speeds(desk: Desk, operator: Browser) -> None:
    _recording(desk)
    page = operator.open(f"/incidents/{desk.all(Incident)[0].number}").text
    assert '<audio controls preload="metadata" src="/recordings/1" id="audio-1">' in page
    assert 'data-speed="audio-1"' in page


def test_who_does_not_see_cases_hears_no_recording(desk: Desk, sign_in: SignIn) -> None:
    _recording(desk)
    assert sign_in(Role.ADMINISTRATOR).open("/recordings/1").status in (403, 404)
    assert sign_in(Role.AUDITOR).open("/recordings/1").status == 200
    assert sign_in(Role.OPERATOR).open("/recordings/99").status == 404


def test_a_recording_of_a_confidential_case_is_not_there_for_an_operator(
    desk: Desk, operator: Browser
) -> None:
    _recording(desk, type_code="KDRT", priority=Priority.TINGGI)
    assert operator.open("/recordings/1").status == 404

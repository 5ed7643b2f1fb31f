"""Fetches a recording, safely: only from hosts that the settings name, never a redirect, never an inside
address, within a size and a time, and only what is a sound by its first bytes.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from sqlalchemy import select
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from hotline.domain.recording import RecordingState
from hotline.domain.rights import SYSTEM
from hotline.incidents import family, fetch, log, root_of, touch
from hotline.models import Call, Incident, Recording
from hotline.outbox import Kind, Later, Rank
from hotline.unit_of_work import UnitOfWork
from ivr.time_limit import within

LARGEST: Final = 20 * 1024 * 1024
LONGEST_S: Final = 40.0
TIMEOUT: Final = (3.0, 15.0)
GIVE_UP: Final = timedelta(hours=24)
ASK_ABOUT_HOSTS: Final = timedelta(minutes=15)
"""How soon a host that was named meanwhile is noticed."""
BACK_OFF_S: Final = (5, 15, 60, 300, 900, 3600)
RETENTION: Final = "recordings"
"""The playbook's word in privacy.toml for how long they are kept."""
LOOK_AGAIN: Final = timedelta(days=1)
_BITE: Final = 64 * 1024

_SOUNDS: Final = (
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A sound, whole."""

    sound: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """It may be there later: not found, a fault, a time out."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotListed:
    """The settings do not name its host, which nobody was asked: the case says so, and somebody may name it
    while the carrier still has the sound.
    """

    reason: str = "the host is not on the list of HOTLINE_RECORDING_HOSTS"


@dataclass(frozen=True, slots=True)
class NeverSafe:
    """It is not fetched, whatever happens: too large, no sound."""

    reason: str


FetchOutcome = Fetched | NotYet | NotListed | NeverSafe


class Fetching:
    """Keeps FETCH_RECORDING promises. `hosts` as in HOTLINE_RECORDING_HOSTS; `at_home` allows loopback (the
    demo).
    """

    def __init__(self, hosts: tuple[str, ...], *, at_home: bool, longest_s: float = LONGEST_S) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self.longest_s = longest_s
        self._config = Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=at_home,
            never_redirect=True,
            default_timeout=TIMEOUT,
        )

    def prepare(self, work: UnitOfWork, recording_id: int) -> str | None:
        """The address; None where the sound is there already, or is not wanted any more."""
        recording = work.session.get_one(Recording, recording_id)
        return recording.url if recording.state is RecordingState.WANTED else None

    def perform(self, url: str) -> FetchOutcome:
        """One attempt."""
        if not self._allowed(url):
            return NotListed()
        with HTTPSession(self._config) as session, within(session, self.longest_s) as watch:
            session.trust_env = False
            outcome = self._attempt(session, url)
            # What was cut off may look whole.
            return NotYet("too slow") if watch.over else outcome

    @staticmethod
    def _attempt(session: HTTPSession, url: str) -> FetchOutcome:
        try:
            with session.get(url, stream=True, allow_redirects=False) as response:
                return _read(response)
        except InvalidIPAddress:
            # Names change their addresses, and each attempt is checked: nothing is lost by coming again.
            return NotYet("the host's address is not a public one")
        except (requests.RequestException, HTTPError, OSError) as error:
            return NotYet(type(error).__name__)

    def record(
        self, work: UnitOfWork, recording_id: int, outcome: FetchOutcome, attempts: int
    ) -> Later | None:
        """Stores the sound, or what was in the way."""
        recording = work.session.get_one(Recording, recording_id)
        match outcome:
            case Fetched(sound, content_type):
                recording.sound, recording.content_type = sound, content_type
                recording.fetched_at, recording.state = work.now, RecordingState.FETCHED
                recording.problem = ""
                _forget_at(work, recording, _kept_until(work, recording))
                _tell(work, recording, "recording")
            case NotListed(reason):
                if recording.problem != reason:
                    recording.problem = reason
                    _tell(work, recording, "recording_refused")
                if work.now - recording.heard_of_at < GIVE_UP:
                    return Later(work.now + ASK_ABOUT_HOSTS, reason)
                recording.state = RecordingState.REFUSED
            case NeverSafe(reason):
                recording.state, recording.problem = RecordingState.REFUSED, reason
                _tell(work, recording, "recording_refused")
            case NotYet(reason):
                recording.problem = reason
                if work.now - recording.heard_of_at < GIVE_UP:
                    pause = BACK_OFF_S[min(attempts, len(BACK_OFF_S)) - 1]
                    return Later(work.now + timedelta(seconds=pause), reason)
                recording.state = RecordingState.LOST
                _tell(work, recording, "recording_lost")
        return None

    def _allowed(self, url: str) -> bool:
        # Read as the client reads it: two readings of one address are how a list of hosts is got round.
        try:
            parts = parse_url(url)
        except LocationParseError:
            return False
        if parts.auth is not None or not parts.host:
            return False
        scheme, host, port = parts.scheme or "", parts.host, parts.port
        usual = {"https": 443, "http": 80}.get(scheme)
        places = {f"{host}:{port or usual}"} | ({host} if port in (None, usual) else set())
        forms = {f"{scheme}://{place}" for place in places} | (places if scheme == "https" else set())
        return not forms.isdisjoint(self._hosts)


def forget_recording(work: UnitOfWork, recording_id: int) -> None:
    """Deletes the sound once the programme's days for recordings are over; that there was one stays known.

    The days count from the closing of its case. One that is open, or must not be deleted, keeps its sound.
    """
    recording = work.session.get_one(Recording, recording_id)
    if (due_at := _kept_until(work, recording)) > work.now:
        _forget_at(work, recording, due_at)
    else:
        recording.sound, recording.state = None, RecordingState.FORGOTTEN


def _forget_at(work: UnitOfWork, recording: Recording, due_at: datetime) -> None:
    recording.forget_at = due_at
    work.promise(Kind.FORGET_RECORDING, recording.id, rank=Rank.LATER, due_at=due_at)


def _kept_until(work: UnitOfWork, recording: Recording) -> datetime:
    days = timedelta(days=work.playbook.retention[RETENTION].days)
    call = work.session.get_one(Call, recording.call_id)
    if call.incident_id is None:
        return recording.heard_of_at + days
    told_together = family(work.session, root_of(work.session, call.incident_id))
    incidents = work.session.scalars(select(Incident).where(Incident.id.in_(told_together))).all()
    root = next(each for each in incidents if each.merged_into_id is None)
    if root.closed_at is None or any(each.legal_hold for each in incidents):
        return work.now + LOOK_AGAIN
    return root.closed_at + days


def _read(response: requests.Response) -> FetchOutcome:
    if response.status_code != requests.codes.ok:
        return NotYet(f"HTTP {response.status_code}")
    sound = bytearray()
    while bite := response.raw.read1(_BITE, decode_content=True):
        sound += bite
        if len(sound) > LARGEST:
            return NeverSafe(f"larger than {LARGEST // 1024**2} MB")
    return _judge(bytes(sound))


def _judge(sound: bytes) -> FetchOutcome:
    if not sound:
        return NotYet("nothing in it yet")
    for start, content_type in _SOUNDS:
        if start.match(sound):
            return Fetched(sound, content_type)
    return NeverSafe("not a sound by its first bytes")


def _tell(work: UnitOfWork, recording: Recording, kind: str) -> None:
    call = work.session.get_one(Call, recording.call_id)
    if call.incident_id is not None:
        incident = fetch(work, call.incident_id)
        log(work, incident, kind, SYSTEM, recording.problem, call_id=call.id)
        touch(work, incident)

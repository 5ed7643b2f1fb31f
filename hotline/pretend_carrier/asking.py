"""GetDigits and Record: waiting for keys, and for words."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Final

from hotline.pretend_carrier.call import Call, CallOverError
from hotline.pretend_carrier.line import FOREVER, Line
from hotline.pretend_carrier.phones import Asking, Input, InputKind
from hotline.pretend_carrier.recordings import Recordings
from hotline.pretend_carrier.script import GetDigits, Record
from hotline.pretend_carrier.tone import join

KEYS: Final = frozenset({InputKind.KEY, InputKind.SILENCE})
WORDS: Final = KEYS | {InputKind.SPEECH}


@dataclass(frozen=True, slots=True)
class Goto:
    """What comes next is asked of the hotline: at this URL, with these fields."""

    url: str
    fields: dict[str, str]


def get_digits(call: Call, line: Line, action: GetDigits) -> Goto | None:
    """Collect keys; None if there were none, so that the next element is done and nothing is posted."""
    url = call.last_url = action.callback_url or call.default_url
    line.ask(Asking("keys", action.timeout, action.finish_on_key, action.num_digits))
    if action.prompt:
        line.hear(action.prompt, until_key=True)
    keys = _collect(line, action)
    line.ask(None)
    return Goto(url, {"dtmfDigits": keys}) if keys else None


def record(call: Call, line: Line, recordings: Recordings, action: Record) -> Goto | None:
    """Record; the URL goes to the callback of a partial one, or with the final callback after a hang-up."""
    url = call.last_url = action.callback_url or (call.last_url if action.terminal else call.default_url)
    if action.prompt:
        line.hear(action.prompt)
    if action.beep:
        line.note("bip", "beep")
    line.ask(Asking("recording", action.timeout, action.finish_on_key, max_length=action.max_length))
    takes: list[bytes] = []
    try:
        _listen(line, action, takes)
    except CallOverError:
        call.recording_url = _kept(recordings, takes)
        raise
    line.ask(None)
    return Goto(url, {"recordingUrl": _kept(recordings, takes)})


def _collect(line: Line, action: GetDigits) -> str:
    wanted = action.num_digits or (inf if action.finish_on_key else 1)
    keys = ""
    while len(keys) < wanted:
        entry = line.take(KEYS, action.timeout)
        if entry is None or entry.kind is InputKind.SILENCE or entry.value == action.finish_on_key:
            break
        keys += entry.value
        line.show_keys(keys)
    return keys


def _listen(line: Line, action: Record, takes: list[bytes]) -> None:
    deadline = monotonic() + (action.max_length or FOREVER)
    while True:
        entry = line.take(WORDS, min(action.timeout, deadline - monotonic()))
        if entry and entry.kind is InputKind.SPEECH:
            takes.append(entry.value)
            line.note("suara terekam")
        elif not action.terminal and _stops(entry, action):
            return


def _stops(entry: Input | None, action: Record) -> bool:
    if entry is None or entry.kind is InputKind.SILENCE:
        return True
    return bool(action.finish_on_key) and entry.value == action.finish_on_key


def _kept(recordings: Recordings, takes: list[bytes]) -> str:
    return recordings.keep(join(takes)) if takes else ""

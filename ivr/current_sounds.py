"""The line's sounds as they are now: rendered ones, with people's recordings in their place.

A recording that was put on the screen is heard within seconds, in every process. With the database down the
line goes on with what it knew last.
"""

import logging
import threading
from collections.abc import Mapping
from time import monotonic
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from hotline import sounds as recordings
from hotline.runtime import Runtime
from ivr.sounds import NoTelephoneSoundError, Sounds, read_clip

LOOK_EVERY_S: Final = 5.0

_log = logging.getLogger(__name__)


class CurrentSounds:
    """Looks for changed recordings every few seconds, when it is asked."""

    def __init__(self, runtime: Runtime, rendered: Mapping[str, bytes]) -> None:
        self._runtime = runtime
        self._rendered = rendered
        self._sounds = Sounds(rendered)
        self._last_change = 0
        self._look_at = 0.0
        self._looking = threading.Lock()

    def now(self) -> Sounds:
        """The sounds that callers are to hear."""
        if monotonic() >= self._look_at and self._looking.acquire(blocking=False):
            try:
                self._look_at = monotonic() + LOOK_EVERY_S
                self._look()
            except SQLAlchemyError as error:
                _log.warning("recordings can't be looked up: %s", type(error).__name__)
            finally:
                self._looking.release()
        return self._sounds

    def _look(self) -> None:
        with self._runtime.reading() as session:
            last_change = recordings.last_change(session)
            if last_change == self._last_change:
                return
            found = recordings.recorded(session)
        self._sounds = Sounds({**self._rendered, **_readable(found)})
        self._last_change = last_change


def _readable(found: Mapping[str, bytes]) -> dict[str, bytes]:
    samples: dict[str, bytes] = {}
    for clip, wav in found.items():
        try:
            samples[clip] = read_clip(wav)
        except NoTelephoneSoundError as error:
            _log.error("the recording of %s can't be used: %s", clip, error)
    return samples

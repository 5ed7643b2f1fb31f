"""An officer whom we rang because no line takes texts: hears so, and presses a key once it is understood.

A machine that picks up presses nothing: he is rung again.
"""

import re
from collections.abc import Sequence
from typing import Final

from hotline.calls import finish
from hotline.domain.calls import CallEnd
from hotline.models import Call
from hotline.unit_of_work import UnitOfWork
from ivr.line_prompts import GOODBYE, HEARD, TEXTS_DEAD
from ivr.moment import Moment
from ivr.speech import Ask, HangUp, Play, Speech, Step

KEY_TIMEOUT_S: Final = 6
MOST_TIMES: Final = 4
"""How often it is said in one call."""

_SEGMENT: Final = re.compile(r"alarm-(?P<times>\d)")


def walk_alarm(now: Moment) -> Sequence[Speech]:
    """Says it, again for any other key and for silence."""
    found = _SEGMENT.fullmatch(now.at.segment)
    if found and now.event.digits == HEARD:
        now.call.pressed = HEARD
        return Play(GOODBYE), HangUp()
    times = int(found["times"]) + 1 if found else 1
    if times > MOST_TIMES:
        return Play(GOODBYE), HangUp()
    segment = f"alarm-{times}"
    asked = Ask(Play(TEXTS_DEAD), Step(segment), Step(segment, silent=True), KEY_TIMEOUT_S, digits=1)
    return (asked,)


def alarm_over(work: UnitOfWork, call: Call, cause: str) -> None:
    """Done once a key said that it was understood."""
    finish(work, call, CallEnd.DONE if call.pressed == HEARD else CallEnd.UNANSWERED, cause)

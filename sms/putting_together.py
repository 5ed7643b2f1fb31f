"""Acts on a text that came in parts as on one: no part opens a second incident, and each part can be seen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.intake import add_report, place_words, read_anew
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.asking import open_question, place_is_known
from sms.grammar.meaning import Intent, Meaning
from sms.parts import Whole
from sms.reporting import told_by
from sms.saying import actor_of, attach, say

_GOES_ON: Final = frozenset(
    {Intent.REPORT, Intent.MORE_INFO, Intent.ANSWER, Intent.OTHER, Intent.SPAM_OR_NOISE, Intent.THANKS}
)
"""What the rest of a text may look like by itself; a command is never the rest of something."""
PART: Final = "part"
"""Marks each part for the desk."""


def goes_on(work: UnitOfWork, whole: Whole, alone: Meaning) -> bool:
    """Whether the newest part, which by itself means `alone`, belongs to the parts before it: not where it is
    a command, or surely reports something else.
    """
    if alone.intent not in _GOES_ON:
        return False
    incident = _incident_of(work, whole)
    kind = alone.incident_type.value if alone.incident_type else None
    stands_alone = alone.intent is Intent.REPORT and not alone.unsure and alone.area is not None
    return not (incident is not None and stands_alone and kind != incident.type_code)


def put_together(
    work: UnitOfWork,
    message: TextMessage,
    meaning: Meaning,
    *,
    whole: Whole,
    otherwise: Callable[[UnitOfWork, TextMessage, Meaning], None],
) -> None:
    """Adds the newest part to the incident of the parts before it; where none of them told of one, acts on
    the whole by `otherwise`.
    """
    first = whole.parts[0] if whole.parts[0] is not message else whole.parts[1]
    message.joined_to_id = first.joined_to_id or first.id
    for part in whole.parts:
        part.flags = " ".join(dict.fromkeys([*part.flags.split(), PART]))
    incident = _incident_of(work, whole)
    if incident is not None:
        _complete(work, message, incident, meaning, whole)
        return
    otherwise(work, message, meaning)
    _gather(work, message, whole)


def _incident_of(work: UnitOfWork, whole: Whole) -> Incident | None:
    found = next((part.incident_id for part in whole.parts if part.incident_id is not None), None)
    return work.session.get(Incident, found) if found is not None else None


def _complete(
    work: UnitOfWork, message: TextMessage, incident: Incident, meaning: Meaning, whole: Whole
) -> None:
    """What the whole says completes the incident. Its receipt is out; a place that it asked for is
    confirmed.
    """
    told = told_by(work, message, meaning, Channel.SMS)
    read_anew(work, incident, told.reading, [part.id for part in whole.parts])
    # What was underlined stands in the whole, not in this part of it.
    known = add_report(
        work, incident, replace(told, reading=replace(told.reading, underlines=())), actor_of(message)
    )
    message.incident_id = known.id
    asked = open_question(work, message.number)
    if known.disposition is not None:
        message.unread = True
    elif asked is not None and known.area_code is not None:
        place_is_known(work, message.number)
        say(work, message, "place_noted", Purpose.QUESTION, known, place=place_words(work, known))


def _gather(work: UnitOfWork, message: TextMessage, whole: Whole) -> None:
    """The parts that could not be read alone stand where the last one went, and need nobody any more."""
    incident = work.session.get(Incident, message.incident_id) if message.incident_id else None
    if incident is None:
        return
    for part in whole.parts:
        if part is not message:
            attach(work, part, incident)
            part.unread = False

"""Acts on a text from a resident: one function for each thing that people want."""

from collections.abc import Callable
from functools import partial
from typing import Final

from hotline.callers import caller_of, open_incidents_of
from hotline.domain.contact import Purpose
from hotline.incidents import fetch, log, touch
from hotline.learning import note_unread
from hotline.models import TextMessage
from hotline.privacy.requests import ask_erasure
from hotline.unit_of_work import UnitOfWork
from sms import solved
from sms.asking import last_question, take_answer
from sms.grammar import Reader
from sms.grammar.meaning import Context, Intent, Meaning, Sender
from sms.grammar.meaning import Question as Asked
from sms.own_case import cancel, tell_status
from sms.parts import said, whole_of
from sms.putting_together import goes_on, put_together
from sms.reporting import more_info, named, report
from sms.saying import actor_of, attach, say, to_tray
from sms.understanding import LONGEST_READ

Act = Callable[[UnitOfWork, TextMessage, Meaning], None]
STOP_WORDS: Final = 2
"""`reg stop`, `stop pak`; what is longer says something."""


def act_on_resident(work: UnitOfWork, message: TextMessage, reader: Reader) -> None:
    """Understands the text in its conversation and does what it asks for; what can't be done goes to the
    tray.
    """
    context = context_of(work, message.number)
    meaning = reader.read(said(work, message)[:LONGEST_READ], Sender.RESIDENT, context)
    whole = whole_of(work, message)
    if whole is not None and goes_on(work, whole, meaning):
        meaning = reader.read(whole.words[:LONGEST_READ], Sender.RESIDENT, context)
        act: Act = partial(put_together, whole=whole, otherwise=_ACTS[meaning.intent])
    else:
        meaning = _or_news(work, message, meaning, reader)
        act = _ACTS[meaning.intent]
    note_unread(work, meaning.unknown_words if meaning.intent in _TELLS else ())
    if meaning.do_not_call:
        _be_quiet(work, message)
    act(work, message, meaning)


def context_of(work: UnitOfWork, number: str) -> Context:
    """The conversation in which this number's next text is said."""
    asked = solved.in_mind(work, number)
    numbers = tuple(each.number or "" for each in open_incidents_of(work, number))
    return Context(open_numbers=numbers, question=Asked(asked.kind) if asked else None)


def _or_news(work: UnitOfWork, message: TextMessage, meaning: Meaning, reader: Reader) -> Meaning:
    """The meaning; but for more of nothing that this number reported (a slip in the number, or the number of
    somebody else's case) what the rest of the text means, where that is a report by itself.
    """
    if meaning.intent is not Intent.MORE_INFO or named(work, message, meaning) is not None:
        return meaning
    if open_incidents_of(work, message.number):
        return meaning
    rest = said(work, message)[:LONGEST_READ]
    for span in reversed(meaning.number.spans if meaning.number is not None else ()):
        rest = f"{rest[: span.start]}{' ' * (span.end - span.start)}{rest[span.end :]}"
    alone = reader.read(rest, Sender.RESIDENT, Context())
    return alone if alone.intent is Intent.REPORT and not alone.unsure else meaning


def _answer(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """The answer to our question; a bare place that nobody asked for is more about the sender's only
    incident.
    """
    about_an_end = solved.in_mind(work, message.number)
    if about_an_end is not None and about_an_end.kind in solved.KINDS:
        solved.take_word(work, message, meaning, about_an_end)
        return
    asked = last_question(work, message.number)
    says_where = meaning.area is not None or meaning.rt is not None
    alone = len(open_incidents_of(work, message.number)) == 1
    if asked is None and says_where and alone:
        more_info(work, message, meaning)
    else:
        take_answer(work, message, meaning)


def _thanks(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """Thanks stand in the thread of what they are for; nobody answers them."""
    incident = named(work, message, meaning) or next(iter(open_incidents_of(work, message.number)), None)
    if incident is not None:
        attach(work, message, incident)


def _help(work: UnitOfWork, message: TextMessage, _meaning: Meaning) -> None:
    say(work, message, "help", Purpose.REPLY)


def _stop(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """Nobody loses the announcements because of words that only look like a wish for it, and a wish in a
    sentence is for a person to read: the word must be the whole message.
    """
    if meaning.unsure or sum(len(word) > 1 for word in said(work, message).split()) > STOP_WORDS:
        to_tray(work, message)
        return
    caller_of(work, message.number).opted_out_at = work.now
    say(work, message, "stopped", Purpose.REPLY)


def _start(work: UnitOfWork, message: TextMessage, _meaning: Meaning) -> None:
    """MULAI takes back STOP; quiet mode is ended by the desk alone, since anybody may hold the telephone."""
    caller = caller_of(work, message.number)
    caller.opted_out_at = None
    message.unread = caller.quiet_since is not None
    say(work, message, "started", Purpose.REPLY)


def _quiet(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    _be_quiet(work, message)
    _thanks(work, message, meaning)


def _be_quiet(work: UnitOfWork, message: TextMessage) -> None:
    """From now on this number is neither texted nor called, until somebody releases it: others may read
    along.
    """
    caller = caller_of(work, message.number)
    caller.quiet_since = caller.quiet_since or work.now
    for found in sorted(open_incidents_of(work, message.number), key=lambda each: each.id):
        incident = fetch(work, found.id)
        incident.do_not_call = True
        log(work, incident, "quiet", actor_of(message))
        touch(work, incident)


def _erase(work: UnitOfWork, message: TextMessage, _meaning: Meaning) -> None:
    """HAPUS is a task for a person, with a term; an answer says so."""
    message.unread = True
    ask_erasure(work, message.number, message.id)
    say(work, message, "erase_noted", Purpose.REPLY)


def _noise(_work: UnitOfWork, message: TextMessage, _meaning: Meaning) -> None:
    message.flags = f"{message.flags} noise".strip()
    message.unread = True


def _to_a_person(work: UnitOfWork, message: TextMessage, _meaning: Meaning) -> None:
    to_tray(work, message)


_ACTS: Final[dict[Intent, Act]] = {
    Intent.REPORT: report,
    Intent.MORE_INFO: more_info,
    Intent.ANSWER: _answer,
    Intent.STATUS_QUERY: tell_status,
    Intent.CANCEL: cancel,
    Intent.THANKS: _thanks,
    Intent.HELP: _help,
    Intent.STOP: _stop,
    Intent.START: _start,
    Intent.QUIET: _quiet,
    Intent.SPAM_OR_NOISE: _noise,
    Intent.OTHER: _to_a_person,
    # A resident can't answer for a unit or a duty officer: a person looks at it, and nothing is revealed.
    Intent.RESPONDER_STATUS: _to_a_person,
    Intent.DUTY_ON: _to_a_person,
    Intent.DUTY_OFF: _to_a_person,
    Intent.DECIDE: _to_a_person,
    Intent.ERASE: _erase,
}

_TELLS: Final = frozenset({Intent.REPORT, Intent.MORE_INFO, Intent.OTHER})
"""Texts of which it is worth knowing what could not be read."""

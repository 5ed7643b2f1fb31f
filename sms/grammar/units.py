"""What a unit's text wants: a status, duty, a decision; None where it must be read like a resident's."""

from typing import Final

from hotline.domain.lifecycle import StatusCode
from sms.grammar.evidence import Evidence
from sms.grammar.kind import DECISIVE
from sms.grammar.lexicon import Lexicon
from sms.grammar.meaning import Basis, Found, Intent, Meaning
from sms.grammar.status import KEYWORDS, read_digit, read_status
from sms.grammar.words import Word

_DUTY: Final = frozenset({Intent.DUTY_ON, Intent.DUTY_OFF})
_CHALLENGE_DIGITS: Final = 4
_LEAST_SURE: Final = 0.7
_SAID_IN_ANY_CASE: Final = frozenset({StatusCode.NEED_BACKUP, StatusCode.CLEAR})


def decide_unit(evidence: Evidence, lexicon: Lexicon) -> Meaning | None:
    """The meaning of a unit's text, or None when it is not one of a unit's own."""
    if decision := _decision(evidence, lexicon):
        return decision
    if evidence.keyword in _DUTY and evidence.number is None:
        return Meaning(evidence.keyword, 0.95, note=_rest(evidence, 1))
    if digit := read_digit(evidence.words, evidence.after_number):
        return Meaning(
            Intent.RESPONDER_STATUS, digit.confidence, digit.spans, status=digit, note=_note(evidence, digit),
            unsure=digit.confidence < _LEAST_SURE or _names_another(evidence),
        )  # fmt: skip
    status, clear = read_status(evidence.words, evidence.matches, numbered=evidence.number is not None)
    if status is not None and _adds(evidence, status):
        return None
    if status is not None and not _reports_anew(evidence, status):
        unsure = not clear or status.confidence < _LEAST_SURE or _names_another(evidence)
        return Meaning(
            Intent.RESPONDER_STATUS,
            status.confidence,
            status.spans,
            status=status,
            note=_note(evidence, status),
            unsure=unsure,
        )
    return _about_number(evidence)


def _names_another(evidence: Evidence) -> bool:
    """Whether a second of the unit's own numbers stands in the text: nobody can tell which one the code is
    for (`1041 salah, 1055 tiba`).
    """
    if evidence.number is None:
        return False
    others = set(evidence.context.open_numbers) - {evidence.number.value}
    return any(word.text in others for word in evidence.words)


def speaks_as_unit(evidence: Evidence) -> bool:
    """Whether a text says a status of an incident as units are told to: whoever is none reveals nothing by
    it, and is not thanked for it.
    """
    said = [word for word in evidence.words if word.text.isalnum()]
    if len(said) == 2 and said[0].word in KEYWORDS and said[1].is_number:
        return True
    if evidence.number is None:
        return False
    status, _ = read_status(evidence.words, evidence.matches, numbered=True)
    keyword = status is not None and status.basis is Basis.KEYWORD
    return keyword or read_digit(evidence.words, evidence.after_number) is not None


def _decision(evidence: Evidence, lexicon: Lexicon) -> Meaning | None:
    """`V 1041 4821`: a verb, the incident's number, the challenge of the alert."""
    said = [word for word in evidence.words if word.text.isalnum()]
    if len(said) < 3 or said[0].text not in lexicon.decisions:
        return None
    number, challenge = said[1], said[2]
    if not (
        number.is_number
        and challenge.is_number
        and len(number.text) >= 4
        and len(challenge.text) == _CHALLENGE_DIGITS
    ):
        return None
    return Meaning(
        Intent.DECIDE, 1.0, (said[0].span,), number=Found(number.text, (number.span,), 1.0, Basis.CODE),
        choice=lexicon.decisions[said[0].text], challenge=challenge.text, note=_rest(evidence, 3),
    )  # fmt: skip


def _reports_anew(evidence: Evidence, status: Found[StatusCode]) -> bool:
    """A unit that names an incident and its place, and no number, reports it like anybody else."""
    if evidence.number is not None or status.basis is not Basis.WORDS or evidence.kind_score < DECISIVE:
        return False
    return evidence.rt is not None or evidence.place.area is not None


def _adds(evidence: Evidence, status: Found[StatusCode]) -> bool:
    """`TAMBAH 1041 api sudah sampai atap` tells more of 1041, and not that the unit is there; that it needs
    people, or is done, it says all the same.
    """
    told = evidence.keyword is Intent.MORE_INFO and evidence.number is not None
    return told and status.basis is Basis.WORDS and status.value not in _SAID_IN_ANY_CASE


def _about_number(evidence: Evidence) -> Meaning | None:
    """A number with other words is a note to it; a number alone says too little."""
    if evidence.number is None or evidence.keyword is not None:
        return None
    if evidence.intent_score(Intent.THANKS) >= DECISIVE or evidence.intent_score(Intent.CANCEL) >= DECISIVE:
        return None
    asks = "?" in evidence.text or evidence.intent_score(Intent.STATUS_QUERY) >= DECISIVE
    intent = Intent.STATUS_QUERY if asks else Intent.MORE_INFO
    note = _rest(evidence, evidence.after_number or 0)
    return Meaning(intent, 0.7, note=note, unsure=not note, exact=True)


def _note(evidence: Evidence, status: Found[StatusCode]) -> str:
    """What stands behind number and code, as written; all of it where the code was read from several
    words."""
    if status.basis is Basis.WORDS:
        return _rest(evidence, 0 if (evidence.after_number or 9) > 3 else evidence.after_number or 0)
    end = max(span.end for span in status.spans)
    if evidence.number is not None:
        end = max(end, *(span.end for span in evidence.number.spans))
    return evidence.text[end:].lstrip(" .,:;#-/*").rstrip()


def _rest(evidence: Evidence, at: int) -> str:
    words: list[Word] = list(evidence.words[at:])
    return evidence.text[words[0].start :].lstrip(" .,:;#-/*").rstrip() if words else ""

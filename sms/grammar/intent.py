"""What a resident's text wants: one intent, by rules that are asked in order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sms.grammar.evidence import Evidence
from sms.grammar.kind import DECISIVE, ENOUGH
from sms.grammar.lexicon import CueKind
from sms.grammar.meaning import Intent, Sign, Span

_REFERS_BACK: Final = re.compile(
    r"lapor|tangkap|kabar|hasil|lanjut|kembang|sudah \.\. belum|dimana"
    r"|tangani|tindak|proses|datang|tunggu|petugas|nasib"
)
_QUESTION_WORDS: Final = frozenset(
    [
        "?", "belum", "kapan", "bagaimana", "mana", "kok", "tanya", "kenapa", "apakah", "apa", "status",
        "nasib", "nanya",
    ]
)  # fmt: skip
_ADDS: Final = re.compile(r"tambah|ralat|lapor|tadi lupa|maksud|koreksi|update|susul|kejadian tadi|tadi")
_BACK_TO_REPORT: Final = re.compile(r"lapor|tangkap|kabar|hasil|lanjut|kembang")
_NO_WORD: Final = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{6,}|(.)\1{4,}|asdf|qwer|zxcv|hjkl|fgh"
    r"|^(?:ha|ah|he|hi|wk|kw|xi|hu)(?:ha|he|hi|wk|k|h|w|xi|hu|a){2,}$"
)


_KEYWORD: Final = 0.9


@dataclass(frozen=True, slots=True)
class Decision:
    """An intent, how sure, and from which words."""

    intent: Intent
    confidence: float
    spans: tuple[Span, ...] = ()
    exact: bool = False
    """Read from a keyword or from the bare text: no likelihood has a say."""


def decide_intent(evidence: Evidence, around_places: frozenset[str]) -> Decision:
    """The first rule that knows decides; what none knows is OTHER, unsure. `around_places` are the words that
    say nothing but where.
    """
    for rule in _RULES:
        if (intent := rule(evidence)) is not None:
            found = _decision(evidence, intent)
            bare = rule is _placed_only and _is_bare_place(evidence, around_places)
            if rule is _by_keyword or bare:
                return replace(found, confidence=_KEYWORD, exact=True)
            return found
    return Decision(Intent.OTHER, 0.3)


def _decision(evidence: Evidence, intent: Intent) -> Decision:
    found = evidence.intents.get(intent)
    if intent is Intent.REPORT:
        kinds = evidence.kinds[:1]
        spans = tuple(span for kind in kinds for span in kind.spans)
        return Decision(intent, 0.9 if evidence.kind_score >= DECISIVE else 0.6, spans)
    score = found.score if found else 0.0
    return Decision(intent, 0.9 if score >= DECISIVE else 0.6, found.spans if found else ())


def _by_keyword(evidence: Evidence) -> Intent | None:
    """A keyword decides where it stands alone, or with the number it takes, or before words that suit it."""
    keyword = evidence.keyword
    if keyword is None:
        return None
    alone = sum(word.text.isalnum() for word in evidence.words) == 1
    if keyword is Intent.REPORT:
        return _reported(evidence)
    if keyword in (Intent.STATUS_QUERY, Intent.CANCEL, Intent.MORE_INFO):
        return keyword if alone or evidence.number or not _is_incident(evidence) else None
    if keyword is Intent.HELP:
        return (
            keyword
            if alone or (not (evidence.placed or _is_incident(evidence)) and _short(evidence, 2))
            else None
        )
    if keyword is Intent.ERASE:
        return keyword if alone or _asks_to_be_forgotten(evidence) else None
    return keyword if alone or (keyword is not Intent.STOP and _short(evidence, 2)) else None


def _asks_to_be_forgotten(evidence: Evidence) -> bool:
    """HAPUS with a few words beside it: the data, not a report or a place in a list of numbers."""
    others = (Intent.STOP, Intent.CANCEL)
    decided = any(evidence.intent_score(other) >= DECISIVE for other in others)
    return _short(evidence, 6) and not decided and not _is_incident(evidence)


def _reported(evidence: Evidence) -> Intent | None:
    """LAPOR before an incident or a place is a report; before a question it is not."""
    if evidence.intent_score(Intent.HELP) >= DECISIVE and not evidence.placed:
        return Intent.HELP
    if evidence.intent_score(Intent.STATUS_QUERY) >= DECISIVE or evidence.number:
        return None
    return Intent.REPORT if _is_incident(evidence) or evidence.placed or evidence.kind_score else None


def _short(evidence: Evidence, most: int) -> bool:
    return sum(word.text.isalnum() for word in evidence.words) <= most


def _is_incident(evidence: Evidence) -> bool:
    return evidence.kind_score >= DECISIVE


def _thanks(evidence: Evidence) -> Intent | None:
    if evidence.intent_score(Intent.THANKS) < DECISIVE:
        return None
    if (
        evidence.intent_score(Intent.CANCEL) >= DECISIVE
        or evidence.intent_score(Intent.STATUS_QUERY) >= DECISIVE + ENOUGH
    ):
        return None
    told = _is_incident(evidence) and Sign.OVER not in evidence.signs
    asks = evidence.intent_score(Intent.HELP) >= DECISIVE
    wants = evidence.placed and evidence.intent_score(Intent.REPORT) >= DECISIVE
    return None if told or asks or wants else Intent.THANKS


def _stop(evidence: Evidence) -> Intent | None:
    pleads = _is_incident(evidence) or Sign.NO_CALL in evidence.signs
    return Intent.STOP if evidence.intent_score(Intent.STOP) >= DECISIVE and not pleads else None


def _spam(evidence: Evidence) -> Intent | None:
    score = evidence.intent_score(Intent.SPAM_OR_NOISE)
    if score < DECISIVE or evidence.placed or evidence.number:
        return None
    rival = max(
        evidence.kind_score, evidence.intent_score(Intent.STATUS_QUERY), evidence.intent_score(Intent.HELP)
    )
    return Intent.SPAM_OR_NOISE if score >= rival else None


def _cancel(evidence: Evidence) -> Intent | None:
    score = evidence.intent_score(Intent.CANCEL)
    if score < DECISIVE:
        return None
    urgent = _is_incident(evidence) and evidence.placed and Sign.PLEA in evidence.signs
    return None if urgent and score < DECISIVE + ENOUGH else Intent.CANCEL


def _query(evidence: Evidence) -> Intent | None:
    score = evidence.intent_score(Intent.STATUS_QUERY)
    if score < DECISIVE:
        return None
    phrases = " ".join(match.cue.phrase for match in evidence.said(CueKind.INTENT, Intent.STATUS_QUERY))
    if _is_incident(evidence) and not evidence.number:
        back = _BACK_TO_REPORT if evidence.placed else _REFERS_BACK
        if not back.search(phrases) or not _asks(evidence):
            return None
    return Intent.STATUS_QUERY


def _asks(evidence: Evidence) -> bool:
    return any(word.word in _QUESTION_WORDS for word in evidence.words)


def _help(evidence: Evidence) -> Intent | None:
    score = evidence.intent_score(Intent.HELP)
    if score < DECISIVE or (evidence.placed and _is_incident(evidence)):
        return None
    return Intent.HELP if score >= evidence.kind_score or not evidence.placed else None


def _about_number(evidence: Evidence) -> Intent | None:
    """A text that names an incident's number and asks nothing adds to it."""
    if evidence.number is None:
        return None
    if evidence.intent_score(Intent.STATUS_QUERY) > evidence.intent_score(
        Intent.MORE_INFO
    ) and not _is_incident(evidence):
        return Intent.STATUS_QUERY
    return Intent.MORE_INFO


def _more(evidence: Evidence) -> Intent | None:
    score = evidence.intent_score(Intent.MORE_INFO)
    if score < DECISIVE:
        return None
    phrases = " ".join(match.cue.phrase for match in evidence.said(CueKind.INTENT, Intent.MORE_INFO))
    return None if _is_incident(evidence) and not _ADDS.search(phrases) else Intent.MORE_INFO


def _other(evidence: Evidence) -> Intent | None:
    score = evidence.intent_score(Intent.OTHER)
    if score < DECISIVE or _is_incident(evidence):
        return None
    return Intent.OTHER if evidence.intent_score(Intent.REPORT) < DECISIVE else None


def _report(evidence: Evidence) -> Intent | None:
    if _is_incident(evidence) or {Sign.SILENT_DISTRESS, Sign.NO_CALL} & evidence.signs:
        return Intent.REPORT
    asks = evidence.intent_score(Intent.REPORT)
    if evidence.kind_score >= ENOUGH and (evidence.placed or asks >= ENOUGH or _short(evidence, 4)):
        return Intent.REPORT
    return Intent.REPORT if asks >= DECISIVE else None


def _leaning(evidence: Evidence) -> Intent | None:
    """What only fair words speak for: better than nothing, and unsure."""
    likely = (
        Intent.CANCEL,
        Intent.THANKS,
        Intent.STATUS_QUERY,
        Intent.HELP,
        Intent.MORE_INFO,
        Intent.SPAM_OR_NOISE,
        Intent.OTHER,
    )
    best = max(likely, key=evidence.intent_score)
    return best if evidence.intent_score(best) >= ENOUGH else None


def _placed_only(evidence: Evidence) -> Intent | None:
    return Intent.ANSWER if evidence.placed else None


def _is_bare_place(evidence: Evidence, around_places: frozenset[str]) -> bool:
    """Whether the text says nothing but where: the answer to a question, and no incident in odd words."""
    place = evidence.place
    spans = [
        span
        for found in (place.area, place.outside, place.landmark, evidence.rt)
        if found
        for span in found.spans
    ]
    strange = [
        word
        for word in evidence.words
        if word.content
        and not (word.is_number or word.word in around_places or word.text in around_places)
        and not any(span.start <= word.start < span.end for span in spans)
    ]
    return len(strange) <= (place.area is None and len(place.candidates) > 1)


def _noise(evidence: Evidence) -> Intent | None:
    letters = [word for word in evidence.words if word.text.isalpha()]
    if not letters:
        return (
            Intent.SPAM_OR_NOISE
            if evidence.text.strip() and not any(w.is_number for w in evidence.words)
            else None
        )
    unknown = not any(word.known for word in letters)
    return (
        Intent.SPAM_OR_NOISE if unknown and _NO_WORD.search("".join(word.text for word in letters)) else None
    )


_RULES: Final[tuple[Callable[[Evidence], Intent | None], ...]] = (
    _by_keyword, _thanks, _stop, _cancel, _spam, _query, _help, _about_number, _more, _other, _report,
    _placed_only, _leaning, _noise,
)  # fmt: skip

"""Rules and model together: who decides what, and when the answer is unsure.

The rules alone decide what is exact: keywords, bare answers, numbers, places, a unit's codes. The model, told
what the rules found, decides a resident's intent, the type and the priority; but where the rules hear danger
to life, less certainty is asked of it, and what they hear is not put aside as anything but a report.
Where the model is not certain, the reading is unsure: a person looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import UNCLEAR, Priority
from sms.grammar.evidence import Evidence
from sms.grammar.kind import DECISIVE
from sms.grammar.meaning import Basis, Found, Intent, Meaning, Reason, Sender, Sign, Span
from sms.grammar.model import Opinion
from sms.grammar.units import speaks_as_unit
from sms.grammar.urgency import RAISED

_JUDGED: Final = frozenset(
    [
        Intent.REPORT, Intent.MORE_INFO, Intent.STATUS_QUERY, Intent.CANCEL, Intent.THANKS, Intent.HELP,
        Intent.STOP, Intent.SPAM_OR_NOISE, Intent.OTHER,
    ]
)  # fmt: skip
"""What the model may decide between; the other intents are exact words."""
_SIDE_ANSWERS: Final = frozenset({Intent.MORE_INFO, Intent.OTHER, Intent.SPAM_OR_NOISE, Intent.THANKS})
"""What an answer to a question may look like."""
_UNANSWERED: Final = frozenset({Intent.THANKS, Intent.SPAM_OR_NOISE})
_ENDINGS: Final = frozenset({Intent.THANKS, Intent.CANCEL})
_DANGERS: Final = frozenset(
    {Sign.WEAPON, Sign.BLUNT_WEAPON, Sign.GRAVE_INJURY, Sign.TRAPPED, Sign.FIRE, Sign.ATTACK, Sign.THREAT}
)
_MORTAL: Final = frozenset({Sign.WEAPON, Sign.GRAVE_INJURY, Sign.TRAPPED, Sign.TAKEN, Sign.BOMB})
"""Who withdraws and names one of these without taking it back withdraws nothing."""
_TAKEN_BACK: Final = frozenset({Sign.NEGATED, Sign.OVER, Sign.PAST, Sign.SUSPICION})
_GOES_BACK: Final = frozenset(
    [
        "lagi", "dia", "balik", "kembali", "masih", "makin", "tambah", "orangnya", "pelakunya", "pelaku",
        "mereka",
    ]
)  # fmt: skip
"""Words that speak of somebody or something that the hotline has been told of."""
_TURNS: Final = frozenset({"tapi", "tetapi", "namun", "sekarang", "lagi", "masih", "kembali", "balik"})
"""Words with which a text that thanks or withdraws turns to what goes on."""
_CERTAIN: Final = 0.9
_LIKELY: Final = 0.5
_LIKELY_ENOUGH, _POSSIBLE = 0.6, 0.3
"""A model that is less certain than this gives way to the rules where it holds theirs for possible."""
_OTHER_TYPES: Final = 2
_CLOSE: Final = 0.1


def settle(
    rules: Meaning, evidence: Evidence, opinion: Opinion, thresholds: Mapping[str, float], sender: Sender
) -> Meaning:
    """The meaning that holds, from what the rules read and what the model thinks."""
    if rules.intent is Intent.RESPONDER_STATUS:
        return _doubted(rules, opinion)
    if sender is Sender.UNIT and (suggested := _suggested(rules, evidence, opinion)):
        return suggested
    view = _view(rules, evidence, opinion, thresholds, alone=sender is Sender.UNIT)
    if view.intent is Intent.REPORT and _goes_on(rules, evidence, opinion):
        view = _View(rules.intent, rules.confidence, rules.spans, True)
    view = _added(_turned(view, evidence), evidence, opinion)
    if view.intent is not Intent.REPORT:
        return rules._replace(
            intent=view.intent, confidence=view.certainty, spans=view.spans, unsure=view.unsure,
            incident_type=None, other_types=(), priority=None,
        )  # fmt: skip
    return _as_report(rules, view, evidence.reasons, opinion, thresholds)


def _goes_on(rules: Meaning, evidence: Evidence, opinion: Opinion) -> bool:
    """Whether somebody who has an open incident only says more of nobody knows what: `cepat pak`. It belongs
    to the conversation, and before a person.
    """
    unclear = max(opinion.types, key=opinion.types.__getitem__) == UNCLEAR
    return rules.intent is Intent.OTHER and unclear and bool(evidence.context.open_numbers)


def _turned(view: "_View", evidence: Evidence) -> "_View":
    """Thanks and withdrawals that go on to tell of danger are a report of it, or at least for a person to
    judge: `makasih pak, tapi dia datang lagi bawa parang`. So is STOP of somebody whose texts others read.
    """
    signs = evidence.signs
    if view.intent is Intent.STOP and evidence.kind_score >= DECISIVE:
        return _View(Intent.REPORT, 1 - view.certainty, view.spans, True)
    if view.intent is Intent.STOP and {Sign.NO_CALL, Sign.SILENT_DISTRESS} & signs:
        return replace(view, unsure=True)
    if view.intent not in _ENDINGS or not _turns(view.intent, evidence):
        return view
    if _DANGERS & signs and Sign.OVER not in signs:
        news = Intent.REPORT if evidence.number is None else Intent.MORE_INFO
        return _View(news, 1 - view.certainty, view.spans, True)
    return replace(view, unsure=True) if view.intent is Intent.CANCEL else view


def _added(view: "_View", evidence: Evidence, opinion: Opinion) -> "_View":
    """A report of somebody with an open incident that says neither where nor surely what, but speaks of what
    is known (`dia datang lagi bawa parang`), adds to that incident.
    """
    if view.intent is not Intent.REPORT or evidence.placed or not evidence.context.open_numbers:
        return view
    certain = max(opinion.types.values()) >= _CERTAIN
    back = any(word.word in _GOES_BACK for word in evidence.words)
    return view if certain or not back else _View(Intent.MORE_INFO, view.certainty, view.spans, True)


def _turns(intent: Intent, evidence: Evidence) -> bool:
    if any(word.word in _TURNS for word in evidence.words):
        return True
    signs = evidence.signs
    return intent is Intent.CANCEL and bool(_MORTAL & signs) and not _TAKEN_BACK & signs


@dataclass(frozen=True, slots=True)
class _View:
    """The intent that holds."""

    intent: Intent
    certainty: float
    spans: tuple[Span, ...]
    unsure: bool


def _view(
    rules: Meaning, evidence: Evidence, opinion: Opinion, thresholds: Mapping[str, float], *, alone: bool
) -> _View:
    """The intent: the rules' own where they decide `alone`. What names a place is never put aside as noise
    that the rules take for a report.
    """
    answers = rules.intent is Intent.ANSWER
    if alone or rules.exact or not (answers or rules.intent in _JUDGED):
        return _View(rules.intent, rules.confidence, rules.spans, rules.unsure)
    intent, certainty = _intent(opinion)
    if answers and not _is_news(intent, certainty, evidence):
        return _View(rules.intent, rules.confidence, rules.spans, rules.unsure)
    if intent is Intent.SPAM_OR_NOISE and rules.intent is Intent.REPORT and evidence.placed:
        return _View(Intent.REPORT, 1 - certainty, rules.spans, True)
    if intent is not Intent.REPORT and _heard_danger(rules) and certainty < _CERTAIN:
        return _View(Intent.REPORT, 1 - certainty, rules.spans, True)
    if intent is not Intent.REPORT and speaks_as_unit(evidence):
        return _View(rules.intent, rules.confidence, rules.spans, True)
    if _gives_way(intent, certainty, rules, opinion):
        return _View(rules.intent, opinion.intents.get(rules.intent, 0.0), rules.spans, True)
    agreed = rules.intent is intent
    unsure = certainty < thresholds["sure_intent"] or (not (agreed or answers) and certainty < _CERTAIN)
    return _View(intent, certainty, rules.spans if agreed else (), unsure)


def _is_news(intent: Intent, certainty: float, evidence: Evidence) -> bool:
    """Whether a text that names a place, and in which the rules find nothing else, is more than the answer to
    a question: less is believed where one is open.
    """
    if intent is Intent.REPORT:
        return evidence.context.question is None or certainty >= _CERTAIN
    return intent not in _SIDE_ANSWERS and certainty >= _CERTAIN


def _gives_way(intent: Intent, certainty: float, rules: Meaning, opinion: Opinion) -> bool:
    """Whether the model is too uncertain to overrule what the rules read: what they read is possible, or the
    sender would hear nothing of us.
    """
    if intent is rules.intent or certainty >= _LIKELY_ENOUGH:
        return False
    return intent in _UNANSWERED or opinion.intents.get(rules.intent, 0.0) >= _POSSIBLE


def _intent(opinion: Opinion) -> tuple[Intent, float]:
    """The likeliest of the intents that the model may decide between."""
    name = max((name for name in opinion.intents if name in _JUDGED), key=opinion.intents.__getitem__)
    return Intent(name), opinion.intents[name]


def _heard_danger(rules: Meaning) -> bool:
    return rules.priority is not None and rules.priority.value is Priority.DARURAT


def _as_report(
    rules: Meaning,
    view: _View,
    reasons: tuple[Reason, ...],
    opinion: Opinion,
    thresholds: Mapping[str, float],
) -> Meaning:
    """A report with its type and priority."""
    ranked = sorted(opinion.types.items(), key=lambda each: (-each[1], each[0]))
    kind, certainty = ranked[0]
    said = rules.incident_type
    spans = opinion.spans_for(kind)
    if said is not None and said.value == kind:
        spans = tuple(sorted({*said.spans, *spans}))
    disagree = said is not None and UNCLEAR != said.value != kind and said.confidence >= _CERTAIN
    unsure = kind == UNCLEAR or certainty < thresholds["sure_type"] or (disagree and certainty < _CERTAIN)
    return rules._replace(
        intent=view.intent,
        confidence=view.certainty,
        spans=view.spans or spans,
        incident_type=Found(kind, spans, certainty, Basis.WORDS),
        other_types=tuple(code for code, likely in ranked[1 : _OTHER_TYPES + 1] if likely >= _CLOSE),
        priority=_priority(reasons, opinion, thresholds),
        unsure=view.unsure or unsure,
    )


def _priority(
    reasons: tuple[Reason, ...], opinion: Opinion, thresholds: Mapping[str, float]
) -> Found[Priority]:
    """Danger to life is believed from little; between the others the likeliest holds."""
    danger, heard = opinion.priorities[Priority.DARURAT], opinion.heard
    if danger >= thresholds[asked_of_danger(heard)]:
        return Found(Priority.DARURAT, heard.spans or _all(reasons), max(danger, _LIKELY), Basis.WORDS)
    calmer = {name: likely for name, likely in opinion.priorities.items() if name != Priority.DARURAT}
    name = max(calmer, key=calmer.__getitem__)
    return Found(Priority(name), heard.spans if heard.value == name else (), calmer[name], Basis.WORDS)


def asked_of_danger(heard: Found[Priority]) -> str:
    """Which threshold the certainty of danger must reach: the lower one where signs in the text raised it."""
    raised = heard.value is Priority.DARURAT and heard.confidence == RAISED
    return "darurat_if_raised" if raised else "darurat"


def _all(reasons: tuple[Reason, ...]) -> tuple[Span, ...]:
    return tuple(sorted({reason.span for reason in reasons}))


def _doubted(rules: Meaning, opinion: Opinion) -> Meaning:
    """A unit's status as the rules read it; unsure where it was put together from words and the model is
    certain of another.
    """
    status = rules.status
    if status is None or status.basis is not Basis.WORDS or not opinion.statuses:
        return rules
    likely = max(opinion.statuses, key=opinion.statuses.__getitem__)
    differs = StatusCode[likely] is not status.value and opinion.statuses[likely] >= _CERTAIN
    return rules._replace(unsure=True) if differs else rules


def _suggested(rules: Meaning, evidence: Evidence, opinion: Opinion) -> Meaning | None:
    """A status that only the model sees: shown to a person, never acted on. More is asked of it where the
    text may be a note to the incident that it names.
    """
    notes = rules.intent is Intent.MORE_INFO
    judged = rules.intent in _JUDGED or rules.intent is Intent.ANSWER
    if (rules.exact and not notes) or not judged or not opinion.statuses:
        return None
    likely = max(opinion.statuses, key=opinion.statuses.__getitem__)
    certainty = opinion.statuses[likely] * opinion.intents.get(Intent.RESPONDER_STATUS, 0.0)
    if certainty < (_CERTAIN if notes else _LIKELY):
        return None
    status = Found(StatusCode[likely], (), certainty, Basis.WORDS)
    return Meaning(Intent.RESPONDER_STATUS, certainty, status=status, note=evidence.text.strip(), unsure=True)

"""Rules and model together: who decides what, and when the answer is unsure.

The rules alone decide what is exact: keywords, bare answers, numbers, places, a unit's codes. The model
decides a resident's intent and the type of a report, knowing what the rules found. It decides the priority
too, but where the rules heard danger to life, less certainty is asked of it. Where the two disagree, or the
model is not certain, the reading is unsure: a person looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import UNCLEAR, Priority
from sms.grammar.evidence import Evidence
from sms.grammar.meaning import Basis, Found, Intent, Meaning, Reason, Sender, Span
from sms.grammar.model import Opinion
from sms.grammar.urgency import LOWERED

_JUDGED: Final = frozenset(
    [
        Intent.REPORT, Intent.MORE_INFO, Intent.STATUS_QUERY, Intent.CANCEL, Intent.THANKS, Intent.HELP,
        Intent.STOP, Intent.SPAM_OR_NOISE, Intent.OTHER,
    ]
)  # fmt: skip
"""What the model may decide between; the other intents are exact words."""
_UNANSWERED: Final = frozenset({Intent.THANKS, Intent.SPAM_OR_NOISE})
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
    view = _view(rules, opinion, thresholds, alone=sender is Sender.UNIT, placed=evidence.placed)
    if view.intent is not Intent.REPORT:
        return replace(
            rules, intent=view.intent, confidence=view.certainty, spans=view.spans, unsure=view.unsure,
            incident_type=None, other_types=(), priority=None,
        )  # fmt: skip
    return _as_report(rules, view, evidence.reasons, opinion, thresholds)


@dataclass(frozen=True, slots=True)
class _View:
    """The intent that holds."""

    intent: Intent
    certainty: float
    spans: tuple[Span, ...]
    unsure: bool


def _view(
    rules: Meaning, opinion: Opinion, thresholds: Mapping[str, float], *, alone: bool, placed: bool
) -> _View:
    """The intent: the rules' own where they decide `alone`. What names a place is never put aside as noise
    that the rules take for a report.
    """
    if alone or rules.exact or rules.intent not in _JUDGED:
        return _View(rules.intent, rules.confidence, rules.spans, rules.unsure)
    intent, certainty = _intent(opinion)
    if intent is Intent.SPAM_OR_NOISE and rules.intent is Intent.REPORT and placed:
        return _View(Intent.REPORT, 1 - certainty, rules.spans, True)
    if intent is not Intent.REPORT and _heard_danger(rules) and certainty < _CERTAIN:
        return _View(Intent.REPORT, 1 - certainty, rules.spans, True)
    if _gives_way(intent, certainty, rules, opinion):
        return _View(rules.intent, opinion.intents.get(rules.intent, 0.0), rules.spans, True)
    agreed = rules.intent is intent
    unsure = certainty < thresholds["sure_intent"] or (not agreed and certainty < _CERTAIN)
    return _View(intent, certainty, rules.spans if agreed else (), unsure)


def _gives_way(intent: Intent, certainty: float, rules: Meaning, opinion: Opinion) -> bool:
    """Whether the model is too uncertain to overrule what the rules read: what they read is possible, or the
    sender would hear nothing of us, or a stranger writes a unit's words.
    """
    if intent is rules.intent or certainty >= _LIKELY_ENOUGH:
        return False
    stranger = opinion.intents.get(Intent.RESPONDER_STATUS, 0.0) >= _POSSIBLE
    return stranger or intent in _UNANSWERED or opinion.intents.get(rules.intent, 0.0) >= _POSSIBLE


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
    return replace(
        rules,
        intent=view.intent,
        confidence=view.certainty,
        spans=view.spans or spans,
        incident_type=Found(kind, spans, certainty, Basis.WORDS),
        other_types=tuple(code for code, likely in ranked[1 : _OTHER_TYPES + 1] if likely >= _CLOSE),
        priority=_priority(reasons, rules, opinion, thresholds),
        unsure=view.unsure or unsure,
    )


def _priority(
    reasons: tuple[Reason, ...], rules: Meaning, opinion: Opinion, thresholds: Mapping[str, float]
) -> Found[Priority]:
    """Danger to life is believed from little; between the others the likeliest holds."""
    danger = opinion.priorities[Priority.DARURAT]
    spans = rules.priority.spans if rules.priority is not None else ()
    if danger >= thresholds[_asked_of_danger(rules)]:
        return Found(Priority.DARURAT, spans or _all(reasons), max(danger, _LIKELY), Basis.WORDS)
    calmer = {name: likely for name, likely in opinion.priorities.items() if name != Priority.DARURAT}
    name = max(calmer, key=calmer.__getitem__)
    same = rules.priority is not None and rules.priority.value == name
    return Found(Priority(name), spans if same else (), calmer[name], Basis.WORDS)


def _asked_of_danger(rules: Meaning) -> str:
    """Which threshold the certainty of danger must reach, after what the rules heard."""
    if _heard_danger(rules):
        return "darurat_of_rules"
    calmed = rules.priority is not None and rules.priority.confidence == LOWERED
    return "darurat_if_calmed" if calmed else "darurat"


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
    return replace(rules, unsure=True) if differs else rules


def _suggested(rules: Meaning, evidence: Evidence, opinion: Opinion) -> Meaning | None:
    """A status that only the model sees: shown to a person, never acted on."""
    if rules.exact or rules.intent not in _JUDGED or not opinion.statuses:
        return None
    likely = max(opinion.statuses, key=opinion.statuses.__getitem__)
    certainty = opinion.statuses[likely] * opinion.intents.get(Intent.RESPONDER_STATUS, 0.0)
    if certainty < _LIKELY:
        return None
    status = Found(StatusCode[likely], (), certainty, Basis.WORDS)
    return Meaning(Intent.RESPONDER_STATUS, certainty, status=status, note=evidence.text.strip(), unsure=True)

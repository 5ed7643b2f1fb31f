"""Chooses how much certainty is asked before something is believed: on messages kept aside, rules and model
together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hotline.domain.playbook import Priority
from sms.grammar import Meaning
from sms.grammar.judgement import asked_of_danger, settle
from sms.grammar.model import Opinion
from sms.grammar.model_file import DANGER, THRESHOLDS
from tools.training.matrix import Sample

MISSED_COSTS: Final = 3
"""How many false emergencies one that is missed costs (the square of the beta of an F score)."""
SURE_INTENT: Final = 0.97
SURE_TYPE: Final = 0.93
"""The share of the sure answers that must be right."""
_STEPS: Final = tuple(step / 100 for step in range(6, 72, 2))
_FIRST: Final = 0.3
_ROUNDS: Final = 3
_AS_GOOD: Final = 0.003
"""Scores that near to the best are chance; the middle of the thresholds that reach them is taken."""


def settled(
    samples: Sequence[Sample], opinions: Sequence[Opinion], thresholds: Mapping[str, float]
) -> list[Meaning]:
    """What rules and model together make of each message that the model has not seen."""
    return [
        settle(sample.rules, sample.evidence, opinion, thresholds, sample.message.sender)
        for sample, opinion in zip(samples, opinions, strict=True)
    ]


def choose(samples: Sequence[Sample], opinions: Sequence[Opinion]) -> dict[str, float]:
    """The thresholds that serve best."""
    meanings = settled(samples, opinions, dict.fromkeys(THRESHOLDS, 0.0))
    alarms = [
        _Alarm(
            asked_of_danger(opinion.heard), opinion.priorities[Priority.DARURAT],
            meaning.priority is not None, sample.message.priority is Priority.DARURAT,
        )
        for sample, opinion, meaning in zip(samples, opinions, meanings, strict=True)
    ]  # fmt: skip
    intents = [
        (meaning.confidence, meaning.intent is sample.message.intent)
        for sample, meaning in zip(samples, meanings, strict=True)
        if sample.message.status is None and not sample.rules.exact
    ]
    types = [
        (meaning.incident_type.confidence, meaning.incident_type.value == sample.message.type)
        for sample, meaning in zip(samples, meanings, strict=True)
        if sample.message.type is not None and meaning.incident_type is not None
    ]
    sure = {"sure_intent": _asked(intents, SURE_INTENT), "sure_type": _asked(types, SURE_TYPE)}
    return {**_danger(alarms), **sure}


@dataclass(frozen=True, slots=True)
class _Alarm:
    """One message: which threshold applies, how likely danger is, whether it is read as a report at all, and
    whether it is an emergency.
    """

    threshold: str
    likely: float
    reported: bool
    real: bool


def _danger(alarms: Sequence[_Alarm]) -> dict[str, float]:
    """The thresholds of danger, bettered one after the other."""
    chosen = dict.fromkeys(DANGER, _FIRST)
    for _ in range(_ROUNDS):
        for name in DANGER:
            most = chosen["darurat"] if name == "darurat_if_raised" else _STEPS[-1]
            scores = {step: _heard(alarms, chosen | {name: step}) for step in _STEPS if step <= most}
            good = [step for step, score in scores.items() if score >= max(scores.values()) - _AS_GOOD]
            chosen[name] = good[len(good) // 2]
    return chosen


def _heard(alarms: Sequence[_Alarm], asked: Mapping[str, float]) -> float:
    """F score of darurat, in which recall counts more."""
    said = [alarm.reported and alarm.likely >= asked[alarm.threshold] for alarm in alarms]
    both = sum(alarm.real and given for alarm, given in zip(alarms, said, strict=True))
    real = sum(alarm.real for alarm in alarms)
    return (1 + MISSED_COSTS) * both / (MISSED_COSTS * real + sum(said)) if both else 0.0


def _asked(answers: Sequence[tuple[float, bool]], right: float) -> float:
    """The least certainty at which the answers that are at least so certain are right often enough."""
    ranked = sorted(answers, reverse=True)
    hits, lowest = 0, 0.99
    for count, (certainty, good) in enumerate(ranked, 1):
        hits += good
        if hits >= right * count:
            lowest = certainty
    return round(min(lowest, 0.95), 3)

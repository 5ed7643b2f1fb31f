"""Chooses how much certainty is asked before something is believed: on messages kept aside, rules and model
together.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from hotline.domain.playbook import Priority
from sms.grammar import Meaning
from sms.grammar.judgement import settle
from sms.grammar.model import Opinion
from tools.training.matrix import Sample

RECALL_COUNTS: Final = 1.5
"""How much more a missed emergency costs than a false one (the beta of an F score)."""
SURE_INTENT: Final = 0.97
SURE_TYPE: Final = 0.93
"""The share of the sure answers that must be right."""
_NONE: Final[Mapping[str, float]] = {
    "darurat": 0.5, "darurat_of_rules": 0.3, "darurat_if_calmed": 0.5, "sure_intent": 0.0, "sure_type": 0.0
}  # fmt: skip


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
    chosen = dict(_NONE)
    steps = [step / 100 for step in range(10, 62, 4)]
    pairs = [(own, of_rules) for own, of_rules in product(steps, steps) if of_rules <= own]
    best = max(pairs, key=lambda pair: _heard(samples, opinions, {**chosen, **_danger(*pair)}))
    chosen |= _danger(*best)
    calmed = (step for step in (*steps, 0.7, 0.8) if step >= best[0])
    chosen["darurat_if_calmed"] = max(
        calmed, key=lambda step: _heard(samples, opinions, {**chosen, "darurat_if_calmed": step})
    )
    meanings = settled(samples, opinions, chosen)
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
    return {**chosen, "sure_intent": _asked(intents, SURE_INTENT), "sure_type": _asked(types, SURE_TYPE)}


def _danger(own: float, of_rules: float) -> dict[str, float]:
    return {"darurat": own, "darurat_of_rules": of_rules}


def _heard(samples: Sequence[Sample], opinions: Sequence[Opinion], thresholds: Mapping[str, float]) -> float:
    """F score of darurat, in which recall counts more."""
    wanted = given = both = 0
    for sample, meaning in zip(samples, settled(samples, opinions, thresholds), strict=True):
        is_so = sample.message.priority is Priority.DARURAT
        said = meaning.priority is not None and meaning.priority.value is Priority.DARURAT
        wanted, given, both = wanted + is_so, given + said, both + (is_so and said)
    weight = RECALL_COUNTS**2
    return (1 + weight) * both / (weight * wanted + given) if both else 0.0


def _asked(answers: Sequence[tuple[float, bool]], right: float) -> float:
    """The least certainty at which the answers that are at least so certain are right often enough."""
    ranked = sorted(answers, reverse=True)
    hits, lowest = 0, 0.99
    for count, (certainty, good) in enumerate(ranked, 1):
        hits += good
        if hits >= right * count:
            lowest = certainty
    return round(min(lowest, 0.95), 3)

"""Which kind of incident a text speaks of: the phrases of each type, weighed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sms.grammar.lexicon import STRENGTHS, CueKind
from sms.grammar.meaning import Span
from sms.grammar.phrases import Match

CLEAR_LEAD: Final = 3.0
"""Weight by which a type must lead the next one for the reading to be sure."""
ENOUGH: Final = 3.0
DECISIVE: Final = STRENGTHS["decisive"]
_GIVES_WAY: Final = 5.0
_REPEAT_DISCOUNT: Final = 0.34
"""A second phrase of the same type adds this share of its weight: many words are not many incidents."""
_LENGTH_BONUS: Final = 1.2
"""Each further word of a phrase makes it that much more telling."""


class KindScore(NamedTuple):
    """How much speaks for one type, and where."""

    code: str
    score: float
    spans: tuple[Span, ...]


def score_kinds(matches: Iterable[Match], yields: Mapping[str, frozenset[str]]) -> tuple[KindScore, ...]:
    """The types that anything speaks for, best first; a type gives way to the ones it yields to."""
    weights: dict[str, list[float]] = defaultdict(list)
    spans: dict[str, list[Span]] = defaultdict(list)
    for match in matches:
        if match.cue.kind is CueKind.TYPE and not match.negated:
            weights[match.cue.value].append(weigh(match))
            spans[match.cue.value] += match.spans
    return give_way(rank(weights, spans), yields)


def give_way(kinds: tuple[KindScore, ...], yields: Mapping[str, frozenset[str]]) -> tuple[KindScore, ...]:
    """The scores with each type lowered that yields to another one for which something decisive speaks."""
    decisive = {kind.code for kind in kinds if kind.score >= DECISIVE}
    if not any(yields.get(kind.code, frozenset()) & decisive for kind in kinds):
        return kinds
    lowered = (
        kind._replace(score=max(kind.score - _GIVES_WAY, 0.0))
        if decisive & yields.get(kind.code, frozenset())
        else kind
        for kind in kinds
    )
    return tuple(sorted(lowered, key=lambda found: (-found.score, found.code)))


def weigh(match: Match) -> float:
    """The weight of one phrase: that of its list, more for each further word."""
    return match.cue.weight + _LENGTH_BONUS * (match.mask.bit_count() - 1) * (match.cue.weight >= ENOUGH)


def rank(weights: Mapping[str, list[float]], spans: Mapping[str, list[Span]]) -> tuple[KindScore, ...]:
    """Totals per name, best first; the strongest phrase counts whole, further ones in part."""
    scores = [
        KindScore(
            code, max(parts) + _REPEAT_DISCOUNT * (sum(parts) - max(parts)), tuple(sorted(set(spans[code])))
        )
        for code, parts in weights.items()
    ]
    return tuple(sorted(scores, key=lambda found: (-found.score, found.code)))

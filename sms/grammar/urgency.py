"""How urgent an incident is: its type's priority, raised or lowered by what the text says; and why."""

from collections.abc import Iterable, Mapping
from typing import Final

from hotline.domain.playbook import IncidentType, Priority
from sms.grammar.lexicon import CueKind, Lexicon, Rule
from sms.grammar.meaning import Basis, Found, Reason, Sign, Span
from sms.grammar.phrases import Match

RAISED: Final = 0.9
LOWERED: Final = 0.7
UNSAID: Final = 0.6
"""How sure a priority is that a rule raised, that a rule lowered, and that is only the type's own."""


def read_reasons(matches: Iterable[Match]) -> tuple[Reason, ...]:
    """Every sign in the text with its place; a dangerous word that is taken back is a sign of its own."""
    found = {
        Reason(
            Sign.NEGATED if match.negated else Sign(match.cue.value),
            Span(match.spans[0].start, match.spans[-1].end),
        )
        for match in matches
        if match.cue.kind is CueKind.SIGN or (match.cue.kind is CueKind.ABOUT and not match.negated)
    }
    return tuple(sorted(found, key=lambda reason: (reason.span, reason.sign)))


def read_priority(
    kind: str, reasons: tuple[Reason, ...], lexicon: Lexicon, types: Mapping[str, IncidentType]
) -> Found[Priority]:
    """The priority of an incident of type `kind`. Raising rules first: safety words may only raise."""
    signs = frozenset(reason.sign for reason in reasons)
    own = types[kind].priority
    if not signs:
        return Found(own, (), UNSAID, Basis.WORDS)  # every rule asks for a sign
    raising = [rule for rule in lexicon.raises if rule.fits(kind, signs)]
    if raising:
        best = min(raising, key=lambda rule: rule.priority.rank)
        if best.priority.rank <= own.rank:
            return Found(best.priority, _where(reasons, best), RAISED, Basis.WORDS)
    lowering = [] if raising else [rule for rule in lexicon.lowers if rule.fits(kind, signs)]
    if lowering:
        return Found(lowering[0].priority, _where(reasons, lowering[0]), LOWERED, Basis.WORDS)
    return Found(own, (), UNSAID, Basis.WORDS)


def _where(reasons: tuple[Reason, ...], rule: Rule) -> tuple[Span, ...]:
    return tuple(sorted({reason.span for reason in reasons if reason.sign in rule.signs}))

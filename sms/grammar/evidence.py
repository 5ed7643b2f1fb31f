"""Everything that was found in one text, before anybody decides what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from sms.grammar.kind import KindScore
from sms.grammar.lexicon import CueKind
from sms.grammar.meaning import Context, Found, Intent, Reason, Sign
from sms.grammar.phrases import Match
from sms.grammar.places import Place
from sms.grammar.words import Word


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words, phrases, places and numbers of one text; what the deciding modules look at."""

    text: str
    words: Sequence[Word]
    matches: Sequence[Match]
    kinds: Sequence[KindScore]
    intents: dict[str, KindScore]
    reasons: tuple[Reason, ...]
    place: Place
    rt: Found[int] | None
    number: Found[str] | None
    after_number: int | None
    keyword: Intent | None
    context: Context

    @property
    def signs(self) -> frozenset[Sign]:
        return frozenset(reason.sign for reason in self.reasons)

    @property
    def placed(self) -> bool:
        """Whether the text says where, however roughly."""
        place = self.place
        return bool(self.rt or place.area or place.outside or place.landmark or place.candidates)

    @property
    def kind_score(self) -> float:
        return self.kinds[0].score if self.kinds else 0.0

    def intent_score(self, intent: Intent) -> float:
        found = self.intents.get(intent)
        return found.score if found else 0.0

    def said(self, kind: CueKind, value: str) -> list[Match]:
        """The phrases that speak for one value, those taken back left out."""
        return [
            match
            for match in self.matches
            if match.cue.kind is kind and match.cue.value == value and not match.negated
        ]

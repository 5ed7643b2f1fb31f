"""What a text means. Pure: no database, no clock, no network; the context is passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from hotline.domain.incident_number import is_valid
from hotline.domain.playbook import UNCLEAR, Area, IncidentType, Playbook, Priority
from sms.grammar.answers import answered_area, answered_rt, bare_choice, bare_word
from sms.grammar.details import read_minutes, read_on_behalf_of, read_people, read_vehicles
from sms.grammar.evidence import Evidence
from sms.grammar.intent import Decision, decide_intent
from sms.grammar.judgement import settle
from sms.grammar.kind import CLEAR_LEAD, ENOUGH, KindScore, rank, score_kinds, weigh
from sms.grammar.lexicon import DOCUMENT, CueKind, Lexicon, check_lexicon, read_lexicon
from sms.grammar.likeness import distance
from sms.grammar.meaning import (
    Basis,
    Context,
    Found,
    Intent,
    Meaning,
    Question,
    Reason,
    Sender,
    Sign,
    Span,
)  # fmt: skip
from sms.grammar.model import Model, Urgency
from sms.grammar.model_file import check_model, fit_model
from sms.grammar.neighbourhood import read_rt, read_rw
from sms.grammar.numbers import read_number
from sms.grammar.phrases import Match, PhraseFinder
from sms.grammar.places import Gazetteer
from sms.grammar.topics import DOCUMENT as TOPICS
from sms.grammar.topics import Topics
from sms.grammar.units import decide_unit
from sms.grammar.urgency import RAISED, read_priority, read_reasons
from sms.grammar.vocabulary import speller_of
from sms.grammar.words import Tokenizer, Word, fold

__all__ = [
    "Basis", "Context", "Found", "Intent", "Meaning", "Question", "Reader", "Reason", "Sender", "Sign",
    "Span", "check_lexicon", "check_model", "read_lexicon",
]  # fmt: skip

Said = tuple[str, Context]
"""A text, and the conversation in which it is said."""

_TAKES_NUMBER: Final = frozenset(
    {Intent.STATUS_QUERY, Intent.CANCEL, Intent.MORE_INFO, Intent.RESPONDER_STATUS}
)
_STATUS_WORDS: Final = frozenset(
    [
        "terima", "tolak", "jalan", "tiba", "bantu", "bantuan", "selesai", "gagal", "otw", "meluncur",
        "siap", "sampai", "nihil", "merapat",
    ]
)  # fmt: skip
_SURE: Final = 0.7
_AROUND_PLACES: Final = "place"
"""The lexicon's list of words that stand around a place and say nothing but where."""
_LEAST_KEYWORD: Final = 4


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts by one playbook. Compiled once; holds no state that changes an answer."""

    lexicon: Lexicon
    types: Mapping[str, IncidentType]
    areas: Mapping[str, Area]
    tokenizer: Tokenizer
    finder: PhraseFinder
    gazetteer: Gazetteer
    model: Model | None = None
    """None where the playbook has no model that fits: the rules then work alone."""
    ahead: dict[tuple[str, Sender, Context], list[Meaning]] = field(default_factory=dict)
    """What was read before somebody asks for it, once for each time that it is asked for."""

    def __repr__(self) -> str:
        """Short: a failing test prints its reader, and the lexicon would hide what failed."""
        return f"<Reader of {len(self.types)} types>"

    @classmethod
    def of(cls, playbook: Playbook) -> "Reader":
        """The reader of this playbook's language and places, with its trained model if that fits.

        Raises KeyError or ValueError on an unfit lexicon.
        """
        lexicon = read_lexicon(playbook.documents[DOCUMENT])
        tokenizer = Tokenizer.of(lexicon, speller_of(lexicon, playbook))
        return cls(
            lexicon,
            playbook.types,
            playbook.areas,
            tokenizer,
            PhraseFinder.of(lexicon),
            Gazetteer.of(playbook, tokenizer),
            fit_model(playbook, Topics.of(playbook.documents.get(TOPICS), lexicon.spellings)),
        )

    def read(self, text: str, sender: Sender, context: Context | None = None) -> Meaning:
        """What `text` means. Never raises, whatever the text; what is not certain is marked unsure."""
        context = context or Context()
        before = self.ahead.get((text, sender, context))
        return before.pop() if before else self._read_all([(text, context)], sender)[0]

    def read_ahead(self, texts: Sequence[Said]) -> None:
        """Reads texts of residents, each in its conversation, before somebody asks for them."""
        sender = Sender.RESIDENT
        for (text, context), meaning in zip(texts, self._read_all(texts, sender), strict=True):
            self.ahead.setdefault((text, sender, context), []).append(meaning)

    def forget(self) -> None:
        """What was read ahead and nobody asked for."""
        self.ahead.clear()

    def _read_all(self, texts: Sequence[Said], sender: Sender) -> list[Meaning]:
        """Step by step for all of them: what a step runs and looks up is still in the processor's caches for
        the next text (what it buys is in docs/performance.md).
        """
        found = self.gather_all(texts, sender)
        meanings = [self.by_rules(each, sender) for each in found]
        if (model := self.model) is not None:
            opinions = [
                model.opinion(each, rules, sender, self.urgency(each))
                for each, rules in zip(found, meanings, strict=True)
            ]
            meanings = [
                settle(rules, each, opinion, model.thresholds, sender)
                for rules, each, opinion in zip(meanings, found, opinions, strict=True)
            ]
        return [self._finished(meaning, each) for meaning, each in zip(meanings, found, strict=True)]

    def by_rules(self, evidence: Evidence, sender: Sender) -> Meaning:
        """What the rules alone make of the text, before the model is asked."""
        meaning = decide_unit(evidence, self.lexicon) if sender is Sender.UNIT else None
        return meaning or self._resident(evidence)

    def urgency(self, evidence: Evidence) -> Urgency:
        """How urgent an incident of some type is with what this text says."""
        return partial(read_priority, reasons=evidence.reasons, lexicon=self.lexicon, types=self.types)

    def gather(self, text: str, sender: Sender, context: Context) -> Evidence:
        """All evidence in the text, before anything is decided."""
        return self.gather_all([(text, context)], sender)[0]

    def gather_all(self, texts: Sequence[Said], sender: Sender) -> list[Evidence]:
        """The same of several."""
        corrections = self.lexicon.corrections
        words = [self.tokenizer.words(text) for text, _ in texts]
        matches = [self.finder.matches(each) for each in words]
        rts = [
            read_rt(each, corrections) or answered_rt(each, context.question)
            for each, (_, context) in zip(words, texts, strict=True)
        ]
        places = [
            self.gazetteer.read(each, rt.value if rt else None, corrections)
            for each, rt in zip(words, rts, strict=True)
        ]
        kinds = [score_kinds(each, self.lexicon.yields) for each in matches]
        intents = [_score_intents(each) for each in matches]
        reasons = [read_reasons(each) for each in matches]
        keywords = [self._keyword(each) for each in words]
        numbers = [
            self._number(each, keyword, sender, context)
            for each, keyword, (_, context) in zip(words, keywords, texts, strict=True)
        ]
        facts = zip(words, matches, kinds, intents, reasons, places, rts, strict=True)
        return [
            Evidence(text, word, match, kind, intent, reason, place, rt, *number, keyword, context)
            for (text, context), (word, match, kind, intent, reason, place, rt), number, keyword in zip(
                texts, facts, numbers, keywords, strict=True
            )
        ]

    def _number(
        self, words: tuple[Word, ...], keyword: Intent | None, sender: Sender, context: Context
    ) -> tuple[Found[str] | None, int | None]:
        """The incident's number, and where the words behind it begin."""
        unit = sender is Sender.UNIT
        leads = keyword in _TAKES_NUMBER or (unit and _first_word(words) in _STATUS_WORDS)
        found = read_number(words, keyword=leads, unit=unit, open_numbers=context.open_numbers)
        return found or (None, None)

    def _keyword(self, words: tuple[Word, ...]) -> Intent | None:
        """The keyword that the text starts with."""
        first = next((word for word in words if word.text.isalnum()), None)
        if first is None:
            return None
        found = self.lexicon.keywords.get(first.text) or self.lexicon.keywords.get(first.word)
        alone = sum(word.text.isalnum() for word in words) == 1
        if found is Intent.START and any(self._is_stop(word) for word in words):
            return None  # `reg stop`: nobody can tell which of the two
        return self._misspelt(first) if found is None and alone and not first.known else found

    def _is_stop(self, word: Word) -> bool:
        return self.lexicon.keywords.get(word.text) is Intent.STOP

    def _misspelt(self, word: Word) -> Intent | None:
        """The one keyword that a strange word, alone in its text, is a slip away from."""
        meant = {
            intent
            for keyword, intent in self.lexicon.keywords.items()
            if len(keyword) >= _LEAST_KEYWORD
            and keyword[0] == word.text[0]
            and distance(word.text, keyword) == 1
        }
        return meant.pop() if len(meant) == 1 else None

    def _resident(self, evidence: Evidence) -> Meaning:
        choice = bare_choice(evidence.words, self.lexicon)
        if choice is not None or answered_rt(evidence.words, evidence.context.question):
            area = answered_area(choice, evidence.words, evidence.context.question, self.areas)
            return Meaning(
                Intent.ANSWER, 0.9, choice=choice, area=area, unsure=evidence.context.question is None,
                exact=True,
            )  # fmt: skip
        bare = bare_word(evidence.words, self.lexicon)
        around = self.lexicon.alone.get(_AROUND_PLACES, frozenset())
        decision = Decision(bare, 0.9, exact=True) if bare is not None else decide_intent(evidence, around)
        meaning = Meaning(
            decision.intent, decision.confidence, decision.spans, unsure=decision.confidence < _SURE,
            exact=decision.exact,
        )  # fmt: skip
        return self._as_report(meaning, evidence) if decision.intent is Intent.REPORT else meaning

    def _as_report(self, meaning: Meaning, evidence: Evidence) -> Meaning:
        """The meaning with type, priority and its reasons."""
        kinds = [kind for kind in evidence.kinds if kind.score >= ENOUGH]
        if kinds and kinds[0].code != UNCLEAR:
            kinds = [kind for kind in kinds if kind.code != UNCLEAR]
        code, confidence = UNCLEAR, 0.4
        spans: tuple[Span, ...] = ()
        if kinds and kinds[0].code != UNCLEAR:
            lead = kinds[0].score - (kinds[1].score if len(kinds) > 1 else 0.0)
            code, spans = kinds[0].code, kinds[0].spans
            confidence = min(0.95, 0.5 + 0.15 * lead / CLEAR_LEAD * 2)
        from_words = Found(code, spans, confidence, Basis.WORDS)
        return meaning._replace(
            incident_type=from_words,
            other_types=tuple(kind.code for kind in kinds[1:3]),
            priority=read_priority(code, evidence.reasons, self.lexicon, self.types),
            unsure=meaning.unsure or confidence < 0.5 or code == UNCLEAR,
        )

    def _finished(self, meaning: Meaning, evidence: Evidence) -> Meaning:
        """The meaning with everything that does not depend on the intent."""
        number = meaning.number or evidence.number  # a decision has its number where the design puts it
        signs = evidence.signs
        return meaning._replace(
            reasons=evidence.reasons,
            danger=self._danger(evidence) if meaning.intent is Intent.MORE_INFO else None,
            area=meaning.area or evidence.place.area,
            areas=evidence.place.candidates,
            outside=evidence.place.outside,
            landmark=evidence.place.landmark,
            rt=meaning.rt or evidence.rt or evidence.place.rt,
            rw=read_rw(evidence.words),
            people=read_people(evidence.words),
            minutes=read_minutes(evidence.words),
            vehicles=read_vehicles(evidence.words),
            number=number,
            number_valid=number is not None and is_valid(number.value),
            on_behalf_of=read_on_behalf_of(fold(evidence.text)),
            do_not_call=Sign.NO_CALL in signs or Sign.SILENT_DISTRESS in signs,
            unknown_words=tuple(dict.fromkeys(word.text for word in evidence.words if not word.known)),
        )

    def _danger(self, evidence: Evidence) -> Found[Priority] | None:
        """What the signs alone raise an incident of any type to."""
        heard = self.urgency(evidence)(UNCLEAR)
        return heard if heard.confidence == RAISED else None


def _first_word(words: tuple[Word, ...]) -> str:
    return next((word.word for word in words if word.text.isalpha()), "")


def _score_intents(matches: tuple[Match, ...]) -> dict[str, KindScore]:
    weights: dict[str, list[float]] = {}
    spans: dict[str, list[Span]] = {}
    for match in matches:
        if match.cue.kind is CueKind.INTENT and not match.negated:
            weights.setdefault(match.cue.value, []).append(weigh(match))
            spans.setdefault(match.cue.value, []).extend(match.spans)
    return {found.code: found for found in rank(weights, spans)}

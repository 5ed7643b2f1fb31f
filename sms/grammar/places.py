"""Where it is: kelurahan, landmark, or a place that is not ours. A wrong kelurahan is worse than none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hotline.domain.playbook import Area, Landmark, Playbook
from sms.grammar.meaning import Basis, Found, Span
from sms.grammar.mentions import PlaceMention, find_mentions
from sms.grammar.names import NameIndex, PlaceName, word_likeness
from sms.grammar.neighbourhood import corrected_between
from sms.grammar.words import Tokenizer, Word

_COMMON_WORDS: Final = frozenset(
    [
        "tengah", "selamat", "murni", "beringin", "budiman", "rajawali", "legok", "kasang", "beliung",
        "jelmu", "kedemangan", "tangkit", "jelutung",
    ]
)  # fmt: skip
"""One-word names outside that are also everyday words or people: they need 'kel' before them."""
_LEAST_LANDMARK: Final = 0.85
_MEMORY: Final = 20_000
Named = tuple[tuple[str, ...], Landmark]
"""The words by which people call a landmark, and the landmark."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a text says about where."""

    area: Found[str] | None = None
    candidates: tuple[str, ...] = ()
    outside: Found[str] | None = None
    landmark: Found[str] | None = None
    rt: Found[int] | None = None
    """Of a name whose place the desk has taught."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names of the playbook, ready to be looked for."""

    areas: Mapping[str, Area]
    names: NameIndex
    """Names inside and outside."""
    landmarks: Mapping[str, tuple[Named, ...]]
    """The words of each landmark, by first letter."""
    ambiguous: Mapping[str, tuple[str, ...]]
    """A word that stands in several names: bakung."""
    unique: Mapping[str, str]
    """A word long enough to name its kelurahan alone: selincah."""
    memory: dict[tuple[str, str], tuple[Named, ...]] = field(default_factory=dict)
    """The landmarks that a word may start; words come again."""

    @classmethod
    def of(cls, playbook: Playbook, tokenizer: Tokenizer) -> "Gazetteer":
        areas = playbook.areas.values()
        spellings = [
            (area, alias) for area in areas for alias in dict.fromkeys((area.name.lower(), *area.aliases))
        ]
        names = [
            PlaceName.of_area(area, alias)
            for area, alias in spellings
            if " " in alias and not alias.startswith("kel ")
        ]
        outside = [PlaceName.of_outside(place) for place in playbook.outside]
        holders: dict[str, list[str]] = {}
        for area in areas:
            for word in area.name.lower().split():
                holders.setdefault(word, []).append(area.code)
        elsewhere = {word for name in outside for word in name.words}
        own = {word: codes for word, codes in holders.items() if word not in elsewhere}
        return cls(
            playbook.areas, NameIndex.of((*names, *outside)), _landmarks(playbook, tokenizer),
            {word: tuple(codes) for word, codes in own.items() if len(codes) > 1 and word != "jaya"},
            {word: codes[0] for word, codes in own.items() if len(codes) == 1 and len(word) >= 8},
        )  # fmt: skip

    def read(self, words: Sequence[Word], rt: int | None, corrections: frozenset[str]) -> Place:
        """The place that the text names, as far as it is certain."""
        mentions = find_mentions(words, self.names)
        inside = [found for found in mentions if found.code in self.areas]
        outside = next(
            (found for found in mentions if found.code not in self.areas and self._counts(found)), None
        )
        landmark = self._landmark(words)
        area, candidates = self._area(words, inside, corrections)
        if area is None and not candidates and outside is None:
            area = self._lone(words) or _tied(landmark, rt)
            candidates = (area.value,) if area else self._ambiguous(words)
        if outside is not None and area is not None and not self._nearer(inside, outside):
            outside = None
        if outside is not None:
            place = Found(outside.code, (outside.span,), outside.likeness, Basis.EXPLICIT)
            return Place(None, (), place, None if landmark is None else landmark[1])
        return Place(
            area, candidates, None, None if landmark is None else landmark[1], _taught_rt(landmark, area)
        )

    def _area(
        self, words: Sequence[Word], mentions: list[PlaceMention], corrections: frozenset[str]
    ) -> tuple[Found[str] | None, tuple[str, ...]]:
        """The kelurahan that holds, and all that may be meant when none does."""
        usable = [found for found in mentions if found.usable and self._certain(found)]
        if len({found.code for found in usable}) > 1:
            usable = _settled(words, usable, corrections, self.areas)
        codes = tuple(dict.fromkeys(found.code for found in usable))
        if len(codes) != 1:
            return None, codes
        best = max(usable, key=lambda found: found.likeness)
        basis = Basis.EXPLICIT if best.likeness >= 0.99 else Basis.SPELLING
        return Found(best.code, tuple(found.span for found in usable), best.likeness, basis), codes

    def _certain(self, mention: PlaceMention) -> bool:
        return not self.areas[mention.code].needs_mark or mention.marked or mention.beside_rt

    def _counts(self, mention: PlaceMention) -> bool:
        if mention.denied or mention.direction or mention.street or mention.likeness < 0.8:
            return False
        name = mention.code.lower()
        return " " in name or mention.marked or (name not in _COMMON_WORDS and mention.likeness == 1.0)

    def _nearer(self, inside: list[PlaceMention], outside: PlaceMention) -> bool:
        """Whether the place outside is meant and ours only named beside it (`kel thehok dekat eka jaya`)."""
        ours = [found for found in inside if found.usable]
        return outside.marked and all(found.near and not found.marked for found in ours)

    def _lone(self, words: Sequence[Word]) -> Found[str] | None:
        for at, word in enumerate(words):
            for name, code in self.unique.items():
                likeness = word_likeness(word.text, name) if len(word.text) >= 6 else 0.0
                if likeness >= 0.85 and not (at and words[at - 1].word in ("bukan", "jalan")):
                    return Found(code, (word.span,), 0.8 * likeness, Basis.SPELLING)
        return self._coded(words)

    def _coded(self, words: Sequence[Word]) -> Found[str] | None:
        """`kel tb`, `rt 5 ej`: the letters of the playbook's own codes."""
        for at, word in enumerate(words):
            code = word.text.upper()
            if code in self.areas and at:
                before = next(
                    (words[back] for back in range(at - 1, -1, -1) if words[back].text.isalnum()), word
                )
                if before.word == "kelurahan" or (
                    before.is_number and at >= 2 and words[at - 2].text == "rt"
                ):
                    return Found(code, (word.span,), 0.8, Basis.EXPLICIT)
        return None

    def _ambiguous(self, words: Sequence[Word]) -> tuple[str, ...]:
        return next((self.ambiguous[word.text] for word in words if word.text in self.ambiguous), ())

    def _starting(self, word: Word) -> tuple[Named, ...]:
        key = (word.text, word.word)
        found = self.memory.get(key)
        if found is None:
            if len(self.memory) >= _MEMORY:
                self.memory.clear()
            likely = self.landmarks.get(_meant(word)[0], ())
            found = self.memory[key] = tuple(
                named for named in likely if _word_fit(word, named[0][0]) >= _LEAST_LANDMARK
            )
        return found

    def _landmark(self, words: Sequence[Word]) -> tuple[Landmark, Found[str]] | None:
        """The landmark that is named, one tied to a kelurahan before one that is not."""
        found: list[tuple[Landmark, Found[str]]] = []
        for at, word in enumerate(words):
            for names, landmark in self._starting(word):
                likeness = _landmark_likeness(words, at, names)
                if likeness >= _LEAST_LANDMARK and not _only_passed(words, at):
                    span = Span(word.start, words[at + len(names) - 1].end)
                    found.append((landmark, Found(landmark.name, (span,), likeness, Basis.LANDMARK)))
        areas = {landmark.area for landmark, _ in found if landmark.area}
        if len(areas) > 1:
            return next(((mark, name) for mark, name in found if mark.area is None), None)
        return min(found, key=lambda pair: pair[0].area is None and not pair[0].area_by_rt, default=None)


def _landmarks(playbook: Playbook, tokenizer: Tokenizer) -> dict[str, tuple[Named, ...]]:
    groups: dict[str, list[Named]] = {}
    for landmark in playbook.landmarks:
        for match in landmark.matches:
            names = tuple(_landmark_word(word) for word in tokenizer.words(match) if word.text.isalnum())
            groups.setdefault(_SAME.get(names[0], names[0])[0], []).append((names, landmark))
    return {letter: tuple(group) for letter, group in groups.items()}


def _landmark_word(word: Word) -> str:
    """Short words as they are meant (jl is jalan), names as they are written."""
    return word.word if len(word.text) <= 4 and word.text not in _SAME else word.text


_SAME: Final[Mapping[str, str]] = {
    "sman": "sma",
    "smun": "sma",
    "smpn": "smp",
    "sdn": "sd",
    "sltp": "smp",
    "gang": "lorong",
    "slta": "sma",
}


def _meant(word: Word) -> str:
    """What a word is the same as, also where it is written short: gg and gang are lorong."""
    return _SAME.get(word.text) or _SAME.get(word.word, word.word)


def _landmark_likeness(words: Sequence[Word], at: int, names: tuple[str, ...]) -> float:
    if at + len(names) > len(words):
        return 0.0
    likeness = 1.0
    for word, name in zip(words[at : at + len(names)], names, strict=True):
        likeness = min(likeness, _word_fit(word, name))
        if likeness < _LEAST_LANDMARK:
            return 0.0
    return likeness


def _word_fit(word: Word, name: str) -> float:
    same = _SAME.get(name, name)
    if word.text == name or _SAME.get(word.text, word.text) == same or _SAME.get(word.word) == same:
        return 1.0
    if word.text.isdigit() or name.isdigit():
        return float(word.text.lstrip("0") == name)
    if name in ("ii", "v"):
        return float({"ii": "2", "v": "5"}[name] == word.text)
    return (
        word_likeness(word.text, name)
        if len(name) >= 5 and len(word.text) >= 5 and not word.known
        else float(word.word == name)
    )


def _only_passed(words: Sequence[Word], at: int) -> bool:
    """Whether the landmark is only where somebody fled to, or is denied."""
    before = [word.text for word in words[max(0, at - 3) : at]]
    return bool({"arah", "menuju", "bukan"} & set(before))


def _tied(landmark: tuple[Landmark, Found[str]] | None, rt: int | None) -> Found[str] | None:
    if landmark is None:
        return None
    mark, found = landmark
    area = mark.area_by_rt.get(rt) if rt is not None and mark.area_by_rt else mark.area
    return Found(area, found.spans, 0.9 * found.confidence, Basis.LANDMARK) if area else None


def _taught_rt(landmark: tuple[Landmark, Found[str]] | None, area: Found[str] | None) -> Found[int] | None:
    """The RT that the desk has taught for a name, where nothing else in the text leads elsewhere."""
    if landmark is None or area is None:
        return None
    mark, found = landmark
    if not mark.taught or mark.rt is None or mark.area != area.value:
        return None
    return Found(mark.rt, found.spans, 0.9 * found.confidence, Basis.LANDMARK)


def _settled(
    words: Sequence[Word], usable: list[PlaceMention], corrections: frozenset[str], areas: Mapping[str, Area]
) -> list[PlaceMention]:
    """Of several kelurahan the one that holds: the corrected, the marked, the one beside the RT, the
    precise."""
    last = usable[-1]
    if any(
        corrected_between(words, found.after, last.first, corrections)
        for found in usable[:-1]
        if found.code != last.code
    ):
        return [last]
    tests = (
        lambda found: not areas[found.code].needs_mark or found.marked,
        lambda found: found.marked,
        lambda found: found.beside_rt,
        lambda found: not found.near,
    )
    for test in tests:
        kept = [found for found in usable if test(found)]
        if len({found.code for found in kept}) == 1:
            return kept
    return usable

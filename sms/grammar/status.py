"""What a unit answers: a digit of the design, a keyword, or words and slang."""

from collections.abc import Iterable, Sequence
from typing import Final

from hotline.domain.lifecycle import StatusCode
from sms.grammar.lexicon import CueKind
from sms.grammar.likeness import drops_only_vowels
from sms.grammar.meaning import Basis, Found, Span
from sms.grammar.numerals import NUMBER_WORDS
from sms.grammar.phrases import Match
from sms.grammar.words import Word

KEYWORDS: Final[dict[str, StatusCode]] = {
    "terima": StatusCode.ACCEPT, "tolak": StatusCode.DECLINE, "jalan": StatusCode.EN_ROUTE,
    "otw": StatusCode.EN_ROUTE,
    "tiba": StatusCode.ON_SCENE, "bantu": StatusCode.NEED_BACKUP, "bantuan": StatusCode.NEED_BACKUP,
    "selesai": StatusCode.CLEAR, "gagal": StatusCode.UNABLE, "nihil": StatusCode.CLEAR,
    "meluncur": StatusCode.EN_ROUTE,
}  # fmt: skip
_FURTHEST: Final = (StatusCode.CLEAR, StatusCode.ON_SCENE, StatusCode.EN_ROUTE, StatusCode.ACCEPT)
_COUNTED: Final = frozenset(
    [
        "orang", "menit", "jam", "motor", "mobil", "korban", "pelaku", "rumah", "anak", "warga", "unit",
        "hari", "kali", "km", "meter", "anggota", "personel", "ekor", "kk", "luka",
    ]
)  # fmt: skip
_SHORTEST: Final = 3
_SHORT: Final = 0.8
"""Letters of a keyword without its vowels, and how sure such a one is."""
_DOUBTED: Final = 0.5
"""How sure a code is that the text itself takes back, asks about, or gives another beside."""
_TAKEN_BACK: Final = frozenset({"batal", "batalkan"})
_NOT_AFTER_ALL: Final = (["tidak", "jadi"], ["bukan", "jadi"])
_NOT_NEEDED: Final = (["tidak"], ["jangan"], ["belum"])
_ASKING: Final = frozenset({"belum", "tidak"})
_ROAD_STATES: Final = frozenset(
    [
        "macet", "banjir", "rusak", "putus", "tutup", "ditutup", "buntu", "licin", "gelap", "berlubang",
        "sempit", "longsor", "tergenang", "padat", "merayap", "hancur", "berlumpur", "becek", "diblokir",
        "dialihkan",
    ]
)  # fmt: skip
"""Behind `jalan` these tell of the road: whether the unit is on its way, or stuck, nobody can tell."""
_ASSENT: Final = frozenset({"ok", "oke", "okey", "siap", "ya", "86", "baik"})
"""What people say beside a digit and that says no more than it: `4 ok`."""
_REFUSALS: Final = frozenset({StatusCode.DECLINE, StatusCode.UNABLE})
_NOT_YET: Final = "belum bisa"
"""No refusal where the same text accepts: `siap, belum bisa berangkat`."""
_WEAK_BACKUP: Final = frozenset({"bantu", "bantuan", "tolong", "tidak cukup", "perkuatan"})


def read_digit(words: Sequence[Word], after_number: int | None) -> Found[StatusCode] | None:
    """The status digit: right behind the incident's number, or all that the text says."""
    if swapped := _swapped(words, after_number):
        return swapped
    at = 0 if after_number is None else after_number
    while at < len(words) and not words[at].text.isalnum():
        at += 1
    if at >= len(words) or words[at].text not in set(StatusCode):
        return None
    after = at + 1
    further = [word.text for word in words[after:] if word.text.isalnum()]
    alone = not further
    if after_number is None and not alone and _only_assents(words[after:]):
        code = StatusCode(words[at].text)
        sure = _DOUBTED if code in _REFUSALS else 1.0
        return Found(code, (words[at].span,), sure, Basis.CODE)
    if not alone and after_number is not None and set(further) <= set(StatusCode) - {words[at].text}:
        return Found(StatusCode(words[at].text), (words[at].span,), _DOUBTED, Basis.CODE)
    if not alone and (after_number is None or _counts(words, after)):
        return None
    return Found(StatusCode(words[at].text), (words[at].span,), 1.0, Basis.CODE)


def _only_assents(words: Sequence[Word]) -> bool:
    said = [word for word in words if word.content]
    return bool(said) and all(word.text in _ASSENT or word.word in _ASSENT for word in said)


def _swapped(words: Sequence[Word], after_number: int | None) -> Found[StatusCode] | None:
    """`3 1041`: the code before the number, which the design has the other way round, so it is not sure."""
    said = [word for word in words if word.text.isalnum()]
    if after_number is None or len(said) != 2 or said[0].text not in set(StatusCode):
        return None
    return Found(StatusCode(said[0].text), (said[0].span,), 0.5, Basis.CODE)


def read_status(
    words: Sequence[Word], matches: Iterable[Match], *, numbered: bool
) -> tuple[Found[StatusCode] | None, bool]:
    """The status that the words tell, and whether they tell it clearly; `numbered` says that they name an
    incident.
    """
    keyword = _keyword(words, numbered=numbered)
    if keyword is not None and not _contradicted(keyword, matches):
        said = _with_backup(keyword, matches)
        return (said._replace(confidence=_DOUBTED), False) if _is_doubted(words, said) else (said, True)
    found: dict[StatusCode, list[Match]] = {}
    denied = False
    for match in matches:
        if match.cue.kind is CueKind.STATUS:
            refused = match.negated or _not_needed(words, match)
            denied = denied or refused
            if not refused:
                found.setdefault(StatusCode(match.cue.value), []).append(match)
    status, clear = _decide(found)
    if status is None:
        return None, not denied
    spans = tuple(span for match in found[status] for span in match.spans)
    said = Found(status, spans, 0.9, Basis.WORDS)
    clear = clear and not _is_doubted(words, said)
    return (said if clear else said._replace(confidence=_DOUBTED)), clear


def _not_needed(words: Sequence[Word], match: Match) -> bool:
    """`tidak perlu bantuan`: a call for back-up that the word right before it refuses."""
    before = [word.word for word in words if word.start < match.spans[0].start]
    return match.cue.value == StatusCode.NEED_BACKUP and before[-1:] in _NOT_NEEDED


def _is_doubted(words: Sequence[Word], said: Found[StatusCode]) -> bool:
    """Whether the words right beside a status ask for it or take it back: `selesai?`, `selesai belum`, `batal
    terima`, `tidak jadi terima`.
    """
    start, end = min(span.start for span in said.spans), max(span.end for span in said.spans)
    after = [word for word in words if word.start >= end and not word.is_number]
    before = [word.word for word in words if word.start < start and word.text.isalnum()][-2:]
    if after and after[0].word in _ROAD_STATES and _is_road(words, said):
        return True
    if after and (after[0].text == "?" or (after[0].word in _ASKING and not _goes_on(after))):
        return True
    return bool(before) and (before[-1] in _TAKEN_BACK or before in _NOT_AFTER_ALL)


def _is_road(words: Sequence[Word], said: Found[StatusCode]) -> bool:
    """Whether the status stands on nothing but the word `jalan`, which is also the road."""
    start = said.spans[0].start
    return said.basis is Basis.KEYWORD and any(word.start == start and word.word == "jalan" for word in words)


def _goes_on(after: Sequence[Word]) -> bool:
    """Whether something is told behind the word that may ask: `tiba, belum ada orang`."""
    return sum(word.text.isalpha() for word in after) > 2


def _decide(found: dict[StatusCode, list[Match]]) -> tuple[StatusCode | None, bool]:
    """Back-up always wins, then what went wrong, then the furthest reached."""
    if not found:
        return None, True
    reached = next((code for code in _FURTHEST if code in found), None)
    if StatusCode.NEED_BACKUP in found and (
        _is_plain_call(found) or reached in (None, StatusCode.ACCEPT, StatusCode.EN_ROUTE)
    ):
        return StatusCode.NEED_BACKUP, True
    failed = next((code for code in (StatusCode.UNABLE, StatusCode.DECLINE) if code in found), None)
    if failed is StatusCode.DECLINE and reached is not None and _only_not_yet(found[failed]):
        return StatusCode.ACCEPT if StatusCode.ACCEPT in found else reached, False
    if failed is None:
        return reached, True
    if reached is StatusCode.CLEAR:
        return StatusCode.CLEAR, failed is StatusCode.UNABLE and _strongest(found[failed]) <= _strongest(
            found[reached]
        )
    if (
        failed is StatusCode.UNABLE
        and StatusCode.DECLINE in found
        and _strongest(found[StatusCode.DECLINE]) > _strongest(found[failed])
    ):
        return StatusCode.DECLINE, False
    return failed, reached is not StatusCode.ON_SCENE


def _only_not_yet(matches: list[Match]) -> bool:
    return all(match.cue.phrase == _NOT_YET for match in matches)


def _is_plain_call(found: dict[StatusCode, list[Match]]) -> bool:
    """Whether back-up is asked for in so many words, and not only mentioned (`terima kasih bantuannya`)."""
    return any(match.cue.phrase not in _WEAK_BACKUP for match in found[StatusCode.NEED_BACKUP])


def _strongest(matches: list[Match]) -> int:
    return max(match.mask.bit_count() for match in matches)


def _keyword(words: Sequence[Word], *, numbered: bool) -> Found[StatusCode] | None:
    """One of the design's words as the first word, or the first behind the number; beside a number also
    without its vowels.
    """
    for word in words:
        if not word.text.isalpha():
            continue
        code = KEYWORDS.get(word.word)
        if code is not None and not _is_thanks(words, word):
            return Found(code, (word.span,), 1.0, Basis.KEYWORD)
        short = _shortened(word.text) if numbered else None
        return Found(short, (word.span,), _SHORT, Basis.KEYWORD) if short else None
    return None


def _shortened(written: str) -> StatusCode | None:
    """The one keyword of which nothing but vowels was left out: `tlk`, `sls`, `trm`."""
    if len(written) < _SHORTEST:
        return None
    meant = {
        code for keyword, code in KEYWORDS.items() if written[0] == keyword[0] and _drops(written, keyword)
    }
    return meant.pop() if len(meant) == 1 else None


def _drops(written: str, keyword: str) -> bool:
    return drops_only_vowels(written, keyword) and len(written) < len(keyword)


def _contradicted(keyword: Found[StatusCode], matches: Iterable[Match]) -> bool:
    """`jalan putus, tidak bisa lewat` starts with a keyword and means the opposite."""
    if keyword.value is not StatusCode.EN_ROUTE:
        return False
    return any(
        match.cue.kind is CueKind.STATUS and match.cue.value == StatusCode.UNABLE and not match.negated
        for match in matches
    )


def _is_thanks(words: Sequence[Word], word: Word) -> bool:
    at = words.index(word)
    return at + 1 < len(words) and words[at + 1].word in ("kasih", "kasi")


def _with_backup(keyword: Found[StatusCode], matches: Iterable[Match]) -> Found[StatusCode]:
    calls = [
        match for match in matches
        if match.cue.kind is CueKind.STATUS and match.cue.value == StatusCode.NEED_BACKUP
        and not match.negated and match.cue.phrase not in _WEAK_BACKUP and match.mask.bit_count() > 1
    ]  # fmt: skip
    if not calls or keyword.value in (StatusCode.DECLINE, StatusCode.NEED_BACKUP):
        return _further(keyword, matches)
    spans: tuple[Span, ...] = tuple(span for match in calls for span in match.spans)
    return Found(StatusCode.NEED_BACKUP, spans, 0.9, Basis.WORDS)


def _further(keyword: Found[StatusCode], matches: Iterable[Match]) -> Found[StatusCode]:
    """The furthest status that the words behind a keyword tell; where they go beyond it, not sure."""
    if keyword.value not in _FURTHEST:
        return keyword
    for code in _FURTHEST[: _FURTHEST.index(keyword.value)]:
        said = [m for m in matches if m.cue.kind is CueKind.STATUS and m.cue.value == code and not m.negated]
        if said:
            spans = tuple(span for match in said for span in match.spans)
            return Found(code, spans, 0.8 if code is not StatusCode.CLEAR else 0.6, Basis.WORDS)
    return keyword


def _counts(words: Sequence[Word], at: int) -> bool:
    """Whether the digit counts something (`1041 2 org`) and so may be no code at all."""
    return at < len(words) and (words[at].word in _COUNTED or words[at].word in NUMBER_WORDS)

"""Type and priority: what raises, what lowers, and what the text takes back."""

from collections.abc import Callable

import pytest

from hotline.domain.playbook import Priority
from sms.grammar import Meaning, Sign

Read = Callable[..., Meaning]


@pytest.mark.parametrize(
    ("text", "kind", "priority"),
    [
        ("umah tebakar rt 5", "API", Priority.DARURAT),
        ("api kecil di tong, belum menjalar", "API", Priority.TINGGI),
        ("kebakaran tadi siang sudah padam", "API", Priority.SEDANG),
        ("tetangga bakar sampah tiap sore", "TIBUM", Priority.RENDAH),
        ("bapak dak sadar2", "MEDIS", Priority.DARURAT),
        ("tabrakan motor, kaki patah", "LAKA", Priority.DARURAT),
        ("tabrakan motor, cuma lecet", "LAKA", Priority.TINGGI),
        ("banjir, ada orang terjebak", "BENCANA", Priority.DARURAT),
        ("dibegal barusan pakai celurit", "BEGAL", Priority.DARURAT),
        ("tadi malam saya dirampok", "BEGAL", Priority.TINGGI),
        ("motor hilang tadi malam", "CURI", Priority.SEDANG),
        ("maling masih di dalam rumah", "CURI", Priority.DARURAT),
        ("maling tertangkap mau dihakimi massa", "CURI", Priority.DARURAT),
        ("pemuda berkelahi di lapangan", "KELAHI", Priority.TINGGI),
        ("tawuran bawa celurit", "KELAHI", Priority.DARURAT),
        ("suami sering mukul istri", "KDRT", Priority.TINGGI),
        ("suami ngamuk bawa parang", "KDRT", Priority.DARURAT),
        ("telpon ancaman bom di sekolah", "ANCAM", Priority.DARURAT),
        ("geng motor konvoi bawa samurai", "BALAP", Priority.DARURAT),
        ("orang gila ngamuk mukuli orang", "SOSIAL", Priority.DARURAT),
        ("bayi dibuang di kardus", "SOSIAL", Priority.DARURAT),
        ("anak hilang belum pulang", "SOSIAL", Priority.TINGGI),
        ("ribut batas tanah dengan tetangga", "SENGKETA", Priority.RENDAH),
        ("ular masuk kamar", "HEWAN", Priority.TINGGI),
        ("lampu jalan mati", "TIBUM", Priority.RENDAH),
        ("orgen sampai jam 2 malam", "BISING", Priority.RENDAH),
    ],
)
def test_type_and_priority_follow_the_words(resident: Read, text: str, kind: str, priority: Priority) -> None:
    meaning = resident(text)
    assert meaning.incident_type is not None
    assert meaning.priority is not None
    assert (meaning.incident_type.value, meaning.priority.value) == (kind, priority)


@pytest.mark.parametrize(
    ("text", "kind", "least"),
    [
        ("suami saya kena stroke, mulutnya miring", "MEDIS", Priority.DARURAT),
        ("suami sesak napas tolong cepat", "MEDIS", Priority.DARURAT),
        ("suami saya mukul saya", "KDRT", Priority.DARURAT),
        ("anak kecelup sumur", "MEDIS", Priority.DARURAT),
        ("anak saya dibawa orang naik mobil", "ANCAM", Priority.DARURAT),
        ("tas mencurigakan bunyi tik tik di masjid", "CURIGA", Priority.DARURAT),
        ("ado buaya di parit dekat anak2 main", "HEWAN", Priority.TINGGI),
        ("mlng msk rmh", "CURI", Priority.DARURAT),
        ("istri lahiran di mobil kena macet tolong", "MEDIS", Priority.DARURAT),
        ("cucu sayo dak balek dari tadi petang", "SOSIAL", Priority.TINGGI),
    ],
)
def test_danger_in_odd_words_is_heard(resident: Read, text: str, kind: str, least: Priority) -> None:
    meaning = resident(text)
    assert meaning.incident_type is not None
    assert meaning.priority is not None
    assert meaning.incident_type.value == kind
    assert meaning.priority.value.rank <= least.rank


@pytest.mark.parametrize(
    "text",
    [
        "aku mau bunuh waktu", "kebakaran hati ini lihat kau samo dio", "jalan lobang bikin motor jatuh",
        "jalan lobang besar di rt 5, kemarin motor jatuh", "lampu jalan mau mati",
    ],
)  # fmt: skip
def test_big_words_of_small_things_are_no_emergency(resident: Read, text: str) -> None:
    meaning = resident(text)
    assert meaning.priority is None or meaning.priority.value.rank >= Priority.SEDANG.rank


def test_the_young_are_no_children_when_they_drink(resident: Read) -> None:
    meaning = resident("anak muda mabuk di pos ronda rt 7")
    assert Sign.CHILD not in {reason.sign for reason in meaning.reasons}
    assert Sign.CHILD in {reason.sign for reason in resident("anak kecil mabuk di pos ronda rt 7").reasons}


def test_what_the_text_takes_back_does_not_count(resident: Read) -> None:
    meaning = resident("berkelahi di rt 5 eka jaya, tidak ada senjata")
    assert meaning.priority is not None
    assert meaning.priority.value is Priority.TINGGI
    assert Sign.NEGATED in {reason.sign for reason in meaning.reasons}


def test_a_reason_stands_under_its_words(resident: Read) -> None:
    text = "Pemuda ribut, ada yg bawa PARANG di rt 5"
    weapon = next(reason for reason in resident(text).reasons if reason.sign is Sign.WEAPON)
    assert text[weapon.span.start : weapon.span.end] == "PARANG"


def test_an_unclear_call_for_help_is_unsure_and_urgent(resident: Read) -> None:
    meaning = resident("tolong cepat datang pak")
    assert meaning.incident_type is not None
    assert meaning.priority is not None
    assert (meaning.incident_type.value, meaning.priority.value, meaning.unsure) == (
        "LAIN",
        Priority.TINGGI,
        True,
    )


@pytest.mark.parametrize(
    "word", ["sambil bawa parang", "korban tidak sadar", "ada yang berdarah", "dia bawa pistol"]
)
@pytest.mark.parametrize(
    "text", ["orang ribut di rt 5 eka jaya", "suami mukul istri", "tabrakan di rt 2", "maling rt 3"]
)
def test_a_safety_word_never_lowers(resident: Read, text: str, word: str) -> None:
    plain, graver = resident(text).priority, resident(f"{text} {word}").priority
    assert plain is not None
    assert graver is not None
    assert graver.value.rank <= plain.value.rank

"""Whom a text is about: a complaint about somebody in office is confidential, a cry for him is not."""

import pytest

from sms.grammar.meaning import Sign
from tests.sms.grammar.conftest import Read

COMPLAINTS = """
oknum polisi minta uang di jalan
oknum satpol pp malak pedagang
petugas linmas minta uang 50rb di pos ronda
pak linmas minta duit trus sama warung saya
lurah minta uang utk urus surat
pak rt minta uang buat bansos
ketua rt minta 50rb per rumah
pungli di kantor lurah
saya dipalak petugas satpol
dipukuli polisi tadi di simpang
anak saya ditampar linmas
polantas minta 100 ribu
laporan tentang petugas linmas kasar ke warga
komplain petugas linmas
babinsa ngancam warga rt 5
judi disini dibekingi oknum tni
polisinya malah minta uang
dipungli oknum kelurahan
petugas kelurahan minta uang 50 ribu buat ktp
danru linmas mabuk di pos
lapor pungli oleh oknum petugas
satpol pp mukulin pedagang
"""
CRIES = """
polisi tolong datang preman minta uang
satpol sudah di sini
minta petugas linmas datang
tolong polisi ada maling
mohon satpol tertibkan pedagang
polisi belum datang juga
petugas parkir liar minta uang 20rb
lapor polisi sudah tapi belum ada
bukan petugas yang minta uang tapi preman
preman pukul linmas di pasar
maling diamankan polisi
begal dipukuli warga polisi belum datang
rt 5 minta bantuan uang
pak rt minta petugas datang
pungli preman di pasar minta polisi
anak dipukuli preman, polisi mana
"""
IMPOSTORS = """
ada yg ngaku polisi minta uang
ngakunya petugas pln minta uang 200 ribu
polisi gadungan minta uang di rumah nenek
"""


@pytest.mark.parametrize(
    ("texts", "sign"), [(COMPLAINTS, {Sign.OFFICER}), (CRIES, set()), (IMPOSTORS, {Sign.IMPOSTOR})]
)
def test_each_text_is_about_whom_it_complains_of(resident: Read, texts: str, sign: set[Sign]) -> None:
    about = {Sign.OFFICER, Sign.IMPOSTOR}
    wrong = {
        text
        for text in texts.strip().splitlines()
        if {reason.sign for reason in resident(text).reasons} & about != sign
    }
    assert wrong == set()


def test_whom_it_is_about_has_no_say_in_what_it_is(resident: Read) -> None:
    """ "Polisi" and "ormas" differ in whom they name, not in what is done: a blow stays a blow."""
    meaning = resident("saya dipukuli oknum polisi di simpang, berdarah")
    assert {Sign.OFFICER, Sign.ATTACK} <= {reason.sign for reason in meaning.reasons}
    assert meaning.incident_type is not None
    assert meaning.incident_type.value == "KELAHI"

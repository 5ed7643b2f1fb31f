"""What is wrong with a playbook, in the reader's language; the checkers say it in English, as logs do.

Each sentence of theirs stands here once, with the names that it fills in; the first that fits is taken.
"""

import re
from functools import cache
from typing import Final

from flask_babel import lazy_gettext as _

from hotline.console.labels import Words

_NESTED: Final = "problem"
"""A name that stands for another of these sentences."""

SENTENCES: Final[Words] = {
    "text {key}: {problem}": _("teks %(key)s: %(problem)s"),
    "{why} (at line {line}, column {column})": _(
        "tidak bisa dibaca: periksa tanda kutip, kurung dan tanda = di sekitar kolom %(column)s (%(why)s)"
    ),
    "{why} (at end of document)": _(
        "tidak bisa dibaca sampai akhir: ada tanda kutip atau kurung yang belum ditutup (%(why)s)"
    ),
    "the file is missing": _("berkas ini tidak ada"),
    "the file {name} is missing": _("berkas %(name)s tidak ada"),
    "is not written in UTF-8": _("tidak ditulis dalam UTF-8"),
    "has no [{key}]": _("tidak punya [%(key)s]"),
    "has no words": _("kosong"),
    "longest must be a table of texts": _("longest harus tabel berisi teks"),
    "the type {code} (not clear yet) is missing": _("jenis %(code)s (belum jelas) tidak ada"),
    "the ladder for {code} is missing": _("tangga untuk %(code)s tidak ada"),
    "the term for {code} is missing": _("jangka simpan untuk %(code)s tidak ada"),
    "the word {code} is missing": _("kata %(code)s tidak ada"),
    "the table {code} is missing": _("tabel %(code)s tidak ada"),
    "the trained model is missing, the rules work alone: run make train": _(
        "model terlatih tidak ada, aturan bekerja sendiri: jalankan make train"
    ),
    "the trained model is unfit, the rules work alone: {why}": _(
        "model terlatih tidak bisa dipakai, aturan bekerja sendiri (%(why)s)"
    ),
    "the messages are others than it was trained on": _("contoh pesan sudah berubah sejak model dilatih"),
    "{problem}: run make train": _("%(problem)s: jalankan make train"),
    "text {code} is missing": _("teks %(code)s tidak ada"),
    "priority {code} is missing": _("prioritas %(code)s tidak ada"),
    "priority: {code} is missing": _("prioritas %(code)s tidak ada"),
    "disposition {code} is missing": _("hasil %(code)s tidak ada"),
    "{field} is missing": _("%(field)s tidak ada"),
    "{field} is not known here": _("%(field)s tidak dikenal di sini"),
    "{field} must be a table, not {value}": _("%(field)s harus tabel, bukan %(value)s"),
    "{field} must be a table": _("%(field)s harus tabel"),
    "{field} must be text, not {value}": _("%(field)s harus teks, bukan %(value)s"),
    "{field} must be a whole number, not {value}": _("%(field)s harus bilangan bulat, bukan %(value)s"),
    "{field} must be true or false, not {value}": _("%(field)s harus true atau false, bukan %(value)s"),
    "{field} must be a list, not {value}": _("%(field)s harus daftar, bukan %(value)s"),
    "{field} must be one of {known}, not {value}": _(
        "%(field)s harus salah satu dari %(known)s, bukan %(value)s"
    ),
    "{field} must be one of {known}": _("%(field)s harus salah satu dari %(known)s"),
    "{field} must be an hour from 0 to 24": _("%(field)s harus jam dari 0 sampai 24"),
    "{field} must be at least {least}, not {value}": _("%(field)s paling sedikit %(least)s, bukan %(value)s"),
    "{what}: {field} must be at least {least}": _("%(what)s: %(field)s paling sedikit %(least)s"),
    "{field} must be at least {least}": _("%(field)s paling sedikit %(least)s"),
    "{field} must be {low} to {high}": _("%(field)s harus %(low)s sampai %(high)s"),
    "{field} must name {parts}": _("%(field)s harus menyebut %(parts)s nama"),
    "{field} must stand alone, without : and !": _("isian %(field)s harus berdiri sendiri, tanpa : dan !"),
    "{field} must stand in it": _("isian %(field)s harus ada di dalamnya"),
    "{shorter} must be shorter than {longer}": _("%(shorter)s harus lebih pendek dari %(longer)s"),
    "{low} must not be below {high}": _("%(low)s tidak boleh di bawah %(high)s"),
    "{field} must be {wanted}, not {value}": _("%(field)s harus %(wanted)s, bukan %(value)s"),
    "finish must be {key}": _("finish harus %(key)s"),
    "{field} 'No time zone found with key {zone}'": _("%(field)s: tidak ada zona waktu %(zone)s"),
    "{field} invalid literal for int() with base 10: {value}": _("%(field)s: %(value)s harus bilangan bulat"),
    "{field} could not convert string to float: {value}": _("%(field)s: %(value)s harus bilangan"),
    "{name} has no words in {language}": _("%(name)s tidak punya kata dalam %(language)s"),
    "nobody fills {field}": _("isian %(field)s tidak dikenal di sini"),
    "{topic}: nobody fills {field}": _("%(topic)s: isian %(field)s tidak dikenal di sini"),
    "{field} has no longest value": _("isian %(field)s tidak punya nilai terpanjang"),
    "the longest value of {field} is shorter than '{words}'": _(
        "nilai terpanjang %(field)s lebih pendek dari '%(words)s'"
    ),
    "has a character outside GSM-7: {signs}": _("ada huruf yang tidak dikenal SMS biasa: %(signs)s"),
    "takes {units} characters with its longest values; one part has 160": _(
        "panjangnya %(units)s huruf dengan isian terpanjang; satu SMS memuat 160"
    ),
    "its braces do not fit together ({why})": _("kurung kurawalnya tidak berpasangan"),
    "can't be filled in ({why})": _("tidak bisa diisi (%(why)s)"),
    "does not offer {area}": _("tidak menawarkan %(area)s"),
    "{code} stands twice": _("%(code)s tertulis dua kali"),
    "key {key} stands twice in {node}": _("tombol %(key)s tertulis dua kali di %(node)s"),
    "{where}: {phrase} stands there twice": _("%(where)s: %(phrase)s tertulis dua kali"),
    "spelling: {word} stands under both {one} and {other}": _(
        "ejaan %(word)s tertulis di bawah %(one)s dan %(other)s"
    ),
    "{word} stands under both {one} and {other}": _("%(word)s tertulis di bawah %(one)s dan %(other)s"),
    "{field} of {code}: no agency called {agency}": _(
        "%(field)s dari %(code)s: tidak ada instansi %(agency)s"
    ),
    "{what}: no agency called {code}": _("%(what)s: tidak ada instansi %(code)s"),
    "{code} has nobody to lead it": _("%(code)s tidak punya instansi yang memimpin"),
    "group {group} of {code} has no priority in programme.toml": _(
        "kelompok %(group)s dari %(code)s tidak punya prioritas di programme.toml"
    ),
    "group {group} has no priority in [group_priority]": _(
        "kelompok %(group)s tidak punya prioritas di [group_priority]"
    ),
    "group {group}: no priority called {code}": _("kelompok %(group)s: tidak ada prioritas %(code)s"),
    "group {group} is not one digit": _("kelompok %(group)s bukan satu angka"),
    "{what}: no priority called {code}": _("%(what)s: tidak ada prioritas %(code)s"),
    "{area}: key {key} is not a free digit 1-9": _(
        "%(area)s: tombol %(key)s bukan angka 1-9 yang masih bebas"
    ),
    "{area}: no neighbour {code}": _("%(area)s: tidak ada tetangga %(code)s"),
    "{what}: no area called {code}": _("%(what)s: tidak ada kelurahan %(code)s"),
    "no area called {code}": _("tidak ada kelurahan %(code)s"),
    "no role called {code}": _("tidak ada peran %(code)s"),
    "no outcome is called {code}": _("tidak ada hasil %(code)s"),
    "{what}: no disposition called {code}": _("%(what)s: tidak ada hasil %(code)s"),
    "{what}: no text called {code}": _("%(what)s: tidak ada teks %(code)s"),
    "{what}: no type called {code}": _("%(what)s: tidak ada jenis %(code)s"),
    "{what}: no reason called {code}": _("%(what)s: tidak ada alasan %(code)s"),
    "{what}: no strength {code}": _("%(what)s: tidak ada bobot %(code)s"),
    "{what}: no class {code}": _("%(what)s: tidak ada golongan %(code)s"),
    "officers: somebody must stand in for the desk": _(
        "officers: harus ada yang menggantikan meja saat kosong"
    ),
    "{what}: {field} names {code}, which is not known": _(
        "%(what)s: %(field)s menyebut %(code)s, yang tidak dikenal"
    ),
    "{what}: ends before it starts": _("%(what)s: berakhir sebelum mulai"),
    "{what}: outside is city or beyond": _("%(what)s: outside harus city atau beyond"),
    "nobody takes what lies outside ({where})": _("tidak ada yang menerima laporan dari luar (%(where)s)"),
    "head: the report needs a name at its head": _("head: laporan perlu nama di kepalanya"),
    "exactly one question takes the rest of a text": _("harus tepat satu pertanyaan yang menampung sisa SMS"),
    "recipients: {address} is no mail address": _("recipients: %(address)s bukan alamat surel"),
    "{what}: nothing is deleted under this name": _("%(what)s: tidak ada yang dihapus dengan nama ini"),
    "{name} is no name of at most 30 small letters and _": _(
        "%(name)s bukan nama dari paling banyak 30 huruf kecil dan _"
    ),
    "there is no node called {name}": _("tidak ada langkah menu %(name)s"),
    "{name} leads to {target}, which does not exist": _("%(name)s menuju %(target)s, yang tidak ada"),
    "no key leads to {name}": _("tidak ada tombol yang menuju %(name)s"),
    "{name} leads back to itself": _("%(name)s kembali ke dirinya sendiri"),
    "{n} choices in a row; {most} at most": _("%(n)s pilihan berturut-turut; paling banyak %(most)s"),
    "{name} has no choices": _("%(name)s tidak punya pilihan"),
    "leave_key {key} is not one digit": _("leave_key %(key)s bukan satu angka"),
    "key {key} is not one digit": _("tombol %(key)s bukan satu angka"),
    "key {key} must either lead to a node or repeat": _(
        "tombol %(key)s harus menuju langkah lain atau mengulang"
    ),
    "{one} and {other} both wait for an operator; one node may": _(
        "%(one)s dan %(other)s sama-sama menunggu operator; hanya satu yang boleh"
    ),
    "{field} says nothing": _("%(field)s tidak mengatakan apa-apa"),
    "{field} can't be filled here": _("isian %(field)s tidak bisa dipakai di sini"),
    "{name} is no name of a sound: small letters, digits and _": _(
        "%(name)s bukan nama suara: huruf kecil, angka dan _"
    ),
    "{name} still says what it said before: render it with make prompts": _(
        "suara %(name)s masih memakai kalimat lama: buat lagi dengan make prompts"
    ),
    "{name} has no sound: render it with make prompts": _(
        "%(name)s belum punya suara: buat dengan make prompts"
    ),
    "is no 8 kHz mono 16-bit WAV: {why}": _("bukan WAV 8 kHz, mono, 16 bit"),
    "{what} is not a sign": _("%(what)s bukan tanda yang dikenal"),
    "{what} is not known": _("%(what)s tidak dikenal"),
    "{phrase}: a gap needs a word on both sides": _("%(phrase)s: celah perlu kata di kedua sisinya"),
    "{phrase}: particles are not seen, so one word is left": _(
        "%(phrase)s: partikel tidak dihitung, jadi tinggal satu kata"
    ),
    "{field} knows {known}, not {value}": _("%(field)s hanya mengenal %(known)s, bukan %(value)s"),
    "prefix {prefix} must be digits that begin with 0": _("awalan %(prefix)s harus angka yang diawali 0"),
    "prefix {prefix} is {owner}'s already": _("awalan %(prefix)s sudah milik %(owner)s"),
}
"""English sentence to the sentence that is shown."""

_FIELD: Final = re.compile(r"\\\{([a-z]+)\\\}")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(said)), re.DOTALL), said) for said in SENTENCES
    )


def told(problem: str) -> str:
    """A checker's sentence in the reader's language; one that is not known here stays as it is."""
    for pattern, said in _patterns():
        if found := pattern.fullmatch(problem):
            values = {
                name: told(value) if name == _NESTED else value for name, value in found.groupdict().items()
            }
            return str(SENTENCES[said]) % values
    return problem

"""Who gets which of the playbook's texts, and when: the key is what the code says it by."""

from enum import StrEnum
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from hotline.console.labels import Words


class Reader(StrEnum):
    """Whom a text is written for."""

    RESIDENT = "resident"
    UNIT = "unit"
    OFFICER = "officer"
    PARTNER = "partner"
    GROUP = "group"
    LINE = "line"
    INSIDE = "inside"
    """Words that are put into other texts."""


READER: Final[Words] = {
    Reader.RESIDENT: _("Kepada warga"),
    Reader.UNIT: _("Kepada petugas"),
    Reader.OFFICER: _("Kepada penanggung jawab piket"),
    Reader.PARTNER: _("Kepada instansi lain"),
    Reader.GROUP: _("Untuk grup WhatsApp, disalin dengan tangan"),
    Reader.LINE: _("Kepada nomor hotline sendiri"),
    Reader.INSIDE: _("Kata yang masuk ke teks lain"),
}

_RESIDENT: Final[Words] = {
    "receipt": _("laporan lewat SMS masuk"),
    "receipt_emergency": _("laporan darurat masuk"),
    "receipt_place": _("laporan tanpa tempat masuk"),
    "receipt_voice": _("laporan lewat telepon masuk"),
    "receipt_outside": _("laporan dari luar kecamatan masuk"),
    "ask_area": _("kelurahannya belum jelas"),
    "added": _("pelapor menambah keterangan"),
    "added_closed": _("pelapor menulis tentang kasus yang sudah ditutup"),
    "place_noted": _("pelapor menjawab di mana kejadiannya"),
    "status": _("pelapor bertanya kabar"),
    "status_none": _("warga bertanya kabar, kasusnya tidak ada"),
    "cancelled": _("pelapor membatalkan, kasus langsung ditutup"),
    "cancel_noted": _("pelapor membatalkan, petugas tetap memeriksa"),
    "cancel_which": _("pelapor membatalkan, kasusnya lebih dari satu"),
    "erase_noted": _("warga minta datanya dihapus"),
    "help": _("warga bertanya caranya"),
    "not_understood": _("SMS warga tidak terbaca"),
    "stopped": _("warga tidak mau pengumuman lagi"),
    "started": _("warga mau pengumuman lagi"),
    "on_the_way": _("petugas berangkat"),
    "on_scene": _("petugas tiba"),
    "merged": _("laporan digabung"),
    "unmerged": _("laporan dipisahkan lagi"),
    "reopened": _("kasus dibuka lagi"),
    "ask_satisfaction": _("pelapor menjawab bahwa sudah teratasi"),
    "solved_thanks": _("pelapor menilai penanganan"),
    "ask_neighbour": _("operator bertanya kepada tetangga"),
    "neighbour_thanks": _("tetangga menjawab"),
}

_UNIT: Final[Words] = {
    "dispatch": _("petugas dikirim"),
    "upload_link": _("operator meminta foto atau dokumen"),
    "stood_down": _("petugas dibebaskan dari tugas"),
    "ring_accepted": _("petugas menerima lewat telepon"),
    "ask_arrival": _("belum ada kabar sesudah berangkat"),
    "ask_safe": _("lama tanpa kabar di lokasi"),
    "tasks_open": _("petugas bertanya tugasnya"),
    "tasks_none": _("petugas bertanya, tidak ada tugas"),
    "not_yours": _("petugas menyebut nomor yang bukan tugasnya"),
    "details": _("petugas minta rincian"),
    "coming": _("petugas bertanya siapa yang datang"),
    "remind_shift": _("sehari sebelum piket"),
    "shift_confirmed": _("petugas bisa piket"),
    "shift_refused": _("petugas tidak bisa piket"),
    "drill": _("latihan dimulai"),
    "drill_present": _("petugas menjawab latihan"),
    "unit_which": _("petugas menjawab tanpa nomor tugas"),
    "unit_none": _("petugas menjawab, tidak ada tugas terbuka"),
    "unit_closed": _("petugas menjawab, tugasnya sudah berakhir"),
    "unit_not_possible": _("kode petugas tidak cocok dengan keadaannya"),
    "unit_help": _("kode petugas tidak terbaca"),
    "duty_on": _("petugas mulai piket"),
    "duty_off": _("petugas selesai piket"),
}

_OFFICER: Final[Words] = {
    "desk_down": _("meja kosong, satu laporan menunggu"),
    "desk_down_many": _("meja kosong, beberapa laporan menunggu"),
    "escalated": _("belum ada petugas yang menerima"),
    "line_dead": _("satu jalur SMS mati, dikirim lewat jalur lain"),
    "officer_sent": _("ia memverifikasi, tim dipanggil"),
    "officer_nobody": _("ia memverifikasi, tidak ada petugas bebas"),
    "officer_rejected": _("ia menolak laporan"),
    "officer_late": _("sudah diputuskan orang lain"),
    "code_wrong": _("kode jawabannya keliru"),
}

_PARTNER: Final[Words] = {
    "handoff": _("kasus dilimpahkan"),
    "leg_accepted": _("instansi menerima"),
    "leg_refused": _("instansi tidak menerima"),
}

_INSIDE: Final[Words] = {
    "word_drill": _("di depan setiap teks latihan"),
    "word_nobody": _("belum ada yang datang"),
}

_TEXTS: Final[dict[Reader, Words]] = {
    Reader.RESIDENT: _RESIDENT,
    Reader.UNIT: _UNIT,
    Reader.OFFICER: _OFFICER,
    Reader.PARTNER: _PARTNER,
    Reader.GROUP: {"group_note": _("kabar kasus untuk grup")},
    Reader.LINE: {"canary": _("uji jalur SMS")},
    Reader.INSIDE: _INSIDE,
}

_BY_PREFIX: Final[Words] = {"state_": _("keadaan kasus"), "word_": _("keadaan petugas")}


FIELD: Final[Words] = {
    "number": _("nomor kasus"),
    "numbers": _("nomor-nomor kasus"),
    "old": _("nomor kasus yang lama"),
    "direct": _("nomor darurat, misalnya 112"),
    "place": _("kelurahan dan RT"),
    "state": _("keadaan kasus"),
    "time": _("jam"),
    "link": _("tautan untuk mengirim berkas"),
    "hours": _("lama dalam jam, atau jam piket"),
    "minutes": _("lama dalam menit"),
    "day": _("hari dan tanggal"),
    "priority": _("prioritas"),
    "summary": _("ringkasan kejadian"),
    "details": _("rincian kejadian"),
    "hint": _("pesan keselamatan"),
    "example": _("contoh nomor kasus"),
    "word": _("kata uji"),
    "challenge": _("kode jawaban empat angka"),
    "code": _("kode jawaban instansi"),
    "count": _("banyaknya laporan"),
    "cases": _("daftar kasus"),
    "line": _("jalur SMS"),
    "kind": _("jenis kejadian"),
    "tasks": _("daftar tugas"),
    "people": _("siapa yang datang"),
    "status": _("kode yang dikirim petugas"),
    "present": _("keadaan petugas sekarang"),
}
"""What is filled in where {field} stands."""


def occasion(key: str) -> tuple[Reader, LazyString] | None:
    """Who gets the text with this key, and when; None for one that the code never says by itself."""
    for reader, texts in _TEXTS.items():
        if key in texts:
            return reader, texts[key]
    return next(
        ((Reader.INSIDE, words) for start, words in _BY_PREFIX.items() if key.startswith(start)), None
    )

"""The desk's words for what the code calls by name. Source language Indonesian, as its users speak."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from hotline.carriers import Alarm
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose, Refusal
from hotline.domain.delivery import TextState
from hotline.domain.duty import Duty
from hotline.domain.escalation import CaseStep
from hotline.domain.handoff import LegState
from hotline.domain.lifecycle import IncidentStatus, StatusCode, UnitStatus
from hotline.domain.recording import RecordingState
from hotline.domain.rights import Role
from hotline.domain.tasks import TaskKind
from hotline.evaluation.failing import Failure
from hotline.mail import MailCause
from hotline.models import Misuse

Words = dict[str, LazyString]

STATUS: Final[Words] = {
    IncidentStatus.RECEIVED: _("Belum diperiksa"),
    IncidentStatus.VERIFIED: _("Terverifikasi"),
    IncidentStatus.DISPATCHED: _("Menunggu jawaban petugas"),
    IncidentStatus.UNDER_WAY: _("Petugas menuju lokasi"),
    IncidentStatus.ON_SCENE: _("Petugas di lokasi"),
    IncidentStatus.REPORTED: _("Selesai di lapangan"),
    IncidentStatus.CLOSED: _("Ditutup"),
}

UNIT_STATUS: Final[Words] = {
    UnitStatus.ALERTED: _("Belum menjawab"),
    UnitStatus.ACCEPTED: _("Menerima"),
    UnitStatus.EN_ROUTE: _("Menuju lokasi"),
    UnitStatus.ON_SCENE: _("Di lokasi"),
    UnitStatus.CLEAR: _("Selesai"),
    UnitStatus.DECLINED: _("Menolak"),
    UnitStatus.UNABLE: _("Tidak bisa"),
    UnitStatus.STOOD_DOWN: _("Ditarik"),
}

CODE: Final[Words] = {
    StatusCode.ACCEPT: _("Terima"),
    StatusCode.DECLINE: _("Tolak"),
    StatusCode.EN_ROUTE: _("Jalan"),
    StatusCode.ON_SCENE: _("Tiba"),
    StatusCode.NEED_BACKUP: _("Minta bantuan"),
    StatusCode.CLEAR: _("Selesai"),
    StatusCode.UNABLE: _("Gagal"),
}

CHANNEL: Final[Words] = {
    Channel.SMS: _("SMS"),
    Channel.VOICE: _("Telepon ke hotline"),
    Channel.TELEPHONE: _("Telepon ke petugas"),
    Channel.WHATSAPP: _("Grup WhatsApp"),
    Channel.WALK_IN: _("Datang ke posko"),
    Channel.OFFICER: _("Lewat petugas"),
    Channel.RADIO: _("Radio (HT)"),
}

TEXT_STATE: Final[Words] = {
    TextState.RECEIVED: _("masuk"),
    TextState.QUEUED: _("antre kirim"),
    TextState.SENDING: _("sedang dikirim"),
    TextState.ACCEPTED: _("terkirim"),
    TextState.DELIVERED: _("sampai"),
    TextState.EXPIRED: _("kedaluwarsa"),
    TextState.ABSENT: _("HP tidak aktif"),
    TextState.FAILED: _("gagal"),
    TextState.REFUSED: _("ditolak operator seluler"),
    TextState.UNKNOWN: _("tidak pasti terkirim"),
    TextState.NOT_SENT: _("belum terkirim, dicoba lagi"),
    TextState.WITHHELD: _("tidak dikirim"),
}

TEXT_TONE: Final[dict[str, str]] = {
    TextState.DELIVERED: "good",
    TextState.QUEUED: "wait",
    TextState.SENDING: "wait",
    TextState.ACCEPTED: "sent",
    TextState.RECEIVED: "sent",
    TextState.NOT_SENT: "warn",
    TextState.WITHHELD: "warn",
    TextState.UNKNOWN: "warn",
    TextState.EXPIRED: "bad",
    TextState.ABSENT: "bad",
    TextState.FAILED: "bad",
    TextState.REFUSED: "bad",
}
"""How a state of delivery looks; each look is a shape besides a colour."""

PURPOSE: Final[Words] = {
    Purpose.DISPATCH: _("SMS tugas"),
    Purpose.RECEIPT: _("Tanda terima"),
    Purpose.PROGRESS: _("Kabar"),
    Purpose.QUESTION: _("Pertanyaan"),
    Purpose.REPLY: _("Jawaban otomatis"),
    Purpose.OPERATOR: _("Ditulis operator"),
    Purpose.ANNOUNCEMENT: _("Pengumuman"),
    Purpose.CHECK: _("Uji jalur"),
}

REFUSAL: Final[Words] = {
    Refusal.QUIET: _("mode diam: HP pelapor mungkin dibaca orang lain"),
    Refusal.NOT_A_MOBILE: _("bukan nomor seluler"),
    Refusal.COUNTRY: _("nomor luar negeri"),
    Refusal.OPTED_OUT: _("pemilik nomor menolak pengumuman"),
    Refusal.BUDGET: _("batas jawaban otomatis per jam tercapai"),
    Refusal.BUDGET_IN_ALL: _("batas jawaban otomatis semua nomor tercapai"),
    Refusal.MUTED: _("nomor ini baru saja iseng"),
    Refusal.MACHINE: _("kata yang sama berulang: mungkin mesin"),
    Refusal.NOT_A_TELEPHONE: _("bukan nomor telepon"),
}

ERRAND: Final[Words] = {
    Errand.CALLER: _("penelepon"),
    Errand.UNIT: _("petugas menelepon"),
    Errand.CALL_BACK: _("telepon balik otomatis"),
    Errand.DISPATCH: _("tugas dibacakan"),
    Errand.DESK: _("operator didering"),
    Errand.BRIDGE: _("disambungkan dengan pelapor"),
    Errand.ALARM: _("petugas ditelepon: jalur SMS mati"),
}

CALL_STATE: Final[Words] = {
    CallState.PLANNED: _("akan ditelepon"),
    CallState.PLACING: _("sedang ditelepon"),
    CallState.RINGING: _("berdering"),
    CallState.LIVE: _("di menu"),
    CallState.WAITING: _("menunggu petugas"),
    CallState.TAKEN: _("diambil petugas"),
    CallState.QUEUED: _("segera tersambung"),
    CallState.TALKING: _("sedang bicara"),
    CallState.OVER: _("selesai"),
}

CALL_END: Final[Words] = {
    CallEnd.REPORTED: _("menjadi laporan"),
    CallEnd.ENQUIRED: _("menanyakan laporan"),
    CallEnd.MISSED: _("tak terjawab"),
    CallEnd.ANSWERED: _("dijawab petugas"),
    CallEnd.REJECTED: _("ditolak, ditelepon balik"),
    CallEnd.FROM_UNIT: _("jawaban petugas lapangan"),
    CallEnd.DONE: _("tersambung"),
    CallEnd.UNANSWERED: _("tidak diangkat"),
    CallEnd.REFUSED: _("ditolak operator seluler"),
    CallEnd.WITHHELD: _("tidak boleh ditelepon"),
    Refusal.SETTLED: _("sudah selesai sebelum sempat dikirim"),
}

DUTY: Final[Words] = {
    Duty.SAID_ON: _("Piket (kata petugas)"),
    Duty.SAID_OFF: _("Libur (kata petugas)"),
    Duty.ROTA_ON: _("Piket (jadwal)"),
    Duty.ROTA_OFF: _("Di luar jadwal"),
}

REASON: Final[Words] = {
    "leads": _("memimpin jenis ini"),
    "supports": _("mendukung jenis ini"),
    "same_rt": _("RT yang sama"),
    "same_area": _("kelurahan yang sama"),
    "citywide": _("melayani seluruh kota"),
    "neighbour": _("kelurahan tetangga"),
    "elsewhere": _("kelurahan lain"),
    Duty.SAID_ON: _("menyatakan piket"),
    Duty.SAID_OFF: _("menyatakan libur"),
    Duty.ROTA_ON: _("piket menurut jadwal"),
    Duty.ROTA_OFF: _("di luar jadwal piket"),
    "busy": _("sedang ada tugas"),
}

STEP: Final[Words] = {
    "1": _("Informasi"),
    "2": _("Verifikasi"),
    "3": _("Koordinasi"),
    "4": _("Respon cepat"),
    "5": _("Penanganan"),
    "6": _("Pelaporan"),
    "7": _("Penyelesaian"),
    "8": _("Evaluasi"),
}

ROLE: Final[Words] = {
    Role.OPERATOR: _("Operator"),
    Role.COORDINATOR: _("Koordinator"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.AUDITOR: _("Auditor"),
}

RECORDING: Final[Words] = {
    RecordingState.WANTED: _("Rekaman belum terambil."),
    RecordingState.FETCHED: _("Rekaman disimpan"),
    RecordingState.REFUSED: _("Rekaman tidak diambil karena tidak aman."),
    RecordingState.LOST: _("Rekaman tidak bisa diambil dalam 24 jam."),
    RecordingState.FORGOTTEN: _("Rekaman sudah dihapus: masa simpannya habis."),
}

TASK: Final[Words] = {
    TaskKind.CALL_UNIT: _("Telepon petugas yang belum menjawab"),
    TaskKind.NOBODY_LEFT: _("Tidak ada lagi yang bisa dipanggil, carikan orang"),
    TaskKind.SEND_SOMEBODY: _("Sudah diverifikasi, belum ada yang dikirim"),
    TaskKind.ASK_ARRIVAL: _("Petugas lewat waktu tiba dan tidak menjawab, telepon"),
    TaskKind.UNIT_SAFETY: _("Petugas di lokasi tidak menjawab, pastikan selamat"),
    TaskKind.BACKUP: _("Petugas minta bantuan"),
    TaskKind.CALL_EMERGENCY: _("Telepon juga nomor darurat"),
    TaskKind.UNCLAIMED: _("Laporan gawat belum diambil siapa pun"),
    TaskKind.ESCALATED: _("Belum ada yang menerima, telepon atasan"),
    TaskKind.HAND_OVER: _("Telepon instansi dan limpahkan"),
    TaskKind.LEG_UNANSWERED: _("Pelimpahan tidak diterima, kasus kembali ke kita"),
    TaskKind.COVER_SHIFT: _("Tidak bisa piket, carikan pengganti"),
    TaskKind.CALL_BACK: _("Telepon balik"),
    TaskKind.SUBJECT_REQUEST: _("Permintaan data pribadi, jawab dalam 3x24 jam (layar Data pribadi)"),
}

WEEKDAY: Final[Words] = {
    "0": _("Sen"), "1": _("Sel"), "2": _("Rab"), "3": _("Kam"), "4": _("Jum"), "5": _("Sab"), "6": _("Min"),
}  # fmt: skip

CASE_STEP: Final[Words] = {
    CaseStep.TAKE_UP: _("Perwira piket ditanya"),
    CaseStep.SEND_SOMEBODY: _("Meja diingatkan mengirim petugas"),
    CaseStep.EXHAUSTED: _("Tidak ada lagi yang bisa dipanggil"),
    CaseStep.COORDINATOR: _("Koordinator diberi tahu"),
    CaseStep.HEAD: _("Lurah diberi tahu"),
    CaseStep.RING: _("Meja diingatkan lagi"),
}

LEG: Final[Words] = {
    LegState.OFFERED: _("Menunggu diterima"),
    LegState.ACCEPTED: _("Diterima"),
    LegState.ANSWERED: _("Ada hasil"),
    LegState.REFUSED: _("Tidak diterima"),
    LegState.RETURNED: _("Lewat batas, kembali ke kita"),
}

ALARM: Final[Words] = {
    Alarm.RESTORED: _(
        "Data dipulihkan dari cadangan: tidak ada SMS dan telepon yang keluar. Periksa dulu, lalu lepaskan."
    ),
    Alarm.SPOOL_FULL: _(
        "Ruang simpan untuk berkas cadangan hampir penuh: laporan bisa tertolak. Panggil administrator."
    ),
    Alarm.NOT_WORKING: _("Bagian yang membaca dan mengirim SMS tidak jalan. Panggil administrator."),
    Alarm.NO_MONEY: _("SMS tertahan: pulsa habis. Hanya tugas petugas yang terus dicoba."),
    Alarm.NOT_CONFIGURED: _("SMS tertahan: akun operator seluler ditolak. Panggil administrator."),
    Alarm.ONLY_EMERGENCIES: _("Sisa pulsa hanya untuk tugas petugas dan keadaan darurat."),
    Alarm.LOW_BALANCE: _("Pulsa hampir habis."),
    Alarm.CANARY_LOST: _("SMS uji tidak kembali: jalur SMS mungkin terputus."),
    Alarm.NOT_FETCHED: _("Daftar SMS di operator seluler tidak bisa dibaca."),
    Alarm.SILENT: _("Modem tidak menjawab: periksa kabel, daya dan kartu SIM."),
    Alarm.NO_NETWORK: _("Kartu SIM tidak terhubung ke jaringan."),
    Alarm.NO_CREDIT: _("Pulsa kartu SIM habis."),
    Alarm.WEAK_SIGNAL: _("Sinyal modem lemah: pindahkan modem atau antena."),
    Alarm.STORAGE: _("Memori kartu SIM hampir penuh: SMS baru bisa hilang."),
    Alarm.LOW_CREDIT: _("Pulsa kartu SIM hampir habis."),
}
"""What is wrong with the text line, for the head of every page."""

REPORT_FAILURE: Final[Words] = {
    Failure.DATABASE: _("basis data tidak menjawab."),
    Failure.MEMORY: _("memori server tidak cukup; pilih masa yang lebih pendek."),
    Failure.LAYOUT: _("isinya tidak muat di halaman; beri tahu administrator."),
    Failure.DISK: _("ruang simpan server penuh atau rusak; beri tahu administrator."),
    Failure.FAULT: _("ada kesalahan di program; beri tahu administrator."),
}
"""Why a report was not made."""

MAIL_CAUSE: Final[Words] = {
    MailCause.CERTIFICATE: _("sertifikat server surel tidak sah, jadi tidak ada yang diserahkan."),
    MailCause.PASSWORD: _("server surel menolak nama atau kata sandi."),
    MailCause.NO_TLS: _("server surel tidak menawarkan sambungan aman, jadi kata sandi tidak diserahkan."),
    MailCause.UNREACHABLE: _("server surel tidak bisa dihubungi."),
    MailCause.LATER: _("server surel minta dicoba nanti."),
    MailCause.ADDRESSES: _("semua alamat penerima ditolak server surel."),
    MailCause.SOME_ADDRESSES: _("Sebagian alamat penerima ditolak server surel."),
    MailCause.REFUSED: _("server surel menolak suratnya."),
    MailCause.DOUBT: _("sambungan putus setelah surat diserahkan: mungkin sudah terkirim, mungkin belum."),
}
"""Why a letter did not go."""

MISUSE: Final[Words] = {
    Misuse.PRANK: _("Iseng"),
    Misuse.GHOST: _("Kosong"),
    Misuse.ABUSE: _("Kata kasar"),
}


def say(words: Words, key: object) -> str:
    """The label for `key`, or the key itself where the desk has no word for it yet."""
    found = words.get(str(key))
    return str(found) if found is not None else str(key)

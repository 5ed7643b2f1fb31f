"""What stands in the audit, in words that people say."""

from typing import Final

from flask_babel import lazy_gettext as _

from hotline.console.labels import Words

ACT: Final[Words] = {
    "agenda_drafted": _("Agenda evaluasi disusun"),
    "breach_list": _("Daftar data terungkap diunduh"),
    "breach_noted": _("Kebocoran data dicatat"),
    "breach_told": _("Kebocoran data diberitahukan"),
    "client_added": _("Kunci data terbuka dibuat"),
    "client_ended": _("Kunci data terbuka dicabut"),
    "copy_taken": _("Salinan data pribadi diunduh"),
    "decided": _("Keputusan evaluasi dicatat"),
    "decision_done": _("Keputusan evaluasi dilakukan"),
    "download": _("Berkas laporan diunduh"),
    "drop_sound": _("Suara kembali ke asal"),
    "duty_changed": _("Jadwal piket diubah"),
    "rota_changed": _("Jadwal mingguan diubah"),
    "duty_off": _("Petugas diliburkan"),
    "duty_on": _("Petugas dijadikan piket"),
    "evaluation_closed": _("Evaluasi bulanan ditutup"),
    "export": _("Laporan diminta sebagai berkas"),
    "export_audit": _("Jejak audit diunduh"),
    "give_pin": _("PIN petugas dibuat"),
    "hold_begun": _("Data ditahan untuk perkara hukum"),
    "hold_ended": _("Penahanan data diakhiri"),
    "mail": _("Laporan dikirim lagi lewat surel"),
    "minutes_written": _("Notulen evaluasi ditulis"),
    "password_changed": _("Kata sandi sendiri diganti"),
    "put_sound": _("Rekaman suara dipasang"),
    "release_queue": _("Antrean SMS dilepas"),
    "request_noted": _("Permintaan data pribadi dicatat"),
    "operator_added": _("Pengguna ditambahkan"),
    "operator_dismissed": _("Pengguna dinonaktifkan"),
    "operator_password": _("Kata sandi baru diberikan"),
    "operator_restored": _("Pengguna diaktifkan kembali"),
    "operator_role": _("Peran pengguna diganti"),
    "session_ended": _("Sesi sendiri diakhiri"),
    "shift_begun": _("Mulai jaga"),
    "request_settled": _("Permintaan data pribadi dijawab"),
    "reveal": _("Identitas pelapor dibuka"),
    "second_factor_enrolled": _("Faktor kedua dipasang"),
    "second_factor_forgotten": _("Faktor kedua dihapus"),
    "sign_in": _("Masuk ke layar"),
    "sign_in_failed": _("Gagal masuk"),
    "unit_added": _("Petugas ditambahkan"),
    "unit_changed": _("Data petugas diubah"),
    "unit_restored": _("Petugas diaktifkan kembali"),
    "unit_retired": _("Petugas dinonaktifkan"),
}

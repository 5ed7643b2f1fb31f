"""What went wrong, on a page: in words, with an id to read out where it is our fault, and with a way back."""

import logging
import secrets
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from hotline.calls import NoSuchCallError
from hotline.console import (
    calls,
    drills,
    enlisting,
    entry,
    group,
    guarding,
    handover,
    meetings,
    rewording,
    roster,
    sounds,
    staff,
    system,
    tasks,
    teaching,
    tray,
    units,
)
from hotline.console.case import case_page, path_of, typed_form
from hotline.console.forms import FieldError
from hotline.console.labels import REFUSAL, UNIT_STATUS, say
from hotline.console.pages import seen, wants_fragment
from hotline.domain.handoff import UnfitLegError
from hotline.domain.lifecycle import IllegalTransitionError
from hotline.domain.rights import Act, NotAllowedError
from hotline.incidents import ConflictError, NoSuchIncidentError, StaleError
from hotline.notify import MayNotCallError
from hotline.rewording import NoSuchTextError
from hotline.sounds import NoSuchClipError
from hotline.web import AlreadyDoneError, visitor_or_none

_log = logging.getLogger(__name__)

CONFLICTS: Final = {
    "several people reported this": lazy_gettext(
        "Beberapa orang melaporkan ini, jadi bukan iseng satu nomor."
    ),
    "the queue is not held any more": lazy_gettext("Antrean SMS sudah tidak tertahan."),
    "nothing was counted here": lazy_gettext("Tidak ada yang dicatat sebagai iseng di sini."),
    "the number may be texted already": lazy_gettext("Nomor itu sudah boleh dikirimi SMS."),
    "the incident has no kelurahan yet": lazy_gettext("Kasus ini belum punya kelurahan."),
    "the phrase is too long to be met again": lazy_gettext(
        "Kata-kata itu terlalu panjang untuk dikenali lagi."
    ),
    "the phrase is too short: it would be found everywhere": lazy_gettext(
        "Kata itu terlalu pendek: akan muncul di mana-mana."
    ),
    "nobody said this about the incident": lazy_gettext("Kata itu tidak ada dalam laporan kasus ini."),
    "this phrase is taught already": lazy_gettext("Kata itu sudah dicatat."),
    "the lesson was taken back already": lazy_gettext("Catatan kata itu sudah dibatalkan."),
    "an emergency is not put off": lazy_gettext("Kasus darurat tidak bisa ditunda."),
    "this name is taken, or is none": lazy_gettext("Nama pengguna itu sudah dipakai."),
    "one administrator must stay": lazy_gettext("Harus ada sedikitnya satu administrator."),
    "the incident is closed": lazy_gettext("Kasus sudah ditutup."),
    "the incident is closed already": lazy_gettext("Kasus sudah ditutup."),
    "the incident is open": lazy_gettext("Kasus masih terbuka."),
    "units were sent: close it instead of rejecting it": lazy_gettext(
        "Petugas sudah dikirim: kasus ditutup oleh koordinator, bukan ditolak."
    ),
    "verify the incident first": lazy_gettext("Verifikasi dulu kasusnya."),
    "verify the incident, or reject it with a reason": lazy_gettext(
        "Verifikasi dulu kasusnya, atau tolak dengan alasan."
    ),
    "choose at least one unit that is not on it yet": lazy_gettext(
        "Pilih sedikitnya satu petugas yang belum bertugas di kasus ini."
    ),
    "this unit was not sent to the incident": lazy_gettext("Petugas ini tidak dikirim ke kasus ini."),
    "the text is empty": lazy_gettext("Tulis dulu pesannya."),
    "no caller of this incident left a number": lazy_gettext("Tidak ada pelapor yang meninggalkan nomor."),
    "this text went out, or was sent again already": lazy_gettext(
        "SMS ini sudah terkirim atau sudah diulang."
    ),
    "an incident can't be merged into itself": lazy_gettext(
        "Kasus tidak bisa digabung dengan dirinya sendiri."
    ),
    "only open incidents can be merged": lazy_gettext("Hanya kasus terbuka yang bisa digabung."),
    "the incident is not merged": lazy_gettext("Kasus ini tidak sedang digabung."),
    "the event is closed; reopen it first": lazy_gettext("Kasus gabungan sudah ditutup; buka lagi dulu."),
    "nobody has proposed an end": lazy_gettext("Belum ada usulan penutupan."),
    "somebody else must confirm this end": lazy_gettext("Penutupan ini harus diperiksa orang lain."),
    "one of the two must be a coordinator": lazy_gettext("Salah satu pemeriksa harus koordinator."),
    "too many files, or none": lazy_gettext("Terlalu banyak berkas untuk kasus ini."),
    "say first at which telephone you are": lazy_gettext("Isi dulu nomor telepon Anda di layar Telepon."),
    "your telephone is ringing already": lazy_gettext("Telepon Anda sedang berdering."),
    "your telephone's number must not be rung": lazy_gettext("Nomor telepon Anda tidak boleh didering."),
    "nobody is waiting any more": lazy_gettext("Tidak ada lagi yang menunggu."),
    "somebody has called back already": lazy_gettext("Nomor ini sudah ditelepon balik."),
    "this unit is not on the incident any more": lazy_gettext("Petugas ini tidak lagi di kasus ini."),
    "this unit has answered already": lazy_gettext("Petugas ini sudah menjawab."),
    "a meeting evaluates one whole month": lazy_gettext("Rapat evaluasi membahas satu bulan penuh."),
    "there is no such figure": lazy_gettext("Angka itu tidak ada."),
    "the month is not over yet": lazy_gettext("Bulan ini belum selesai."),
    "write down first when they met": lazy_gettext("Simpan dulu notulennya dengan tanggal rapat."),
    "nobody has drafted this month's agenda": lazy_gettext("Agenda bulan ini belum disusun."),
    "a case of this number is under legal hold": lazy_gettext(
        "Ada kasus nomor ini yang ditahan untuk perkara hukum; data belum boleh dihapus."
    ),
    "a case of this number is open": lazy_gettext("Masih ada kasus nomor ini yang terbuka; selesaikan dulu."),
    "a failure ends after it began, and began before now": lazy_gettext(
        "Gangguan berakhir sesudah mulai, dan mulai sebelum sekarang."
    ),
    "the file is made, or being made": lazy_gettext("Berkas ini sudah dibuat, atau sedang dibuat."),
    "the letter went, or is on its way": lazy_gettext("Surel ini sudah terkirim, atau sedang dikirim."),
    "the meeting is closed": lazy_gettext("Evaluasi bulan ini sudah ditutup."),
    "all places are filled": lazy_gettext("Semua tempat sudah terisi orang lain."),
    "this partner has the case already": lazy_gettext("Instansi ini sudah memegang kasus ini."),
    "neighbours are not asked about a confidential case": lazy_gettext(
        "Warga tidak ditanya tentang perkara rahasia."
    ),
    "nobody near is left to ask": lazy_gettext("Tidak ada lagi warga terpercaya di dekat tempat itu."),
    "units were sent in earnest already": lazy_gettext(
        "Petugas sudah dikirim sungguhan; tidak bisa jadi latihan."
    ),
    "the shift ends before it starts": lazy_gettext("Jam piketnya keliru."),
    "choose at least one weekday": lazy_gettext("Pilih harinya."),
    "the shift was taken over already": lazy_gettext("Piket itu sudah diterima orang lain."),
    "somebody else must take the shift over": lazy_gettext("Piket harus diterima orang lain."),
    "somebody else must stand in": lazy_gettext("Penggantinya harus orang lain."),
    "another unit has this telephone": lazy_gettext("Nomor itu sudah dipakai petugas lain."),
    "a unit out of service has this telephone": lazy_gettext(
        "Nomor itu milik petugas yang sudah tidak aktif. Aktifkan kembali di daftar petugas."
    ),
    "the unit has an open task": lazy_gettext(
        "Petugas ini masih punya tugas terbuka. Bebaskan dulu di kasusnya."
    ),
    "choose at least one unit": lazy_gettext("Tidak ada petugas yang cocok."),
    "advice needs a person and a day": lazy_gettext("Rekomendasi perlu penanggung jawab dan tanggal."),
    "somebody else has worded this text meanwhile": lazy_gettext(
        "Teks ini baru saja diubah orang lain. Periksa kata yang berlaku sekarang, lalu simpan lagi."
    ),
    "the text says this already": lazy_gettext("Teks itu sudah berbunyi begitu."),
    "this is the name of a kelurahan": lazy_gettext("Itu nama kelurahan; sudah dikenali."),
    "the text was filed already": lazy_gettext("SMS ini sudah diarsipkan orang lain."),
}
"""The use cases' reasons in the desk's words."""

_PAGES: Final[dict[str, Callable[..., Response]]] = {
    "units": units.units_page,
    "enlisting": enlisting.unit_page,
    "tray": tray.tray_page,
    "conversing": system.system_page,
    "system": system.system_page,
    "teaching": teaching.words_page,
    "calls": calls.calls_page,
    "sounds": sounds.sounds_page,
    "meetings": meetings.meeting_page,
    "guarding": guarding.privacy_page,
    "failures": system.system_page,
    "tasks": tasks.tasks_page,
    "roster": roster.roster_page,
    "drills": drills.drills_page,
    "handover": handover.handover_page,
    "group": group.group_page,
    "staff": staff.staff_page,
    "rewording": rewording.text_page,
}


_HOME: Final = {
    **{name: f"/{name}" for name in ("tray", "units", "tasks", "roster", "drills", "handover", "calls")},
    "sounds": "/sounds", "pins": "/units", "enlisting": "/units", "staff": "/operators", "teaching": "/words",
    "rewording": "/playbook",
}  # fmt: skip
"""Where a form stood that was sent twice."""


def register(app: Flask) -> None:
    """Puts every error on its page."""
    handlers: dict[type[Exception], Callable[[Any], Response]] = {
        StaleError: _stale,
        MayNotCallError: _may_not_call,
        ConflictError: _conflict,
        IllegalTransitionError: _illegal,
        FieldError: _field,
        AlreadyDoneError: _already_done,
        UnfitLegError: _unfit_leg,
        NotAllowedError: _not_allowed,
        NoSuchIncidentError: _not_found,
        NoSuchCallError: _not_found,
        NoSuchClipError: _not_found,
        NoSuchTextError: _not_found,
        HTTPException: _http,
        Exception: _crash,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)


def _stale(_error: StaleError) -> Response:
    said = _("Kasus ini baru saja diubah orang lain. Periksa keadaan terbaru di bawah, lalu simpan lagi.")
    return show_again(409, said)


def _conflict(error: ConflictError) -> Response:
    known = CONFLICTS.get(str(error)) or _("Permintaan ini tidak cocok lagi dengan keadaan kasus.")
    return show_again(409, str(known))


def _may_not_call(error: MayNotCallError) -> Response:
    return show_again(409, _("Tidak boleh ditelepon: %(why)s.", why=say(REFUSAL, error.why)))


def _illegal(error: IllegalTransitionError) -> Response:
    present = say(UNIT_STATUS, error.present)
    return show_again(409, _("Tidak bisa: petugas ini sudah berstatus “%(status)s”.", status=present))


def _unfit_leg(_error: UnfitLegError) -> Response:
    return show_again(409, _("Tidak bisa: pelimpahan ini sudah di tahap lain."))


def _field(error: FieldError) -> Response:
    return show_again(422, str(error))


def show_again(status: int, problem: str) -> Response:
    """The page that the form stood on, as it is now, with the problem and what was typed.

    Whoever may not see that page learns from a wrong form no more than from a right one.
    """
    try:
        return _drawn_again(status, problem)
    except (NoSuchIncidentError, NotFound) as error:
        return _not_found(error)


def _drawn_again(status: int, problem: str) -> Response:
    number = (request.view_args or {}).get("number")
    if number is not None:
        return case_page(number, status, problem=problem, typed=typed_form())
    if request.blueprint == "entry":
        return entry.entry_page(status, problem=problem, typed=typed_form())
    draw = _PAGES.get(request.blueprint or "")
    return draw(status, problem=problem) if draw else problem_page(status, problem)


def _already_done(_error: AlreadyDoneError) -> Response:
    """A second click: what it asks for is done, so the page is shown as it is now."""
    number = (request.view_args or {}).get("number")
    if number is not None:
        return seen(path_of(number))
    if request.blueprint == "report_files":
        return seen(f"/evaluation?period={request.form.get('period', '')}#report-files")
    if request.blueprint == "meetings":
        return seen(f"{request.path.rpartition('/')[0]}?period={request.form.get('period', '')}")
    return seen(_HOME.get(request.blueprint or "", "/"))


def _not_allowed(error: NotAllowedError) -> Response:
    if error.args[:1] == (Act.SEE_CONFIDENTIAL,):
        return _not_found(error)
    return problem_page(403, _("Halaman atau tindakan ini bukan untuk peran Anda."))


def _not_found(_error: Exception) -> Response:
    return problem_page(404, _("Tidak ditemukan. Mungkin nomornya keliru, atau kasus ini bukan untuk Anda."))


def _http(error: HTTPException) -> Response:
    said = {
        400: _("Formulir tidak lengkap atau sudah kedaluwarsa. Muat ulang halaman, lalu coba lagi."),
        401: _("Sesi Anda berakhir. Masuk lagi; isian di halaman sebelumnya masih ada bila Anda kembali."),
        403: _("Permintaan ini tidak datang dari halaman kami, jadi tidak dilakukan."),
        404: _("Halaman ini tidak ada."),
        405: _("Alamat ini tidak bisa dibuka langsung."),
        413: _("Isian terlalu besar."),
    }
    code = error.code or 500
    if code < 400 and error.response is not None:
        return error.get_response()
    response = problem_page(code, said.get(code, _("Permintaan ini tidak bisa dilayani.")))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response


def _crash(error: Exception) -> Response:
    case = secrets.token_hex(4).upper()
    _log.error("page failed, id %s", case, exc_info=error)
    said = _("Ada kesalahan di pihak kami. Data yang sudah tersimpan tidak hilang.")
    return problem_page(500, said, case=case)


def problem_page(status: int, words: str, *, case: str = "") -> Response:
    """A page that needs nothing to be drawn: no database, no session."""
    template = "_problem.html" if wants_fragment() else "problem.html"
    context = {"status": status, "words": words, "case": case, "visitor": visitor_or_none()}
    return make_response(render_template(template, **context), status)

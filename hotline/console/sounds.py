"""The line's sounds: listen to each, put a person's recording in its place, or go back."""

from io import BytesIO

from flask import Blueprint, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import sounds as use_cases
from hotline.console import forms
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.telephone_sound import (
    LONGEST_S,
    LOUDEST_DB,
    QUIETEST_DB,
    SHORTEST_S,
    Unfit,
    UnfitSoundError,
)
from hotline.web import acting, actor, needs, runtime, takes_files

bp = Blueprint("sounds", __name__)
LARGEST = 8 * 1024 * 1024


@bp.get("/sounds")
@needs(Act.MANAGE_SOUNDS)
def index() -> Response:
    """All of them, with their words and whose voice says them."""
    return sounds_page()


def sounds_page(status: int = 200, *, problem: str = "") -> Response:
    """The sounds as they are now."""
    with looking() as session:
        found = use_cases.clips(session, runtime().playbook)
    return page("sounds", status, clips=found, problem=problem)


@bp.get("/sounds/<clip>")
@needs(Act.MANAGE_SOUNDS)
def play(clip: str) -> Response:
    """What callers hear of it now."""
    with runtime().reading() as session:
        wav = use_cases.wav_of(session, runtime().playbook, clip)
    response = send_file(BytesIO(wav), mimetype="audio/wav", conditional=bool(request.headers.get("Range")))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/sounds/<clip>")
@needs(Act.MANAGE_SOUNDS)
@takes_files(2 * LARGEST)
def put(clip: str) -> Response:
    """A recording takes its place, once its length and level are right."""
    uploaded = request.files.get("sound")
    if uploaded is None or not uploaded.filename:
        raise forms.FieldError(_("Pilih dulu berkas WAV-nya."))
    wav = uploaded.stream.read(LARGEST + 1)
    if len(wav) > LARGEST:
        raise forms.FieldError(_("Berkas terlalu besar."))
    try:
        with acting() as work:
            use_cases.put(work, clip, wav, actor())
    except UnfitSoundError as error:
        raise forms.FieldError(words_for(error)) from error
    return seen(f"/sounds#sound-{clip}")


@bp.post("/sounds/<clip>/back")
@needs(Act.MANAGE_SOUNDS)
def go_back(clip: str) -> Response:
    """The rendered sound counts again."""
    with acting() as work:
        use_cases.go_back(work, clip, actor())
    return seen(f"/sounds#sound-{clip}")


def words_for(error: UnfitSoundError) -> str:
    """What is wrong with a recording, and what to do about it."""
    found = round(error.measured or 0, 1)
    said = {
        Unfit.NOT_A_SOUND: _("Ini bukan berkas WAV."),
        Unfit.FORMAT: _("WAV harus PCM 16 bit, mono atau stereo, 8.000 sampai 48.000 Hz."),
        Unfit.TOO_SHORT: _(
            "Rekaman terlalu pendek: %(s)s detik, sedikitnya %(least)s.", s=found, least=SHORTEST_S
        ),
        Unfit.TOO_LONG: _(
            "Rekaman terlalu panjang: %(s)s detik, paling lama %(most)s.", s=found, most=LONGEST_S
        ),
        Unfit.OTHER_LENGTH: _(
            "Panjangnya %(s)s detik, jauh berbeda dari suara yang diganti. Apakah kalimatnya sama?", s=found
        ),
        Unfit.TOO_QUIET: _(
            "Terlalu pelan: %(db)s dB, sedikitnya %(least)s. Dekatkan mikrofon.", db=found, least=QUIETEST_DB
        ),
        Unfit.TOO_LOUD: _("Terlalu keras: %(db)s dB, paling keras %(most)s.", db=found, most=LOUDEST_DB),
        Unfit.CLIPPED: _("Suaranya pecah: %(n)s %% terpotong. Kecilkan mikrofon, lalu rekam lagi.", n=found),
    }
    return said[error.why]

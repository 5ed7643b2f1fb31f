"""Files of a case: attached at the desk, fetched again behind the case's policy, or sent by a unit's link."""

from io import BytesIO
from pathlib import PurePath
from typing import Final

from flask import Blueprint, make_response, render_template, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from hotline import attachments
from hotline.attachments import MOST_AT_ONCE, File
from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.pages import seen
from hotline.dispatch import find_assignment
from hotline.domain.rights import Act
from hotline.file_check import MOST_BYTES, UnfitFileError, check_file
from hotline.incidents import ConflictError, NoSuchIncidentError, family, may_see
from hotline.models import Attachment, Incident
from hotline.web import acting, actor, needs, one_time_token, public, runtime, takes_files

bp = Blueprint("attaching", __name__)

MOST_OF_ALL: Final = (MOST_AT_ONCE + 1) * MOST_BYTES
"""Bytes of one form with files: one file more than is kept, so that what is too much is said in words."""
PROBLEMS = {
    "empty": lazy_gettext("Berkas kosong."),
    "large": lazy_gettext("Berkas terlalu besar: paling banyak 8 MB."),
    "kind": lazy_gettext("Hanya foto (JPG, PNG, WEBP) atau dokumen PDF."),
    "broken": lazy_gettext("Berkas rusak atau tidak lengkap."),
    "locked": lazy_gettext("PDF ini terkunci sandi, jadi tidak bisa diperiksa. Kirim yang tidak terkunci."),
    "active": lazy_gettext("PDF ini berisi program atau lampiran, jadi tidak disimpan."),
}


@bp.post("/incidents/<number>/attachments")
@needs(Act.ATTACH)
@takes_files(MOST_OF_ALL)
def attach(number: str) -> Response:
    """Keeps photographs and documents with the case."""
    files = _files(keep_place=forms.words("place", limit=4) == "keep")
    with acting() as work:
        attachments.attach(work, runtime().settings.var, id_of(work, number, actor()), files, actor())
    return seen(path_of(number) + "#files")


@bp.get("/attachments/<int:attachment>")
@needs(Act.SEE_QUEUE)
def show(attachment: int) -> Response:
    """One file; never run, never guessed at by the browser."""
    with runtime().reading() as session:
        found = session.get(Attachment, attachment)
        incident = session.get(Incident, found.incident_id) if found else None
    if found is None or found.removed_at is not None or incident is None or not may_see(actor(), incident):
        raise NoSuchIncidentError(str(attachment))
    body = attachments.read_file(runtime().settings.var, found)
    ending = found.content_type.rpartition("/")[2]
    response = send_file(
        BytesIO(body), mimetype=found.content_type, download_name=f"{incident.number}-{found.id}.{ending}",
        as_attachment=found.content_type == "application/pdf",
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/incidents/<number>/assignments/<int:assignment>/link")
@needs(Act.ATTACH)
def send_link(number: str, assignment: int) -> Response:
    """Texts a unit a one-time link for its photographs."""
    with acting() as work:
        incident_id = id_of(work, number, actor())
        if find_assignment(work, assignment).incident_id not in family(work.session, incident_id):
            raise NoSuchIncidentError(f"assignment {assignment}")
        attachments.send_link(work, assignment, runtime().settings.public_url, actor())
    return seen(path_of(number))


@bp.get("/foto/<token>")
@public
def door(token: str) -> Response:
    """The unit's page: choose photographs, send."""
    with runtime().work() as work:
        works = attachments.link_of(work, token) is not None
    return _door(200 if works else 404, token=token, works=works)


@bp.post("/foto/<token>")
@public
@takes_files(MOST_OF_ALL)
def send(token: str) -> Response:
    """Keeps the unit's files; the link is used up then, and not by a mistake before.

    Pictures are unfolded only for whoever has a link that works.
    """
    with runtime().work() as work:
        if attachments.link_of(work, token) is None:
            return _door(404, token=token, works=False)
    try:
        files = _files(keep_place=False)
        with acting() as work:
            attachments.attach_by_link(work, runtime().settings.var, token, files)
    except forms.FieldError as error:
        return _door(422, token=token, works=True, problem=str(error))
    except (NoSuchIncidentError, ConflictError):
        return _door(404, token=token, works=False)
    return _door(200, token=token, works=True, sent=len(files))


def _door(status: int, **context: object) -> Response:
    drawn = render_template("upload.html", most=MOST_AT_ONCE, once=one_time_token(), **context)
    return make_response(drawn, status)


def _files(*, keep_place: bool) -> list[File]:
    sent = [each for each in request.files.getlist("file") if each.filename]
    if not sent:
        raise forms.FieldError(_("Pilih sedikitnya satu berkas."))
    if len(sent) > MOST_AT_ONCE:
        raise forms.FieldError(_("Paling banyak %(n)s berkas sekali kirim.", n=MOST_AT_ONCE))
    return [_checked(each, keep_place=keep_place) for each in sent]


def _checked(sent: FileStorage, *, keep_place: bool) -> File:
    name = PurePath((sent.filename or "").replace("\\", "/")).name
    title = "".join(sign for sign in name if sign.isprintable())
    try:
        return File(title, check_file(sent.stream.read(MOST_BYTES + 1), keep_place=keep_place))
    except UnfitFileError as error:
        raise forms.FieldError(f"{title}: {PROBLEMS[str(error)]}") from error

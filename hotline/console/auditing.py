"""Who did and saw what: the audit with its filters, its chain, and its export."""

from datetime import date

from flask import Blueprint, make_response, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline import audit_chain, audit_search
from hotline.audit_search import Wanted
from hotline.console import forms
from hotline.console.audit_labels import ACT
from hotline.console.days import read_day
from hotline.console.labels import say
from hotline.console.language import local
from hotline.console.pages import looking, page
from hotline.domain.rights import Act
from hotline.evaluation.sheets import csv_of
from hotline.models import Audit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("auditing", __name__)


@bp.get("/audit")
@needs(Act.SEE_AUDIT)
def index() -> Response:
    """One page of what fits; with `check`, whether the chain holds."""
    wanted = _wanted()
    with looking() as session:
        found = audit_search.look_up(session, wanted, _whole("before"))
        names, acts = audit_search.people(session), audit_search.acts(session)
        breaks = audit_chain.verify(session) if "check" in request.args else None
        heads = audit_chain.heads(session)[:1]
    return page(
        "audit", wanted=wanted, found=found, names=names, acts=acts, breaks=breaks, heads=heads,
        act_words=ACT, asked={key: value for key, value in request.args.items() if key in _FIELDS and value},
    )  # fmt: skip


_FIELDS = ("first", "last", "person", "act", "subject")


@bp.post("/audit/export")
@needs(Act.SEE_AUDIT)
def export() -> Response:
    """What fits, as a sheet with its hashes; that it was taken, and why, is in the audit too."""
    reason = forms.needed("reason", _("Tulis alasan mengunduh."), limit=300)
    wanted = _wanted()
    with acting() as work:
        names = audit_search.people(work.session)
        lines = [_line(row, names) for row in audit_search.every(work.session, wanted)]
        work.session.add(
            Audit(at=work.now, operator_id=actor().id, act="export_audit", subject=f"{len(lines)} rows",
                  reason=reason)
        )  # fmt: skip
    head = ["id", "waktu", "orang", "perbuatan", "tentang", "alasan", "hari", "urut", "hash"]
    response = make_response(csv_of([head, *lines]))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _line(row: Audit, names: dict[int, str]) -> list[str]:
    return [
        str(row.id), local(row.at).isoformat(timespec="seconds"), names.get(row.operator_id or 0, ""),
        say(ACT, row.act), row.subject, row.reason, row.day, str(row.seq), row.hash,
    ]  # fmt: skip


def _wanted() -> Wanted:
    """What the address or the form asks for. Raises NotFound for a day that is none."""
    return Wanted(
        zone=runtime().playbook.programme.zone, first=_day("first"), last=_day("last"),
        operator_id=_whole("person"), act=request.values.get("act", "").replace("\x00", "")[:40],
        subject=request.values.get("subject", "").replace("\x00", "")[:60],
    )  # fmt: skip


def _day(name: str) -> date | None:
    typed = request.values.get(name, "")
    try:
        return read_day(typed) if typed else None
    except ValueError as error:
        raise NotFound from error


def _whole(name: str) -> int | None:
    typed = request.values.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else None

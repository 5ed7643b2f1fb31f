"""The WhatsApp group: a post or a stretch of the chat is pasted, looked over, and kept as reports."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import group_posts
from hotline.console import forms
from hotline.console.case import path_of
from hotline.console.duplicates import Likely, likely_duplicates, points, resemblance
from hotline.console.pages import looking, page, seen
from hotline.domain.group_chat import Post, posts
from hotline.domain.playbook import UNCLEAR
from hotline.domain.rights import Act
from hotline.intake import Reading
from hotline.models import Incident
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("group", __name__)

LONGEST_CHAT = 60_000
MOST_POSTS = 60
_POST = "post-"
SURE = 6
"""Points from which a post is proposed for the incident that it resembles: place and type, say."""


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier post of the same paste that may tell of the same event, and why."""

    at: int
    """Its place in the paste."""
    event: Incident
    """What it tells of, never kept."""
    why: tuple[str, ...]

    @property
    def name(self) -> str:
        """What stands in the form for the case that it will be kept for."""
        return _name(self.at)


@dataclass(frozen=True, slots=True)
class PostView:
    """One post with what is understood of it, where it was kept already, and what it resembles."""

    post: Post
    reading: Reading
    event: Incident
    """What it tells of, never kept."""
    kept: str | None
    likely: tuple[Likely, ...]
    twins: tuple[Twin, ...] = ()

    @property
    def is_chatter(self) -> bool:
        """Nothing in it sounds like a report."""
        return self.reading.type_code == UNCLEAR and not self.reading.reasons

    @property
    def into(self) -> str:
        """What it is proposed for, an incident or an earlier post's; empty for a new one."""
        sure = [each.incident.number or "" for each in self.likely if self._is_of(each.incident, each.why)]
        sure += [each.name for each in self.twins if self._is_of(each.event, each.why)]
        return next(iter(sure), "")

    def _is_of(self, other: Incident, why: tuple[str, ...]) -> bool:
        """Whether that is proposed; in another RT it burns at another house until somebody says otherwise."""
        elsewhere = self.event.rt and other.rt and self.event.rt != other.rt
        return points(why) >= SURE and not elsewhere


@bp.get("/group")
@needs(Act.ENTER_REPORT)
def form() -> Response:
    """An empty field."""
    return group_page()


def group_page(status: int = 200, *, problem: str = "") -> Response:
    """The field, and below it what was found in it."""
    chat = request.form.get("chat", "")
    with looking() as session:
        views = [] if problem and len(chat) > LONGEST_CHAT else _views(session, chat)
    return page("group", status, chat=chat, views=views, problem=problem, most=MOST_POSTS)


@bp.post("/group/posts")
@needs(Act.ENTER_REPORT)
def read() -> Response:
    """What was pasted, post by post. Changes nothing."""
    forms.needed("chat", _("Tempel dulu pesan dari grup."), limit=LONGEST_CHAT)
    return group_page()


@bp.post("/group")
@needs(Act.ENTER_REPORT)
def save() -> Response:
    """Keeps the posts that are ticked; what was kept meanwhile is left out."""
    chat = forms.needed("chat", _("Tempel dulu pesan dari grup."), limit=LONGEST_CHAT)
    found = _posts(chat)
    chosen = [at for at in range(len(found)) if request.form.get(f"take-{at}")]
    if not chosen:
        raise forms.FieldError(_("Pilih sedikitnya satu pesan."))
    with acting() as work:
        kept = group_posts.kept_already(work.session, found)
        only = _keep(work, found, [at for at in chosen if kept[at] is None], kept)
    return seen(path_of(only.pop()) if len(only) == 1 else "/")


def _keep(work: UnitOfWork, found: list[Post], chosen: list[int], kept: list[str | None]) -> set[str]:
    """The numbers of the incidents that these posts were kept for. Of several that go where a post goes that
    is not chosen itself, the first opens the case.
    """
    where = {_name(at): number for at, number in enumerate(kept) if number}
    numbers = set[str]()
    for at in chosen:
        into = forms.words(f"into-{at}", limit=12)
        number = where.get(into, "") if into.startswith(_POST) else into
        incident = group_posts.keep(
            work, found[at], runtime().read_words(found[at].words), actor(), number=number
        )
        where[_name(at)] = number = incident.number or ""
        where.setdefault(into, number)
        numbers.add(number)
    return numbers


def _name(at: int) -> str:
    return f"{_POST}{at}"


def _posts(chat: str) -> list[Post]:
    return posts(chat, runtime().playbook.programme.zone)[-MOST_POSTS:]


def _views(session: Session, chat: str) -> list[PostView]:
    found = _posts(chat)
    kept = group_posts.kept_already(session, found)
    views = [_view(session, post, number) for post, number in zip(found, kept, strict=True)]
    return [
        view if view.kept else replace(view, twins=tuple(_twins(view, views[:at])))
        for at, view in enumerate(views)
    ]


def _twins(view: PostView, before: list[PostView]) -> Iterator[Twin]:
    for at, other in enumerate(before):
        why = resemblance(view.event, view.post.words, other.event, other.post.words)
        if why and not other.kept and not other.is_chatter:
            yield Twin(at, other.event, why)


def _view(session: Session, post: Post, kept: str | None) -> PostView:
    reading, now = runtime().read_words(post.words), runtime().clock.now()
    event = Incident(
        type_code=reading.type_code, area_code=reading.area_code, rt=reading.rt, place=reading.place,
        received_at=post.at or now,
    )  # fmt: skip
    likely = [] if kept else likely_duplicates(session, event, actor(), now, post.words)
    return PostView(post, reading, event, kept, tuple(likely))

"""What the text line learns from the desk: one click on a case, or words that the district is known by; all
lessons with undo, and unread words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import learning
from hotline.console import forms, queries
from hotline.console.case import id_of, path_of
from hotline.console.case_values import Case
from hotline.console.marks import place
from hotline.console.pages import looking, page, seen
from hotline.domain.playbook import UNCLEAR
from hotline.domain.rights import Act
from hotline.incidents import may_see
from hotline.intake import Reading
from hotline.learning import PLACE, TYPE, Taught, normal
from hotline.models import Incident, Lesson
from hotline.web import acting, actor, local_path, needs, runtime

bp = Blueprint("teaching", __name__)
MOST_PHRASES = 8
"""Ways to call one place that are taught at once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the grammar read otherwise than the desk decided, and the words that it most likely turns on."""

    about: str
    means: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessonView:
    """One lesson in words."""

    lesson: Lesson
    means: str
    number: str
    """The case that it was taught at; empty where that is not for the reader."""
    taught_by: str
    undone_by: str


def offers(case: Case) -> list[Offer]:
    """What this case could teach: nothing while the desk has not decided, or once it was taught."""
    incident = case.incident
    spoken = [view.report.words for view in case.reports if view.report.words]
    if incident.verified_at is None or not spoken:
        return []
    readings = [runtime().read_words(words) for words in spoken]
    news = {}
    if _place_is_news(incident, readings):
        news[PLACE] = place_named(incident.area_code, incident.rt)
    if _type_is_news(incident, readings):
        news[TYPE] = case.kind.name
    if not news:
        return []
    done = {learning.about(lesson) for lesson in case.lessons}
    phrases = tuple(dict.fromkeys(each for words in spoken for each in _candidates(words)))
    return [Offer(about, means, phrases) for about, means in news.items() if about not in done]


def _candidates(words: str) -> list[str]:
    return learning.candidates(words, runtime().unread_words(words))


def _place_is_news(incident: Incident, readings: Sequence[Reading]) -> bool:
    return incident.area_code is not None and all(each.area_code != incident.area_code for each in readings)


def _type_is_news(incident: Incident, readings: Sequence[Reading]) -> bool:
    return incident.type_code != UNCLEAR and all(each.type_code != incident.type_code for each in readings)


def place_named(area_code: str | None, rt: int | None) -> str:
    """Kelurahan and RT of a lesson."""
    return place(Incident(area_code=area_code, rt=rt, place=""))


def lessons_here(case: Case) -> list[LessonView]:
    """What was taught at this case and holds."""
    if not case.lessons:
        return []
    with runtime().reading() as session:
        return _views(session, case.lessons)


@bp.get("/words")
@needs(Act.CORRECT, Act.MANAGE_WORDS)
def index() -> Response:
    """Every lesson; and for whoever reads reports, the words in them that nobody could read, week by week."""
    return words_page()


def words_page(status: int = 200, *, problem: str = "") -> Response:
    """The lessons as they are now."""
    with looking() as session:
        lessons = _views(session, learning.all_lessons(session))
        weeks = learning.unread_words(session) if actor().may(Act.CORRECT) else []
    return page("words", status, lessons=lessons, weeks=weeks, problem=problem)


def _views(session: Session, lessons: Sequence[Lesson]) -> list[LessonView]:
    if not lessons:
        return []
    wanted = [lesson.incident_id for lesson in lessons if lesson.incident_id is not None]
    cases = {each.id: each for each in session.scalars(select(Incident).where(Incident.id.in_(wanted)))}
    people = {lesson.taught_by for lesson in lessons} | {lesson.undone_by for lesson in lessons}
    names = queries.names_of(session, *people)
    return [_view(lesson, cases.get(lesson.incident_id or 0), names) for lesson in lessons]


def _view(lesson: Lesson, case: Incident | None, names: dict[int, str]) -> LessonView:
    kind = runtime().playbook.types.get(lesson.type_code or "")
    where = kind.name if kind else lesson.type_code or place_named(lesson.area_code, lesson.rt)
    means = f"{lesson.name}, {where}" if lesson.name else where
    number = case.number or "" if case is not None and may_see(actor(), case) else ""
    return LessonView(
        lesson, means, number, names.get(lesson.taught_by, ""), names.get(lesson.undone_by or 0, "")
    )


@bp.post("/incidents/<number>/teach")
@needs(Act.CORRECT)
def teach(number: str) -> Response:
    """From now on the phrase means what the desk decided about this case."""
    phrase = forms.needed("phrase", _("Tulis dulu katanya."), limit=learning.LONGEST)
    about = forms.choice("about", [PLACE, TYPE])
    if not about:
        raise forms.FieldError(_("Pilih dulu: tempat atau jenis."))
    with acting() as work:
        learn = learning.teach_place if about == PLACE else learning.teach_type
        learn(work, id_of(work, number, actor()), phrase, actor())
    return seen(path_of(number))


@bp.post("/words/place")
@needs(Act.MANAGE_WORDS)
def add_place() -> Response:
    """From now on each of these words names a place of the district: another name, or a landmark."""
    playbook = runtime().playbook
    spoken = forms.needed("phrases", _("Tulis dulu katanya."), limit=MOST_PHRASES * learning.LONGEST)
    area = forms.choice("area", playbook.areas)
    if not area:
        raise forms.FieldError(_("Pilih kelurahannya."))
    phrases = list(dict.fromkeys(filter(None, (normal(each) for each in re.split("[,\n]", spoken)))))
    if len(phrases) > MOST_PHRASES:
        raise forms.FieldError(_("Paling banyak %(n)s sebutan sekaligus.", n=MOST_PHRASES))
    name, rt = forms.words("name", limit=learning.LONGEST) or None, forms.whole("rt", 99)
    with acting() as work:
        for phrase in phrases or [""]:
            learning.teach_without_case(work, Taught(phrase, area, rt, name=name), actor())
    return seen("/words")


@bp.post("/words/type")
@needs(Act.MANAGE_WORDS)
def add_type() -> Response:
    """From now on the phrase speaks of a type."""
    phrase = forms.needed("phrase", _("Tulis dulu katanya."), limit=learning.LONGEST)
    kind = forms.choice("type", runtime().playbook.types)
    if not kind:
        raise forms.FieldError(_("Pilih jenisnya."))
    with acting() as work:
        learning.teach_without_case(work, Taught(phrase, type_code=kind), actor())
    return seen("/words")


@bp.post("/words/<int:lesson>/undo")
@needs(Act.CORRECT, Act.MANAGE_WORDS)
def undo(lesson: int) -> Response:
    """The phrase means nothing any more."""
    with acting() as work:
        learning.unteach(work, lesson, actor())
    back = forms.words("back", limit=40)
    return seen(local_path(back) if back else "/words")

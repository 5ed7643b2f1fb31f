"""One click on a case teaches the text line; a page lists it, takes it back, and shows unread words."""

from datetime import date

import pytest

from hotline.domain.rights import Role
from hotline.models import Lesson, UnreadWord
from tests.console.conftest import Browser, Desk, SignIn

WORDS = "ada ribut di jerambah bolong"


@pytest.fixture
def case(desk: Desk, operator: Browser) -> str:
    """A case whose place and type the desk has put right; its address."""
    path = f"/incidents/{desk.report(WORDS, area_code=None)}"
    operator.open(path)
    assert not operator.has_form(f"{path}/teach")
    operator.send(f"{path}/verify", priority="tinggi", type="KELAHI", area="BJ", rt="9", people="", place="")
    operator.open(path)
    return path


def test_a_correction_is_taught_with_one_click_and_taken_back_with_one(
    desk: Desk, operator: Browser, case: str
) -> None:
    assert "Kata mana yang berarti Bakung Jaya RT 9?" in operator.text
    operator.send(f"{case}/teach", phrase="jerambah bolong")
    (lesson,) = desk.all(Lesson)
    assert (lesson.phrase, lesson.area_code, lesson.rt) == ("jerambah bolong", "BJ", 9)
    assert "“jerambah bolong” berarti Bakung Jaya RT 9" in operator.text
    assert "Kata mana yang berarti Bakung Jaya RT 9?" not in operator.text
    operator.send(f"/words/{lesson.id}/undo")
    assert desk.all(Lesson)[0].undone_at is not None
    assert f"<title>{case.rsplit('/', 1)[-1]}" in operator.text


def test_all_lessons_stand_on_one_page_with_who_taught_them(desk: Desk, operator: Browser, case: str) -> None:
    operator.send(f"{case}/teach", phrase="jerambah bolong")
    page = operator.open("/words")
    assert "Si operator" in page.text
    assert case in page.text
    page.send("/words/1/undo")
    assert "dibatalkan oleh Si operator" in page.text
    assert page.post("/words/1/undo").status == 409
    assert "sudah dibatalkan" in page.text


def test_words_that_were_not_said_are_refused_in_words(operator: Browser, case: str) -> None:
    assert operator.send(f"{case}/teach", phrase="lorong durian").status == 409
    assert "tidak ada dalam laporan kasus ini" in operator.text


def test_unread_words_are_listed_by_the_week(desk: Desk, operator: Browser) -> None:
    with desk.runtime.work() as work:
        work.session.add(UnreadWord(week=date(2026, 11, 23), word="kuini", times=3))
    page = operator.open("/words").text
    assert "Minggu mulai 23 Nov 2026" in page
    assert "kuini <b>3×</b>" in page


def test_who_may_not_correct_is_offered_nothing(sign_in: SignIn, case: str) -> None:
    auditor = sign_in(Role.AUDITOR).open(case)
    assert not auditor.has_form(f"{case}/teach")
    assert auditor.open("/words").status == 403


def test_the_names_of_a_place_are_added_without_a_case_and_taken_back(desk: Desk, sign_in: SignIn) -> None:
    administrator = sign_in(Role.ADMINISTRATOR).open("/words")
    administrator.send(
        "/words/place", phrases="Lorong Durian, gang duren,", area="EJ", rt="5", name="Lorong Durian"
    )
    lessons = [(each.phrase, each.area_code, each.rt, each.name) for each in desk.all(Lesson)]
    assert lessons == [(said, "EJ", 5, "Lorong Durian") for said in ("lorong durian", "gang duren")]
    assert "Lorong Durian, Eka Jaya RT 5" in administrator.text
    administrator.send("/words/type", phrase="begubal", type="KELAHI")
    assert desk.all(Lesson)[-1].type_code == "KELAHI"
    administrator.send("/words/2/undo")
    assert [each.undone_by is None for each in desk.all(Lesson)] == [True, False, True]
    assert "Kata yang belum dikenal" not in administrator.text, "residents' words are for who reads reports"


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("place", {"phrases": "lorong durian", "area": ""}, "Pilih kelurahannya."),
    ("place", {"phrases": "", "area": "EJ"}, "Tulis dulu katanya."),
    ("place", {"phrases": " , ,", "area": "EJ"}, "terlalu pendek"),
    ("place", {"phrases": "lorong durian, pak", "area": "EJ"}, "terlalu pendek"),
    ("place", {"phrases": "eka jaya", "area": "TB"}, "Itu nama kelurahan"),
    ("place", {"phrases": ",".join(f"lorong {n}" for n in range(9)), "area": "EJ"}, "Paling banyak 8"),
    ("place", {"phrases": "lorong durian", "area": "EJ", "rt": "100"}, "1 sampai 99"),
    ("type", {"phrase": "begubal", "type": ""}, "Pilih jenisnya."),
]


def test_a_name_that_can_not_be_taught_is_refused_in_words_and_stays_in_the_form(
    desk: Desk, sign_in: SignIn
) -> None:
    page = sign_in(Role.COORDINATOR).open("/words")
    for path, form, told in REFUSED:
        page.send(f"/words/{path}", form)
        assert page.status in {409, 422}
        assert told in page.text
        typed = form.get("phrases") or form.get("phrase") or ""
        assert f'value="{typed.strip()}"' in page.text or not typed.strip(", ")
    assert desk.all(Lesson) == []


def test_an_operator_teaches_by_cases_alone(desk: Desk, operator: Browser) -> None:
    page = operator.open("/words")
    assert not page.has_form("/words/place")
    assert page.post("/words/place", phrases="lorong durian", area="EJ").status == 403
    assert desk.all(Lesson) == []

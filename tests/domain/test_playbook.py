from types import MappingProxyType

import pytest

from hotline.domain.playbook import Document, Fault, Priority, Text

LINES = {("types", 0): 3, ("types", 0, "code"): 4, ("types", 1): 9, ("limits",): 20}


def test_priorities_rank_from_the_most_urgent() -> None:
    assert [priority.rank for priority in Priority] == [1, 2, 3, 4]
    assert Priority.DARURAT.rank == 1


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("types", 0, "code"), 4),
        (("types", 0, "leads"), 3),  # what is missing is missed where its table begins
        (("types", 1, "safety", 2), 9),
        (("limits",), 20),
        (("nothing", 7), 1),
        ((), 1),
    ],
)
def test_a_place_is_found_or_the_table_around_it(place: tuple[str | int, ...], line: int) -> None:
    assert Document("types.toml", {}, MappingProxyType(LINES)).line(*place) == line


def test_a_fault_reads_as_compilers_write_them() -> None:
    assert str(Fault("types.toml", 4, "is missing")) == "types.toml:4: is missing"


def test_a_text_is_filled_in_the_wanted_language_or_in_the_first() -> None:
    text = Text("added", MappingProxyType({"id": "Laporan {number}", "en": "Report {number}"}), {})
    assert text.fill("en", number="1041") == "Report 1041"
    assert text.fill("jv", number="1041") == "Laporan 1041"

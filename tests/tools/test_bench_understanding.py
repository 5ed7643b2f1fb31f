"""Reading counts only where what was read is right."""

import pytest

from tools.bench.results import DoesNotCountError
from tools.bench.understanding import Labelled, insist_on_types, labelled

GIVEN = [Labelled("maling", "CURI"), Labelled("terima kasih", None)] * 50


def test_the_labelled_texts_are_of_many_kinds() -> None:
    kinds = [each.type_code for each in labelled()]
    assert len(set(kinds)) > 10
    assert kinds.count(None) < len(kinds) / 2


def test_texts_that_are_read_as_their_labels_say_count() -> None:
    insist_on_types(GIVEN, ["CURI", None] * 50)


@pytest.mark.parametrize("found", [["CURI", "CURI"] * 50, [None, None] * 50, ["API", None] * 50])
def test_texts_that_are_read_otherwise_do_not_count(found: list[str | None]) -> None:
    with pytest.raises(DoesNotCountError, match="of 100 texts 50 were read"):
        insist_on_types(GIVEN, found)

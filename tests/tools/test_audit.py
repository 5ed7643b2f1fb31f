import json

import pytest

from tools.audit import Said, main, read

CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
BAD = {
    "name": "flask", "version": "3.1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.1"], "aliases": [], "description": "invented"}],
}  # fmt: skip
LEFT_OUT = {"name": "flask", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([CLEAN], Said(1)),
        ([CLEAN, BAD], Said(2, ("flask 3.1.0: PYSEC-1, mended in 3.1.1",))),
        ([CLEAN, LEFT_OUT], Said(silent="it left out flask")),
        ([], Said(silent="it left out everything")),
    ],
)
def test_only_a_source_that_answered_for_every_package_counts(
    found: list[dict[str, object]], said: Said
) -> None:
    assert read(json.dumps({"dependencies": found}), "") == said


def test_a_source_that_fails_is_silent_in_its_own_last_words() -> None:
    assert read("", "Traceback\nConnectionError: no such host\n") == Said(
        silent="ConnectionError: no such host"
    )


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"a": Said(50), "b": Said(50, ("x",))}, 0),
        ({"a": Said(50, ("x",)), "b": Said(50)}, 1),
        ({"a": Said(silent="down"), "b": Said(50)}, 0),
        ({"a": Said(silent="down"), "b": Said(silent="down")}, 2),
    ],
)
def test_the_first_source_that_answers_decides_and_silence_is_no_pass(
    answers: dict[str, Said], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(tuple(answers), answers.__getitem__) == code
    assert ("NOT AUDITED" in capsys.readouterr().err) is (code == 2)

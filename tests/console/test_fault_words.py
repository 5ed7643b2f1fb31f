"""What is wrong with a playbook is said in the reader's language, whatever a checker has found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask_babel import force_locale

from hotline.console.fault_words import SENTENCES, told

CHECKERS: Final = (
    "hotline/playbook_check.py", "hotline/playbook_response.py", "hotline/playbook_evaluation.py",
    "hotline/playbook_reader.py", "hotline/playbook_texts.py", "hotline/playbook_values.py",
    "ivr/menu_check.py", "ivr/menu_reader.py", "ivr/prompt_check.py", "sms/grammar/lexicon.py",
    "sms/grammar/model_file.py", "sms/line_rules.py", "workers/assembly.py",
)  # fmt: skip
BARE: Final = frozenset({"playbook_values.py", "playbook_texts.py", "playbook_reader.py"})
"""These say 'is missing' where whoever asked them puts the field's name before it."""
NO_FAULT: Final = re.compile(
    r"^(a whole number|true or false|a list|line |.*may take X s|run flask|type X|sign X|priority X"
    r"|a rule without"
    r"|.* weights are not |as many classes|a temperature above|its features are of shape|it can't be read"
    r"|[XRT ]+)"
)
"""Parts of other sentences: words for kinds, why a model is unfit."""


def _sentences(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    told_of = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    parts = {id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values}
    for each in ast.walk(tree):
        if isinstance(each, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in each.values)
        elif (
            isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in told_of | parts
        ):
            yield each.value


def _said(name: str) -> list[str]:
    return [
        each.strip() for each in _sentences(Path(name)) if " " in each.strip() and not NO_FAULT.match(each)
    ]


def test_every_file_that_names_faults_is_looked_at() -> None:
    sources = [
        path for package in ("hotline", "ivr", "sms", "workers") for path in Path(package).rglob("*.py")
    ]
    naming = {str(path) for path in sources if "Fault(" in path.read_text("utf-8")}
    assert naming - set(CHECKERS) == set()


@pytest.mark.parametrize("name", CHECKERS)
def test_every_sentence_of_a_checker_is_known(app: Flask, name: str) -> None:
    with app.test_request_context("/"):
        unknown = [
            each
            for each in _said(name)
            if told(each) == each and (Path(name).name not in BARE or told(f"X {each}") == f"X {each}")
        ]
    assert unknown == []


def test_no_sentence_hides_a_later_one(app: Flask) -> None:
    """Each is told by its own words: what they name is there, and no braces are left."""
    with app.test_request_context("/"), force_locale("id"):
        for said, words in SENTENCES.items():
            names = re.findall(r"{([a-z]+)}", said)
            filled = said.replace("{problem}", "has no words").format(**{name: f"<{name}>" for name in names})
            values = {name: f"<{name}>" for name in names} | {"problem": told("has no words")}
            assert told(filled) == str(words) % values, said


@pytest.mark.parametrize(
    ("problem", "indonesian"),
    [
        ("leads of API: no agency called PEMADAM", "leads dari API: tidak ada instansi PEMADAM"),
        ("text help: nobody fills {where}", "teks help: isian {where} tidak dikenal di sini"),
        ("rt must be a whole number, not '3'", "rt harus bilangan bulat, bukan '3'"),
        ("API: no text called x%", "API: tidak ada teks x%"),
        ("something new", "something new"),
    ],
)
def test_a_sentence_keeps_what_it_names(app: Flask, problem: str, indonesian: str) -> None:
    with app.test_request_context("/"), force_locale("id"):
        assert told(problem) == indonesian

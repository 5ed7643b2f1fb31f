"""Error pages: in words, with an id where it is our fault, and never a stack."""

import ast
import logging
import re
from pathlib import Path

import pytest
from flask import Flask

from hotline.console.problems import CONFLICTS
from hotline.web import signed_in
from tests.console.conftest import Browser


def test_an_unknown_address_has_a_page_with_a_way_back(operator: Browser) -> None:
    assert operator.open("/nowhere").status == 404
    assert "Halaman ini tidak ada." in operator.text
    assert 'href="/"' in operator.text


def test_a_failure_of_ours_has_an_id_to_read_out_and_no_stack(
    app: Flask, operator: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "search.form", signed_in(broken))
    with caplog.at_level(logging.ERROR):
        assert operator.open("/search").status == 500
    case = re.search(r'class="case-id">([0-9A-F]{8})<', operator.text)
    assert case is not None
    assert "secret detail" not in operator.text
    assert case[1] in caplog.text


def test_every_conflict_of_the_use_cases_has_words_of_the_desk() -> None:
    said = set()
    for file in Path("hotline").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "ConflictError"
            ):
                said.add(ast.literal_eval(node.args[0]))
    assert said <= set(CONFLICTS)

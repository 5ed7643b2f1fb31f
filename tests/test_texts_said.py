"""The texts that the code says are those that a playbook must have, with the fields that it may use."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from hotline.playbook_texts import TEXT_FIELDS, TEXTS_USED
from tests.support.code import HOUSE, tree_of

SAYERS: Final = re.compile(r"_?(say|tell|ask|reply_with)")


def keys(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may name; `state_*` for an f-string that begins so."""
    match node:
        case ast.Constant(value=str(key)) if re.fullmatch(r"[a-z]+(_[a-z]+)*", key):
            yield key
        case ast.IfExp(body=one, orelse=other):
            yield from keys(one)
            yield from keys(other)
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
            yield f"{beginning}*"


def said() -> Iterator[tuple[str, int, str, frozenset[str]]]:
    """Module, line, key and fields of every text that the code says."""
    for module in HOUSE:
        if module.startswith(("hotline.console", "ivr.menu", "ivr.speech", "ivr.recordings")):
            continue  # what these say is shown, spoken or logged
        for node in ast.walk(tree_of(module)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if SAYERS.fullmatch(name):
                fields = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                for argument in node.args:
                    for key in keys(argument):
                        yield module, node.lineno, key, fields


def matches(key: str) -> frozenset[str]:
    return frozenset(
        text for text in TEXTS_USED if text == key or (key[-1] == "*" and text.startswith(key[:-1]))
    )


def test_every_text_that_the_code_says_is_demanded_of_a_playbook() -> None:
    unknown = [f"{module}:{line} says {key}" for module, line, key, _ in said() if not matches(key)]
    assert unknown == []


def test_no_text_is_demanded_that_nobody_says() -> None:
    words = {
        node.value
        for module in HOUSE
        if module != "hotline.playbook_texts"
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    beginnings = tuple(word for word in words if word in {"state_", "word_"})
    assert [key for key in sorted(TEXTS_USED) if key not in words and not key.startswith(beginnings)] == []


def test_no_field_is_given_that_a_playbook_may_not_use() -> None:
    known = frozenset().union(*TEXT_FIELDS.values()) | {"incident", "purpose"}
    strange = [
        f"{module}:{line} {sorted(fields - known)}" for module, line, _, fields in said() if fields - known
    ]
    assert strange == []

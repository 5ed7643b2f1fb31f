"""Labelled messages: what share of them the reader must understand."""

import pytest

from sms.grammar import Reader
from tests.sms.grammar.scoring import Pair, exact, given_falsely, precision, read_pairs, recall


@pytest.fixture(scope="module")
def pairs(reader: Reader) -> list[Pair]:
    return read_pairs(reader, "messages")


@pytest.fixture(scope="module")
def voices(reader: Reader) -> list[Pair]:
    return read_pairs(reader, "voices")


@pytest.fixture(scope="module")
def others(reader: Reader) -> list[Pair]:
    """Messages of an author who wrote nothing that the model was trained on."""
    return read_pairs(reader, "other_voices")


@pytest.mark.parametrize(
    ("field", "least"),
    [
        ("intent", 0.97),
        ("incident_type", 0.95),
        ("kelurahan", 0.97),
        ("rt", 1.0),
        ("responder_status", 1.0),
        ("case_code", 1.0),
    ],
)
def test_a_field_is_read_right(pairs: list[Pair], field: str, least: float) -> None:
    assert exact(pairs, field) >= least


def test_no_darurat_is_missed_and_few_are_called_so_wrongly(pairs: list[Pair]) -> None:
    assert recall(pairs, "priority", "darurat") == 1.0
    assert precision(pairs, "priority", "darurat") >= 0.85


def test_no_kelurahan_is_wrong_and_no_number_is_invented(pairs: list[Pair]) -> None:
    assert precision(pairs, "kelurahan") == 1.0
    assert given_falsely(pairs, "case_code") == 0.0


@pytest.mark.parametrize(
    ("field", "least"),
    [("intent", 0.95), ("incident_type", 0.9), ("kelurahan", 0.95), ("rt", 0.97), ("case_code", 0.97)],
)
def test_many_voices_are_understood(voices: list[Pair], field: str, least: float) -> None:
    assert exact(voices, field) >= least


def test_darurat_is_heard_in_many_voices(voices: list[Pair]) -> None:
    assert recall(voices, "priority", "darurat") >= 0.93
    assert given_falsely(voices, "case_code") == 0.0


@pytest.mark.parametrize(
    ("field", "least"),
    [
        ("intent", 0.97),
        ("incident_type", 0.9),
        ("kelurahan", 0.98),
        ("rt", 1.0),
        ("responder_status", 0.95),
        ("case_code", 1.0),
    ],
)
def test_another_author_is_understood(others: list[Pair], field: str, least: float) -> None:
    assert exact(others, field) >= least


def test_another_authors_emergencies_are_heard_and_nothing_is_invented(others: list[Pair]) -> None:
    assert recall(others, "priority", "darurat") >= 0.92
    assert precision(others, "priority", "darurat") >= 0.85
    assert precision(others, "kelurahan") == 1.0
    assert given_falsely(others, "case_code") == 0.0

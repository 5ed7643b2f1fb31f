"""The lexicon is checked with the playbook: unknown codes and doubled words are named with file and line."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from hotline.domain.playbook import Playbook
from sms.grammar import check_lexicon


def changed(playbook: Playbook, change: Mapping[tuple[str, ...], Any]) -> Playbook:
    """The playbook with values of its lexicon replaced."""
    document = playbook.documents["lexicon"]
    data = deepcopy(dict(document.data))
    for (*path, last), value in change.items():
        table = data
        for name in path:
            table = table[name]
        table[last] = value
    return replace(playbook, documents={**playbook.documents, "lexicon": replace(document, data=data)})


def test_the_programmes_own_lexicon_has_no_faults(playbook: Playbook) -> None:
    assert check_lexicon(playbook) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({("types", "UFO"): {"decisive": "piring terbang"}}, "UFO"),
        ({("signs", "glow"): "bercahaya"}, "glow"),
        ({("about", "glow"): "lampu menyala"}, "glow"),
        ({("about", "officer"): "+gajah lewat"}, "+gajah"),
        ({("statuses", "LOST"): "hilang"}, "LOST"),
        ({("yields", "API"): "UFO"}, "UFO"),
        ({("spelling", "tolol"): "tdk"}, "tdk"),
        ({("types", "API", "weak"): "kebakaran"}, "kebakaran"),
        ({("types", "API", "weak"): "@gajah lewat"}, "@gajah"),
        ({("types", "API", "weak"): "panas .."}, "panas .."),
        ({("types", "API", "weak"): "panas pak"}, "panas pak"),
        ({("types", "API", "loud"): "panas"}, "loud"),
        ({("raises",): [{"types": ["UFO"], "signs": ["fire"], "blocked": [], "priority": "darurat"}]}, "UFO"),
        ({("lowers",): [{"types": [], "signs": [], "blocked": [], "priority": "rendah"}]}, "without a sign"),
    ],
)
def test_a_fault_is_named_with_its_word(
    playbook: Playbook, change: Mapping[tuple[str, ...], Any], word: str
) -> None:
    faults = check_lexicon(changed(playbook, change))
    assert len(faults) == 1
    assert word in faults[0].problem
    assert faults[0].path.endswith("lexicon.toml")


def test_a_missing_lexicon_is_a_fault(playbook: Playbook) -> None:
    without = {name: document for name, document in playbook.documents.items() if name != "lexicon"}
    assert len(check_lexicon(replace(playbook, documents=without))) == 1

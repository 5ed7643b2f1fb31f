"""Texts of a measurement are ones that residents write: no two alike, each understood as what it tells of."""

from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from sms.grammar import Reader
from sms.grammar.meaning import Intent, Sender
from tools.bench.texts import HIGHEST_RT, WORDINGS, said

MANY = 69_120
FEW = range(0, MANY, 421)
"""Of every wording, area and opening."""


def test_no_two_are_alike() -> None:
    assert len({said(serial) for serial in range(MANY)}) == MANY


def test_each_is_a_report_of_its_kind_with_its_place() -> None:
    reader = Reader.of(read_playbook(DEFAULT_PLAYBOOK))
    kinds: dict[int, set[str]] = {}
    for serial in FEW:
        meaning = reader.read(said(serial), Sender.RESIDENT)
        assert meaning.intent is Intent.REPORT, said(serial)
        assert meaning.incident_type is not None, said(serial)
        assert meaning.area is not None, said(serial)
        assert meaning.rt is not None, said(serial)
        assert 1 <= meaning.rt.value <= HIGHEST_RT
        kinds.setdefault(serial % len(WORDINGS), set()).add(meaning.incident_type.value)
    assert [len(kinds[wording]) for wording in range(len(WORDINGS))] == [1] * len(WORDINGS)

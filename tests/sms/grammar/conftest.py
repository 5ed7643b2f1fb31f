"""The reader of the programme's own playbook, compiled once for all tests of the grammar."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.domain.playbook import Playbook
from hotline.playbook_reader import read_playbook
from sms.grammar import Context, Meaning, Reader, Sender

PLAYBOOK = Path(__file__).parents[3] / "hotline" / "playbooks" / "paal_merah"

Read = Callable[..., Meaning]


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return read_playbook(PLAYBOOK)


@pytest.fixture(scope="session")
def reader(playbook: Playbook) -> Reader:
    return Reader.of(playbook)


@pytest.fixture(scope="session")
def resident(reader: Reader) -> Read:
    """Reads a text as a resident's."""

    def read(text: str, context: Context | None = None) -> Meaning:
        return reader.read(text, Sender.RESIDENT, context)

    return read


@pytest.fixture(scope="session")
def unit(reader: Reader) -> Read:
    """Reads a text as a unit's."""

    def read(text: str, context: Context | None = None) -> Meaning:
        return reader.read(text, Sender.UNIT, context)

    return read

import pytest

from hotline.domain.playbook import Playbook
from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return read_playbook(DEFAULT_PLAYBOOK)

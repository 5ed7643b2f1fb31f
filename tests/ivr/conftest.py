"""The real playbook and its menu, read once."""

from pathlib import Path

import pytest

from hotline.domain.playbook import Playbook
from hotline.playbook_reader import read_playbook
from ivr.menu import Menu
from ivr.menu_check import check_menu
from ivr.menu_reader import menu_of

FOLDER = Path(__file__).parents[2] / "hotline" / "playbooks" / "paal_merah"


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return read_playbook(FOLDER, checkers=[check_menu])


@pytest.fixture(scope="session")
def menu(playbook: Playbook) -> Menu:
    return menu_of(playbook)


@pytest.fixture(scope="session")
def playbook_clips() -> frozenset[str]:
    """The names of all sounds, and the pause between them."""
    return frozenset({"pause", *(path.stem for path in (FOLDER / "prompts").glob("*.wav"))})

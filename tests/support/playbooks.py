"""The programme's playbook, read once for all tests of a process."""

from functools import cache

from hotline.domain.playbook import Playbook
from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK


@cache
def paal_merah() -> Playbook:
    """As it is delivered; nothing changes it, so that everybody may have the same one."""
    return read_playbook(DEFAULT_PLAYBOOK)

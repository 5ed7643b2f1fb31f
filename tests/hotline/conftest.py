"""Where many tests about calling people out begin."""

import pytest

from tests.hotline.callout import emergency, off_duty
from tests.support.desk import Desk


@pytest.fixture
def robbed(desk: Desk) -> Desk:
    """A verified darurat, and the desk's first two units out of the way."""
    off_duty(desk)
    emergency(desk)
    return desk

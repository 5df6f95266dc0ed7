"""The clock of these tests."""

import pytest
import time_machine

from tests.factories import NOON


@pytest.fixture
def at_noon():
    """Every page is asked for at `NOON`, when the factories file and decide."""
    with time_machine.travel(NOON, tick=False):
        yield

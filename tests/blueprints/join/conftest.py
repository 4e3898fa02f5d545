"""A town to come into."""

from __future__ import annotations

import pytest

from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.town import Cast


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    clock.now = town.MORNING
    with store.write() as session:
        return town.build(session, noise=False)

"""The JSON door over the small town."""

from __future__ import annotations

import pytest

from blueprints.gate import limiter
from models.store import Store
from tests import town


@pytest.fixture
def cast(store: Store) -> town.Cast:
    with store.write() as session:
        return town.build(session)


@pytest.fixture(autouse=True)
def _no_tries_yet(app: object) -> None:
    limiter.reset()

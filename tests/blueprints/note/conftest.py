"""The small town, and a resident of it at the door."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.town import Cast


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    with store.write() as session:
        return town.build(session, clock.now)


@pytest.fixture
def suzuki(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    """Resident in the north."""
    return town.signed_in(app.test_client(), store, cast.suzuki)


@pytest.fixture
def tanaka(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    """Resident in the south, a stranger to the notes of Suzuki."""
    return town.signed_in(app.test_client(), store, cast.tanaka)


@pytest.fixture
def sato(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    """Commissioner in the north."""
    return town.signed_in(app.test_client(), store, cast.sato)

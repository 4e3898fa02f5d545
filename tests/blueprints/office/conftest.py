"""A town, and its administrator at the door."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.town import Cast, signed_in


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    with store.write() as session:
        return town.build(session)


@pytest.fixture
def office(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return signed_in(app.test_client(), store, cast.yamamoto)

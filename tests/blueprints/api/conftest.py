"""The JSON door over the small town."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.gate import limiter
from models.store import Store
from tests import town
from tests.support.envelope import sealed
from tests.support.phone import Phone

Send = Callable[..., TestResponse]


@pytest.fixture
def cast(store: Store) -> town.Cast:
    with store.write() as session:
        return town.build(session)


@pytest.fixture
def key(client: FlaskClient, cast: town.Cast) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/key").get_json()
    return found


@pytest.fixture
def phone(client: FlaskClient, store: Store, cast: town.Cast) -> Phone:
    """鈴木's phone, registered; the client is signed out again."""
    return Phone().registered(town.signed_in(client, store, cast.suzuki))


@pytest.fixture
def send(client: FlaskClient, key: dict[str, Any], phone: Phone) -> Send:
    """Send from 鈴木's phone, or another's, without any cookie."""

    def sent(raw: dict[str, Any], by: Phone = phone) -> TestResponse:
        return by.send(client, sealed(key, raw))

    return sent


@pytest.fixture(autouse=True)
def _no_tries_yet(app: object) -> None:
    limiter.reset()

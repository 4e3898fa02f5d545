"""The JSON door over the small town."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.gate import limiter
from models.keys import KeyRing
from models.store import Store
from tests import town
from tests.support.envelope import sealed
from tests.support.phone import Phone
from tests.support.stores import hasty

Send = Callable[..., TestResponse]

both = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
"""What the door does at its core, it does on either database."""


def also(name: str, values: Iterable[Any], *on_postgresql: Any) -> pytest.MarkDecorator:
    """Every value on SQLite, and on PostgreSQL, too, those in which it could differ."""
    rows = [("sqlite", value) for value in values]
    rows += [("postgresql", value) for value in on_postgresql]
    return pytest.mark.parametrize(("store", name), rows, indirect=["store"])


@pytest.fixture
def store(
    request: pytest.FixtureRequest, tmp_path: Path, model_file: Path, keys: KeyRing
) -> Iterator[Store]:
    """SQLite, where a test does not ask for both."""
    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "sqlite":
            url = f"sqlite:///{shutil.copy(model_file, tmp_path / 'kizuki.sqlite3')}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres").database())
        store = hasty(Store(url, keys))
        stack.callback(store.close)
        yield store


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

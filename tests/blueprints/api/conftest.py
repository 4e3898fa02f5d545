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

LATER = pytest.mark.everything_on_postgresql
both = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
"""What the door does at its core, it does on either database in every run."""


def also(name: str, values: Iterable[Any], *on_postgresql: Any) -> pytest.MarkDecorator:
    """Every value on both databases; on PostgreSQL, every run tries those that could differ."""
    rows: list[Any] = []
    for value in values:
        is_later = value not in on_postgresql
        rows.append(("sqlite", value))
        rows.append(pytest.param("postgresql", value, marks=LATER if is_later else ()))
    return pytest.mark.parametrize(("store", name), rows, indirect=["store"])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=LATER)])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, model_file: Path, keys: KeyRing
) -> Iterator[Store]:
    """Either database; a run of less than everything takes SQLite, unless a test asks for both."""
    with ExitStack() as stack:
        if request.param == "sqlite":
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

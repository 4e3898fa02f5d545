"""Fixtures of every test: a store on each database, an app, a clock that tests move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from models.base import Base
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store

NOW = dt.datetime(2026, 11, 24, 0, 20, tzinfo=dt.UTC)


class SetClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> dt.datetime:
        """Move on by timedelta arguments."""
        self.now += dt.timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    return KeyRing.ephemeral()


@pytest.fixture
def store(tmp_path: Path, keys: KeyRing) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/kizuki.sqlite3", keys)
    Base.metadata.create_all(store.engine)
    yield store
    store.close()


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def app(settings: Settings, store: Store, keys: KeyRing, clock: SetClock) -> Flask:
    app = create_app(settings, store=store, keys=keys, clock=clock, strict_words=True)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()

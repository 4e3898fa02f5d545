"""Fixtures of every test: a store on each database, an app, a clock that tests move."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from tests.support.audited import watch_audit
from tests.support.cheap import cheapen
from tests.support.row_locks import watch_row_locks
from tests.support.stores import database_url, either, hasty, model_file, postgres, shared
from tests.support.turns import watch_turns
from tests.support.warm import warm

__all__ = ["database_url", "either", "model_file", "postgres", "shared"]

EVERYTHING = bool(os.environ.get("KIZUKI_TEST_EVERYTHING"))
NOW = dt.datetime(2026, 11, 24, 0, 20, tzinfo=dt.UTC)


LONGEST = {
    "test_firefox_push.py",
    "test_kills.py",
    "test_languages.py",
    "test_matrix.py",
    "test_migrations.py",
    "test_monday.py",
    "test_narrowing.py",
    "test_phones.py",
    "test_process.py",
    "test_quiet_year.py",
    "test_serve.py",
    "test_state_machine.py",
    "test_watch_year.py",
}
"""Files of half a minute and more of one process."""
MOST_SECOND_TRIES = 10
"""Of all browser tests of a run: more is no busy machine."""


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


def pytest_configure() -> None:
    cheapen()
    warm()
    watch_turns()
    watch_audit()
    watch_row_locks()
    # Nothing here is judged by a stopwatch.
    settings = hypothesis.settings(
        deadline=None,
        max_examples=100 if EVERYTHING else 20,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.register_profile("kizuki", settings)
    hypothesis.settings.load_profile("kizuki")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long runs only when asked for. What takes longest begins, so that nobody ends alone.

    Browsers before all: each process has one, which ends where its folder does.
    """
    skipped = [] if EVERYTHING else [item for item in items if _is_long(item)]
    config.hook.pytest_deselected(items=skipped)
    items[:] = sorted(
        (item for item in items if item not in skipped),
        key=lambda item: ("browser" not in item.path.parts, item.path.name not in LONGEST),
    )


def _is_long(item: pytest.Item) -> bool:
    if item.get_closest_marker("everything"):
        return True
    if "postgresql" not in item.name:
        return False
    return bool(item.get_closest_marker("everything_on_postgresql")) or _is_second_case(item)


def _is_second_case(item: pytest.Item) -> bool:
    """Of a rule that is asked in several cases: its statements are the first one's.

    Where a case says by itself that PostgreSQL is meant, it is.
    """
    case = getattr(item, "callspec", None)
    indices = {} if case is None else dict(case.indices)
    is_double = indices.pop("database_url", 0) > 0
    every = item.get_closest_marker("every_case")
    return is_double and any(indices.values()) and every is None


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and len(reporter.stats.get("rerun", [])) > MOST_SECOND_TRIES:
        reporter.write_line(f"\nMore than {MOST_SECOND_TRIES} tests needed a second try.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    return KeyRing.ephemeral()


@pytest.fixture
def store(tmp_path: Path, model_file: Path, keys: KeyRing) -> Iterator[Store]:
    """An SQLite store with the schema and nothing in it, which does not wait for the disk."""
    shutil.copy(model_file, tmp_path / "kizuki.sqlite3")
    store = hasty(Store(f"sqlite:///{tmp_path}/kizuki.sqlite3", keys))
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

"""A lived-in town behind the server that `serve` starts, and who is signed in on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask
from playwright.sync_api import BrowserContext

from models import migrations
from models.keys import KeyRing
from models.kizuki import utc_now
from models.store import Store
from tests import town
from tests.browser.note_town import NoteTown, settle
from tests.load.server import granian

COOKIE = "kizuki"
QUEUE = 50
_WORDS = "電気がついたままの日が続いています。"


@dataclass(frozen=True)
class Served:
    """Where the town is served, and its store."""

    url: str
    store: Store
    town: NoteTown

    def cookie(self, person: UUID) -> str:
        """What the browser of somebody signed in sends."""
        app = Flask("cookies")
        app.config.update(SECRET_KEY=self.store.keys.session_secret, SESSION_COOKIE_NAME=COOKIE)
        client = town.signed_in(app.test_client(), self.store, person, utc_now())
        cookie = client.get_cookie(COOKIE)
        assert cookie is not None
        return cookie.value

    def let_in(self, context: BrowserContext, person: UUID) -> None:
        """Sign somebody in on a browser."""
        context.add_cookies([{"name": COOKIE, "value": self.cookie(person), "url": self.url}])


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The town with fifty notes in the queue of its north desk, and its web server."""
    keys, url = KeyRing.create(folder / "keys.json"), f"sqlite:///{folder}/town.sqlite3"
    migrations.upgrade(url)
    store, now = Store(url, keys), utc_now()
    with store.write() as session:
        lived_in = settle(session, now)
        for n in range(QUEUE):
            at = now - dt.timedelta(minutes=n)
            town.note(session, at, area=lived_in.cast.kitamachi, words=f"{_WORDS}{n}")
    store.close()
    env = {
        "DATABASE_URL": url,
        "KIZUKI_INSTANCE": str(folder),
        "KIZUKI_KEY_FILE": str(folder / "keys.json"),
        "KIZUKI_NOTES_PER_HOUR": "100000",
        "KIZUKI_LOG_LEVEL": "ERROR",
    }
    with granian("app:create_served", env) as web:
        yield Served(f"http://localhost:{web.port}", store, lived_in)
    store.close()

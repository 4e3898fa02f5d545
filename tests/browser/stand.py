"""A small Flask app that serves the base pages and a few test pages to a real browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from blueprints import filters, language, translated
from blueprints.gate import CONTENT_SECURITY_POLICY
from models.words import Words
from pwa import front
from tests.support import live

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 24, 0, 20, tzinfo=dt.UTC)
VAPID = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"

TOWN_KEY = {
    "id": 7,
    "point": "BGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+e"
    "FivOM1drMV7Oy7ZAaDe/UfU=",
}
"""A point of P-256, to which anybody may seal."""


@dataclass
class Stand:
    """The running app: where it is, and what was posted to it."""

    app: Flask
    url: str = ""
    posts: list[tuple[str, Any]] = field(default_factory=list)


def make_app() -> Flask:
    """The app with everything that the base templates need."""
    app = Flask("stand", template_folder=str(Path(__file__).parent / "templates"))
    app.config.update(SECRET_KEY="stand", SESSION_COOKIE_SECURE=False, KIZUKI_DEMO=True)
    app.extensions["kizuki"] = SimpleNamespace(
        words=Words(ROOT / "translations", strict=True),
        keys=SimpleNamespace(vapid_public=VAPID, envelope_key=TOWN_KEY),
        clock=lambda: NOW,
        settings=SimpleNamespace(public_url="http://localhost"),
    )
    front.init_app(app)
    LoginManager(app).user_loader(lambda _id: None)
    CSRFProtect(app)
    language.init_app(app)
    translated.init_app(app)
    filters.init_app(app)
    app.after_request(_strict)
    return app


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@contextmanager
def serving(app: Flask) -> Iterator[Stand]:
    """Serve the app on a free loopback port; every POST body is remembered."""
    stand = Stand(app)

    @app.before_request
    def remember() -> None:
        if request.method != "GET":
            body = request.get_json(silent=True)
            stand.posts.append((request.path, body or request.form.to_dict(flat=False)))

    with live.serving(app) as url:
        stand.url = url.replace("127.0.0.1", "localhost")
        yield stand

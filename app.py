"""create_app and the command line: knows every part, does nothing itself."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
import pwa
from blueprints import errors, filters, gate, language
from models.keys import KeyRing
from models.kizuki import Clock, Kizuki, utc_now
from models.settings import Settings
from models.store import Store
from models.words import Words

ROOT = Path(__file__).parent
MAX_BODY_BYTES = 3 * 2**20


def create_app(
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    keys: KeyRing | None = None,
    clock: Clock = utc_now,
    strict_words: bool = False,
) -> Flask:
    """The web app. What is not given is made from the environment; tests give all of it.

    Raises SettingError and KeyFileError, each with one sentence that names the cause.
    """
    settings = settings or Settings.from_env(os.environ)
    logging.basicConfig(level=settings.log_level)
    keys = keys or KeyRing.load(settings.key_file)
    store = store or Store(settings.database_url, keys)
    app = Flask("kizuki", static_folder=None, template_folder=None)
    app.config.update(SECRET_KEY=keys.session_secret, MAX_CONTENT_LENGTH=MAX_BODY_BYTES)
    app.extensions["kizuki"] = Kizuki(
        settings, store, keys, Words(ROOT / "translations", strict=strict_words), clock
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for part in (pwa, language, filters, errors):
        part.init_app(app)
    gate.init_app(app, settings)
    for door in blueprints.DOORS:
        app.register_blueprint(door)
    return app

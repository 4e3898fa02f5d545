"""create_app and the command line: knows every part, does nothing itself."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
import pwa
from blueprints import charset, errors, filters, gate, language
from blueprints.operator.terminal import Command
from models.keys import KeyFileError, KeyRing
from models.kizuki import Clock, Kizuki, utc_now
from models.opening import is_demo, open_keys
from models.settings import SettingError, Settings, terminal_locale
from models.store import Store
from models.words import Words
from pwa import doctor

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

    A setting or key file that cannot be used ends the process with one sentence that names it.
    """
    words = Words(Path(__file__).parent / "translations", strict=strict_words)
    try:
        settings = settings or Settings.from_env(os.environ)
        # The doctor asks of a bare folder too, and leaves it bare.
        keys = keys or open_keys(settings, looks_only=sys.argv[-1:] == ["check"])
    except (SettingError, KeyFileError) as error:
        raise SystemExit(_sentence(error, words)) from None
    logging.basicConfig(level=settings.log_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    store = store or Store(settings.database_url, keys)
    app = Flask("kizuki", static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=keys.session_secret,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        KIZUKI_DEMO=is_demo(store),
    )
    app.extensions["kizuki"] = Kizuki(settings, store, keys, words, clock)
    app.extensions["kizuki.checks"] = doctor.CHECKS
    _put_together(app, settings)
    return app


def _put_together(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    for part in (pwa, language, filters, errors):
        part.init_app(app)
    gate.init_app(app, settings)
    charset.init_app(app)
    for door in blueprints.doors():
        app.register_blueprint(door)

    @app.cli.command("worker", cls=Command)
    def run_worker() -> None:
        """Send what is owed and watch what is due, until stopped."""
        # The web server has no use for the sender and its libraries.
        from pwa import steps, worker  # noqa: PLC0415

        town: Kizuki = app.extensions["kizuki"]
        own = steps.steps_of(town.settings)
        worker.run_worker(town.settings, town.store, town.keys, town.words, town.clock, own)


def _sentence(error: SettingError | KeyFileError, words: Words) -> str:
    if isinstance(error, KeyFileError):
        return f"KIZUKI_KEY_FILE: {error}."
    return words.say(terminal_locale(os.environ), error.key, **error.params)

"""create_app and the command line: knows every part, does nothing itself."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
from blueprints import (
    charset,
    errors,
    filters,
    gate,
    language,
    looked,
    own_name,
    translated,
    whole,
)
from blueprints.operator.terminal import Command
from models.keys import KeyRing
from models.kizuki import Clock, utc_now
from models.opening import is_demo, open_kizuki
from models.settings import Settings
from models.store import Store
from models.words import Words
from pwa import doctor, front

MAX_BODY_BYTES = 3 * 2**20
WORKER = (sys.executable, "-m", "pwa")


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
    # The doctor asks of a bare folder too, and leaves it bare.
    looks_only = sys.argv[-1:] == ["check"]
    town = open_kizuki(
        os.environ,
        Words(strict=strict_words),
        settings,
        store=store,
        keys=keys,
        clock=clock,
        looks_only=looks_only,
    )
    app = Flask("kizuki", static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=town.keys.session_secret,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        KIZUKI_DEMO=is_demo(town.store),
    )
    app.extensions["kizuki"] = town
    app.extensions["kizuki.checks"] = doctor.CHECKS
    _put_together(app, town.settings)
    return app


def create_served() -> Flask:
    """The web app of a server's process, which keeps what it started with until it ends.

    The garbage collector would look through all of that each time, for nothing.
    """
    app = create_app()
    app.extensions["assets"].pack()
    gc.collect()
    gc.freeze()
    return app


def _put_together(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    for part in (whole, own_name, front, language, translated, filters, errors):
        part.init_app(app)
    gate.init_app(app, settings)
    looked.init_app(app)
    charset.init_app(app)
    for door in blueprints.doors():
        app.register_blueprint(door)

    @app.cli.command("worker", cls=Command)
    def run_worker() -> None:
        """Send what is owed and watch what is due, until stopped."""
        # In the place of this process: the worker has no use for doors and pages.
        here = {"PYTHONPATH": str(Path(__file__).parent)}
        os.execve(sys.executable, WORKER, os.environ | here)  # noqa: S606 - our own command

"""The worker's sending beside a browser, whose event loop has this thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from flask import Flask

from models.kizuki import Kizuki
from models.settings import Settings
from tests.support.sending import send_due

TO_LOOPBACK = Settings(push_hosts=("loopback",), vapid_subject="mailto:push@town.example.jp")
"""Push services are on this machine."""


def send_owed(app: Flask, url: str) -> None:
    """Send what is due, as the worker of a town at this address would."""
    town: Kizuki = app.extensions["kizuki"]
    settings = replace(town.settings, public_url=url)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(send_due, settings, town.store, town.keys, town.words, town.clock).result()

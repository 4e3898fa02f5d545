"""The worker as a process of its own: `python -m pwa`, with nothing of the web server in it."""

from __future__ import annotations

import os
import sqlite3

import sqlalchemy as sa

from models.opening import open_kizuki
from models.words import Words
from pwa.steps import steps_of
from pwa.worker import run_worker

SAID_HERE = ("cli", "push")
"""The catalogues of what the worker says: why it cannot start, and what it sends."""


def main() -> None:
    """Send what is owed and watch what is due, until stopped.

    Ends with one sentence where a setting, the key file or the database cannot be used.
    """
    town = open_kizuki(os.environ, Words(parts=SAID_HERE))
    own = steps_of(town.settings, town.words)
    try:
        run_worker(town.settings, town.store, town.keys, town.words, town.clock, own)
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        name = type(getattr(error, "orig", error)).__name__
        said = {"name": "DATABASE_URL", "error": name}
        sentence = town.words.say(town.settings.terminal, "cli.setting.no_database", **said)
        raise SystemExit(sentence) from error


if __name__ == "__main__":
    main()

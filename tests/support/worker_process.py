"""A worker in a process of its own, for tests that kill it.

`python -m tests.support.worker_process <database url> <key file> <seconds the clock is ahead>`

Its clock starts at the office's.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from pwa.worker import run_worker
from tests.support.deliveries import NOW
from tests.support.office import WORDS


def main(url: str, key_file: str, ahead: str) -> None:
    """Run until a signal ends it."""
    keys = KeyRing.load(Path(key_file))
    settings = Settings(
        public_url="https://kizuki.town.example.jp",
        push_hosts=("loopback",),
        vapid_subject="mailto:push@town.example.jp",
    )
    began = time.monotonic() - float(ahead)

    def clock() -> dt.datetime:
        return NOW + dt.timedelta(seconds=time.monotonic() - began)

    run_worker(settings, Store(url, keys), keys, WORDS, clock)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The worker as a process of its own: light, and started by the command that operators know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from models import migrations, readiness
from models.keys import KeyRing
from models.store import Store
from models.town import Beat
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
LIGHT = (sys.executable, "-m", "pwa")
KNOWN = (sys.executable, "-m", "flask", "--app", "app", "worker")


@contextmanager
def started(
    folder: Path, command: Sequence[str], **settings: str
) -> Iterator[subprocess.Popen[str]]:
    environ = {"KIZUKI_INSTANCE": str(folder), "KIZUKI_LOG_LEVEL": "ERROR"} | settings
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environ, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def has_beat(store: Store) -> bool:
    with store.read() as session:
        return session.get(Beat, readiness.WORKER) is not None


@pytest.mark.parametrize("command", [LIGHT, KNOWN], ids=["light", "known"])
def test_the_worker_works_without_the_web_server_and_ends_in_good_order(
    tmp_path: Path, command: Sequence[str]
) -> None:
    keys = KeyRing.create(tmp_path / "keys.json")
    url = f"sqlite:///{tmp_path}/kizuki.sqlite3"
    migrations.upgrade(url)
    with closing(Store(url, keys)) as store, started(tmp_path, command) as process:
        until(lambda: has_beat(store) or process.poll() is not None, 60)
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")
        assert line[1:3] == [b"-m", b"pwa"], "the process that was started became the worker"
        process.send_signal(signal.SIGTERM)
        assert (process.wait(30), process.stderr and process.stderr.read()) == (0, "")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        # With PostgreSQL the worker waits until it answers.
        ("DATABASE_URL", "sqlite:////proc/none/kizuki.sqlite3"),
        ("KIZUKI_LOG_LEVEL", "LOUD"),
        ("KIZUKI_KEY_FILE", "/proc/none/keys.json"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_that_names_it(
    tmp_path: Path, setting: str, value: str
) -> None:
    KeyRing.create(tmp_path / "keys.json")
    with started(tmp_path, LIGHT, **{setting: value}) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.count(setting) == 1, said
    assert len(said.strip().splitlines()) == 1


def test_the_worker_loads_nothing_that_only_pages_need() -> None:
    """Each of these would stay in its memory, 2 to 20 MB, for as long as the town runs."""
    heavy = ("flask", "jinja2", "psycopg", "holidays", "regex", "PIL", "blueprints")
    asked = f"import sys, pwa.__main__; print([m for m in {heavy!r} if m in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"

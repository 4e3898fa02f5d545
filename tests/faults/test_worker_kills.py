"""A worker killed between sending and writing: the word comes again, under the same tag."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from models.delivery import DeliveryState
from models.dispatch import LEASE
from models.keys import KeyRing
from models.store import Store
from tests.support.office import Office
from tests.support.push_peer import Post, PushPeer
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    keys = KeyRing.create(tmp_path / "keys.json")
    store = Store(database_url, keys)
    with PushPeer() as peer:
        yield Office(store, peer)
    store.close()


def start(url: str, tmp_path: Path, ahead: float) -> subprocess.Popen[bytes]:
    """A worker whose clock starts so many seconds after the office's."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.worker_process",
            url,
            str(tmp_path / "keys.json"),
            str(ahead),
        ],
        cwd=ROOT,
    )


def test_a_kill_between_sending_and_writing_repeats_under_the_same_tag(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    clerk, [phone] = office.reader()
    owed = office.owe(clerk, times=20)
    worker = start(database_url, tmp_path, 0)

    def kill(_post: Post) -> None:
        # What was under way comes in when it is already gone.
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)

    office.peer.on_message = kill
    assert worker.wait(30) == -signal.SIGKILL
    until(office.peer.is_at_rest, what="the last word of the dead")
    office.peer.on_message = lambda _: None
    before = [post.message["notification"] for post in office.peer.accepted(phone)]
    assert before
    assert office.states() == {DeliveryState.QUEUED: len(owed)}, "nothing was marked beforehand"

    second = start(database_url, tmp_path, LEASE.total_seconds() + 60)
    try:
        office.peer.wait(lambda: len(navigated(office)) == len(owed))
        office.peer.wait(lambda: len(office.peer.accepted()) == len(owed) + len(before))
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0, "a signal ends it in good order"
    assert office.states() == {DeliveryState.ACCEPTED: len(owed)}
    times = navigated(office)
    again = [notification["navigate"] for notification in before]
    assert all(times[address] == 2 for address in again)
    assert sum(times.values()) == len(owed) + len(before)
    for first in before:
        tags = {
            post.message["notification"]["tag"]
            for post in office.peer.accepted(phone)
            if post.message["notification"]["navigate"] == first["navigate"]
        }
        assert tags == {first["tag"]}, "the phone shows it once"


def navigated(office: Office) -> Counter[str]:
    return Counter(post.message["notification"]["navigate"] for post in office.peer.accepted())

"""The same phone in another engine: WebKitGTK, killed and started again without any signal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.fault_proxy import FaultProxy
from tests.support.live import serving
from tests.support.webkit import WebKit, screen


@pytest.fixture
def cast(store: Store, clock: SetClock) -> town.Cast:
    with store.write() as session:
        return town.build(session, clock.now, noise=False)


@pytest.fixture
def signal(app: Flask, cast: town.Cast) -> Iterator[FaultProxy]:
    """The way to the town: `is_down` takes it away."""
    with serving(app) as url:
        proxy = FaultProxy(urlsplit(url).port or 0)
        yield proxy
        proxy.close()


@pytest.fixture
def display() -> Iterator[str]:
    with screen() as display:
        yield display


def test_killed_and_started_without_signal_the_numbers_to_call_are_there(
    signal: FaultProxy, display: str, tmp_path: Path
) -> None:
    with WebKit(display, tmp_path) as phone:
        phone.go(f"{signal.url}/notes/new")
        phone.wait_for_worker()
    signal.is_down = True
    with WebKit(display, tmp_path) as phone:
        phone.go(f"{signal.url}/notes/new")
        for number in ("119", "110", "189"):
            phone.wait_for_text(number)
        signal.is_down = False
        phone.reload()
        phone.wait("() => document.querySelector('#words')")

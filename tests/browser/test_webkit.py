"""The same phone in another engine: WebKitGTK, killed and started again without any signal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from models.observation import Observation
from models.store import Store
from tests import town
from tests.browser.outbox import LIST, REGISTERED
from tests.conftest import SetClock
from tests.support.fault_proxy import FaultProxy
from tests.support.live import serving
from tests.support.waiting import until
from tests.support.webkit import WebKit, screen

KEPT = "この電話に保管しました"


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


@pytest.fixture
def sign_in(
    app: Flask, cast: town.Cast, store: Store, signal: FaultProxy
) -> Callable[[WebKit], None]:
    """Suzuki's phone, as the join door would leave it."""

    def sign_in(phone: WebKit) -> None:
        client = town.signed_in(app.test_client(), store, cast.suzuki)
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        phone.go(f"{signal.url}/offline")
        phone.add_cookie(cookie.key, cookie.value)

    return sign_in


def _write(phone: WebKit, words: str) -> None:
    """A note from the form that stands there, kept on the phone."""
    phone.wait_until_ready()
    phone.type("#words", words)
    phone.tap(".sendbar button")
    phone.wait_for_text(KEPT)


def _arrived(store: Store) -> list[str]:
    """The words of every note at the desk, as they came."""
    with store.read() as session:
        notes = session.scalars(sa.select(Observation).order_by(Observation.received_at))
        return [str(note.body["words"]) for note in notes]


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


def test_notes_written_without_signal_outlive_a_kill_and_arrive_once(
    signal: FaultProxy,
    sign_in: Callable[[WebKit], None],
    store: Store,
    display: str,
    tmp_path: Path,
) -> None:
    with WebKit(display, tmp_path) as phone:
        sign_in(phone)
        phone.go(f"{signal.url}/notes/new")
        phone.wait_for_worker()
        phone.wait(REGISTERED)
        signal.is_down = True
        _write(phone, "一つめ")
        phone.tap('[data-kept="again"]')
        _write(phone, "二つめ")
    with WebKit(display, tmp_path) as phone:
        phone.go(f"{signal.url}/notes")
        assert _arrived(store) == []
        signal.is_down = False
        phone.go(f"{signal.url}/notes")
        until(lambda: len(_arrived(store)) >= 2, what="both notes")
        phone.wait(f"async () => (await ({LIST})()).every(({{ state }}) => state === 'arrived')")
    assert _arrived(store) == ["一つめ", "二つめ"]

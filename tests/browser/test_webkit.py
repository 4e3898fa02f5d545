"""The same phone in another engine: WebKitGTK, killed and started again without any signal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from blueprints.gate import limiter
from models.observation import Observation
from models.store import Store
from tests import town
from tests.browser.conftest import LONG
from tests.browser.outbox import FIELDS, LIST, PUT, REGISTERED
from tests.conftest import SetClock
from tests.support.fault_proxy import FaultProxy
from tests.support.live import serving
from tests.support.waiting import until
from tests.support.webkit import WebKit, screen

PUT_NOW = f"""(words) => {{
  const fields = {{ ...{json.dumps(FIELDS)}, words, noted_at: new Date().toISOString() }};
  return ({PUT})({{ fields }});
}}"""
KEPT = "この電話に保管しました"
SHELLS = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return kept.some((requests) => requests.length === 5);
}"""


@pytest.fixture
def clock() -> SetClock:
    """At the instant of the phone, whose own clock cannot be set."""
    clock = SetClock()
    clock.now = dt.datetime.now(dt.UTC)
    return clock


@pytest.fixture
def cast(app: Flask, store: Store, clock: SetClock) -> town.Cast:
    limiter.reset()
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
    app: Flask, cast: town.Cast, store: Store, signal: FaultProxy, clock: SetClock
) -> Callable[[WebKit], None]:
    """Suzuki's phone, as the join door would leave it."""

    def sign_in(phone: WebKit) -> None:
        client = town.signed_in(app.test_client(), store, cast.suzuki, clock.now)
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


def _put(phone: WebKit, words: str) -> None:
    """The same without the form, since twenty taps take their time."""
    phone.run(PUT_NOW, words)


def _kept(phone: WebKit, field: str) -> list[str]:
    """A field of each note, in the order in which they were written, as the phone knows it."""
    return [str(item[field]) for item in phone.wait(LIST)]


def _arrived(store: Store) -> dict[str, dt.datetime | None]:
    """The words of every note at the desk, with the instant of the tap, as they came."""
    with store.read() as session:
        # The clock stands: of one instant, as they were written.
        came = Observation.received_at, sa.text("observation.rowid")
        notes = session.scalars(sa.select(Observation).order_by(*came)).all()
        found = {str(note.body["words"]): note.noted_at for note in notes}
    assert len(found) == len(notes)
    return found


@LONG
def test_killed_and_started_without_signal_the_numbers_to_call_are_there(
    signal: FaultProxy, display: str, tmp_path: Path
) -> None:
    with WebKit(display, tmp_path) as phone:
        phone.go(f"{signal.url}/notes/new")
        phone.wait_for_worker()
        phone.wait(SHELLS)
    signal.is_down = True
    with WebKit(display, tmp_path) as phone:
        phone.go(f"{signal.url}/calls")
        for number in ("119", "110", "189"):
            phone.wait_for_text(number)
        phone.wait_for_text("つながりません")


def test_twenty_notes_of_three_cold_starts_outlive_a_kill_and_arrive_once_in_order(
    signal: FaultProxy,
    sign_in: Callable[[WebKit], None],
    store: Store,
    clock: SetClock,
    display: str,
    tmp_path: Path,
) -> None:
    notes = [f"{n}つめ" for n in range(1, 21)]
    with WebKit(display, tmp_path) as phone:
        sign_in(phone)
        phone.go(f"{signal.url}/notes/new")
        phone.wait_for_worker()
        phone.wait(REGISTERED)
        phone.wait(SHELLS)
        signal.is_down = True
        phone.reload()
        _write(phone, notes[0])
        for words in notes[1:5]:
            _put(phone, words)
        phone.reload()
        phone.wait_until_ready()
        for words in notes[5:10]:
            _put(phone, words)
    with WebKit(display, tmp_path) as phone:
        phone.go(f"{signal.url}/notes/new")
        phone.wait_until_ready()
        for words in notes[10:-1]:
            _put(phone, words)
        _write(phone, notes[-1])
        assert _kept(phone, "state") == ["waiting"] * len(notes)
        taps = [dt.datetime.fromisoformat(at) for at in _kept(phone, "at")]
        assert _arrived(store) == {}
        clock.now = dt.datetime.now(dt.UTC)
        signal.is_down = False
        phone.go(f"{signal.url}/notes")
        until(lambda: _kept(phone, "state") == ["arrived"] * len(notes), what="the acceptances")
    assert list(_arrived(store).items()) == list(zip(notes, taps, strict=True))

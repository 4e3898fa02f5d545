"""A push, whole: Firefox subscribes, the server encrypts, Mozilla's protocol carries it, Firefox
decrypts, the notification is tapped, and the answer is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.handoff import Handoff
from models.settings import Settings
from models.store import Store
from tests import town
from tests.browser.sending import TO_LOOPBACK, send_owed
from tests.conftest import SetClock
from tests.support.firefox import Firefox
from tests.support.mozilla_push import DELIVERED, MozillaPush
from tests.support.waiting import until

WORDS = "三日前から朝刊が抜かれていません。"
SHOWN = """async () => {
  const { scope } = await navigator.serviceWorker.ready;
  const worker = await navigator.serviceWorker.getRegistration(scope);
  return (await worker.getNotifications()).map((n) => [n.title, n.body, n.lang]);
}"""
FIXED_WORDS = ["お返事が届きました", "ひらくと読めます。", "ja"]


@pytest.fixture
def settings() -> Settings:
    return TO_LOOPBACK


@pytest.fixture
def mozilla(clock: SetClock) -> Iterator[MozillaPush]:
    with MozillaPush(clock) as mozilla:
        yield mozilla


@dataclass
class Play:
    """The town and its desk, with a server that Firefox reaches."""

    app: Flask
    store: Store
    clock: SetClock
    cast: town.Cast
    url: str

    def sign_in(self, phone: Firefox) -> None:
        """Suzuki's phone, as the join door would leave it."""
        client = town.signed_in(self.app.test_client(), self.store, self.cast.suzuki)
        cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        host = urlsplit(self.url).hostname
        assert cookie is not None
        assert host is not None
        phone.add_cookie(cookie.key, cookie.value, host)

    def acknowledge(self) -> None:
        """Okada takes it on, and the worker sends what is owed."""
        with self.store.read() as session:
            handoff_id = session.scalars(sa.select(Handoff.id)).one()
        okada = town.signed_in(self.app.test_client(), self.store, self.cast.okada)
        path = f"/desk/handoffs/{handoff_id}/acknowledgement"
        assert okada.post(path, data={"template": "check"}, headers=town.csrf(okada)).location
        self.clock.forward(seconds=30)
        send_owed(self.app, self.url)

    def count(self) -> int:
        """How many notes arrived."""
        with self.store.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Handoff)) or 0

    def reached(self) -> DeliveryState:
        """How far the one answer came."""
        with self.store.read() as session:
            of_reply = sa.select(Delivery).where(Delivery.kind == DeliveryKind.REPLY)
            return session.scalars(of_reply).one().state


@pytest.fixture
def play(app: Flask, store: Store, clock: SetClock, cast: town.Cast, url: str) -> Play:
    return Play(app, store, clock, cast, url)


def prefs(mozilla: MozillaPush) -> dict[str, Any]:
    return {"dom_push_serverURL": mozilla.browser_url}


def _turn_on(phone: Firefox, play: Play) -> None:
    """The product's own switch, tapped; then a note, written and sent."""
    play.sign_in(phone)
    phone.go(f"{play.url}/settings")
    phone.tap("button", "お知らせを受け取る")
    phone.wait_for_text("この電話に、お知らせが届きます")
    phone.go(f"{play.url}/notes/new")
    phone.wait("() => 'ready' in document.documentElement.dataset")
    phone.tap("textbox", "ようすを、あなたの言葉で")
    phone.type(WORDS)
    phone.tap("button", "窓口に送る")
    until(lambda: play.count() == 1, what="the note")


def test_an_answer_comes_to_firefox_and_a_tap_opens_it(
    play: Play, mozilla: MozillaPush, tmp_path: Path
) -> None:
    with Firefox(tmp_path / "profile", **prefs(mozilla)) as phone:
        _turn_on(phone, play)
        play.acknowledge()
        mozilla.wait(lambda: [m.code for m in mozilla.messages] == [DELIVERED])
        assert mozilla.answers == [(201, "")]
        assert WORDS.encode() not in mozilla.messages[0].body
        assert phone.wait(SHOWN) == [FIXED_WORDS]
        until(lambda: play.reached() is DeliveryState.SHOWN, what="shown")
        before = {tab["context"] for tab in phone.tabs()}
        phone.tap_notification(FIXED_WORDS[0])
        opened = until(lambda: {tab["context"] for tab in phone.tabs()} - before, what="a tab")
        (phone.tab,) = opened
        phone.wait_for_text("受け止めました")
        phone.wait_for_text(WORDS)
        until(lambda: play.reached() is DeliveryState.OPENED, what="opened")


@pytest.mark.everything
def test_an_answer_to_a_closed_browser_comes_at_its_next_start(
    play: Play, mozilla: MozillaPush, tmp_path: Path
) -> None:
    with Firefox(tmp_path / "profile", **prefs(mozilla)) as phone:
        _turn_on(phone, play)
    mozilla.wait(lambda: not mozilla.is_connected())
    play.acknowledge()
    assert mozilla.answers == [(201, "")]
    assert play.reached() is DeliveryState.ACCEPTED
    with Firefox(tmp_path / "profile", **prefs(mozilla)) as phone:
        mozilla.wait(lambda: [m.code for m in mozilla.messages] == [DELIVERED])
        until(lambda: play.reached() is DeliveryState.SHOWN, what="shown")
        phone.go(f"{play.url}/notes")
        assert phone.wait(SHOWN) == [FIXED_WORDS]

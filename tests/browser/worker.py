"""The started service worker of a page, and the push service in front of it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from typing import Any

from playwright.sync_api import CDPSession, Error, Page

from tests.browser.stand import Stand

SEE = "/api/v1/deliveries/7/sightings"
MESSAGE = {
    "web_push": 8030,
    "mutable": True,
    "notification": {
        "title": "お返事が届きました",
        "body": "ひらくと読めます。",
        "lang": "ja",
        "navigate": "http://localhost/d/x1",
        "tag": "thread-1",
        "data": {"see": SEE, "code": "mac"},
    },
}
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""

# Until then a push waits, and goes where the signal does.
ACTIVATED = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  while (active.state !== "activated") {
    await new Promise((next) => active.addEventListener("statechange", next, { once: true }));
  }
}"""
CLEAR = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  for (const one of (await registration?.getNotifications()) ?? []) one.close();
}"""


class Worker:
    """The started service worker of a page, and the push service in front of it."""

    def __init__(self, page: Page, stand: Stand) -> None:
        self.page, self.stand = page, stand
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.registrations: list[dict[str, Any]] = []
        self._mark = uuid.uuid4().hex
        self.cdp.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.cdp.send("ServiceWorker.enable")
        page.evaluate(ACTIVATED)

    def _note(self, event: dict[str, Any]) -> None:
        self.registrations.extend(event["registrations"])

    def push(self, data: str) -> None:
        """Deliver the decrypted text of a push.

        Its tag is this test's own: the end of another's notification of the same tag, which
        comes when the browser likes, would end this one's.
        """
        self.cdp.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.stand.url,
                "registrationId": self.registrations[0]["registrationId"],
                "data": data.replace('"thread-', f'"{self._mark}-thread-'),
            },
        )

    def shown(self, count: int = 1) -> list[dict[str, Any]]:
        """The notifications on the screen, once there are so many."""
        return self.until(lambda: self.page.evaluate(SHOWN), count)

    def clear(self) -> None:
        """Take every notification off the screen.

        Left to the end of its context, one goes when another test's of the same tag stands there.
        """
        with contextlib.suppress(Error):
            self.page.goto(f"{self.stand.url}/bare/none")
            self.page.evaluate(CLEAR)

    def sightings(self, count: int) -> list[dict[str, Any]]:
        """What was reported to the server, once it is so much."""
        return self.until(lambda: [b for path, b in self.stand.posts if path == SEE], count)

    def until(
        self, ask: Callable[[], list[dict[str, Any]]], count: int = 1
    ) -> list[dict[str, Any]]:
        """What is asked for, once it is so much; the browser's events come in meanwhile.

        A browser gives the picture of a notification 90 seconds to come.
        """
        for _ in range(6000):
            if len(found := ask()) >= count:
                return found
            self.page.evaluate("() => new Promise((next) => setTimeout(next, 20))")
        raise AssertionError(f"never {count}")

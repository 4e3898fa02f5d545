"""A phone that has visited once, and a server that can be taken away from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Any

from flask import Flask, Response
from playwright.sync_api import Page, expect

from tests.browser.outbox import until

KEPT = """async (path) => {
  for (const name of await caches.keys()) {
    if (!name.startsWith("shell-")) continue;
    const kept = await (await caches.open(name)).keys();
    const paths = kept.map(({ url }) => new URL(url).pathname);
    if (paths.length === 5 && paths.every((one) => one.startsWith(path))) return true;
  }
  return false;
}"""
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      found[new URL(url).pathname] = await (await cache.match(url)).text();
    }
  }
  return found;
}"""
IMPATIENT = """() => {
  const wait = setTimeout;
  self.setTimeout = (act, milliseconds) => wait(act, milliseconds / 100);
}"""
"""A service worker's seconds are hundredths from then on."""
STORED = """async (name) => {
  const script = document.querySelector("script[type=module]").src;
  const store = await import(new URL("store.js", script));
  return store.all(name);
}"""


LONGER_THAN_PATIENCE = 6
"""Seconds; the service worker has four."""


@dataclass
class Fault:
    """What stands in the way of every page: "", "down", "portal", "hangs" or "slow"."""

    kind: str = ""
    over: Event = field(default_factory=Event)
    """Until then what hangs hangs."""

    def put_before(self, app: Flask) -> None:
        """Let it stand before every page that is asked for."""
        beyond = app.wsgi_app

        def way(environ: Any, start_response: Any) -> Any:
            is_page = environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
            if not is_page or not self.kind:
                return beyond(environ, start_response)
            if self.kind == "slow":
                self.over.wait(LONGER_THAN_PATIENCE)
                return beyond(environ, start_response)
            if self.kind == "hangs":
                self.over.wait()
            status = 502 if self.kind == "down" else 200
            answer = Response("<h1>Free Wi-Fi</h1>", status, mimetype="text/html")
            return answer(environ, start_response)

        app.wsgi_app = way  # type: ignore[method-assign]


def visit(page: Page, address: str, kept: str = "/shell/ja/") -> None:
    """One visit with signal, until the phone has kept what it keeps."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    until(page, KEPT, kept)


def cold(page: Page, address: str) -> None:
    """A start without signal."""
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    expect(page.locator('[data-bar="offline"]')).to_be_visible()


def stored(page: Page, name: str) -> Any:
    """Everything in one store of the phone."""
    return page.evaluate(STORED, name)

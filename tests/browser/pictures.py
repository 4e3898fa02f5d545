"""Draws the manifest's and the README's pictures again: `python -m tests.browser.pictures`.

Screens of the demonstration town, and the shortcuts' icons from the sprite, as small PNGs.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app import create_app
from models.demo.load import load_demo
from models.keys import KeyRing
from models.migrations import upgrade
from models.person import Person
from models.settings import Settings
from models.store import Store
from tests import town
from tests.browser.conftest import FLAGS
from tests.conftest import NOW
from tests.support.live import serving

ROOT = Path(__file__).parents[2]
ICONS, DOCS = ROOT / "pwa" / "icons", ROOT / "docs"
COLOURS = 64
NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 800}
SCREENS = (
    ("note", "/notes/new", NARROW),
    ("mine", "/notes", NARROW),
    ("wide", "/notes/new", WIDE),
)
SHORTCUT = """<body style="margin:0;background:#0b5d4e"><svg viewBox="-12 -12 48 48" width="96"
  height="96" style="display:block" fill="none" stroke="#fff" stroke-width="1.8"
  stroke-linecap="round" stroke-linejoin="round">{}</svg></body>"""


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        _shortcuts(chromium)
        _screens(chromium, Path(folder))
        chromium.close()


def _screens(chromium: Browser, folder: Path) -> None:
    keys = KeyRing.ephemeral()
    store = Store(f"sqlite:///{folder}/demo.sqlite3", keys)
    upgrade(store.engine.url)
    sign_ins = {one.role: one.email for one in load_demo(store, NOW, lambda password: password)}
    app = create_app(Settings(), store=store, keys=keys, clock=lambda: NOW)
    with serving(app) as url:
        with _opened(chromium, app, sign_ins["intake"], url, "/desk", WIDE) as page:
            page.screenshot(path=DOCS / "queue.png")
        with _opened(chromium, app, sign_ins["resident"], url, "/notes/new", NARROW) as page:
            page.locator("[name=signs][value=not_seen]").first.check(force=True)
            page.get_by_text("だれのことですか").evaluate("legend => legend.scrollIntoView()")
            page.screenshot(path=DOCS / "note.png")
        app.config["KIZUKI_DEMO"] = False
        for name, path, size in SCREENS:
            with _opened(chromium, app, sign_ins["resident"], url, path, size) as page:
                _keep(page.screenshot(), f"screen-{name}")


@contextmanager
def _opened(
    chromium: Browser, app: Flask, email: str, url: str, path: str, size: ViewportSize
) -> Iterator[Page]:
    """A page of the demonstration, as somebody sees it who may sign in there."""
    store = app.extensions["kizuki"].store
    with store.read() as session:
        person = Person.with_email(session, email)
        assert person is not None
    client = town.signed_in(app.test_client(), store, person.id)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    scale = 2 if size is NARROW and app.config["KIZUKI_DEMO"] else 1
    context = chromium.new_context(viewport=size, locale="ja-JP", device_scale_factor=scale)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    page = context.new_page()
    page.goto(url + path)
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()


def _shortcuts(chromium: Browser) -> None:
    sprite = (ICONS / "sprite.svg").read_text("utf-8")
    page = chromium.new_page(viewport={"width": 96, "height": 96})
    for name, symbol in (("write", "pen"), ("replies", "reply")):
        drawn = sprite.partition(f'<symbol id="{symbol}" viewBox="0 0 24 24">')[2]
        page.set_content(SHORTCUT.format(drawn.partition("</symbol>")[0]))
        _keep(page.screenshot(), f"shortcut-{name}")


def _keep(picture: bytes, name: str) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(ICONS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

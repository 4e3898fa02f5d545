"""Draws the manifest's pictures again: `python -m tests.browser.pictures`.

Screens of the demonstration town, and the shortcuts' icons from the sprite, as small PNGs.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from models.demo.load import load_demo
from models.keys import KeyRing
from models.migrations import upgrade
from models.settings import Settings
from models.store import Store
from models.thread import Thread
from tests import town
from tests.browser.conftest import FLAGS
from tests.conftest import NOW
from tests.support.live import serving

ICONS = Path(__file__).parents[2] / "pwa" / "icons"
COLOURS = 64
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
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
    load_demo(store, NOW, lambda password: password)
    app = create_app(Settings(), store=store, keys=keys, clock=lambda: NOW)
    app.config["KIZUKI_DEMO"] = False
    with store.write() as session:
        writers = Counter(
            thread.reporter.person_id for thread in session.scalars(sa.select(Thread))
        )
        del writers[None]
    (writer, _) = writers.most_common(1)[0]
    assert writer is not None
    client = town.signed_in(app.test_client(), store, writer)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    with serving(app) as url:
        for name, path, size in SCREENS:
            context = chromium.new_context(viewport=size, locale="ja-JP")
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
            page = context.new_page()
            page.goto(url + path)
            page.wait_for_selector("html[data-ready]")
            _keep(page.screenshot(), f"screen-{name}")
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

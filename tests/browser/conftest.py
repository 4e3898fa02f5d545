"""Chromium for the whole folder, whose event loop ends with it; a fresh phone a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from blueprints.gate import limiter
from models.store import Store
from tests import town
from tests.browser.note_town import NoteTown, let_in
from tests.browser.note_town import settle as note_town_of
from tests.browser.outbox import until_registered
from tests.browser.pages import add_pages
from tests.browser.stand import Stand, make_app, serving
from tests.browser.worker import Worker
from tests.conftest import SetClock
from tests.support import live
from tests.town import Cast

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
WINDOWLESS = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or CHROMIUM
"""The same engine without windows, notifications and installing: half the work for each page."""
FEATURES_OFF = (
    # Pages of its own behind the address bar of each window, which take longer than ours.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
    # What Playwright switches off, whose list ours replaces.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join(FEATURES_OFF)}",
]
PATIENCE_MS = 20_000
"""What is there at once on a machine of one's own may take a while on one that others use."""
expect.set_options(timeout=PATIENCE_MS)
UNREACHED = ("Failed to load resource", "An unknown error occurred when fetching the script")
"""What the browser says by itself where no server answers; the second of a service worker."""
SECOND_TRIES = pytest.mark.flaky(reruns=1)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
LONG = pytest.mark.everything
EVERY_CASE = pytest.mark.every_case
WITH_WORKER = pytest.mark.with_worker
ON_A_PHONE = [pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk", marks=LONG)]
AT_A_DESK = [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone", marks=LONG)]
"""Both sizes by make test-all; else that at which a page is mostly used."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may be late once; the summary names who needed a second try.

    Of a test with several cases the first runs always, the others by make test-all, but where
    each case is a page of its own.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(SECOND_TRIES)
            if not _is_first_case(item) and not item.get_closest_marker(EVERY_CASE.name):
                item.add_marker(LONG)


def _is_first_case(item: pytest.Item) -> bool:
    case = getattr(item, "callspec", None)
    return case is None or not any(case.indices.values())


@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="package")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    browser = chromium.launch(executable_path=WINDOWLESS, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def whole_browser(chromium: BrowserType) -> Iterator[Browser]:
    """As a person has it; a file that needs what only this one has calls it its `browser`."""
    browser = chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


def without_worker(browser: Browser, url: str, size: ViewportSize) -> BrowserContext:
    """A browser for pages alone: a service worker would fetch a hundred files beside them."""
    return browser.new_context(viewport=size, locale="ja-JP", base_url=url, service_workers="block")


@pytest.fixture
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Without a service worker, a third of a page's work, where no test asks for one."""
    context = browser.new_context(viewport=PHONE, locale="ja-JP", has_touch=True)
    if not request.node.get_closest_marker(WITH_WORKER.name):
        context.add_init_script("delete Navigator.prototype.serviceWorker;")
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """A page on which every error of a script or of the policy fails the test.

    It alone sends: what a test puts in its way, the browser's background sync would go round.
    """
    page = phone.new_page()
    page.add_init_script("SyncManager.prototype.register = async () => {};")
    trouble: list[str] = []

    def note(line: ConsoleMessage) -> None:
        if line.type == "error" and not line.text.startswith(UNREACHED):
            trouble.append(line.text)

    page.on("console", note)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield page
    assert trouble == []


@pytest.fixture(scope="session")
def _served() -> Iterator[Stand]:
    app = make_app()
    add_pages(app)
    with serving(app) as stand:
        yield stand


@pytest.fixture
def stand(_served: Stand) -> Stand:
    """The test pages, served; what is posted is remembered from here on."""
    _served.posts.clear()
    return _served


@pytest.fixture
def worker(page: Page, phone: BrowserContext, stand: Stand) -> Iterator[Worker]:
    phone.grant_permissions(["notifications"], origin=stand.url)
    page.goto(f"{stand.url}/bare/none")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    worker = Worker(page, stand)
    yield worker
    worker.clear()


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    """The small town, without noise."""
    with store.write() as session:
        return town.build(session, clock.now, noise=False)


@pytest.fixture
def note_town(store: Store, clock: SetClock) -> NoteTown:
    """The town with notes of Suzuki on every rung; whose pages it is lets it stand for `cast`."""
    with store.write() as session:
        return note_town_of(session, clock.now)


@pytest.fixture
def url(app: Flask, cast: Cast) -> Iterator[str]:
    """Where the real app is served."""
    limiter.reset()
    with live.serving(app) as url:
        yield url


@pytest.fixture
def own(page: Page, url: str, cast: Cast, store: Store, app: Flask) -> Page:
    """A page of Suzuki's, whose phone is known to the server."""
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/settings")
    until_registered(page)
    return page

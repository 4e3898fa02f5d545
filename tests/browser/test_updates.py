"""A new version: never under an open form, never mixed with the old, and nothing kept is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

import pwa
from models.store import Store
from pwa.assets import Assets
from tests.browser.conftest import LONG, PHONE, WITH_WORKER, without_worker
from tests.browser.note_town import NoteTown, let_in
from tests.browser.outbox import until
from tests.browser.shell_phone import cold, stored, visit
from tests.browser.test_note_kept import FAULTS, heading, open_form, send
from tests.support.notes import notes
from tests.town import Cast

HERE = Path(pwa.__file__).parent
STATES = """async () => {
  const { waiting, active } = await navigator.serviceWorker.getRegistration();
  return [waiting?.state, active?.state];
}"""
TAKEN_OVER = """async () => {
  while ((await navigator.serviceWorker.getRegistration()).waiting) {
    await new Promise((next) => setTimeout(next, 20));
  }
}"""
WAITS = """async (tree) => {
  const { waiting } = await navigator.serviceWorker.getRegistration();
  return Boolean(waiting) && (await caches.has(`assets-${tree}`)) && caches.has(`shell-${tree}`);
}"""
TREES_ARE = """async (trees) => {
  const kept = (await caches.keys()).filter((name) => name.startsWith("assets-"));
  return kept.map((name) => name.slice(7)).sort().join() === trees.join();
}"""
HAS_THE_REST = """() => ["/plainly.js", "/server.js", "/behaviours/push.js"].every((file) =>
  performance.getEntriesByType("resource").some(({ name }) => name.endsWith(file)))"""
LOADED = """() => performance.getEntriesByType("resource")
  .map(({ name }) => name.match(/assets\\/([0-9a-f]{16})/)?.[1]).filter(Boolean)"""


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.fixture
def newer(tmp_path: Path) -> Assets:
    """The same assets with one changed word, as the next version would have them."""
    return version(tmp_path, "newer")


def version(folder: Path, name: str) -> Assets:
    for part in ("styles", "scripts", "icons"):
        shutil.copytree(HERE / part, folder / name / part)
    with (folder / name / "scripts" / "main.js").open("a", encoding="utf-8") as script:
        script.write(f"document.documentElement.dataset.{name} = '';\n")
    return Assets(folder / name)


def release(app: Flask, assets: Assets) -> None:
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = assets.url
    app.jinja_env.cache.clear()  # type: ignore[union-attr]


def write(page: Page, words: str) -> None:
    page.get_by_label("ようすを、あなたの言葉で").fill(words)


@WITH_WORKER
def test_a_new_version_waits_for_the_form_and_loses_nothing(
    phone: BrowserContext,
    page: Page,
    url: str,
    app: Flask,
    store: Store,
    note_town: NoteTown,
    newer: Assets,
) -> None:
    let_in(phone, url, store, note_town.cast.suzuki, app)
    page.route("**/api/v1/observations", lambda route: route.abort())
    visit(page, f"{url}/notes/new")
    for n in range(3):
        write(page, f"{n}番目")
        page.get_by_role("button", name="窓口に送る").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("この電話に保管しました")
        page.get_by_role("link", name="もう一つ書く").click()
    kept = [key for key, _ in stored(page, "outbox")]
    assert len(kept) == 3
    write(page, "書いている途中")
    release(app, newer)
    other = phone.new_page()
    other.goto(f"{url}/calls")
    expect(other.locator('[data-bar="updated"]')).to_be_visible()
    assert other.evaluate(STATES) == ["installed", "activated"]
    expect(page.locator('[data-bar="updated"]')).to_be_visible()
    other.reload()
    expect(other.locator('[data-bar="updated"]')).to_be_visible()
    assert other.evaluate(STATES) == ["installed", "activated"]
    expect(page.get_by_label("ようすを、あなたの言葉で")).to_have_value("書いている途中")
    assert set(page.evaluate(LOADED)).isdisjoint({newer.hash})
    write(page, "")
    other.reload()
    other.evaluate(TAKEN_OVER)
    assert [key for key, _ in stored(page, "outbox")] == kept
    other.close()
    visit(page, f"{url}/notes/new")
    phone.set_offline(True)
    cold(page, f"{url}/notes/new")
    assert set(page.evaluate(LOADED)) == {newer.hash}
    assert page.evaluate("() => 'newer' in document.documentElement.dataset")
    assert [key for key, _ in stored(page, "outbox")] == kept
    phone.set_offline(False)


@LONG
@WITH_WORKER
def test_the_tree_of_an_open_page_outlives_a_version_that_never_came_to_act(
    phone: BrowserContext,
    page: Page,
    url: str,
    app: Flask,
    store: Store,
    note_town: NoteTown,
    newer: Assets,
    tmp_path: Path,
) -> None:
    first = app.extensions["assets"].hash
    let_in(phone, url, store, note_town.cast.suzuki, app)
    visit(page, f"{url}/notes/new")
    write(page, "書いている途中")
    release(app, newer)
    other = phone.new_page()
    other.goto(f"{url}/calls")
    expect(other.locator('[data-bar="updated"]')).to_be_visible()
    newest = version(tmp_path, "newest")
    release(app, newest)
    other.reload()
    until(other, WAITS, newest.hash)
    write(page, "")
    other.reload()
    other.evaluate(TAKEN_OVER)
    until(other, TREES_ARE, sorted((first, newest.hash)))
    assert set(page.evaluate(LOADED)) == {first}


@pytest.mark.parametrize("fault", ["no database", "full"])
def test_a_first_visit_can_be_sent_after_the_server_was_given_a_new_version(
    browser: Browser, url: str, app: Flask, store: Store, newer: Assets, fault: str
) -> None:
    context = without_worker(browser, url, PHONE)
    page = context.new_page()
    page.add_init_script(FAULTS[fault])
    open_form(page, f"{url}/notes/new")
    page.wait_for_function(HAS_THE_REST)
    release(app, newer)
    before = notes(store)
    page.locator("#place").fill("北町")
    write(page, "初めて書いたこと")
    send(page)
    heading(page, "教えてくれて、ありがとうございます")
    assert notes(store) == before + 1
    context.close()

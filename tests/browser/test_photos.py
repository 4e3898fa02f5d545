"""The row of photos on the note form, as it is used."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from models.photo import Photo
from models.store import Store
from pwa.develop import develop_photos
from tests.browser.conftest import LONG
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.outbox import (
    LIST,
    MODULE,
    items,
    lose_signal,
    until,
    until_arrived,
    until_registered,
)
from tests.browser.test_note_kept import open_form
from tests.support import photos
from tests.support.notes import last_thread, notes
from tests.town import MORNING, Cast

JPEG = "image/jpeg"
GIVEN = {
    "telltale": {"name": "IMG_0001.JPG", "mimeType": JPEG, "buffer": photos.telltale()},
    "large": {"name": "../../x.jpg", "mimeType": JPEG, "buffer": photos.noisy(4000, 3000)},
    "png": {"name": "\u202egpj.png", "mimeType": "image/png", "buffer": photos.telltale_png()},
    "heic": {"name": "a.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" * 9},
}


@pytest.fixture
def row(
    phone: BrowserContext, page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> Locator:
    """The row on the note form of suzuki."""
    let_in(phone, url, store, cast.suzuki, app)
    open_form(page, f"{url}/notes/new")
    row = page.locator("#photos")
    expect(row).to_be_visible()
    return row


def pick(row: Locator, *names: str) -> None:
    row.locator("input[type=file]").set_input_files([GIVEN[name] for name in names])  # type: ignore[misc]


def test_pictures_are_shown_and_can_be_taken_out_again(row: Locator) -> None:
    pick(row, "telltale", "large")
    expect(row.get_by_role("img")).to_have_count(2)
    expect(row.get_by_role("status")).to_have_text("写真2枚を、いっしょに送ります。")
    row.get_by_role("button", name="1枚目の写真をはずす").click()
    expect(row.get_by_role("img")).to_have_count(1)
    expect(row.get_by_role("button", name="写真をとる・えらぶ")).to_be_focused()
    row.get_by_role("button", name="1枚目の写真をはずす").click()
    expect(row.get_by_role("img")).to_have_count(0)
    expect(row.get_by_role("status")).to_have_text("")


@LONG
def test_there_are_three_and_no_more(row: Locator) -> None:
    pick(row, "telltale", "png", "telltale", "png")
    expect(row.get_by_role("img")).to_have_count(3)
    expect(row.get_by_role("status")).to_contain_text("写真は3枚まで")
    expect(row.locator("[data-add]")).to_be_hidden()


@LONG
def test_what_this_browser_cannot_open_is_said(row: Locator) -> None:
    pick(row, "heic")
    expect(row.get_by_role("status")).to_contain_text("開けませんでした")
    expect(row.get_by_role("img")).to_have_count(0)


@pytest.mark.parametrize(
    ("tick", "reason"),
    [
        ('input[name=about][value="child"]', "子どものことを書くとき"),
        ('input[name=signs][value="thin"]', "人のようすを書くとき"),
        ('input[name=signs][value="yelling"]', "乱暴やけがのこと"),
    ],
)
def test_with_a_note_of_somebody_there_are_none_and_the_reason_is_said(
    page: Page, row: Locator, tick: str, reason: str
) -> None:
    pick(row, "telltale")
    expect(row.get_by_role("img")).to_have_count(1)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    page.locator(tick).check(force=True)
    expect(row.get_by_text(reason)).to_be_visible()
    expect(row.locator("[data-add]")).to_be_hidden()
    expect(row.get_by_role("img")).to_have_count(0)
    expect(row.get_by_role("status")).to_have_text("")
    page.locator('input[name=about][value="elderly"]').check(force=True)
    if "about" not in tick:
        page.locator(tick).uncheck(force=True)
    expect(row.get_by_text(reason)).to_be_hidden()
    expect(row.get_by_role("img")).to_have_count(1)
    expect(row.get_by_role("status")).to_have_text("写真1枚を、いっしょに送ります。")


@LONG
def test_a_sign_of_a_thing_outside_leaves_them_on(page: Page, row: Locator) -> None:
    page.locator('input[name=signs][value="mail_pile"]').check(force=True)
    expect(row.locator("[data-add]")).to_be_visible()


TRIED = f"async () => (await ({LIST})()).some(({{ tries }}) => tries > 0)"


def sent_offline(page: Page, row: Locator, *names: str) -> list[str]:
    """Send a note with pictures without signal; the ids of everything that then waits."""
    until_registered(page)
    lose_signal(page)
    pick(row, *names)
    expect(row.get_by_role("img")).to_have_count(len(names))
    page.get_by_label("ようすを、あなたの言葉で").fill("郵便がたまっています。")
    page.get_by_role("button", name="窓口に送る").click()
    kept = page.get_by_text(f"写真{len(names)}枚も、いっしょに保管しました。")
    expect(kept).to_be_visible()
    return [item["id"] for item in items(page)]


def test_three_pictures_sent_without_signal_are_at_the_desk_bare_and_small(
    page: Page, row: Locator, store: Store, cast: Cast, url: str, app: Flask
) -> None:
    waiting = sent_offline(page, row, "telltale", "large", "png")
    assert develop_photos(store, MORNING) == 0
    page.context.set_offline(False)
    until_arrived(page, len(waiting))
    assert develop_photos(store, MORNING) == 3
    with store.read() as session:
        handoff_id = last_thread(session).handoff.id
        for photo in session.scalars(sa.select(Photo)):
            assert photos.CANARY.encode() not in photo.jpeg
            assert b"Exif" not in photo.jpeg
            assert max(photo.width or 0, photo.height or 0) <= 1600
    let_in(page.context, url, store, cast.okada, app)
    page.goto(f"{url}/desk/handoffs/{handoff_id}")
    shown = page.get_by_role("img", name="届いた写真")
    expect(shown).to_have_count(3)
    loaded = "images => images.every((image) => image.complete && image.naturalWidth > 0)"
    page.wait_for_function(f"({loaded})([...document.querySelectorAll('.photos img')])")


def test_what_was_interrupted_between_parts_goes_on_where_it_was(
    page: Page, row: Locator, store: Store
) -> None:
    waiting = sent_offline(page, row, "large")
    assert len(waiting) > 3
    sent: list[Request] = []

    def three(route: Route) -> None:
        sent.append(route.request)
        if len(sent) > 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/observations", three)
    page.context.set_offline(False)
    until_arrived(page, 3)
    until(page, TRIED)
    assert len(items(page)) == len(waiting)
    assert develop_photos(store, MORNING) == 0
    page.unroute("**/api/v1/observations")
    sent.clear()
    page.on("request", lambda one: sent.append(one) if "observations" in one.url else None)
    page.evaluate("dispatchEvent(new Event('online'))")
    until_arrived(page, len(waiting))
    assert len(sent) == len(waiting) - 3
    assert develop_photos(store, MORNING) == 1


@LONG
def test_however_many_parts_they_have_the_pictures_of_a_note_are_one_thing(
    page: Page, row: Locator, url: str
) -> None:
    waiting = sent_offline(page, row, "large", "png")
    page.route("**/api/v1/observations", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(f"{url}/notes")
    expect(page.locator("[data-waiting=list] > li")).to_have_count(2)
    expect(page.locator('[data-bar="sending"]')).to_have_attribute("data-n", "2")
    assert len(items(page)) == len(waiting) > 2


def test_a_note_that_is_deleted_takes_its_waiting_pictures_along(page: Page, row: Locator) -> None:
    waiting = sent_offline(page, row, "telltale", "png")
    assert len(waiting) == 3
    page.evaluate(f"async ([id]) => (await {MODULE % 'outbox'}).remove(id)", waiting[:1])
    assert items(page) == []


SHRUNK = """
async ([data, type]) => {
  const main = document.querySelector("script[type=module]").src;
  const { shrunk } = await import(new URL("photos.js", main));
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const { blob } = await shrunk(new File([bytes], "x", { type }));
  const made = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(made, (byte) => String.fromCharCode(byte)).join(""));
}
"""


@pytest.mark.parametrize("name", ["telltale", "large", "png"])
def test_a_picture_is_made_small_and_bare_on_the_phone(page: Page, row: Locator, name: str) -> None:
    given = GIVEN[name]
    told = page.evaluate(
        SHRUNK, [base64.b64encode(bytes(given["buffer"])).decode(), given["mimeType"]]
    )
    made = base64.b64decode(told)
    assert made.startswith(b"\xff\xd8\xff")
    assert photos.CANARY.encode() not in made
    assert b"Exif" not in made
    assert len(made) <= 400_000
    with Image.open(io.BytesIO(made)) as picture:
        assert not picture.getexif()
        assert max(picture.size) <= 1600
        if name == "telltale":
            assert picture.size == (40, 80)


def test_without_scripts_there_is_no_row(
    browser_without_scripts: Page, url: str, cast: Cast
) -> None:
    browser_without_scripts.goto(f"{url}/notes/new")
    expect(browser_without_scripts.locator("#words")).to_be_visible()
    expect(browser_without_scripts.locator("#photos")).to_be_hidden()


@pytest.fixture
def browser_without_scripts(phone: BrowserContext) -> Iterator[Page]:
    assert phone.browser is not None
    context = phone.browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


FULL = """() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (value, key) {
    const request = add.call(this, value, key);
    if (globalThis.isFull && value.envelope) this.transaction.abort();
    return request;
  };
  globalThis.isFull = true;
}"""


def test_what_the_plain_form_cannot_take_is_told_before_it_goes(
    row: Locator, page: Page, store: Store
) -> None:
    pick(row, "telltale")
    expect(row.get_by_role("img")).to_have_count(1)
    page.locator("#words").fill("空き家の雨戸が外れています。")
    page.evaluate(FULL)
    send = page.get_by_role("button", name="窓口に送る")
    send.click()
    said = row.get_by_role("status")
    expect(said).to_contain_text("写真は送れません。書いたことは送れます。")
    expect(said).to_be_in_viewport()
    look(page, "photos_unkept")
    expect(page.locator("#words")).to_have_value("空き家の雨戸が外れています。")
    expect(row.get_by_role("img")).to_have_count(1)
    before = notes(store)
    send.click()
    page.wait_for_url("**/sent")
    assert notes(store) == before + 1
    with store.read() as session:
        assert last_thread(session).observation.body["words"] == "空き家の雨戸が外れています。"


@LONG
def test_room_that_was_made_meanwhile_takes_the_photos_along(row: Locator, page: Page) -> None:
    pick(row, "telltale")
    expect(row.get_by_role("img")).to_have_count(1)
    page.locator("#words").fill("空き家の雨戸が外れています。")
    page.evaluate(FULL)
    page.get_by_role("button", name="窓口に送る").click()
    expect(row.get_by_role("status")).to_contain_text("写真は送れません")
    page.evaluate("() => { globalThis.isFull = false; }")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("写真1枚も、いっしょに保管しました。")).to_be_visible()

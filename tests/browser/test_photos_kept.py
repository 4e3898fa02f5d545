"""Pictures go into the outbox with their note, all at once; and the row keeps the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LONG
from tests.browser.outbox import items, lose_signal, until_registered
from tests.browser.test_photos import pick, row

__all__ = ["row"]


KILLED_AFTER_THE_FIRST = """() => {
  const { add } = IDBObjectStore.prototype;
  let first;
  IDBObjectStore.prototype.add = function (value, key) {
    if (value.envelope) first ??= this.transaction;
    if (value.envelope && this.transaction !== first) this.transaction.abort();
    return add.call(this, value, key);
  };
}"""


def test_a_kill_after_the_first_write_leaves_the_note_with_all_its_pictures(
    row: Locator, page: Page
) -> None:
    until_registered(page)
    lose_signal(page)
    pick(row, "large", "png")
    expect(row.get_by_role("img")).to_have_count(2)
    page.locator("#words").fill("郵便がたまっています。")
    page.evaluate(KILLED_AFTER_THE_FIRST)
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_role("button", name="窓口に送る")).to_be_hidden()
    note, *parts = items(page)
    assert (note["kind"], len(parts) > 2) == ("note", True)
    assert {(part["kind"], part["note"]) for part in parts} == {("photo", note["id"])}


ROOM_FOR_LITTLE = """(most) => {
  const { add } = IDBObjectStore.prototype;
  const adds = new WeakMap();
  IDBObjectStore.prototype.add = function (value, key) {
    const n = (adds.get(this.transaction) ?? 0) + 1;
    adds.set(this.transaction, n);
    if (value.envelope && n > most) this.transaction.abort();
    return add.call(this, value, key);
  };
}"""


@pytest.mark.parametrize(("most", "said"), [(2, "写真1枚は"), (1, "写真2枚は")])
def test_where_there_is_no_room_for_all_pictures_the_note_is_kept_and_it_is_said(
    row: Locator, page: Page, most: int, said: str
) -> None:
    until_registered(page)
    lose_signal(page)
    pick(row, "telltale", "png")
    expect(row.get_by_role("img")).to_have_count(2)
    page.locator("#words").fill("郵便がたまっています。")
    page.evaluate(ROOM_FOR_LITTLE, most)
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text(f"{said}、保管できませんでした。")).to_be_visible()
    assert len(items(page)) == most


@LONG
def test_the_button_keeps_the_focus_while_pictures_are_made_small(row: Locator) -> None:
    add = row.get_by_role("button", name="写真をとる・えらぶ")
    add.focus()
    pick(row, "telltale")
    expect(row.get_by_role("img")).to_have_count(1)
    expect(add).to_be_focused()
    pick(row, "png", "telltale")
    expect(row.get_by_role("button", name="3枚目の写真をはずす")).to_be_focused()


HELD = """() => {
  const { createImageBitmap } = globalThis;
  globalThis.createImageBitmap = async (file) => {
    await new Promise((next) => { globalThis.release = next; });
    return createImageBitmap(file);
  };
}"""
HURRIED = """() => {
  const wait = setTimeout;
  globalThis.setTimeout = (act, ms, ...more) => wait(act, ms === 6000 ? 50 : ms, ...more);
}"""


@LONG
def test_one_taken_out_while_another_is_made_takes_that_one_not_along(
    row: Locator, page: Page
) -> None:
    pick(row, "telltale")
    expect(row.get_by_role("img")).to_have_count(1)
    page.evaluate(HELD)
    pick(row, "png")
    page.wait_for_function("() => globalThis.release")
    row.get_by_role("button", name="1枚目の写真をはずす").click()
    expect(row.get_by_role("img")).to_have_count(0)
    page.evaluate("() => globalThis.release()")
    expect(row.get_by_role("img")).to_have_count(1)


@LONG
def test_a_picture_that_is_never_made_holds_up_neither_the_words_nor_those_that_are(
    row: Locator, page: Page
) -> None:
    until_registered(page)
    lose_signal(page)
    pick(row, "telltale")
    expect(row.get_by_role("img")).to_have_count(1)
    page.evaluate(HELD)
    page.evaluate(HURRIED)
    pick(row, "png")
    page.locator("#words").fill("郵便がたまっています。")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("写真1枚も、いっしょに保管しました。")).to_be_visible()
    expect(page.get_by_text("写真1枚は、保管できませんでした。")).to_be_visible()
    assert len(items(page)) == 2
    page.context.set_offline(False)
    # What comes late goes with no other note.
    page.get_by_role("link", name="もう一つ書く").click()
    page.evaluate("() => globalThis.release()")
    pick(row, "telltale")
    expect(row.get_by_role("status")).to_have_text("写真を小さくしています。")
    page.evaluate("() => globalThis.release()")
    expect(row.get_by_role("status")).to_have_text("写真1枚を、いっしょに送ります。")

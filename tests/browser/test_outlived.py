"""A draft that outlived its note: never offered again, and its id never taken by other words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from models.handoff import Handoff, State
from models.observation import Observation
from models.store import Store
from models.town import Town
from tests.browser.conftest import LONG
from tests.browser.outbox import MODULE, items, lose_signal, put, sync, until, until_whole
from tests.browser.shell_phone import stored
from tests.browser.test_note_kept import TYPED, form, heading, open_form, send
from tests.conftest import SetClock

__all__ = ["form"]

SAVED = f"async () => Boolean((await (await {MODULE % 'store'}).all('drafts')).length)"
KILLED = """() => {
  const remove = IDBObjectStore.prototype.delete;
  IDBObjectStore.prototype.delete = function (key) {
    if (this.name === "drafts") throw new DOMException("killed before");
    return remove.call(this, key);
  };
  Cache.prototype.delete = async () => false;
}"""
"""What is done after the outbox is as if the tab had been killed."""


def type_a_draft(page: Page) -> str:
    """Type a note until its draft is kept; gives its id."""
    page.locator("#words").fill(TYPED)
    until(page, SAVED)
    return page.locator('input[name="id"]').input_value()


def let_go(page: Page, store: Store, clock: SetClock) -> None:
    """A backup holds what has arrived: the phone needs its copies no more."""
    with store.write() as session:
        session.scalars(sa.select(Town)).one().backup_watermark = clock.forward(minutes=1)
    clock.forward(minutes=1)
    put(page, "そのあとのもの")
    assert sync(page) == 0
    assert [item["sequence"] for item in items(page)] == ["2"]


@pytest.mark.parametrize("how", ["arrived", "deleted"])
def test_a_kill_before_the_draft_went_brings_nothing_back(
    form: Page, phone: BrowserContext, url: str, store: Store, clock: SetClock, how: str
) -> None:
    if how == "deleted":
        lose_signal(form)
    note_id = type_a_draft(form)
    form.evaluate(KILLED)
    send(form)
    expect(form.get_by_role("button", name="窓口に送る")).to_be_hidden()
    if how == "arrived":
        expect(form.get_by_text("届きました", exact=True)).to_be_visible()
        let_go(form, store, clock)
    else:
        form.evaluate(f"async (id) => (await {MODULE % 'outbox'}).remove(id)", note_id)
        form.context.set_offline(False)
    assert stored(form, "drafts")
    again = phone.new_page()
    open_form(again, f"{url}/notes/new")
    expect(again.locator("#words")).to_have_value("")
    expect(again.locator("[data-draft-line]")).to_be_hidden()
    assert again.locator('input[name="id"]').input_value() != note_id
    assert [row for _, row in stored(again, "drafts") if "sealed" in row] == []


@LONG
def test_a_second_tab_with_the_same_draft_sends_a_note_of_its_own(
    form: Page, phone: BrowserContext, url: str, store: Store, clock: SetClock
) -> None:
    note_id = type_a_draft(form)
    other = phone.new_page()
    open_form(other, f"{url}/notes/new")
    assert other.locator('input[name="id"]').input_value() == note_id
    send(form)
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    let_go(form, store, clock)
    other.locator("#words").fill("書きたしたもの")
    send(other)
    expect(other.get_by_text("届きました", exact=True)).to_be_visible()
    with store.read() as session:
        assert set(session.scalars(sa.select(Handoff.state))) == {State.SENT}
        told = [str(one.body["words"]) for one in session.scalars(sa.select(Observation))]
    assert sorted(told) == sorted([TYPED, "そのあとのもの", "書きたしたもの"])


HELD = """() => {
  const { encrypt } = SubtleCrypto.prototype;
  const held = new Promise((resolve) => { globalThis.release = resolve; });
  SubtleCrypto.prototype.encrypt = async function (...given) {
    globalThis.isHeld = true;
    await held;
    return encrypt.apply(this, given);
  };
}"""
FULL = """() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (...given) {
    const request = add.apply(this, given);
    this.transaction.abort();
    return request;
  };
}"""


@LONG
@pytest.mark.parametrize("is_full", [False, True])
def test_a_second_tab_that_seals_the_same_draft_at_the_same_time_takes_nothing_away(
    form: Page, phone: BrowserContext, url: str, is_full: bool
) -> None:
    note_id = type_a_draft(form)
    other = phone.new_page()
    open_form(other, f"{url}/notes/new")
    expect(other.locator("#words")).to_have_value(TYPED)
    until_whole(form)
    lose_signal(other)
    other.evaluate(HELD)
    send(other)
    other.wait_for_function("() => globalThis.isHeld")
    send(form)
    heading(form, "この電話に保管しました")
    (first,) = items(form)
    assert first["id"] == note_id
    if is_full:
        other.evaluate(FULL)
    other.evaluate("() => globalThis.release()")
    if is_full:
        expect(other.locator('[data-bar="no-store"]')).to_be_visible()
    else:
        heading(other, "この電話に保管しました")
    hashes = [item["hash"] for item in items(form)]
    assert first["hash"] in hashes
    assert len(set(hashes)) == (1 if is_full else 2)


@LONG
def test_what_is_remembered_of_a_note_is_its_id_for_a_day(
    form: Page, store: Store, clock: SetClock
) -> None:
    note_id = type_a_draft(form)
    send(form)
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    let_go(form, store, clock)
    gone = dict(stored(form, "settings"))["gone"]
    assert [(set(one), one["id"]) for one in gone] == [({"id", "at"}, note_id)]
    asked = f"""async (id) => {{
      const gone = await {MODULE % "gone"};
      const now = Date.now;
      const found = [await gone.isTaken(id)];
      for (const hours of [-25, 25]) {{
        Date.now = () => now() + hours * 3600e3;
        found.push(await gone.isTaken(id));
      }}
      await gone.note("another");
      return found;
    }}"""
    assert form.evaluate(asked, note_id) == [True, False, False]
    assert [one["id"] for one in dict(stored(form, "settings"))["gone"]] == ["another"]

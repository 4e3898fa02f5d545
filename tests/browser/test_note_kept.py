"""From the tap on Send to "arrived", on one page: checked, kept, and shown where it is."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from models.area import Area, AreaKind
from models.desk import DeskArea
from models.handoff import State
from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.note_town import let_in
from tests.browser.outbox import MODULE, items, lose_signal, until, until_registered, until_whole
from tests.conftest import SetClock
from tests.support.notes import last_thread, notes
from tests.town import Cast

SHOTS = os.environ.get("SHOTS")
DRAFT = f"async () => !(await {MODULE % 'drafts'}.then((drafts) => drafts.load('note')))"
TYPED = "三日前から朝刊が抜かれていません。"


def open_form(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


@pytest.fixture
def form(page: Page, url: str, cast: Cast, store: Store, app: Flask) -> Page:
    let_in(page.context, url, store, cast.suzuki, app)
    open_form(page, f"{url}/notes/new")
    until_registered(page)
    return page


def send(page: Page) -> None:
    page.get_by_role("button", name="窓口に送る").click()


def heading(page: Page, words: str) -> None:
    found = page.get_by_role("heading", level=1, name=words)
    expect(found).to_be_focused()


def looked_at(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert Axe().run(page).violations_count == 0


def test_without_signal_a_note_is_kept_then_arrives_and_another_can_be_written(
    form: Page, store: Store, cast: Cast, clock: SetClock
) -> None:
    clock.now = dt.datetime.now(dt.UTC)  # as on the phone
    lose_signal(form)
    form.get_by_label("最近見かけない").check()
    form.locator("#words").fill(TYPED)
    form.get_by_label("急いで").check()
    send(form)
    heading(form, "この電話に保管しました")
    expect(form.locator(".ladder > li:visible")).to_have_count(2)
    expect(form.get_by_text("電波を待っています。")).to_be_visible()
    expect(form.get_by_text("急ぎのときは、電話してください。")).to_be_visible()
    expect(form.get_by_text("届きました", exact=True)).to_be_hidden()
    assert form.title() == "この電話に保管しました｜気づき"
    looked_at(form, "kept")
    (item,) = items(form)
    assert item["shown"] == {"area": "北町", "desk": "北の相談室", "urgency": "today"}
    until(form, DRAFT)
    form.context.set_offline(False)
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    expect(form.get_by_role("heading", level=1)).to_have_text("教えてくれて、ありがとうございます")
    expect(form.get_by_text("担当の人が読むのを待っています。")).to_be_visible()
    expect(form.locator(".ladder").get_by_text("北の相談室")).to_be_visible()
    # Nothing is taken away from under a finger that is about to call.
    expect(form.get_by_text("急ぎのときは、電話してください。")).to_be_visible()
    looked_at(form, "kept_arrived")
    with store.read() as session:
        observation = last_thread(session).observation
        assert observation.noted_at == dt.datetime.fromisoformat(item["at"])
        assert observation.body["words"] == TYPED
    form.get_by_role("link", name="もう一つ書く").click()
    heading(form, "気になることを書く")
    expect(form.locator("#words")).to_have_value("")
    form.locator("#words").fill("二つめ")
    send(form)
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    assert notes(store) == 2


def test_where_nobody_is_there_the_page_says_when_and_whom_to_call(
    form: Page, clock: SetClock
) -> None:
    clock.forward(hours=12)
    form.locator("#words").fill(TYPED)
    send(form)
    expect(form.get_by_text("届きました。ただ、いま窓口は閉まっています。")).to_be_visible()
    expect(form.get_by_text("11月25日(水) 8:30にあきます。")).to_be_visible()
    expect(form.get_by_text("まもなく窓口が閉まります")).to_have_count(0)
    call = form.get_by_role("link", name="北の相談室")
    expect(call).to_have_attribute("href", "tel:0590000002")
    looked_at(form, "kept_closed")


def test_five_taps_are_one_note(form: Page, store: Store) -> None:
    form.locator("#words").fill(TYPED)
    form.evaluate("""() => {
      for (let tap = 0; tap < 5; tap++) document.querySelector(".sendbar button").click();
    }""")
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    assert (notes(store), len(items(form))) == (1, 1)


def test_what_can_be_asked_is_asked_before_anything_is_sealed(page: Page, url: str) -> None:
    open_form(page, f"{url}/notes/new")
    lose_signal(page)
    page.get_by_text("もう少しくわしく").click()
    page.get_by_label("電話でもよい").check()
    page.locator("#more summary").click()
    send(page)
    summary = page.get_by_role("alert").filter(has_text="あと3つだけ、教えてください")
    expect(summary).to_be_focused()
    expect(page.locator("#place")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#words")).to_have_attribute("aria-describedby", "words-hint words-error")
    summary.get_by_role("link", name="電話番号を書くか").click()
    expect(page.locator("#telephone")).to_be_in_viewport()
    looked_at(page, "kept_missing")
    page.locator("#place").fill("だれも知らない町")
    page.locator("#telephone").fill("内線 ３４５６")
    page.locator("#words").fill("あ" * 2003 + "👨‍👩‍👧")
    own = ("wish", "place", "not_to")
    for name in own:
        page.locator(f"#{name}").fill("番号は １２３４５６７８９０１８ です")
    send(page)
    for words in ("4文字多いようです", "市外局番から"):
        expect(page.get_by_role("alert").get_by_text(words)).to_be_visible()
    for name in own:
        expect(page.locator(f"#{name}-error")).to_contain_text("マイナンバーかもしれない")
    assert items(page) == []
    for name in own:
        page.locator(f"#{name}").fill("")
    page.locator("#place").fill("だれも知らない町")
    page.locator("#telephone").fill("059-000-0001")
    page.locator("#words").fill(TYPED)
    page.locator("#wish").fill("番号は 123456789012 です")
    send(page)
    heading(page, "この電話に保管しました")
    assert items(page)[0]["shown"] == {"area": "", "desk": "", "urgency": "soon"}
    page.context.set_offline(False)


def test_of_towns_with_different_desks_one_is_chosen_before_anything_is_sealed(
    page: Page, url: str, store: Store, cast: Cast
) -> None:
    open_form(page, f"{url}/notes/new")
    page.locator("#words").fill(TYPED)
    page.locator("#place").fill("町")
    page.locator("#place").blur()
    choice = page.get_by_role("group", name="どの町のことですか")
    expect(choice.get_by_role("radio")).to_have_count(2)
    send(page)
    expect(page.locator("#place-error")).to_contain_text("どれか選んでください")
    assert items(page) == []
    looked_at(page, "kept_towns")
    choice.get_by_text("南町").click()
    send(page)
    expect(page.get_by_text("届きました", exact=True)).to_be_visible()
    assert items(page)[0]["shown"] == {"area": "南町", "desk": "", "urgency": "soon"}
    with store.read() as session:
        assert last_thread(session).handoff.desk_id == cast.south_desk
    page.get_by_role("link", name="もう一つ書く").click()
    expect(choice).to_have_count(0)


@LONG
def test_of_towns_that_no_area_holds_one_is_chosen_though_their_desk_is_the_same(
    page: Page, url: str, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        kitayama = Area(kind=AreaKind.TOWN, code="北山", name="北山", kana="キタヤマ")
        session.add(kitayama)
        session.flush()
        session.add(DeskArea(area_id=kitayama.id, desk_id=cast.north_desk))
        kitayama_id = kitayama.id
    open_form(page, f"{url}/notes/new")
    page.locator("#words").fill(TYPED)
    page.locator("#place").fill("北")
    page.locator("#place").blur()
    choice = page.get_by_role("group", name="どの町のことですか")
    expect(page.get_by_text("北の相談室に届きます")).to_be_visible()
    choice.get_by_text("北山").click()
    send(page)
    expect(page.get_by_text("届きました", exact=True)).to_be_visible()
    with store.read() as session:
        thread = last_thread(session)
        assert (thread.handoff.state, thread.observation.area_id) == (State.SENT, kitayama_id)


def test_without_an_account_the_code_is_shown_at_once(page: Page, url: str, cast: Cast) -> None:
    open_form(page, f"{url}/desks/{cast.north_desk}/note")
    made = page.locator('input[name="receipt"]').input_value()
    lose_signal(page)
    page.locator("#group-child summary").click()
    page.get_by_label("泣き声・たたく音").check()
    send(page)
    heading(page, "この電話に保管しました")
    expect(page.locator(".receipt")).to_have_text(
        " ".join(made[n : n + 4] for n in range(0, 18, 4))
    )
    # One tap there, and nobody would see the code again.
    expect(page.locator(".langs")).to_be_hidden()
    expect(page.locator('[data-number="189"]')).to_be_visible()
    page.get_by_label("電話した", exact=True).check()
    page.get_by_role("button", name="電話のようすを伝える").click()
    expect(page.get_by_role("status").get_by_text("この電話に保管しました")).to_have_count(2)
    assert [item["kind"] for item in items(page)] == ["note", "called"]
    page.context.set_offline(False)
    expect(page.get_by_text("届きました", exact=True).first).to_be_visible()
    page.get_by_role("link", name="もう一つ書く").click()
    expect(page.locator(".langs")).to_be_visible()


@LONG
def test_a_call_that_cannot_be_kept_puts_no_code_into_an_address(
    page: Page, url: str, cast: Cast
) -> None:
    open_form(page, f"{url}/desks/{cast.north_desk}/note")
    expect(page.locator("#telephone")).to_have_attribute("autocomplete", "off")
    page.locator("#group-child summary").click()
    page.get_by_label("泣き声・たたく音").check()
    send(page)
    heading(page, "この電話に保管しました")
    page.get_by_label("電話した", exact=True).check()
    address = page.url
    page.evaluate(f"() => {{ {FAULTS['full']} }}")
    page.get_by_role("button", name="電話のようすを伝える").click()
    expect(page.get_by_text("この電話には保管できません")).to_be_visible()
    assert page.url == address
    expect(page.locator(".receipt")).to_be_visible()


FAULTS = {
    "no database": "IDBFactory.prototype.open = () => { throw new DOMException('no'); };",
    "no key": """const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (value, key) {
        if (JSON.stringify(Object.keys(value)).includes("pair")) {
          throw new DOMException("no", "DataCloneError");
        }
        return put.call(this, value, key);
      };""",
    "full": """for (const name of ["add", "put"]) {
        const kept = IDBObjectStore.prototype[name];
        IDBObjectStore.prototype[name] = function (value, key) {
          const request = kept.call(this, value, key);
          if (value.envelope ?? value.probe) this.transaction.abort();
          return request;
        };
      }""",
    "kept nothing": """const { get } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.get = function (key) {
        const isLost = this.name === "outbox" || String(key).startsWith("probe ");
        return get.call(this, isLost ? "another" : key);
      };""",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_where_nothing_can_be_kept_the_form_sends_as_ever(
    phone: BrowserContext, url: str, cast: Cast, store: Store, app: Flask, fault: str
) -> None:
    page = phone.new_page()
    page.add_init_script(FAULTS[fault])
    let_in(phone, url, store, cast.suzuki, app)
    page.goto(f"{url}/notes/new")
    until_whole(page)
    page.locator("#words").fill(TYPED)
    phone.set_offline(True)
    with page.expect_console_message(lambda message: message.type == "info"):
        send(page)
    for true in ("圏外です", "この電話には保管できません", "この画面を閉じないでください"):
        expect(page.get_by_text(true)).to_be_visible()
    expect(page.get_by_text("この電話に保管しています")).to_be_hidden()
    expect(page.locator("#words")).to_have_value(TYPED)
    phone.set_offline(False)
    send(page)
    page.wait_for_url("**/sent")
    assert notes(store) == 1

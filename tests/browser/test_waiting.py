"""What waits on the phone: seen without its words, deleted on purpose, and what is said later."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Route, expect

from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.note_town import NoteTown, let_in
from tests.browser.outbox import (
    FIELDS,
    MODULE,
    items,
    lose_signal,
    put,
    until_arrived,
    until_registered,
    until_whole,
)
from tests.town import Cast

OBSERVATIONS = "**/api/v1/observations"
FOUR_DAYS_OLDER = f"""async (id) => {{
  const store = await {MODULE % "store"};
  const at = new Date(Date.now() - 4 * 24 * 3600e3).toISOString();
  await store.change("outbox", id, (item) => ({{ ...item, at }}));
}}"""


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.fixture
def own(page: Page, url: str, note_town: NoteTown, store: Store, app: Flask) -> Page:
    """Suzuki's phone on a page where they are known."""
    let_in(page.context, url, store, note_town.cast.suzuki, app)
    page.goto(f"{url}/settings")
    until_registered(page)
    return page


def test_what_waits_is_seen_without_its_words_and_goes_only_when_asked_twice(
    own: Page, url: str
) -> None:
    own.context.route(OBSERVATIONS, lambda route: route.abort())
    put(own, "だれにも読めないことば")
    old = put(own, "もう一つ", shown={"area": "", "urgency": "today"})
    own.evaluate(FOUR_DAYS_OLDER, old["id"])
    own.goto(f"{url}/notes")
    listed = own.get_by_role("region", name="この電話に保管しているもの").get_by_role("listitem")
    expect(listed).to_have_count(2)
    expect(listed.first).to_contain_text("心配")
    expect(listed.first.get_by_text("（北町）")).to_be_visible()
    expect(listed.last.get_by_text("3日たっても送れていません")).to_be_visible()
    expect(own.get_by_text("だれにも読めないことば")).to_have_count(0)
    expect(own.get_by_text("1件を送っています")).to_be_visible()
    assert Axe().run(own).violations_count == 0
    listed.first.get_by_role("button", name="消す", exact=True).click()
    expect(listed.first.get_by_text("もう届いているかもしれません。")).to_be_visible()
    expect(listed.first.get_by_text("消すと、窓口には届きません。消しますか。")).to_be_hidden()
    listed.first.get_by_role("button", name="残しておく").click()
    expect(listed).to_have_count(2)
    listed.first.get_by_role("button", name="消す", exact=True).click()
    listed.first.get_by_role("button", name="消します").click()
    expect(listed).to_have_count(1)
    expect(own.get_by_role("status").filter(has_text="この電話から消しました。")).to_be_focused()
    assert [item["id"] for item in items(own)] == [old["id"]]
    own.context.unroute(OBSERVATIONS)
    own.reload()
    expect(own.get_by_role("heading", name="この電話に保管しているもの")).to_be_hidden()


def test_an_answer_is_kept_in_its_place_and_the_thread_opens_anew(
    own: Page, url: str, note_town: NoteTown
) -> None:
    own.goto(f"{url}/notes/{note_town.asked}")
    own.wait_for_selector("html[data-ready]")
    own.get_by_role("button", name="答えを送る").click()
    expect(own.get_by_role("alert").get_by_text("一言書くと送れます。")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    own.route(OBSERVATIONS, hold, times=1)
    own.get_by_label("質問に答える").fill("先週の金曜です。")
    with own.expect_request(OBSERVATIONS):
        own.get_by_role("button", name="答えを送る").click()
    expect(own.get_by_role("status").filter(has_text="この電話に保管しました")).to_be_focused()
    assert Axe().run(own).violations_count == 0
    with own.expect_navigation():
        held[0].continue_()
    expect(own.get_by_text("先週の金曜です。")).to_be_visible()
    expect(own.get_by_role("button", name="答えを送る")).to_have_count(0)


@LONG
def test_without_signal_a_note_is_taken_back_once_there_is(
    own: Page, url: str, note_town: NoteTown
) -> None:
    own.goto(f"{url}/notes/{note_town.urgent}")
    until_whole(own)
    lose_signal(own)
    own.get_by_text("この気になることについて").click()
    own.get_by_role("button", name="取り下げる").click()
    expect(own.get_by_text("この電話に保管しました")).to_be_visible()
    with own.expect_navigation():
        own.context.set_offline(False)
    expect(own.get_by_text("取り下げました").first).to_be_visible()


def test_who_reads_by_a_code_adds_to_the_note_in_the_same_way(page: Page, url: str) -> None:
    page.goto(f"{url}/notes/new")
    page.wait_for_selector("html[data-ready]")
    made = page.locator('input[name="receipt"]').input_value()
    page.get_by_label("どこのことですか").fill("〒510-0001")
    page.locator("#words").fill("新聞がたまっています。")
    expect(page.locator("#place-says")).to_have_text("北の相談室に届きます")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("届きました", exact=True)).to_be_visible()
    assert items(page)[0]["shown"] == {"area": "北町", "desk": "", "urgency": "soon"}
    page.goto(f"{url}/receipts")
    page.get_by_role("textbox", name="控え番号").fill(made)
    page.get_by_role("button", name="お返事を読む").click()
    page.wait_for_selector("html[data-ready]")
    page.locator("#add summary").click()
    page.get_by_label("変わったことや").fill("きょうは明かりがつきました。")
    with page.expect_navigation():
        page.get_by_role("button", name="書きたしたものを送る").click()
    expect(page.locator(".thread").get_by_text("きょうは明かりがつきました。")).to_be_visible()
    expect(page.locator("#added")).to_have_value("")
    expect(page.get_by_text("新聞がたまっています。")).to_be_visible()


@LONG
def test_the_focus_stays_where_it_is_while_others_come_and_ends_on_a_sentence(
    own: Page, url: str
) -> None:
    own.goto(f"{url}/notes")
    until_whole(own)
    lose_signal(own)
    listed = own.locator("[data-waiting=list] > li")
    put(own, "一つめ")
    ask = listed.first.get_by_role("button", name="消す", exact=True)
    ask.focus()
    put(own, "二つめ")
    expect(listed).to_have_count(2)
    expect(ask).to_be_focused()
    for left in (1, 0):
        listed.first.get_by_role("button", name="消す", exact=True).click()
        sure = listed.first.get_by_text("消すと、窓口には届きません。消しますか。")
        expect(sure).to_be_visible()
        listed.first.get_by_role("button", name="消します").click()
        expect(listed).to_have_count(left)
        expect(own.get_by_text("この電話から消しました。")).to_be_focused()
    expect(own.get_by_role("heading", name="この電話に保管しているもの")).to_be_hidden()
    assert Axe().run(own).violations_count == 0
    put(own, "三つめ")
    listed.first.get_by_role("button", name="消す", exact=True).focus()
    own.context.set_offline(False)
    expect(own.get_by_role("status").filter(has_text="届きました")).to_be_focused()


HASTE = """
const beyond = setTimeout;
globalThis.setTimeout = (act, ms = 0, ...given) => beyond(act, ms === 250 ? 0 : ms, ...given);
"""
"""The list looks again at once."""
SAYS = """() => {
  const said = document.querySelector("[data-waiting=said]");
  globalThis.said = [];
  new MutationObserver(() => globalThis.said.push(said.textContent)).observe(said, {
    childList: true,
  });
}"""


def test_what_arrives_while_it_is_being_deleted_is_said_to_have_arrived(
    own: Page, url: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    own.add_init_script(HASTE)
    own.goto(f"{url}/notes")
    own.wait_for_selector("html[data-ready]")
    own.route(OBSERVATIONS, hold, times=1)
    with own.expect_request(OBSERVATIONS):
        put(own, "送っているとちゅうのもの")
    own.evaluate(SAYS)
    line = own.locator("[data-waiting=list] > li")
    line.get_by_role("button", name="消す", exact=True).click()
    line.get_by_role("button", name="消します").click()
    expect(own.get_by_role("status").filter(has_text="消しています。")).to_be_focused()
    held[0].continue_()
    expect(own.get_by_role("status").filter(has_text="届きました")).to_be_focused()
    expect(line).to_have_count(0)
    assert own.evaluate("() => globalThis.said") == ["消しています。", "届きました"]


WITH_A_PICTURE = f"""async (fields) => {{
  const {{ sealedBehind }} = await {MODULE % "photos"};
  const picture = new Blob([new Uint8Array(100)]);
  const behind = (item) => sealedBehind(item, [picture]);
  await (await {MODULE % "outbox"}).putWith({{ fields }}, behind);
}}"""


@LONG
def test_the_pictures_of_a_note_that_arrives_while_it_is_being_deleted_arrive_too(
    own: Page, url: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    own.goto(f"{url}/notes")
    until_whole(own)
    own.route(OBSERVATIONS, lambda route: route.abort())
    own.route(OBSERVATIONS, hold, times=1)
    with own.expect_request(OBSERVATIONS):
        own.evaluate(WITH_A_PICTURE, FIELDS | {"words": "写真のあるもの"})
    # Whatever comes meanwhile goes before the picture, which is still here then.
    own.evaluate("() => dispatchEvent(new Event('online'))")
    line = own.locator("[data-waiting=list] > li").first
    line.get_by_role("button", name="消す", exact=True).click()
    line.get_by_role("button", name="消します").click()
    expect(own.get_by_role("status").filter(has_text="消しています。")).to_be_focused()
    held[0].continue_()
    expect(own.get_by_role("status").filter(has_text="届きました")).to_be_focused()
    own.unroute(OBSERVATIONS)
    own.evaluate("() => dispatchEvent(new Event('online'))")
    until_arrived(own, 2)
    assert [item["kind"] for item in items(own)] == ["note", "photo"]


@LONG
def test_what_cannot_be_deleted_now_stays_and_can_be_later(own: Page, url: str) -> None:
    own.goto(f"{url}/notes")
    until_whole(own)
    lose_signal(own)
    put(own, "消せないもの")
    line = own.locator("[data-waiting=list] > li")
    for is_hindered in (True, False):
        line.get_by_role("button", name="消す", exact=True).click()
        if is_hindered:
            own.evaluate("""() => {
              const { request } = LockManager.prototype;
              LockManager.prototype.request = async () => {
                LockManager.prototype.request = request;
                throw new DOMException("once", "UnknownError");
              };
            }""")
        line.get_by_role("button", name="消します").click()
        expect(line).to_have_count(1 if is_hindered else 0)
    expect(own.get_by_text("この電話から消しました。")).to_be_focused()
    own.context.set_offline(False)


@pytest.mark.parametrize(
    ("has_sync", "said"),
    [(True, "この画面を閉じても大丈夫です。"), (False, "もう一度このアプリを開くと送れます。")],
)
def test_it_is_said_whether_the_page_may_be_closed(
    own: Page, url: str, has_sync: bool, said: str
) -> None:
    if not has_sync:
        own.add_init_script("delete globalThis.SyncManager;")
    own.context.route(OBSERVATIONS, lambda route: route.abort())
    own.goto(f"{url}/notes")
    put(own, "まだ届かないもの")
    bar = own.locator('[data-bar="sending"]')
    expect(bar).to_contain_text("1件を送っています。")
    expect(bar.locator("[data-closing]:visible")).to_contain_text(said)
    expect(bar.locator("[data-closing]:visible")).to_have_count(1)

"""Cold starts without signal: what a phone shows after one visit, and what it never keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from models.store import Store
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.looking import look
from tests.browser.note_town import NoteTown, let_in
from tests.browser.shell_phone import CACHED, IMPATIENT, STORED, Fault, cold, stored, visit
from tests.browser.test_drafts import IS_KEPT, wait_until
from tests.town import Cast

pytestmark = WITH_WORKER

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
DAY_MS = 24 * 3_600_000
TITLES = f"async () => (await ({STORED})('titles')).length"


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.fixture
def fault(app: Flask) -> Iterator[Fault]:
    fault = Fault()
    fault.put_before(app)
    yield fault
    fault.over.set()


@pytest.fixture
def suzuki(
    phone: BrowserContext, page: Page, url: str, store: Store, app: Flask, note_town: NoteTown
) -> Page:
    """The phone of a resident in the north, signed in."""
    let_in(phone, url, store, note_town.cast.suzuki, app)
    return page


def test_after_one_visit_everything_opens_without_signal(
    suzuki: Page, phone: BrowserContext, url: str, note_town: NoteTown
) -> None:
    visit(suzuki, f"{url}/notes/new")
    phone.set_offline(True)
    cold(suzuki, f"{url}/notes/new")
    expect(suzuki.locator("summary.where, .where summary")).to_contain_text("北町のこと")
    expect(suzuki.locator(".where__to")).to_have_text("北の相談室に届きます")
    expect(suzuki.locator('[name="show_name"][value="0"]')).to_be_checked()
    look(suzuki, "shell_note")
    cold(suzuki, f"{url}/notes/new?after=call")
    expect(suzuki.get_by_text("電話したこと", exact=True)).to_be_visible()
    assert suzuki.locator('[name="after"]').input_value() == "call"
    cold(suzuki, f"{url}/calls")
    for number in ("119", "110", "189", "0590000002", "0590000099"):
        expect(suzuki.locator(f'a[href="tel:{number}"]')).to_be_visible()
    look(suzuki, "shell_calls", of="note/shell_calls.html")
    for path in ("/desks", f"/desks/{note_town.cast.north_desk}"):
        cold(suzuki, url + path)
        expect(suzuki.get_by_role("heading", level=1)).to_have_text("北の相談室")
    look(suzuki, "shell_desk", of="note/shell_desks.html")
    for path in ("/", "/notes", f"/notes/{note_town.asked}", "/receipts", "/settings"):
        cold(suzuki, url + path)
        expect(suzuki.get_by_role("heading", level=1)).to_have_text("わたしの気になること")
    look(suzuki, "shell_list", of="note/shell_notes.html")
    suzuki.goto(f"{url}/closed")
    expect(suzuki.get_by_text("この画面は閉じてかまいません")).to_be_visible()
    phone.set_offline(False)


def test_a_desks_page_without_signal_gives_way_to_what_is_kept(
    suzuki: Page, phone: BrowserContext, url: str
) -> None:
    visit(suzuki, f"{url}/notes/new")
    phone.set_offline(True)
    cold(suzuki, f"{url}/desk/handoffs/1")
    expect(suzuki.get_by_role("heading", level=1)).to_have_text("わたしの気になること")
    phone.set_offline(False)


def test_a_desk_looked_for_without_signal_is_the_one_that_is_kept(
    suzuki: Page, phone: BrowserContext, url: str
) -> None:
    visit(suzuki, f"{url}/desks")
    place, find = suzuki.locator("#place"), suzuki.get_by_role("button", name="窓口をさがす")
    place.fill("南町")
    find.click()
    expect(suzuki.locator("main").get_by_role("listitem").first).to_contain_text("南町")
    suzuki.goto(f"{url}/desks")
    place.fill("北町")
    phone.set_offline(True)
    find.click()
    expect(suzuki.locator('[data-bar="offline"]')).to_be_visible()
    expect(suzuki.get_by_role("heading", level=1)).to_have_text("北の相談室")
    phone.set_offline(False)


@LONG
def test_without_an_account_the_form_is_that_of_the_desks_page(
    page: Page, phone: BrowserContext, url: str, note_town: NoteTown
) -> None:
    visit(page, f"{url}/desks/{note_town.cast.north_desk}/note")
    phone.set_offline(True)
    cold(page, f"{url}/desks/{note_town.cast.north_desk}/note")
    expect(page.locator(".where summary")).to_contain_text("北部のこと")
    assert len(page.locator('[name="receipt"]').input_value()) == 18
    assert page.locator("#note").get_attribute("data-draft") == f"note:{note_town.cast.north_desk}"
    cold(page, f"{url}/notes/new")
    expect(page.locator("#place")).to_be_visible()
    phone.set_offline(False)


def test_nothing_of_anybody_is_in_any_cache(
    suzuki: Page, phone: BrowserContext, url: str, note_town: NoteTown
) -> None:
    visit(suzuki, f"{url}/notes/new")
    for path in ("/notes", f"/notes/{note_town.asked}", "/settings", "/notes/new"):
        suzuki.goto(url + path)
        expect(suzuki.locator("html")).to_have_attribute("data-ready", "")
    token = suzuki.locator("body").get_attribute("data-csrf")
    assert token
    cached = suzuki.evaluate(CACHED)
    pages = {path: text for path, text in cached.items() if not path.startswith("/assets/")}
    assert len(pages) == 6
    for path, text in cached.items():
        for personal in ("鈴木", token, "朝刊", str(note_town.asked), "data-me"):
            assert personal not in text, path
    for path, text in pages.items():
        assert "csrf" not in text, path
        assert INLINE.findall(text) == [], path


@LONG
def test_titles_without_names_are_seen_without_signal(
    suzuki: Page, phone: BrowserContext, url: str
) -> None:
    visit(suzuki, f"{url}/notes")
    phone.set_offline(True)
    cold(suzuki, f"{url}/notes")
    titles = suzuki.locator("[data-behaviour=titles] li")
    expect(titles).to_have_count(4)
    expect(titles.first).to_have_text(re.compile(r"^1\d月\d+日の気になること・\S+$"))
    look(suzuki, "shell_titles")
    kept = stored(suzuki, "titles")[0][1]["titles"]
    assert [one["at"] for one in kept] == sorted((one["at"] for one in kept), reverse=True)
    assert "朝刊" not in str(kept)
    phone.set_offline(False)


def test_the_quick_exit_leaves_nothing_to_read_though_the_server_did_not_hear_of_it(
    suzuki: Page, phone: BrowserContext, url: str, note_town: NoteTown
) -> None:
    visit(suzuki, f"{url}/notes")
    suzuki.wait_for_function(f"({TITLES})()")
    phone.set_offline(True)
    suzuki.locator("[data-quick-exit]").first.click()
    suzuki.wait_for_url(f"{url}/closed")
    cold(suzuki, f"{url}/notes")
    assert stored(suzuki, "titles") == []
    # Without signal the form still knows where it is, and no more than that.
    assert set(dict(stored(suzuki, "settings"))["shell"]) == {"as", "locale", "area", "desk"}
    phone.set_offline(False)
    suzuki.goto(f"{url}/notes/{note_town.asked}")
    expect(suzuki.get_by_role("heading", level=1)).to_have_text("番号を入れてください")
    suzuki.goto(f"{url}/notes/new")
    expect(suzuki.locator("#note")).to_be_visible()


def test_signing_out_takes_what_can_be_read_and_leaves_what_waits(
    suzuki: Page, phone: BrowserContext, url: str
) -> None:
    visit(suzuki, f"{url}/notes")
    phone.set_offline(True)
    cold(suzuki, f"{url}/notes/new")
    suzuki.get_by_label("ようすを、あなたの言葉で").fill("灯りがつきません")
    suzuki.get_by_role("button", name="窓口に送る").click()
    expect(suzuki.get_by_role("heading", level=1)).to_have_text("この電話に保管しました")
    cold(suzuki, f"{url}/notes")
    expect(suzuki.locator("[data-waiting=list] li")).to_have_count(1)
    look(suzuki, "shell_waiting")
    suzuki.route("**/api/v1/**", lambda route: route.abort())
    phone.set_offline(False)
    suzuki.goto(f"{url}/settings")
    device = stored(suzuki, "device")
    suzuki.get_by_role("button", name="この電話から出る").click()
    suzuki.wait_for_url(f"{url}/")
    expect(suzuki.locator("html")).to_have_attribute("data-ready", "")
    assert stored(suzuki, "titles") == stored(suzuki, "drafts") == stored(suzuki, "keys") == []
    assert len(stored(suzuki, "outbox")) == 1
    assert len([one for one in stored(suzuki, "device") if "pair" in one[1]]) == len(device) - 1


@LONG
def test_a_page_of_nobodys_ends_what_somebody_could_read(
    suzuki: Page, phone: BrowserContext, url: str
) -> None:
    visit(suzuki, f"{url}/notes")
    suzuki.get_by_text("お返事").first.wait_for()
    assert stored(suzuki, "titles")
    phone.clear_cookies()
    visit(suzuki, f"{url}/", "/shell/ja/anyone/")
    assert stored(suzuki, "titles") == []


@pytest.mark.parametrize("days", [-14, 14])
def test_two_weeks_without_contact_end_it_too_but_for_what_is_being_written(
    suzuki: Page, phone: BrowserContext, url: str, days: int
) -> None:
    visit(suzuki, f"{url}/notes/new")
    suzuki.locator("#words").fill("三日前から")
    wait_until(suzuki, IS_KEPT)
    visit(suzuki, f"{url}/notes")
    phone.set_offline(True)
    suzuki.goto("about:blank")
    cold(suzuki, f"{url}/desks")
    assert stored(suzuki, "titles")
    suzuki.evaluate(
        """async (then) => {
          const script = document.querySelector("script[type=module]").src;
          const store = await import(new URL("store.js", script));
          for (const name of ["visit", "contact"]) await store.put("settings", name, { at: then });
        }""",
        suzuki.evaluate("() => Date.now()") + days * DAY_MS * 1.001,
    )
    cold(suzuki, f"{url}/notes")
    expect(suzuki.locator("[data-behaviour=titles]")).to_be_hidden()
    assert stored(suzuki, "titles") == []
    suzuki.goto("about:blank")
    cold(suzuki, f"{url}/notes/new")
    expect(suzuki.locator("#words")).to_have_value("三日前から")
    phone.set_offline(False)


@LONG
def test_what_is_missing_on_a_kept_form_is_said_at_its_field(
    page: Page, phone: BrowserContext, url: str
) -> None:
    visit(page, f"{url}/notes/new")
    phone.set_offline(True)
    cold(page, f"{url}/notes/new")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.locator(".panel[role=alert]")).to_be_focused()
    expect(page.locator("#place-error")).to_be_visible()
    expect(page.locator('[data-bar="no-store"]')).to_be_hidden()
    phone.set_offline(False)


@pytest.mark.parametrize("kind", ["down", "portal", "hangs"])
def test_a_page_that_does_not_come_is_as_good_as_no_signal(
    page: Page, url: str, fault: Fault, kind: str
) -> None:
    visit(page, f"{url}/notes/new")
    page.context.service_workers[0].evaluate(IMPATIENT)
    fault.kind = kind
    cold(page, f"{url}/notes/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("気になることを書く")
    expect(page.get_by_text("いま、うまくつながりません。")).to_be_visible()
    expect(page.get_by_text("圏外です")).to_be_hidden()


@LONG
def test_a_thread_that_is_slow_to_come_is_waited_for_since_it_counts_as_read(
    suzuki: Page, url: str, note_town: NoteTown, fault: Fault
) -> None:
    visit(suzuki, f"{url}/notes/new")
    fault.kind = "slow"
    suzuki.goto(f"{url}/notes/{note_town.asked}")
    expect(suzuki.get_by_text("最後にお会いになったのは、いつごろでしょうか。")).to_be_visible()
    fault.kind = "down"
    cold(suzuki, f"{url}/notes/{note_town.asked}")
    expect(suzuki.get_by_role("heading", level=1)).to_have_text("わたしの気になること")


@LONG
def test_another_language_brings_its_own_pages(page: Page, phone: BrowserContext, url: str) -> None:
    visit(page, f"{url}/notes/new")
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Write down a worry")
    visit(page, f"{url}/notes/new", "/shell/en/")
    phone.set_offline(True)
    cold(page, f"{url}/calls")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please call first")
    expect(page.locator(".langs")).to_have_count(0)
    phone.set_offline(False)

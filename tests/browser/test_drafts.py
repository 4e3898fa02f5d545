"""What is typed survives: killed tabs, resends and errors; and it is not readable at rest."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from tests.browser.conftest import LONG
from tests.browser.outbox import until_whole
from tests.browser.stand import Stand

STORE = "import(new URL('store.js', document.querySelector('script[type=module]').src))"
ROWS = f"async () => (await (await {STORE}).all('drafts')).filter(([, row]) => row.sealed)"
READ = f"async () => (await ({ROWS})())[0]?.[1]"
IS_KEPT = f"async () => Boolean(await ({READ})())"
IS_GONE = f"async () => !(await ({READ})())"
SEALED = f"async () => new TextDecoder('latin1').decode((await ({READ})()).sealed)"
NO_HALF = "async () => !(await (await caches.open('drafts')).keys()).length"
MAKE_OLDER = f"""async (hours) => {{
  const row = await ({READ})();
  const key = (await ({ROWS})())[0][0];
  await (await {STORE}).put("drafts", key, {{ ...row, at: row.at - hours * 3600e3 }});
}}"""

FAILING = """const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...asked) {
    if (!globalThis.isMended) throw new DOMException("no");
    return open.apply(this, asked);
  };"""


def open_form(page: Page, stand: Stand) -> None:
    page.goto(f"{stand.url}/form")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def wait_until(page: Page, holds: str) -> None:
    """Ask the page until an asynchronous condition holds, for a minute at most."""
    page.evaluate(f"""async () => {{
      const end = performance.now() + 60_000;
      while (!(await ({holds})())) {{
        if (performance.now() > end) throw new Error("it never held");
        await new Promise((next) => requestAnimationFrame(next));
      }}
    }}""")


def type_a_draft(page: Page, words: str = "三日前から") -> str:
    page.locator("#words").fill(words)
    wait_until(page, IS_KEPT)
    return page.locator("#note input[name=id]").input_value()


def kill(page: Page) -> None:
    """End the tab's process as the system does when it wants the memory back."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")


def test_a_tab_killed_300_ms_after_the_last_key_reopens_with_every_character(
    phone: BrowserContext, stand: Stand
) -> None:
    killed = phone.new_page()
    open_form(killed, stand)
    killed.locator("#words").press_sequentially("朝刊が抜かれていない𠮷", delay=15)
    killed.locator("input[value=cry]").check()
    killed.locator("#more summary").click()
    killed.locator("#wish").press_sequentially("この家に", delay=15)
    killed.wait_for_timeout(300)
    note_id = killed.locator("#note input[name=id]").input_value()
    code = killed.locator("input[name=receipt]").input_value()
    kill(killed)
    again = phone.new_page()
    open_form(again, stand)
    expect(again.locator("#words")).to_have_value("朝刊が抜かれていない𠮷")
    expect(again.locator("#wish")).to_have_value("この家に")
    expect(again.locator("#wish")).to_be_visible()
    expect(again.locator("input[value=cry]")).to_be_checked()
    expect(again.locator("#note input[name=id]")).to_have_value(note_id)
    expect(again.locator("input[name=receipt]")).to_have_value(code)
    expect(again.get_by_text("書きかけを残してあります")).to_be_visible()


def test_only_the_page_that_says_arrived_for_this_note_clears_its_draft(
    page: Page, stand: Stand
) -> None:
    open_form(page, stand)
    note_id = type_a_draft(page)
    page.goto(f"{stand.url}/said/{note_id.replace(note_id[:8], '00000000')}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    assert page.evaluate(IS_KEPT)
    open_form(page, stand)
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url(f"**/said/{note_id}")
    wait_until(page, IS_GONE)


def test_a_resend_after_coming_back_is_the_same_note(page: Page, stand: Stand) -> None:
    open_form(page, stand)
    note_id = type_a_draft(page)
    page.route("**/form", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("chrome-error://**")
    open_form(page, stand)
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("**/said/*")
    assert [body["id"] for path, body in stand.posts if path == "/form"] == [[note_id]]


@LONG
def test_a_page_that_holds_what_was_typed_is_not_written_over(page: Page, stand: Stand) -> None:
    open_form(page, stand)
    note_id = type_a_draft(page, "困る")
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    expect(page.locator("#note input[name=id]")).to_have_value(note_id)
    expect(page.locator("#words")).to_have_value("困る")
    expect(page.locator("[data-draft-line]")).to_be_hidden()
    assert page.evaluate(IS_KEPT)


@LONG
def test_what_the_server_gave_back_is_not_written_over_by_another_draft(
    page: Page, stand: Stand
) -> None:
    open_form(page, stand)
    type_a_draft(page, "きのうの夜の続き")
    page.evaluate("""() => {
      const { id, words } = document.forms.note.elements;
      [id.value, words.value] = [crypto.randomUUID(), "困る"];
      document.forms.note.submit();
    }""")
    page.wait_for_url(f"{stand.url}/form")
    expect(page.locator("form[data-returned]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    expect(page.locator("#words")).to_have_value("困る")
    expect(page.locator("[data-draft-line]")).to_be_hidden()
    wait_until(page, f"async () => (await ({ROWS})()).length === 2")


@pytest.mark.parametrize("hours", [25, -25])
def test_a_draft_of_another_day_is_gone(page: Page, stand: Stand, hours: int) -> None:
    open_form(page, stand)
    type_a_draft(page)
    page.evaluate(MAKE_OLDER, hours)
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("")
    wait_until(page, IS_GONE)
    wait_until(page, NO_HALF)


def open_without_autosave(page: Page, stand: Stand) -> list[Route]:
    """The form while its autosave has not come; gives what it waits for."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/behaviours/autosave.js", hold, times=1)
    with page.expect_request("**/behaviours/autosave.js"):
        page.goto(f"{stand.url}/form")
    return held


def test_words_typed_before_the_scripts_came_are_kept(page: Page, stand: Stand) -> None:
    held = open_without_autosave(page, stand)
    page.locator("#words").fill("はやい")
    held[0].continue_()
    wait_until(page, IS_KEPT)
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("はやい")


@LONG
def test_what_was_typed_before_the_scripts_came_is_not_written_over(
    page: Page, stand: Stand
) -> None:
    open_form(page, stand)
    type_a_draft(page, "きのうの夜の続き")
    held = open_without_autosave(page, stand)
    page.locator("#words").fill("べつの家のこと")
    page.locator("input[value=cry]").check()
    held[0].continue_()
    wait_until(page, f"async () => (await ({ROWS})()).length === 2")
    expect(page.locator("#words")).to_have_value("べつの家のこと")
    expect(page.locator("input[value=cry]")).to_be_checked()


def test_signing_out_leaves_no_draft_and_no_key(page: Page, stand: Stand) -> None:
    open_form(page, stand)
    type_a_draft(page)
    page.goto(f"{stand.url}/bare/leave")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.get_by_role("button", name="閉じる").click()
    page.wait_for_url("**/signout")
    assert page.evaluate(IS_GONE)
    assert page.evaluate(NO_HALF)


NO_STORE = "IDBFactory.prototype.open = () => { throw new DOMException('no'); };"
NO_CACHE = "CacheStorage.prototype.open = async () => { throw new DOMException('no'); };"
FULL = """const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...given) {
    const request = put.apply(this, given);
    if (!globalThis.isMended) this.transaction.abort();
    return request;
  };"""
FORGETFUL = "IDBObjectStore.prototype.get = function (key) { return this.count(`not ${key}`); };"


@pytest.mark.parametrize("fault", [NO_STORE, NO_CACHE, FULL, FORGETFUL])
def test_a_phone_that_cannot_keep_drafts_says_so_before_anybody_types(
    page: Page, stand: Stand, fault: str
) -> None:
    # It kept things once.
    open_form(page, stand)
    type_a_draft(page)
    page.goto(f"{stand.url}/said/{page.locator('#note input[name=id]').input_value()}")
    wait_until(page, IS_GONE)
    page.add_init_script(fault)
    open_form(page, stand)
    expect(page.get_by_text("この電話には保管できません")).to_be_visible()


@pytest.mark.parametrize("fault", [FAILING, FULL])
def test_a_store_that_fails_once_is_asked_again_with_the_next_letter(
    page: Page, stand: Stand, fault: str
) -> None:
    page.add_init_script(fault)
    open_form(page, stand)
    expect(page.get_by_text("この電話には保管できません")).to_be_visible()
    page.evaluate("() => { globalThis.isMended = true; }")
    type_a_draft(page)
    expect(page.get_by_text("この電話には保管できません")).to_be_hidden()


@LONG
def test_what_is_begun_while_the_store_fails_writes_over_no_earlier_draft(
    page: Page, phone: BrowserContext, stand: Stand
) -> None:
    open_form(page, stand)
    earlier = type_a_draft(page, "きのうの夜の続き")
    other = phone.new_page()
    other.add_init_script(FAILING)
    open_form(other, stand)
    expect(other.locator("#words")).to_have_value("")
    other.evaluate("() => { globalThis.isMended = true; }")
    other.locator("#words").fill("べつの家のこと")
    wait_until(other, f"async () => (await ({ROWS})()).length === 2")
    other.close()
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("べつの家のこと")
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("**/said/*")
    wait_until(page, f"async () => (await ({ROWS})()).length === 1")
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("きのうの夜の続き")
    expect(page.locator("#note input[name=id]")).to_have_value(earlier)


@LONG
def test_a_store_that_hangs_is_said_to_and_asked_again(page: Page, stand: Stand) -> None:
    page.add_init_script("""const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...asked) {
        const request = {};
        globalThis.mend = () => {
          const real = open.apply(indexedDB, asked);
          real.onsuccess = () => { request.result = real.result; request.onsuccess(); };
          real.onupgradeneeded = (event) => {
            Object.assign(request, { result: real.result, transaction: real.transaction });
            request.onupgradeneeded(event);
          };
        };
        return request;
      };""")
    page.goto(f"{stand.url}/form")
    page.locator("#words").fill("三日前")
    expect(page.get_by_text("この電話には保管できません")).to_be_visible()
    page.evaluate("() => globalThis.mend()")
    type_a_draft(page)
    expect(page.get_by_text("この電話には保管できません")).to_be_hidden()


def test_without_signal_send_keeps_the_words_and_says_so(
    page: Page, phone: BrowserContext, stand: Stand
) -> None:
    open_form(page, stand)
    type_a_draft(page)
    until_whole(page)
    phone.set_offline(True)
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.get_by_text("圏外です")).to_be_visible()
    expect(page.locator("#words")).to_have_value("三日前から")
    phone.set_offline(False)
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("**/said/*")

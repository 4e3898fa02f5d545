"""How long a tap takes until it is kept, and two hundred notes until they have arrived."""

from __future__ import annotations

import time

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from models.observation import Observation
from tests.load.phone.town import Served

SLOWER = 4
KEPT = "保管しました"
LONGEST_SECONDS = 120
VIEW = {"width": 390, "height": 844}
# From the tap to the first frame that shows the words; to look on must not cost frames itself.
_MEASURE = """(words) => {
    window.tapped = new Promise((resolve) => {
        addEventListener('click', (event) => {
            const began = event.timeStamp;
            const look = () => {
                const heading = document.querySelector('h1');
                if (!heading?.textContent.includes(words)) return;
                seen.disconnect();
                // As soon as the frame is made, before what the page left for later.
                const tell = () => resolve(performance.now() - began);
                const now = { priority: 'user-blocking' };
                requestAnimationFrame(() => scheduler.postTask(tell, now));
            };
            const seen = new MutationObserver(look);
            seen.observe(document.body, { childList: true, subtree: true });
        }, { capture: true, once: true });
    });
}"""
_PUT = """async (number) => {
    const main = document.querySelector('script[type="module"]').src;
    const outbox = await import(main.replace('main.js', 'outbox.js'));
    const began = performance.now();
    for (let n = 0; n < number; n += 1) {
        await outbox.put({ fields: {
            id: crypto.randomUUID(), place: '北町', words: `圏外の${n}番目`, urgency: 'soon',
            language: 'ja', noted_at: new Date().toISOString(),
        } });
    }
    return performance.now() - began;
}"""
_WAITING = """async () => {
    const main = document.querySelector('script[type="module"]').src;
    const outbox = await import(main.replace('main.js', 'outbox.js'));
    return outbox.waiting();
}"""


def taps(browser: Browser, served: Served, times: int) -> list[float]:
    """Milliseconds of so many first taps, each on a page that was just opened."""
    context = _signed_in(browser, served)
    found = [_tap(context, served, number) for number in range(times)]
    context.close()
    return found


def _tap(context: BrowserContext, served: Served, number: int) -> float:
    page = context.new_page()
    page.goto(f"{served.url}/notes/new")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")
    page.locator("#words").fill(f"ゆっくりな電話の{number}番目")
    cdp = context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.evaluate(_MEASURE, KEPT)
    _touch(page, page.get_by_role("button", name="窓口に送る"))
    took: float = page.evaluate("window.tapped")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.close()
    return took


def _touch(page: Page, button: Locator) -> None:
    """A bare touch: Playwright's own tap also asks the page what lies under it."""
    box = button.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def burst(browser: Browser, served: Served, number: int) -> tuple[float, float, int]:
    """Seconds to keep so many notes without signal, then to arrive; and how many came once."""
    context = _signed_in(browser, served)
    page: Page = context.new_page()
    page.goto(f"{served.url}/notes/new")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")
    before = _stored(served)
    context.set_offline(True)
    kept: float = page.evaluate(_PUT, number)
    began = time.monotonic()
    context.set_offline(False)
    while page.evaluate(_WAITING) and time.monotonic() - began < LONGEST_SECONDS:
        page.wait_for_timeout(20)
    took = time.monotonic() - began
    context.close()
    return kept / 1000, took, _stored(served) - before


def _signed_in(browser: Browser, served: Served) -> BrowserContext:
    context = browser.new_context(viewport=VIEW, locale="ja-JP", has_touch=True)
    served.let_in(context, served.town.cast.suzuki)
    return context


def _stored(served: Served) -> int:
    with served.store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Observation)) or 0

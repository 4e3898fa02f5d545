"""A phone whose push service is stood in for: Chromium's cannot be reached from here."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.stand import Stand

PATH = "/api/v1/push/subscriptions"
STAND_IN = """
const store = sessionStorage;
const made = (endpoint, key) => ({
  endpoint,
  options: { applicationServerKey: Uint8Array.from(key).buffer },
  toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
  unsubscribe: async () => { store.removeItem("stood-in"); return true; },
});
PushManager.prototype.getSubscription = async () => {
  const kept = JSON.parse(store.getItem("stood-in"));
  return kept && made(...kept);
};
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  globalThis.activeAtSubscribe = navigator.userActivation.isActive;
  const kept = [globalThis.endpoint ?? "https://push.example/1", [...applicationServerKey]];
  store.setItem("stood-in", JSON.stringify(kept));
  return made(...kept);
};
Notification.requestPermission = async () => {
  globalThis.activeAtQuestion = navigator.userActivation.isActive;
  return globalThis.answer ?? "granted";
};
"""


def stood_in(page: Page, phone: BrowserContext, stand: Stand) -> Page:
    """The page, where notifications are allowed."""
    phone.grant_permissions(["notifications"], origin=stand.url)
    page.add_init_script(STAND_IN)
    return page


def open_switch(page: Page, stand: Stand, *, receipt: str = "") -> None:
    page.goto(f"{stand.url}/bare/push?receipt={receipt}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def turn_on(page: Page) -> None:
    page.get_by_role("button", name="お知らせを受け取る").click()


def told(stand: Stand) -> list[object]:
    return [body for path, body in stand.posts if path == PATH]


def sync(page: Page, key: str) -> None:
    page.evaluate(
        """async (key) => {
          const main = document.querySelector("script[type=module]").src;
          const { sync } = await import(new URL("push.js", main));
          await sync(key, document.querySelector("[data-csrf]").dataset.csrf);
        }""",
        key,
    )

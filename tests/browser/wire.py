"""What crosses the wire for a page: counted by the browser, headers included."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

_LATE = "/behaviours/note-send.js"
"""What the note form asks for first once it has been painted."""


class Wire:
    """Every answer a page got until it stood still, with its size in bytes."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.kinds: dict[str, tuple[str, str]] = {}
        self.sizes: dict[str, float] = {}
        cdp = context.new_cdp_session(self.page)
        cdp.send("Network.enable")
        cdp.on("Network.responseReceived", self._note)
        cdp.on("Network.loadingFinished", self._weigh)

    def _note(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def _weigh(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def open_form(self, url: str) -> None:
        """The note form, until it stands."""
        self.page.goto(f"{url}/notes/new")
        expect(self.page.locator("html")).to_have_attribute("data-ready", "")

    def open_form_alone(self, url: str) -> None:
        """The same, without what follows once it can be typed in."""
        self.page.route("**/phone.js", lambda route: route.abort())
        self.open_form(url)

    def weight(self, *kinds: str) -> float:
        """The bytes of some kinds of answers, or of all."""
        return sum(
            size for key, size in self.sizes.items() if not kinds or self.kinds[key][0] in kinds
        )

    def asset_weight(self) -> float:
        """The bytes of all answers from the asset tree."""
        return sum(size for key, size in self.sizes.items() if "/assets/" in self.kinds[key][1])


def requests_before_the_first_letter(page: Page, url: str) -> int:
    """What the note form loads before its scripts ask for more, after the first paint."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(f"**{_LATE}"):
        page.goto(f"{url}/notes/new", wait_until="domcontentloaded")
    page.locator("#words").press("a")
    expect(page.locator("#words")).to_have_value("a")
    return next(index for index, one in enumerate(asked) if one.endswith(_LATE))

"""Real Chromium on profiles that last, killed with SIGKILL while somebody writes.

No note passes the network until a phone has been killed a few times; then everything is well,
and what it said to have kept is to arrive, each once.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Playwright, sync_playwright

from tests.browser.profile import tear
from tests.faults.phones.chromium import Chromium
from tests.faults.phones.stand import COOKIE, Stand
from tests.faults.phones.verdict import Verdict, judge
from tests.support.fault_proxy import Asked, Fault, FaultProxy

AT_ONCE = 2
ROUNDS = 8
"""Kills of a phone before its line is well again."""
TORN = 0.1
"""Of kills that come in the middle of the browser's own writing: rare by themselves."""
MOST_FRAMES = 10
"""From the tap to the latest kill that does not wait for an answer."""
PATIENCE_SECONDS = 90
KEPT = "保管しました"
_FRAMES = """async (number) => {
    for (let n = 0; n < number; n += 1) await new Promise(requestAnimationFrame);
}"""
_LIST = """async (patience) => {
    const main = document.querySelector('script[type="module"]').src;
    const outbox = await import(main.replace('main.js', 'outbox.js'));
    const end = performance.now() + patience * 1000;
    for (;;) {
        const items = await outbox.list();
        const waits = items.some(({ state }) => state === 'waiting');
        if (!waits || performance.now() > end) return items.map(({ id, state }) => ({ id, state }));
        await new Promise((next) => setTimeout(next, 50));
    }
}"""


@dataclass(frozen=True)
class Kills:
    """What happened, and what became of the notes."""

    seed: int
    verdict: Verdict
    phone_kills: int
    server_kills: int
    faults: dict[Fault, int]
    waiting: int
    troubles: list[str]
    torn: int
    late: int
    """Of what was kept, how much a browser gave no second copy of in time."""


def kill_browsers(stand: Stand, seed: int, kills: int) -> Kills:
    """So many kills, on two phones at a time, and what became of what they said."""
    history = stand.folder / "browsers.history"
    history.touch()
    phones = [_Phone(stand, seed, number, history) for number in range(AT_ONCE)]
    shares = [kills // AT_ONCE + (n < kills % AT_ONCE) for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        left = sum(pool.map(_Phone.suffer, phones, shares))
    faults = sum((phone.proxy.done for phone in phones), Counter[Fault]())
    for phone in phones:
        phone.proxy.close()
    verdict = judge(stand.store, history)
    torn = sum(phone.torn for phone in phones)
    late = sum(phone.late for phone in phones)
    return Kills(seed, verdict, kills, stand.server_kills, dict(faults), left, [], torn, late)


def _no_notes_pass(asked: Asked) -> Fault | None:
    return Fault.SWALLOWED if asked.path == "/api/v1/observations" else None


class _Phone:
    """A profile, its person, and the line to the town."""

    def __init__(self, stand: Stand, seed: int, number: int, history: Path) -> None:
        self.number, self.history = number, history
        self.person = stand.phones(AT_ONCE)[number]
        self.profile = stand.folder / f"profile-{number}"
        self.dice = random.Random(f"{seed}/{number}")
        self.proxy = FaultProxy(stand.proxy.town)
        self.written = self.torn = self.late = 0

    def suffer(self, kills: int) -> int:
        """Be killed so often; gives how many notes still wait in the end."""
        left = 0
        with sync_playwright() as playwright:
            for n in range(kills):
                self.proxy.choose = _no_notes_pass
                self._with_page(playwright, self._write)
                if n % ROUNDS == ROUNDS - 1 or n == kills - 1:
                    self.proxy.choose = lambda _asked: None
                    left = self._with_page(playwright, self._arrive)
        return left

    def _with_page(self, playwright: Playwright, act: Callable[[Page], Any]) -> Any:
        """Open the form on the profile, act, and kill."""
        chromium = Chromium(self.profile)
        try:
            page = chromium.page(playwright)
            value = self.person["cookie"].partition("=")[2]
            page.context.add_cookies([{"name": COOKIE, "value": value, "url": self.proxy.url}])
            page.on("console", self._hear)
            page.goto(f"{self.proxy.url}/notes/new")
            page.wait_for_selector("html[data-ready]")
            return act(page)
        finally:
            chromium.kill()
            if self.dice.random() < TORN:
                tear(self.profile)
                self.torn += 1

    def _hear(self, message: ConsoleMessage) -> None:
        self.late += "too late" in message.text

    def _write(self, page: Page) -> None:
        """What a kill left in the form first, then one that is waited for, and one that is not."""
        if words := page.locator("#words").input_value():
            self._send(page, words)
            page.locator('[data-kept="again"]').click()
        self._send(page, self._words(page))
        if self.dice.random() < 0.5:
            page.locator('[data-kept="again"]').click()
            self._words(page)
            page.get_by_role("button", name="窓口に送る").click()
            page.evaluate(_FRAMES, self.dice.randrange(MOST_FRAMES))

    def _words(self, page: Page) -> str:
        self.written += 1
        words = f"{self.number}の電話の{self.written}番目"
        page.locator("#words").fill(words)
        return words

    def _send(self, page: Page, words: str) -> None:
        id_ = page.locator('input[name="id"]').input_value()
        page.get_by_role("button", name="窓口に送る").click()
        page.get_by_role("heading", name=KEPT).wait_for()
        self._tell(said="kept", words=words, id=id_, author=self.person["me"])

    def _arrive(self, page: Page) -> int:
        """Until nothing waits; what the phone then says of each note."""
        items = page.evaluate(_LIST, PATIENCE_SECONDS)
        for item in items:
            if item["state"] == "arrived":
                self._tell(said="arrived", id=item["id"])
        return sum(item["state"] == "waiting" for item in items)

    def _tell(self, **line: str) -> None:
        """On the disk before anything else happens."""
        told = line | {"phone": self.number, "real": time.time() * 1000}
        with self.history.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

"""What the phone carries and how quick it is, in real Chromium: `make bench-phone`.

`python -m tests.load.phone.bench [--quick]` prints one table and never fails on a figure.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.wire import Wire, requests_before_the_first_letter
from tests.load.bench import Table
from tests.load.phone.lighthouse import CATEGORIES, look
from tests.load.phone.tap import SLOWER, VIEW, burst, taps
from tests.load.phone.town import COOKIE, QUEUE, Served, served
from tests.support.fault_proxy import fault_proxy

NOTES = 200


def main() -> None:
    """Measure everything and print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--quick", action="store_true")
    times = 1 if asked.parse_args().quick else 5
    table = Table()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as town:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            _say_wire(table, browser, town)
            _say_taps(table, browser, town, 5 * times)
            browser.close()
        wanting = _say_lighthouse(table, town, Path(folder), times)
    table.write()
    for line in wanting:
        sys.stdout.write(f"{line}\n")


def _say_wire(table: Table, browser: Browser, town: Served) -> None:
    context = browser.new_context(viewport=VIEW, service_workers="block")
    wire = Wire(context)
    wire.open_form_alone(town.url)
    context.close()
    table.add("note", "first visit until it can be typed in", _kb(wire.weight()), "<= 40 kB")
    table.add("note", "  of it JavaScript", _kb(wire.weight("Script")), "<= 15 kB")
    table.add("note", "  of it HTML", _kb(wire.weight("Document")))
    context = browser.new_context(viewport=VIEW, service_workers="block")
    asked = requests_before_the_first_letter(context.new_page(), town.url)
    context.close()
    table.add("note", "requests before the first letter", str(asked), "<= 8")
    (alone,) = _visits(browser, town, "block", 1)
    first, second = _visits(browser, town, "allow", 2)
    assets = sum(size for path, size in second.items() if path.startswith("/assets/"))
    table.add("note", "precache beside the first visit", _kb(first.total() - alone.total()))
    table.add("note", "repeat visit, assets", _kb(assets), "0")
    table.add("note", "repeat visit, all else", _kb(second.total() - assets))


def _visits(
    browser: Browser, town: Served, workers: Literal["allow", "block"], number: int
) -> Iterator[Counter[str]]:
    """The bytes by path of each visit, its service worker's with it, until the line is silent."""
    with fault_proxy(int(town.url.rpartition(":")[2])) as proxy:
        context = browser.new_context(viewport=VIEW, service_workers=workers)
        page = context.new_page()
        for _ in range(number):
            page.goto(f"{proxy.url}/notes/new")
            if workers == "allow":
                page.evaluate("navigator.serviceWorker.ready.then(() => {})")
            page.wait_for_load_state("networkidle")
            carried, proxy.carried = proxy.carried, Counter()
            yield carried
        context.close()


def _say_taps(table: Table, browser: Browser, town: Served, times: int) -> None:
    took = taps(browser, town, times)
    told = f"{median(took):.0f} ms ({min(took):.0f} to {max(took):.0f})"
    table.add("note", f"tap to 「保管しました」, CPU {SLOWER} x slower", told, "<= 100 ms")
    kept, arrived, stored = burst(browser, town, NOTES)
    told = f"{arrived:.1f} s, {stored} stored (kept in {kept:.1f} s)"
    table.add("note", f"{NOTES} notes from no signal to arrived", told, "<= 10 s, each once")


def _say_lighthouse(table: Table, town: Served, folder: Path, times: int) -> list[str]:
    """A line for each page and category; gives what was found wanting."""
    cast = town.town.cast
    pages = {
        "note": ("/notes/new", cast.suzuki),
        "my notes": ("/notes", cast.suzuki),
        "area page": (f"/desks/{cast.north_desk}", None),
        f"queue of {QUEUE}": (f"/desk?desk={cast.north_desk}", cast.okada),
    }
    wanting = []
    for name, (path, reader) in pages.items():
        # A sign-in that is known from another browser would be told that its phone was emptied.
        cookies = [town.cookie(reader) if reader else "" for _ in range(times)]
        is_public = not _is_hidden(town.url + path, cookies[0])
        assert is_public is (reader is None), f"{name}: noindex is for what is not public"
        scores = look(town.url + path, cookies, folder)
        for category in CATEGORIES:
            if category == "seo" and not is_public:
                table.add(name, "Lighthouse seo", "noindex, as it has to be")
            else:
                table.add(name, f"Lighthouse {category}", scores.told(category), "100")
        wanting += [
            f"{name}: {audit} {figure}".rstrip()
            for audit, figure in scores.wanting.items()
            if is_public or not audit.startswith("seo")
        ]
    return wanting


def _is_hidden(url: str, cookie: str) -> bool:
    """Whether search engines are told to leave it out."""
    asked = urllib.request.Request(url, headers={"Cookie": f"{COOKIE}={cookie}"})
    with urllib.request.urlopen(asked) as answer:
        return "noindex" in answer.headers.get("X-Robots-Tag", "")


def _kb(size: float) -> str:
    return f"{size / 1000:.1f} kB" if size else "0"


if __name__ == "__main__":
    main()

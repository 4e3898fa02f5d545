"""`make bench-phone` measures what it says; how much that is, nobody asserts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import LONG
from tests.load.phone.tap import burst, taps
from tests.load.phone.town import served


@LONG
def test_taps_and_a_burst_are_measured(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as town:
        (took,) = taps(browser, town, 1)
        assert took > 0
        kept, arrived, stored = burst(browser, town, 10)
        assert stored == 10
        assert min(kept, arrived) > 0

"""A Chromium of our own on a profile, in a process group that can be killed whole."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.browser.conftest import FLAGS

_LISTENING = re.compile(r"DevTools listening on (ws://\S+)")
_OWN = ["--headless=new", "--remote-debugging-port=0", "--disable-breakpad", "--lang=ja"]


class Chromium:
    """Running from the start; the profile is there again for the next one."""

    def __init__(self, profile: Path) -> None:
        command = os.environ.get("CHROMIUM") or shutil.which("chromium")
        assert command, "Chromium is there for the browser tests"
        self._process = subprocess.Popen(
            [command, *FLAGS, *_OWN, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        found = (_LISTENING.search(line) for line in self._process.stderr)
        self._address = next(match[1] for match in found if match)

    def page(self, playwright: Playwright) -> Page:
        """Its one page."""
        browser = playwright.chromium.connect_over_cdp(self._address)
        context = browser.contexts[0]
        return context.pages[0] if context.pages else context.new_page()

    def kill(self) -> None:
        """SIGKILL the whole group, and wait for its end."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        assert self._process.stderr is not None
        self._process.stderr.close()

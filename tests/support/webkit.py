"""WebKitGTK by its own driver (W3C WebDriver over HTTP), on a screen that nobody sees."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tests.support import webkit_browser
from tests.support.mailbox import free_port
from tests.support.waiting import SECONDS, until

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name of an element's id on the wire (W3C WebDriver)."""
_RUN = """const done = arguments[arguments.length - 1];
(async () => (%s)(...Array.prototype.slice.call(arguments, 0, -1)))()
  .then((value) => done({ value }), (error) => done({ error: String(error) }));"""
SCRIPT_SECONDS = 10.0
"""A script whose page went away under it is never answered: it is asked again."""
ENVIRONMENT = {
    # Its sandbox cannot be set up by root, nor inside most containers; the pages are our own.
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "GDK_BACKEND": "x11",
    "LANG": "C.UTF-8",
}


def driver_command() -> str:
    """The driver that WEBKIT_DRIVER names, or Debian's."""
    found = os.environ.get("WEBKIT_DRIVER") or shutil.which("WebKitWebDriver")
    assert found, "WebKitGTK's driver is not installed: WEBKIT_DRIVER=/path/to/WebKitWebDriver"
    return found


class Failed(Exception):
    """What the driver answered to a command it could not do, or a script that threw."""


@contextmanager
def screen() -> Iterator[str]:
    """An X server of our own; gives the value of DISPLAY."""
    told, tells = os.pipe()
    command = ["Xvfb", "-displayfd", str(tells), "-screen", "0", "800x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[tells], stderr=subprocess.DEVNULL) as server:
        os.close(tells)
        try:
            with os.fdopen(told) as number:
                yield f":{number.readline().strip()}"
        finally:
            server.terminate()


class WebKit:
    """One start of the browser with a profile; a context manager. The profile stays."""

    def __init__(self, display: str, profile: Path) -> None:
        self._display, self._profile = display, profile
        self._session = ""

    def __enter__(self) -> Self:
        self._start()
        try:
            browser = {"binary": sys.executable, "args": self._arguments()}
            asked = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
            answer = self.call("POST", "/session", capabilities=asked)
            self._session = f"/session/{answer['sessionId']}"
            self._do("timeouts", script=int(SCRIPT_SECONDS * 1000), pageLoad=int(SECONDS * 1000))
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _arguments(self) -> list[str]:
        return ["-m", webkit_browser.__name__, str(self._profile)]

    def _start(self) -> None:
        """The driver, on a port that nobody took meanwhile."""

        def listens() -> bool:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
                return True
            return self._driver.poll() is not None

        of_profile = {"DISPLAY": self._display, "HOME": str(self._profile)}
        environment = os.environ | ENVIRONMENT | of_profile
        for _ in range(3):
            self._port = free_port()
            self._driver = subprocess.Popen(
                [driver_command(), "--host=127.0.0.1", f"--port={self._port}"],
                env=environment,
                cwd=Path(__file__).parents[2],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            until(listens, what="the driver")
            if self._driver.poll() is None:
                return
        raise AssertionError("the driver ended by itself")

    def kill(self) -> None:
        """End the browser, all its processes and the driver in the same instant: no goodbye."""
        with suppress(ProcessLookupError):
            os.killpg(self._driver.pid, signal.SIGKILL)
        self._driver.wait()

    def call(self, method: str, path: str, /, **body: Any) -> Any:
        """One command and its value; raises Failed."""
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, 2 * SECONDS)) as link:
            sent = json.dumps(body) if method == "POST" else None
            link.request(method, path, sent, {"Content-Type": "application/json"})
            answer = link.getresponse()
            value = json.load(answer)["value"]
        if answer.status != http.client.OK:
            raise Failed(f"{path}: {value['error']}: {value['message']}")
        return value

    def _do(self, what: str, **body: Any) -> Any:
        return self.call("POST", f"{self._session}/{what}", **body)

    # What stands open.

    def go(self, url: str) -> None:
        """Open an address, and wait until it is loaded."""
        self._do("url", url=url)

    def reload(self) -> None:
        """The same address again."""
        self._do("refresh")

    def add_cookie(self, name: str, value: str) -> None:
        """A lasting cookie of the page that is open, as its server would set it."""
        lasts = {"httpOnly": True, "expiry": int(time.time()) + 86400}
        self._do("cookie", cookie={"name": name, "value": value, "path": "/"} | lasts)

    def run(self, function: str, *args: str) -> Any:
        """The value of an async function of the page."""
        answer = self._do("execute/async", script=_RUN % function, args=args)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer.get("value")

    def wait(self, function: str, *args: str) -> Any:
        """The first value of a function that is not empty; a page that changes is asked anew."""

        def ask() -> Any:
            try:
                return self.run(function, *args)
            except Failed:
                return None

        return until(ask, what=function)

    def wait_for_text(self, text: str) -> None:
        """Until the page shows these words."""
        self.wait("(text) => document.body.innerText.includes(text)", text)

    def wait_until_ready(self) -> None:
        """Until the page's scripts are bound."""
        self.wait("() => 'ready' in document.documentElement.dataset")

    def wait_for_worker(self) -> None:
        """Until the service worker would outlive a kill: it is ready before WebKit kept it."""
        self.wait("() => navigator.serviceWorker.ready.then(() => true)")
        until(self._keeps_worker, what="a service worker on the disk")

    def _keeps_worker(self) -> bool:
        for file in self._profile.glob("data/serviceworkers/*.sqlite3"):
            opened = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            with suppress(sqlite3.OperationalError), closing(opened) as kept:
                return bool(kept.execute("SELECT count(*) FROM Records").fetchone()[0])
        return False

    # What a person does.

    def tap(self, selector: str) -> None:
        """Tap what a CSS selector finds."""
        self._do(f"element/{self._find(selector)}/click")

    def type(self, selector: str, text: str) -> None:
        """Type into what a CSS selector finds."""
        self._do(f"element/{self._find(selector)}/value", text=text)

    def _find(self, selector: str) -> str:
        def ask() -> str:
            with suppress(Failed):
                found: str = self._do("element", using="css selector", value=selector)[_ELEMENT]
                return found
            return ""

        return until(ask, what=selector)

"""Firefox over raw WebDriver BiDi, which it speaks by itself: no driver is installed.

It needs the prefs below: the remote agent's own recommendation would switch push off.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import re
import shutil
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TextIO

from websockets.sync.client import ClientConnection, connect

from tests.support.waiting import SECONDS, until

PREFS: dict[str, bool | int | str] = {
    "remote.prefs.recommended": False,
    "dom.push.testing.allowInsecureServerURL": True,
    "dom.push.retryBaseInterval": 300,
    # 1 is "allow": nobody is there to answer the browser's question.
    "permissions.default.desktop-notification": 1,
    "alerts.useSystemBackend": False,
    "intl.accept_languages": "ja",
    # What else it would ask the network for, or open, at its start.
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "",
}
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# The notifications of a browser without a desktop are windows of its own.
_TAP = """(title) => {
  for (const alert of Services.wm.getEnumerator("alert:alert")) {
    const { document } = alert;
    if (!document.getElementById("alertTitleLabel")?.value.includes(title)) continue;
    document.getElementById("alertBox").click();
    return true;
  }
  return false;
}"""


def firefox_command() -> str:
    """The browser that FIREFOX names, or Debian's."""
    found = os.environ.get("FIREFOX") or shutil.which("firefox-esr")
    assert found, "Firefox is not installed: FIREFOX=/path/to/firefox"
    return found


class Failed(Exception):
    """What the browser answered to a command it could not do, or a script that threw."""


class Firefox:
    """One start of Firefox with a profile; a context manager that closes it. The profile stays."""

    def __init__(self, profile: Path, **prefs: bool | int | str) -> None:
        """`prefs`: with `_` in the place of each dot."""
        self.tab = ""
        profile.mkdir(exist_ok=True)
        every = PREFS | {name.replace("_", "."): value for name, value in prefs.items()}
        lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in every.items()]
        (profile / "user.js").write_text("".join(lines))
        self._profile = profile
        self._ids = itertools.count(1)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._process = opened.enter_context(_started(self._profile))
            opened.callback(self._end)
            address = _address_of(self._process)
            link = connect(f"{address}/session", max_size=None, proxy=None, open_timeout=SECONDS)
            self._link: ClientConnection = opened.enter_context(link)
            self.call("session.new", capabilities={})
            opened.callback(self.call, "browser.close")
            self.tab = self.tabs()[0]["context"]
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _end(self) -> None:
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """One command and its answer; raises Failed."""
        number = next(self._ids)
        self._link.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + SECONDS
        while True:
            said = json.loads(self._link.recv(timeout=deadline - time.monotonic()))
            if said.get("id") != number:
                continue
            if said["type"] == "error":
                raise Failed(f"{method}: {said['error']}: {said['message']}")
            result: dict[str, Any] = said["result"]
            return result

    # What stands open.

    def tabs(self) -> list[dict[str, Any]]:
        """Every tab, with its `context` and `url`."""
        tree: list[dict[str, Any]] = self.call("browsingContext.getTree")["contexts"]
        return tree

    def go(self, url: str) -> None:
        """Open an address in the tab, and wait until it is loaded."""
        self.call("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def add_cookie(self, name: str, value: str, host: str) -> None:
        """A session cookie of a host, as its server would set it."""
        cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": host}
        self.call("storage.setCookie", cookie=cookie | {"path": "/", "httpOnly": True})

    def run(self, function: str, *args: str, context: str = "") -> Any:
        """The value of an async function of the page, by way of JSON."""
        answer = self.call(
            "script.callFunction",
            functionDeclaration=f"async (...args) => JSON.stringify(await ({function})(...args))",
            awaitPromise=True,
            target={"context": context or self.tab},
            arguments=[{"type": "string", "value": arg} for arg in args],
        )
        if answer["type"] != "success":
            raise Failed(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def wait(self, function: str, *args: str) -> Any:
        """The first value of a function that is not empty; a page that changes is asked anew."""

        def ask() -> Any:
            try:
                return self.run(function, *args)
            except Failed:
                return None

        return until(ask, what=f"{function} in {self.tabs()}")

    def wait_for_text(self, text: str) -> None:
        """Until the page shows these words."""
        self.wait("(text) => document.body.innerText.includes(text)", text)

    # What a person does.

    def tap(self, role: str, name: str) -> None:
        """Tap what has this role and name, with a real pointer."""
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}

        def ask() -> list[dict[str, Any]]:
            found = self.call("browsingContext.locateNodes", context=self.tab, locator=locator)
            nodes: list[dict[str, Any]] = found["nodes"]
            return nodes

        node = {"sharedId": until(ask, what=f"{role} {name}")[0]["sharedId"]}
        self.call(
            "script.callFunction",
            functionDeclaration="(node) => node.scrollIntoView({ block: 'center' })",
            awaitPromise=False,
            target={"context": self.tab},
            arguments=[node],
        )
        move = {"type": "pointerMove", "x": 0, "y": 0}
        origin = {"origin": {"type": "element", "element": node}}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._act({"type": "pointer", "id": "finger", "actions": [move | origin, *press]})

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        kinds = ("keyDown", "keyUp")
        keys = [{"type": kind, "value": letter} for letter in text for kind in kinds]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def _act(self, source: dict[str, Any]) -> None:
        self.call("input.performActions", context=self.tab, actions=[source])

    def tap_notification(self, title: str) -> None:
        """Tap the notification on the screen whose title has these words."""
        tree = self.call("browsingContext.getTree", **{"moz:scope": "chrome"})
        screen = tree["contexts"][0]["context"]
        until(lambda: self.run(_TAP, title, context=screen), what=f"a notification {title}")


def _started(profile: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            firefox_command(),
            *("--headless", "--no-remote", "--profile", str(profile)),
            *("--remote-debugging-port", "0", "--remote-allow-system-access"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
    )


def _address_of(process: subprocess.Popen[str]) -> str:
    """Where it listens; what it says later is read and dropped, or its pipe would fill."""
    assert process.stderr is not None
    lines: queue.Queue[str] = queue.Queue()

    def read(said: TextIO) -> None:
        for line in said:
            lines.put(line)

    threading.Thread(target=read, args=[process.stderr], daemon=True).start()
    deadline = time.monotonic() + SECONDS
    while True:
        found = _LISTENING.search(lines.get(timeout=deadline - time.monotonic()))
        if found is not None:
            return found[1]

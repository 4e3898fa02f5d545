"""Looking into a phone's outbox from a test, and putting something in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

MODULE = "import(new URL('%s.js', document.querySelector('script[type=module]').src))"
LIST = f"async () => (await {MODULE % 'outbox'}).list()"
ROWS = f"async () => (await {MODULE % 'store'}).all('outbox')"
PUT = f"""async (given) => {{
  const {{ default: start }} = await {MODULE % "start-outbox"};
  await start(document.body.dataset);
  return (await {MODULE % "outbox"}).put(given);
}}"""
SYNC = f"async () => (await {MODULE % 'sync'}).sync()"
FIELDS = {"place": "北町", "signs": ["not_seen"], "urgency": "soon", "language": "ja"}


def put(page: Page, words: str, **more: Any) -> dict[str, Any]:
    """Keep a note on the phone; gives its item."""
    fields = FIELDS | {"words": words} | more.pop("fields", {})
    item = page.evaluate(
        PUT, {"fields": fields, "shown": {"area": "北町", "urgency": "soon"}} | more
    )
    assert isinstance(item, dict)
    return item


def items(page: Page) -> list[dict[str, Any]]:
    """What is in the outbox, in its order."""
    found = page.evaluate(LIST)
    assert isinstance(found, list)
    return found


def sync(page: Page) -> int:
    """Take to the server what can be taken; gives how many still wait."""
    return int(page.evaluate(SYNC))


def until(page: Page, holds: str, of: Any = None) -> None:
    """Ask the page until an asynchronous condition holds, for a minute at most."""
    page.evaluate(
        f"""async (of) => {{
          const end = performance.now() + 60_000;
          while (!(await ({holds})(of))) {{
            if (performance.now() > end) throw new Error("it never held");
            await new Promise((next) => setTimeout(next, 20));
          }}
        }}""",
        of,
    )


ARRIVED = f"""async (count) => {{
  const items = await ({LIST})();
  return items.filter(({{ state }}) => state === "arrived").length >= count;
}}"""


def until_arrived(page: Page, count: int) -> None:
    """Wait until so many items have arrived."""
    until(page, ARRIVED, count)


ENVELOPE = f"""async (id) => {{
  const {{ envelope }} = await (await {MODULE % "store"}).get("outbox", id);
  return Array.from(envelope);
}}"""


LATER = sorted(
    {
        name
        for script in (Path(__file__).parents[2] / "pwa" / "scripts").glob("**/*.js")
        if script.parent.name != "worker"
        for name in re.findall(r'import\("\.{1,2}/([a-z-]+)\.js"\)', script.read_text())
    }
    - {"note", "said"}
)
"""What pages fetch when they need it. A note's and an answer's form act as soon as they come."""
WHOLE = f"""async () => {{
  const load = (name) => {MODULE % "' + name + '"};
  const has = (name) => document.querySelector(`[data-behaviour~=${{name}}]`);
  const names = {json.dumps(LATER)};
  if (has("note-send")) names.push("note");
  if (has("say")) names.push("said");
  await Promise.all(names.map(load));
  const {{ default: start }} = await load("start-outbox");
  await start(document.body.dataset).catch(() => {{}});
}}"""


def until_whole(page: Page) -> None:
    """Wait until the page stands and has all that it may still need, so that the signal may go."""
    page.wait_for_selector("html[data-ready]")
    page.evaluate(WHOLE)


REGISTERED = f"""async () => {{
  const {{ of }} = await {MODULE % "device"};
  return Boolean((await of(document.body.dataset.me || "nobody"))?.id);
}}"""


def lose_signal(page: Page) -> None:
    """Take the signal away from a page that stands and has all that it may still need."""
    until_whole(page)
    page.context.set_offline(True)


def until_registered(page: Page) -> None:
    """Wait until the page stands and its reader's key is known to the server."""
    page.wait_for_selector("html[data-ready]")
    until(page, REGISTERED)

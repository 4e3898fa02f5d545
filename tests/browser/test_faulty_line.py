"""What networks, gateways and portals do to a request: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from models.observation import Observation
from models.store import Store
from tests.browser.note_town import let_in
from tests.browser.outbox import MODULE, put, until_arrived, until_registered
from tests.support.fault_proxy import Asked, Fault, FaultProxy
from tests.support.live import serving
from tests.town import Cast

LINE = [
    Fault.LOST_ANSWER,
    Fault.CUT_REQUEST,
    Fault.RESET,
    Fault.HALF_ANSWER,
    Fault.TWICE,
    Fault.PORTAL,
    Fault.MOVED,
    Fault.NO_CONTENT,
    Fault.CONFLICT,
    Fault.TOO_MANY,
    Fault.BROKEN,
    Fault.BAD_GATEWAY,
    Fault.GATEWAY_TIMEOUT,
    Fault.STALE,
]
AT_ONCE = f"""async () => {{
  const store = await {MODULE % "store"};
  for (const [id] of await store.all("outbox")) {{
    await store.change("outbox", id, (item) => ({{ ...item, notBefore: 0 }}));
  }}
  return (await {MODULE % "sync"}).sync();
}}"""
POOR = """
for (const name of ["PushManager", "SyncManager", "BroadcastChannel"]) delete globalThis[name];
for (const name of ["locks", "storage"]) delete Navigator.prototype[name];
const Real = Date, ahead = %d * 365 * 24 * 3600e3;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [Real.now() + ahead])); }
  static now() { return Real.now() + ahead; }
};
"""


@pytest.fixture
def line(app: Flask, cast: Cast) -> Iterator[FaultProxy]:
    with serving(app) as url:
        proxy = FaultProxy(int(url.rpartition(":")[2]))
        yield proxy
        proxy.close()


def words(store: Store) -> list[str]:
    with store.read() as session:
        found = session.scalars(sa.select(Observation)).all()
        return sorted(str(one.body["words"]) for one in found)


def test_each_fault_of_the_line_costs_a_repeat_and_nothing_else(
    page: Page, line: FaultProxy, cast: Cast, store: Store, app: Flask
) -> None:
    let_in(page.context, line.url, store, cast.suzuki, app)
    page.goto(f"{line.url}/settings")
    until_registered(page)
    left = list(LINE)

    def choose(asked: Asked) -> Fault | None:
        is_note = asked.method == "POST" and asked.path == "/api/v1/observations"
        return left.pop(0) if is_note and left else None

    line.choose = choose
    for n in range(3):
        put(page, f"{n}番目")
    while page.evaluate(AT_ONCE):
        pass
    until_arrived(page, 3)
    assert left == []
    assert words(store) == ["0番目", "1番目", "2番目"]


@pytest.mark.parametrize("years", [-10, 10])
def test_a_poor_browser_with_a_wrong_clock_sends_all_the_same(
    page: Page, line: FaultProxy, cast: Cast, store: Store, app: Flask, years: int
) -> None:
    page.add_init_script(POOR % years)
    let_in(page.context, line.url, store, cast.suzuki, app)
    page.goto(f"{line.url}/settings")
    until_registered(page)
    put(page, "時計のちがう電話")
    until_arrived(page, 1)
    assert words(store) == ["時計のちがう電話"]

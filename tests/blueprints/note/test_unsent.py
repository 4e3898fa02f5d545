"""What can still be undone is nowhere at the reporter's side: every answer is the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import receipt_code
from models.handoff import Handoff
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import both
from tests.conftest import SetClock
from tests.town import Cast, fields

CODE = "1234567890123456" + receipt_code.check_digits("1234567890123456")
_TOKEN = re.compile(r'(?:name="csrf_token" value|data-csrf|name="id" value)="[^"]*"')
Change = Callable[[Handoff, Person], object]


def _seen(client: FlaskClient, note: str, thread: str) -> dict[str, str]:
    """Everything that its reporter can read of a note, signed in or by the code."""
    paths = (
        "/notes",
        f"/notes/{thread}/sent",
        "/settings",
        "/notes/new",
        "/api/v1/observations",
    )
    seen = {path: client.get(path).text for path in paths}
    code = {"code": CODE}
    # Reading marks as read: what only looks comes first.
    seen["receipt"] = client.post("/receipts", data=code, headers=town.csrf(client)).text
    seen["api receipt"] = str(client.post("/api/v1/receipts", json=code).get_json())
    seen["api"] = str(client.get(f"/api/v1/observations/{note}").get_json())
    seen["thread"] = client.get(f"/notes/{thread}").text
    return {place: _TOKEN.sub("", text) for place, text in seen.items()}


@both
def test_the_same_world_without_it_until_it_has_gone(
    app: Flask, store: Store, clock: SetClock, cast: Cast
) -> None:
    raw = fields(receipt=CODE)
    code = store.keys.slow_index(CODE)
    with store.write() as session:
        handoff = town.note(
            session, clock.now, by=cast.suzuki, area=cast.kitamachi, receipt_hash=code, **raw
        )
        of, thread = handoff.id, str(handoff.thread_id)
    client = town.signed_in(app.test_client(), store, cast.suzuki)

    def change(act: Change) -> None:
        with store.write() as session:
            act(session.get_one(Handoff, of), session.get_one(Person, cast.okada))

    def seen() -> dict[str, str]:
        return _seen(client, str(raw["id"]), thread)

    clock.forward(seconds=30)
    before = seen()
    change(lambda h, by: h.acknowledge(by, Said("check"), clock.now))
    assert seen() == before
    change(lambda h, by: h.undo(by, clock))
    assert seen() == before
    change(lambda h, by: h.acknowledge(by, Said("check"), clock.now))
    clock.forward(seconds=10)
    assert "担当の人がたしかめます" not in str(seen())
    clock.forward(seconds=1)
    after = seen()
    assert {place for place in before if after[place] == before[place]} == {"/notes/new"}
    assert all("担当の人がたしかめます" in after[one] for one in ("receipt", "api", "thread"))
    assert '"unread":1' in after["/api/v1/observations"].replace(" ", "")


@pytest.mark.parametrize("how", ["back", "ask"])
def test_what_its_writer_says_meanwhile_is_taken_as_if_there_were_nothing(
    app: Flask, store: Store, clock: SetClock, cast: Cast, how: str
) -> None:
    with store.write() as session:
        handoff = town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi)
        of, thread = handoff.id, handoff.thread_id
    client = town.signed_in(app.test_client(), store, cast.suzuki)

    def post(path: str, **data: str) -> int:
        address = f"/notes/{thread}/{path}"
        return client.post(address, data=data, headers=town.csrf(client)).status_code

    assert post("additions", added="また見ません") == 303
    with store.write() as session:
        by = session.get_one(Person, cast.okada)
        session.get_one(Handoff, of).acknowledge(by, Said("check"), clock.now)
    assert post("additions", added="また見ません") == 303
    assert post("withdrawal", how="now" if how == "back" else how) == 303
    page = client.get(f"/notes/{thread}").text
    assert page.count("また見ません") == 1
    assert ("取り下げました" in page) is (how == "back")

"""What the watch did, as desks and reporters see it."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import watch
from models.delivery import Delivery, DeliveryKind
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import Cast

DUE = dt.datetime(2026, 11, 26, 8, 15, tzinfo=dt.UTC)
"""Thursday's closing, when a note of Tuesday is owed."""
OPENINGS = tuple(dt.datetime(2026, 12, day, 23, 30, tzinfo=dt.UTC) for day in (8, 9))
"""The two mornings after the 14 days of an acknowledgement that names no date."""


def look(store: Store, clock: SetClock, now: dt.datetime) -> None:
    clock.now = now
    assert watch.watch(store, now) == 1


def lead(client: FlaskClient, store: Store, kind: DeliveryKind, person: uuid.UUID) -> str:
    """Where a tap on what somebody was told leads."""
    asked = sa.select(Delivery.address).where(Delivery.kind == kind, Delivery.person_id == person)
    with store.read() as session:
        address = session.scalars(asked).one()
    return client.get(f"/d/{address}").headers["Location"]


def at_core(app: Flask, store: Store, cast: Cast, now: dt.datetime) -> FlaskClient:
    return town.signed_in(app.test_client(), store, cast.ueda, now)


def test_past_the_promise_the_note_is_at_the_backup_and_its_page_says_so(
    app: Flask, client: FlaskClient, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        session.execute(sa.update(Handoff).values(watch_at=None))
    note = notes.send()
    look(store, clock, DUE)
    okada = town.signed_in(client, store, cast.okada, DUE)
    assert okada.get(f"/desk/handoffs/{note}").status_code == 404
    assert str(note) not in okada.get("/desk").text
    assert lead(okada, store, DeliveryKind.MOVED_ON, cast.okada) == f"/desk?desk={cast.north_desk}"
    with store.write() as session:
        session.get_one(Person, cast.okada).memberships[0].ended_at = DUE
    assert lead(okada, store, DeliveryKind.MOVED_ON, cast.okada) == "/desk"
    core = at_core(app, store, cast, DUE)
    assert lead(core, store, DeliveryKind.NEW_NOTE, cast.ueda) == f"/desk/handoffs/{note}"
    page = core.get(f"/desk/handoffs/{note}").text
    assert "期限を過ぎて移ってきました" in page
    assert "期限を過ぎたので、後ろ盾の窓口へ移りました" in page
    assert "期限を過ぎて移ってきました" not in core.get("/desk").text


def test_a_date_that_passed_is_shown_to_the_backup_and_said_to_the_reporter(
    app: Flask, client: FlaskClient, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        session.execute(sa.update(Handoff).values(watch_at=None))
        session.get_one(Person, cast.suzuki).language = "ja@easy"
    note = notes.acknowledged()
    for morning in OPENINGS:
        look(store, clock, morning)
    core = at_core(app, store, cast, clock.now)
    assert "「北の相談室」に1件あります" in core.get("/desk?view=today").text
    assert "「北の相談室」" not in core.get("/desk?view=moving").text
    beside = DeliveryKind.DATE_PASSED_BESIDE
    assert lead(core, store, beside, cast.ueda) == f"/desk?desk={cast.core}&view=today"
    okada = town.signed_in(app.test_client(), store, cast.okada, clock.now)
    assert str(note) in okada.get("/desk?view=today").text
    assert "まだ途中です" in okada.get(f"/desk/handoffs/{note}").text
    suzuki = town.signed_in(client, store, cast.suzuki, clock.now)
    with store.read() as session:
        thread = session.get_one(Handoff, note).thread_id
    page = suzuki.get(f"/notes/{thread}").text
    assert "いません。<ruby>何<rt>なに</rt></ruby>か あったら また" in page

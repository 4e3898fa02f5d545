"""Reading on a phone: what opens it, what locks it, and what is never locked."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.delivery import Delivery
from models.observation import Observation
from models.store import Store
from tests import town
from tests.blueprints.join.locking import ANSWER, WORDS, at_once, suzuki, thread_id
from tests.conftest import SetClock
from tests.support.invitations import post
from tests.support.unlocking import (
    opening,
    put_down,
)
from tests.town import Cast

__all__ = ["at_once", "suzuki", "thread_id"]


def _note_id(store: Store, thread_id: uuid.UUID) -> uuid.UUID:
    with store.read() as session:
        found = sa.select(Observation).where(Observation.thread_id == thread_id)
        note = session.scalars(found).one()
        assert note.client_id is not None
        return note.client_id


def test_reading_locks_after_a_quarter_of_an_hour_without_use(
    suzuki: FlaskClient, clock: SetClock, thread_id: uuid.UUID
) -> None:
    for _ in range(3):
        clock.forward(minutes=14)
        assert ANSWER in suzuki.get(f"/notes/{thread_id}").text
    clock.forward(minutes=15)
    locked = suzuki.get(f"/notes/{thread_id}")
    assert (locked.status_code, locked.location) == (303, f"/lock?next=/notes/{thread_id}")
    opened = opening(suzuki, next=f"/notes/{thread_id}")
    assert (opened.status_code, opened.location) == (303, f"/notes/{thread_id}")
    assert ANSWER in suzuki.get(opened.location).text


def test_what_a_page_asks_by_itself_keeps_nothing_open(
    suzuki: FlaskClient, clock: SetClock
) -> None:
    clock.forward(minutes=10)
    assert suzuki.get("/notes", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    clock.forward(minutes=6)
    assert suzuki.get("/notes").status_code == 303


def test_however_busy_reading_is_opened_anew_after_ninety_days(
    suzuki: FlaskClient, clock: SetClock
) -> None:
    with suzuki.session_transaction() as cookie:
        cookie["opened_at"] -= int(dt.timedelta(days=90).total_seconds())
    assert suzuki.get("/notes").status_code == 303
    opening(suzuki)
    assert suzuki.get("/notes").status_code == 200


def test_a_locked_phone_shows_nothing_of_its_person(
    suzuki: FlaskClient, store: Store, cast: Cast, thread_id: uuid.UUID
) -> None:
    put_down(suzuki)
    for path in (
        "/notes",
        f"/notes/{thread_id}",
        f"/notes/{thread_id}/sent",
        "/settings",
        "/settings/leaving",
    ):
        answer = suzuki.get(path)
        assert answer.location == f"/lock?next={path}", path
    for path in ("/lock?next=/notes", "/notes/new", "/desks", "/calls", "/join"):
        page = suzuki.get(path)
        assert page.status_code == 200
        for secret in (WORDS, ANSWER, "鈴木", str(thread_id), "件の新しい"):
            assert secret not in page.text, (path, secret)
    note_id = _note_id(store, thread_id)
    for path in ("/api/v1/observations", f"/api/v1/observations/{note_id}"):
        told = suzuki.get(path)
        assert told.status_code == 403
        assert told.get_json()["type"] == "urn:kizuki:problem:lock.problem.locked"
        assert "もう一度ひらいて" in told.get_json()["title"]


def test_writing_is_never_locked(
    suzuki: FlaskClient, store: Store, cast: Cast, thread_id: uuid.UUID
) -> None:
    put_down(suzuki)
    sent = post(suzuki, "/notes", **town.fields(words="鍵をかけても書けます"))
    assert sent.status_code == 201
    assert "届きました" in sent.text
    assert "控え番号" not in sent.text
    assert "鍵をかけても書けます" not in suzuki.get("/lock").text
    added = post(suzuki, f"/notes/{thread_id}/additions", added="書き足します")
    assert added.location == f"/notes/{thread_id}"
    said = {"kind": "addition", "words": "もう一つ"}
    note_id = _note_id(store, thread_id)
    told = suzuki.post(
        f"/api/v1/observations/{note_id}/replies", json=said, headers=town.csrf(suzuki)
    )
    assert (told.status_code, told.data) == (204, b"")
    opening(suzuki)
    page = suzuki.get(f"/notes/{thread_id}").text
    assert "書き足します" in page
    assert "もう一つ" in page
    assert "鍵をかけても書けます" in suzuki.get("/notes").text


def test_words_that_were_typed_before_it_locked_are_shown_to_go_on(
    suzuki: FlaskClient, thread_id: uuid.UUID
) -> None:
    put_down(suzuki)
    locked = post(suzuki, "/settings/name", name="鈴木 新")
    assert locked.status_code == 403
    assert 'value="鈴木 新"' in locked.text
    fields = {"next": "/settings/name", "goes_on": "1", "kept.name": "鈴木 新"}
    gone_on = opening(suzuki, **fields)
    assert gone_on.status_code == 200
    assert 'action="/settings/name"' in gone_on.text
    assert 'value="鈴木 新"' in gone_on.text


def test_a_tap_on_a_notification_leads_through_the_lock_to_its_thread(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID
) -> None:
    with store.read() as session:
        mine = Delivery.thread_id == thread_id, Delivery.person_id.is_(None)
        address = f"/d/{session.scalars(sa.select(Delivery.address).where(*mine)).one()}"
    put_down(suzuki)
    assert suzuki.get(address).location == f"/lock?next={address}"
    assert suzuki.get(opening(suzuki, next=address).location).location == f"/notes/{thread_id}"


@pytest.mark.parametrize("way", ["link", "beacon"])
def test_the_quick_exit_locks_whatever_the_browser_kept(
    suzuki: FlaskClient, app: Flask, way: str
) -> None:
    kept = suzuki.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    left = suzuki.get("/closed") if way == "link" else suzuki.post("/lock")
    assert left.status_code in (200, 204)
    suzuki.set_cookie(kept.key, kept.value)
    assert suzuki.get("/notes").status_code == 303


def test_another_site_locks_nothing(suzuki: FlaskClient) -> None:
    refused = suzuki.post("/lock", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert suzuki.get("/notes").status_code == 200


def test_staff_are_asked_for_no_digits_and_codes_open_as_ever(
    app: Flask, store: Store, cast: Cast
) -> None:
    okada = town.signed_in(app.test_client(), store, cast.okada)
    with okada.session_transaction() as cookie:
        cookie.pop("read_at")
    assert okada.get("/settings").status_code == 200
    assert [okada.get(one).status_code for one in ("/lock", "/lock/pin")] == [404, 404]
    assert app.test_client().get("/receipts").status_code == 200

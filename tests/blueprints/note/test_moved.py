"""After an account moved to another phone: the page says until when, and whom to ask."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.delivery import Delivery
from models.invitation import Secrets
from models.person import Person
from models.reply import Said
from models.store import Store
from models.way_back import invite_again
from tests import town
from tests.conftest import SetClock
from tests.support.invitations import post
from tests.support.notes import typed
from tests.support.unlocking import choose, held
from tests.town import MORNING, Cast

WORDS = "向かいのおばあさんを、このごろ見かけません。"


@pytest.fixture
def thread_id(store: Store, cast: Cast) -> uuid.UUID:
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        handoff.acknowledge(session.get_one(Person, cast.okada), Said("check"), MORNING)
        return handoff.thread_id


@pytest.fixture
def moved(
    app: Flask, store: Store, cast: Cast, clock: SetClock, thread_id: uuid.UUID
) -> FlaskClient:
    """A browser that came in by the sheet that the administrator made, an hour later."""
    told, code_hash = Secrets.draw(store.keys)
    clock.now = MORNING
    clock.forward(hours=1)
    with store.write() as session:
        person, by = (session.get_one(Person, one) for one in (cast.suzuki, cast.yamamoto))
        invite_again(session, told, code_hash, person=person, by=by, now=clock.now)
    browser = app.test_client()
    assert "24時間" in post(browser, "/join/invitation", token=told.token).text
    done = post(browser, "/join", token=told.token, digits=told.digits)
    assert done.status_code == 303
    # Answers wait for this person: the digits come first.
    assert choose(browser).status_code == 303
    return held(browser)


def test_whoever_holds_the_sheet_reads_nothing_for_a_day_and_writes_at_once(
    moved: FlaskClient, store: Store, cast: Cast, clock: SetClock, thread_id: uuid.UUID
) -> None:
    page = moved.get("/notes").text
    assert str(thread_id) not in page
    assert WORDS not in page
    assert "11月25日" in page
    assert "北の相談室" in page
    assert "059-000-0002" in page
    assert moved.get(f"/notes/{thread_id}").status_code == 404
    assert moved.get("/api/v1/observations").json == {"observations": [], "next": None}
    assert post(moved, f"/notes/{thread_id}/additions", added="追記").status_code == 404
    with store.read() as session:
        address = session.query(Delivery).filter_by(person_id=None).one().address
    assert moved.get(f"/d/{address}").location == "/notes"
    sent = post(moved, "/notes", **typed(cast.kitamachi))
    assert sent.status_code == 303
    assert moved.get(sent.location).status_code == 200
    clock.forward(hours=24)
    assert moved.get(f"/notes/{thread_id}").status_code == 200
    assert "11月25日" not in moved.get("/notes").text


def test_a_desk_that_called_back_opens_it(
    app: Flask, moved: FlaskClient, store: Store, cast: Cast, clock: SetClock, thread_id: uuid.UUID
) -> None:
    okada = town.signed_in(app.test_client(), store, cast.okada, clock.now)
    assert "本人にも開きません" in post(okada, "/desk/phones", name="鈴木").text
    done = post(okada, f"/desk/phones/{cast.suzuki}/history")
    assert "ご本人が読めるようになりました" in okada.get(done.location).text
    assert moved.get(f"/notes/{thread_id}").status_code == 200
    assert "本人にも開きません" not in post(okada, "/desk/phones", name="鈴木").text

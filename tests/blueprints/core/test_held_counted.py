"""What is held stands on the core's desk: counted, said, and never passed over in silence."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import queue
from models.handoff import Handoff, HeldReason
from models.store import Store
from tests import town
from tests.blueprints.core.test_held import cast, hold, place
from tests.blueprints.intake.test_pulse import tag
from tests.town import Cast

__all__ = ["cast"]
DONE = "すべて受け止めました"


@pytest.fixture
def quiet(store: Store, cast: Cast) -> Cast:
    """Nothing waits at any desk."""
    with store.write() as session:
        session.execute(sa.update(Handoff).values(state="closed", is_open=False))
    return cast


@pytest.fixture
def ueda(client: FlaskClient, store: Store, quiet: Cast) -> FlaskClient:
    return town.signed_in(client, store, quiet.ueda)


def now_held(store: Store, **changed: object) -> uuid.UUID:
    """One that is due in half an hour."""
    return hold(store, HeldReason.UNKNOWN_AREA, urgency="now", **changed)


def test_a_held_note_is_counted_and_said_on_every_list(ueda: FlaskClient, store: Store) -> None:
    assert DONE in ueda.get("/desk").text
    now_held(store)
    for view in ("waiting", "today", "moving"):
        page = ueda.get(f"/desk?view={view}").text
        assert "<title>(1) 受付" in page
        assert 'data-waiting="1"' in page
        assert "お預かりが、1件あります" in page
        assert 'お預かり <b class="number">1</b>' in page
        assert DONE not in page
        assert "きょうまでのものはありません" not in page


def test_whoever_places_it_sees_the_number_go(ueda: FlaskClient, store: Store, quiet: Cast) -> None:
    held = now_held(store)
    assert 'お預かり <b class="number">1</b>' in ueda.get("/core/held").text
    place(ueda, held, quiet.north_desk)
    for path in ("/core/held", "/desk"):
        assert 'class="number">1</b>' not in ueda.get(path).text
    assert "<title>受付" in ueda.get("/desk").text


def test_a_newly_held_note_changes_the_tag_and_the_title(ueda: FlaskClient, store: Store) -> None:
    known = tag(ueda)
    now_held(store)
    assert tag(ueda) != known
    assert f"data-tag={tag(ueda)}" in ueda.get("/desk").text
    hold(store, HeldReason.TOO_LONG)
    assert "<title>(2) 受付" in ueda.get("/desk").text


def test_the_number_stops_at_its_limit(
    ueda: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reason in (HeldReason.TOO_LONG, HeldReason.CONFLICT, HeldReason.UNKNOWN_SIGN):
        hold(store, reason)
    monkeypatch.setattr(queue, "COUNT_LIMIT", 1)
    page = ueda.get("/desk").text
    assert "<title>(1+) 受付" in page
    assert "お預かりが、1+件あります" in page
    assert 'お預かり <b class="number">1+</b>' in page


def test_a_sealed_one_is_counted_for_its_team_alone(app: Flask, store: Store, quiet: Cast) -> None:
    clients = {
        who: town.signed_in(app.test_client(), store, getattr(quiet, who))
        for who in ("aoki", "ueda", "okada")
    }
    before = {who: tag(client) for who, client in clients.items()}
    now_held(store, not_nearby=True)
    for who, client in clients.items():
        is_team = who == "aoki"
        assert ("<title>(1) 受付" in client.get("/desk").text) is is_team
        assert (tag(client) != before[who]) is is_team
        # Paper is left lying about: of what is sealed it says nothing.
        sheet = client.get("/desk/day").text
        assert "お預かり 1件" not in sheet
        assert ("読むものが1件あります" in sheet) is is_team


def test_elsewhere_nothing_is_said_of_it(app: Flask, store: Store, quiet: Cast) -> None:
    okada = town.signed_in(app.test_client(), store, quiet.okada)
    now_held(store)
    page = okada.get("/desk").text
    assert DONE in page
    assert "お預かり" not in page
    assert "お預かり" not in okada.get("/desk/day").text


def test_the_sheet_and_its_table_say_how_many_and_how_many_today(
    ueda: FlaskClient, store: Store
) -> None:
    now_held(store)
    hold(store, HeldReason.TOO_LONG, urgency="memo", signs=["garden"])
    said = "お預かり 2件、うち、きょうまで 1件"
    page = ueda.get("/desk/day").text
    assert said in page
    assert "きょうまでのものはありません" not in page
    answer = ueda.post("/desk/day/table", headers=town.csrf(ueda))
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[-1][0] == "窓口を選ぶ"
    assert said in lines[-1][1]

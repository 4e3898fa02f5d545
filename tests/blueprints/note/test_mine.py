"""GET /notes and GET /d/<address>."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.handoff import RELEASE
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.town import Cast


def _acknowledge(store: Store, cast: Cast, clock: SetClock, **fields: object) -> str:
    """A note of Suzuki's, some days old, with an answer; gives its thread's id."""
    with store.write() as session:
        then = clock.now - dt.timedelta(days=3)
        handoff = town.note(session, then, by=cast.suzuki, area=cast.kitamachi, **fields)
        handoff.acknowledge(session.get_one(Person, cast.okada), Said("check"), clock.now - RELEASE)
        return str(handoff.thread_id)


def test_unread_answers_come_first(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    answered = _acknowledge(store, cast, clock, words="古いけれど返事がある")
    with store.write() as session:
        town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi, words="いま書いた")
    page = suzuki.get("/notes").text
    assert page.index("古いけれど") < page.index("いま書いた")
    assert "お返事があります" in page
    assert "1件の新しいお返事" in page
    suzuki.get(f"/notes/{answered}")
    page = suzuki.get("/notes").text
    assert page.index("いま書いた") < page.index("古いけれど")
    assert "お返事があります" not in page


def test_nobody_sees_the_notes_of_others(
    tanaka: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    _acknowledge(store, cast, clock, words="鈴木の気になること")
    page = tanaka.get("/notes").text
    assert "鈴木の気になること" not in page
    assert "雑音その0" in page


def test_a_list_of_any_length_asks_the_database_the_same(
    tanaka: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    def asked() -> int:
        seen: list[str] = []
        event.listen(store.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        tanaka.get("/notes")
        return len(seen)

    few = asked()
    with store.write() as session:
        for n in range(5):
            town.note(session, clock.now, by=cast.tanaka, area=cast.minamimachi, words=f"{n}番")
    assert asked() == few


def test_pages_lead_to_older_notes(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        for n in range(21):
            then = clock.now - dt.timedelta(minutes=n)
            town.note(session, then, by=cast.suzuki, area=cast.kitamachi, words=f"その{n}。")
    first = suzuki.get("/notes").text
    assert "その19。" in first
    assert "その20。" not in first
    assert "その20。" in suzuki.get("/notes?page=2").text


def test_an_empty_list_says_what_will_stand_there(sato: FlaskClient) -> None:
    assert "まだ、何も送っていません。" in sato.get("/notes").text


def test_a_commissioner_is_asked_about_the_call_in_the_list(
    sato: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        town.note(session, clock.now, by=cast.sato, area=cast.kitamachi, signs=["cry"])
    assert "189へ電話しましたか" in sato.get("/notes").text


def test_a_notifications_address_leads_its_reader_to_the_thread(
    app: Flask, suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    thread = _acknowledge(store, cast, clock)
    with store.read() as session:
        sent = session.query(Delivery).filter_by(kind=DeliveryKind.REPLY).one()
        address = sent.address
    assert suzuki.get(f"/d/{address}").headers["Location"] == f"/notes/{thread}"
    stranger = town.signed_in(app.test_client(), store, cast.tanaka)
    assert stranger.get(f"/d/{address}").status_code == 404
    assert app.test_client().get(f"/d/{address}").headers["Location"].startswith("/signin?next=/d/")
    assert suzuki.get("/d/unknown").status_code == 404


def test_a_notifications_address_leads_staff_to_the_handoff(
    app: Flask, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        handoff = town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi)
        sent = session.query(Delivery).filter_by(handoff_id=handoff.id, person_id=cast.okada).one()
        address, path = sent.address, f"/desk/handoffs/{handoff.id}"
    okada = town.signed_in(app.test_client(), store, cast.okada)
    assert okada.get(f"/d/{address}").headers["Location"] == path
    kato = town.signed_in(app.test_client(), store, cast.kato)
    assert kato.get(f"/d/{address}").status_code == 404


def test_without_an_account_the_address_leads_to_the_code(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        handoff = town.note(session, clock.now, area=cast.kitamachi)
        handoff.acknowledge(session.get_one(Person, cast.okada), Said("check"), clock.now)
        sent = session.query(Delivery).filter_by(kind=DeliveryKind.REPLY).one()
        address = sent.address
    assert client.get(f"/d/{address}").headers["Location"] == "/receipts"


def test_what_a_phone_may_keep_of_a_note_is_its_day_and_its_rung(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        for fields in ({"words": "隣の山田さん"}, {"signs": ["dv"], "not_nearby": True}):
            town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi, **fields)
    page = suzuki.get("/notes").text
    kept = re.findall(r'data-rung="(\w+)" data-title="([^"]*)"', page)
    assert kept == [("arrived", "11月24日の気になること・届きました")] * 2


@pytest.mark.parametrize(
    ("sign", "asked"),
    [
        ("cry", "189へ電話しましたか"),
        ("bruise", "059-000-0001へ電話しましたか"),
        ("missing_person", "110へ電話しましたか"),
    ],
)
def test_a_commissioner_is_asked_for_the_number_that_the_sign_names(
    sato: FlaskClient, store: Store, cast: Cast, clock: SetClock, sign: str, asked: str
) -> None:
    with store.write() as session:
        town.note(session, clock.now, by=cast.sato, area=cast.kitamachi, signs=[sign])
    assert asked in sato.get("/notes").text


def test_without_a_number_the_call_is_asked_for_all_the_same(
    sato: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.core).telephone = ""
        town.note(session, clock.now, by=cast.sato, area=cast.kitamachi, signs=["bruise"])
    assert ">電話しましたか<" in sato.get("/notes").text

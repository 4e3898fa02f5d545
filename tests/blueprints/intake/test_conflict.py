"""「自分に関わる人です」 in one tap; whoever is near finds the world the same without the note."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from models import declaring, looking_back, own_clue, settling_in
from models.conflict import Relation
from models.delivery import Delivery
from models.handoff import Handoff
from models.keys import KeyRing
from models.person import Person
from models.settings import Settings
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.support.stores import hasty
from tests.town import MORNING, Cast

VARYING = {"Set-Cookie", "Content-Length", "Date"}
TOKEN = re.compile(r'"\.?[\w-]+\.[\w-]{6}\.[\w-]{27}"')
"""A form's, which begins with a dot where it came out shorter packed."""
TITLE = "自分に関わる人です"
DESK = ("/desk", *(f"/desk?view={one}" for one in ("today", "telephone", "answered", "moving")))
PAGES = (*DESK, "/desk?view=closed", "/desk/pulse", "/desk/day", "/desk/work", "/desk/mirror")


@pytest.fixture
def kato(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(app.test_client(), store, cast.kato)


def test_one_tap_and_nothing_of_it_is_there_any_more(
    okada: FlaskClient, kato: FlaskClient, post: Post, notes: Notes
) -> None:
    one = notes.send(words="ひみつの話")
    path = f"/desk/handoffs/{one}"
    assert TITLE in okada.get(path).text
    done = post(one, "conflict", relation="family")
    assert done.location == "/desk?done=conflict"
    assert "ほかの人が受け持ちます" in okada.get(done.location).text
    assert [okada.get(path).status_code, post(one, "memo", memo="x").status_code] == [404, 404]
    assert "ひみつの話" not in "".join(okada.get(page).text for page in PAGES)
    assert post(one, "conflict", relation="family").status_code == 303
    assert "岡田さん" in kato.get(path).text


def test_what_it_is_to_them_is_asked(post: Post, notes: Notes) -> None:
    answer = post(notes.send(), "conflict", relation="friend")
    assert answer.status_code == 422
    assert "どんなつながりかを選んでください。" in answer.text


def test_a_colleague_says_why_it_was_none(
    okada: FlaskClient, kato: FlaskClient, post: Post, notes: Notes, cast: Cast
) -> None:
    one = notes.send()
    post(one, "conflict", relation="neighbour")
    path, form = f"/desk/handoffs/{one}/conflict-undoing", {"person": str(cast.okada)}
    assert kato.post(path, data=form, headers=town.csrf(kato)).status_code == 422
    form["reason"] = "べつの家でした"
    assert kato.post(path, data=form, headers=town.csrf(kato)).status_code == 303
    assert okada.get(f"/desk/handoffs/{one}").status_code == 200
    assert "べつの家でした" in kato.get(f"/desk/handoffs/{one}").text


def test_somebody_who_said_nothing_is_not_let_in(
    kato: FlaskClient, notes: Notes, cast: Cast
) -> None:
    path, form = f"/desk/handoffs/{notes.send()}/conflict-undoing", {"reason": "べつの家でした"}
    for person in ("", str(cast.okada)):
        sent = kato.post(path, data={**form, "person": person}, headers=town.csrf(kato))
        assert sent.status_code == 422


def test_where_nobody_is_left_who_reads_it_that_is_said(
    app: Flask, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        told = {"by": cast.suzuki, "area": cast.kitamachi, "not_nearby": True}
        handoff = town.note(session, MORNING, **told).id
    done = []
    for name in ("aoki", "ishii"):
        client = town.signed_in(app.test_client(), store, getattr(cast, name))
        path = f"/desk/handoffs/{handoff}/conflict"
        said = client.post(path, data={"relation": "family"}, headers=town.csrf(client))
        done.append(client.get(said.location).text)
    assert "ほかの人が受け持ちます" in done[0]
    assert "読める人が、ほかにいません" in done[1]


def test_who_is_near_is_not_offered_and_can_be_given_nothing(
    post: Post, okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    one = notes.send(not_to="加藤さん")
    other = notes.send()
    pages = [okada.get(f"/desk/handoffs/{each}").text for each in (one, other)]
    assert [f'<option value="{cast.kato}"' in page for page in pages] == [False, True]
    assert post(one, "assignment", to_person=str(cast.kato)).status_code == 422


@pytest.fixture
def worlds(
    store: Store, cast: Cast, keys: KeyRing, tmp_path: Path
) -> Iterator[list[tuple[Store, FlaskClient]]]:
    """The same town twice, with okada signed in by the same session."""
    with store.write() as session:
        for words in ("いつもの話", "ほかの話"):
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, words=words)
    token = create_app(Settings(), store=store, keys=keys, clock=lambda: MORNING).test_client()
    town.signed_in(token, store, cast.okada)
    with token.session_transaction() as cookie:
        session_token = cookie["_user_id"]
    source, twin = (sqlite3.connect(tmp_path / f"{name}.sqlite3") for name in ("kizuki", "twin"))
    source.backup(twin)
    source.close()
    twin.close()
    found = []
    for name in ("kizuki", "twin"):
        one = hasty(Store(f"sqlite:///{tmp_path}/{name}.sqlite3", keys))
        app = create_app(Settings(), store=one, keys=keys, clock=lambda: MORNING)
        app.config.update(TESTING=True, SECRET_KEY=b"one")
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = session_token, True
        found.append((one, client))
    yield found
    for one, _ in found:
        one.close()


def _seen(client: FlaskClient, path: str) -> tuple[object, ...]:
    answer = client.get(path)
    body = TOKEN.sub("", answer.text)
    kept = {k: v for k, v in answer.headers.items() if k not in VARYING}
    return answer.status_code, kept, body.replace(path, "")


def _searched(client: FlaskClient) -> str:
    answer = client.post("/desk/search", data={"q": "ひみつ"}, headers=town.csrf(client))
    return TOKEN.sub("", answer.text)


def _told(session: Session, person: uuid.UUID) -> list[str]:
    of = sa.select(Delivery.kind).where(Delivery.person_id == person)
    return sorted(session.scalars(of))


@pytest.mark.parametrize("how", ["asked", "household", "declared"])
def test_the_world_is_the_same_without_it_for_whoever_is_near(
    worlds: list[tuple[Store, FlaskClient]], cast: Cast, how: str
) -> None:
    (plain, one), (twin, other) = worlds
    with twin.write() as session:
        told = {"words": "ひみつの話", "place_detail": "1-2-3", "urgency": "today"}
        told |= {"not_to": "岡田さん"} if how == "asked" else {}
        hidden = town.note(session, MORNING, by=cast.tanaka, area=cast.kitamachi, **told)
        hidden_id = hidden.id
        if how == "declared":
            declaring.declare(hidden, session.get_one(Person, cast.okada), Relation.SELF, MORNING)
            settled = sa.delete(Delivery).where(Delivery.settled_at.is_not(None))
            session.execute(settled)
        if how == "household":
            _found(session, cast)
    differing = [path for path in PAGES if _seen(one, path) != _seen(other, path)]
    assert differing == []
    assert _searched(one) == _searched(other)
    path = f"/desk/handoffs/{hidden_id}"
    assert _seen(one, path) == _seen(other, path)
    assert one.get(path).status_code == 404
    with plain.read() as before, twin.read() as after:
        assert _told(before, cast.okada) == _told(after, cast.okada)
        assert after.get_one(Handoff, hidden_id).desk_id == cast.north_desk


def _found(session: Session, cast: Cast) -> None:
    """As if the address had been given before: what was told meanwhile is not there."""
    person = session.get_one(Person, cast.okada)
    tokens = own_clue.of_given(session, person, "北町1-2-3", "")
    settling_in.give(session, person, tokens, looking_back.look(session, person, tokens), MORNING)
    session.execute(sa.delete(Delivery).where(Delivery.settled_at.is_not(None)))

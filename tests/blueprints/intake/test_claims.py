"""担当 from the list and on the note's page: with one tap, once, and by whoever may read it."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.delivery import Delivery, DeliveryKind
from models.handoff import Handoff, Outcome
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import MEMO, Notes, Post
from tests.town import MORNING, Cast

MINE, TAKE = "わたしの担当", "わたしが担当します"


@pytest.fixture
def kato(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(app.test_client(), store, cast.kato)


def has_it(store: Store, handoff_id: uuid.UUID) -> uuid.UUID | None:
    with store.read() as session:
        return session.get_one(Handoff, handoff_id).claimed_by_id


def test_one_tap_in_the_list_takes_it_and_leads_back(
    okada: FlaskClient, post: Post, notes: Notes, cast: Cast
) -> None:
    one = notes.send()
    assert TAKE in okada.get("/desk").text
    answer = post(one, "claim", view="waiting")
    assert answer.status_code == 303
    assert answer.location.endswith(f"view=waiting&done=claim&row={one}")
    assert has_it(notes.store, one) == cast.okada
    page = okada.get(answer.location).text
    assert "あなたの担当になりました" in page
    assert f'<span class="badge badge--brand">{MINE}</span>' in page
    assert f"{one}/claim" not in page


def test_the_others_see_who_has_it(
    okada: FlaskClient, kato: FlaskClient, post: Post, notes: Notes
) -> None:
    one = notes.send()
    before = kato.get("/desk/pulse").headers["ETag"]
    post(one, "claim")
    assert kato.get("/desk/pulse").headers["ETag"] != before
    assert "担当：岡田さん" in kato.get("/desk").text
    page = kato.get(f"/desk/handoffs/{one}").text
    assert "岡田さん" in page
    assert "岡田さんが担当になりました" in page
    assert MINE in okada.get(f"/desk/handoffs/{one}").text


def test_who_comes_second_is_told_by_whom_it_was_taken(
    kato: FlaskClient, post: Post, notes: Notes, cast: Cast
) -> None:
    one = notes.send()
    post(one, "claim")
    for noun in ("claim", "putting-down"):
        answer = kato.post(f"/desk/handoffs/{one}/{noun}", headers=town.csrf(kato))
        assert answer.status_code == 409
        assert "岡田さんが担当しています。" in answer.text
    assert has_it(notes.store, one) == cast.okada


def test_a_tap_that_comes_twice_is_done_once(post: Post, notes: Notes, cast: Cast) -> None:
    one = notes.send()
    for noun in ("claim", "claim"):
        assert post(one, noun).status_code == 303
    for form in ({"to_person": str(cast.kato), "had": str(cast.okada)},) * 2:
        assert post(one, "assignment", **form).status_code == 303
    assert has_it(notes.store, one) == cast.kato
    with notes.store.read() as session:
        given = Delivery.kind == DeliveryKind.ASSIGNED
        [told] = session.scalars(sa.select(Delivery).where(given))
        assert (told.person_id, told.handoff_id) == (cast.kato, one)
        address = told.address
    assert address


def test_what_is_told_leads_to_the_note(
    kato: FlaskClient, post: Post, notes: Notes, cast: Cast
) -> None:
    one = notes.send()
    post(one, "assignment", to_person=str(cast.kato))
    with notes.store.read() as session:
        given = Delivery.kind == DeliveryKind.ASSIGNED
        address = session.scalars(sa.select(Delivery.address).where(given)).one()
    assert kato.get(f"/d/{address}").location == f"/desk/handoffs/{one}"


def test_only_a_colleague_who_may_read_it_is_taken(
    app: Flask, okada: FlaskClient, post: Post, notes: Notes, cast: Cast
) -> None:
    one, sealed = notes.send(), notes.send(not_nearby=True)
    for to in (cast.kimura, cast.ueda, cast.suzuki, cast.kubo, uuid.uuid4(), "x", ""):
        answer = post(one, "assignment", to_person=str(to))
        assert (answer.status_code, has_it(notes.store, one)) == (422, None)
        assert "この窓口の人を選んでください。" in answer.text
    choices = okada.get(f"/desk/handoffs/{one}").text.split('name="to_person"')[1]
    assert str(cast.kato) in choices
    assert not any(str(to) in choices for to in (cast.kimura, cast.ueda, cast.kubo))
    aoki = town.signed_in(app.test_client(), notes.store, cast.aoki)
    choices = aoki.get(f"/desk/handoffs/{sealed}").text.split('name="to_person"')[1]
    assert str(cast.ishii) in choices
    assert str(cast.ueda) not in choices
    form = {"to_person": str(cast.ueda)}
    path = f"/desk/handoffs/{sealed}/assignment"
    assert aoki.post(path, data=form, headers=town.csrf(aoki)).status_code == 422


def test_put_down_it_stands_there_for_everybody(
    okada: FlaskClient, post: Post, notes: Notes
) -> None:
    one = notes.send()
    post(one, "claim")
    assert "担当をはずれました" in okada.get(post(one, "putting-down").location).text
    assert has_it(notes.store, one) is None


def test_whoever_acknowledges_has_it_and_the_undo_takes_it_back(
    post: Post, notes: Notes, cast: Cast
) -> None:
    one = notes.send()
    post(one, "acknowledgement", view="waiting")
    assert has_it(notes.store, one) == cast.okada
    post(one, "undoing", view="waiting")
    assert has_it(notes.store, one) is None


def test_several_at_once_are_theirs_who_acknowledged_them(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    two = [notes.send(**MEMO) for _ in range(2)]
    form = {"handoff": [str(one) for one in two], "desk": str(cast.north_desk)}
    okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    assert {has_it(notes.store, one) for one in two} == {cast.okada}


def test_what_ended_offers_nobody(okada: FlaskClient, notes: Notes) -> None:
    one = notes.acknowledged()
    notes.change(one, lambda h, by: h.close(by, Outcome.SETTLED, Said("closed"), MORNING))
    assert TAKE not in okada.get(f"/desk/handoffs/{one}").text
    assert TAKE not in okada.get("/desk?view=closed").text


def rows(client: FlaskClient, query: str) -> int:
    page = client.get(f"/desk?{query}")
    assert page.status_code == 200
    return page.text.count('<li class="job ')


def test_a_list_is_narrowed_to_ones_own_and_to_nobodys(
    okada: FlaskClient, kato: FlaskClient, post: Post, notes: Notes, cast: Cast
) -> None:
    one, _two, _three = (notes.send() for _ in range(3))
    post(one, "claim")
    assert [rows(who, "whose=mine") for who in (okada, kato)] == [1, 0]
    assert [rows(who, "whose=nobody") for who in (okada, kato)] == [2, 2]
    assert [rows(who, f"whose={cast.okada}") for who in (okada, kato)] == [1, 1]
    assert rows(okada, f"whose=mine&urgency=soon&area={cast.kitamachi}") == 1
    assert rows(okada, "whose=mine&urgency=memo") == 0
    assert "岡田さん</option>" in kato.get(f"/desk?whose={cast.okada}").text
    page = okada.get("/desk?whose=mine").text
    assert '<option value="mine" selected>' in page
    assert f"/desk/handoffs/{one}/acknowledgement?whose=mine" in page


@pytest.mark.parametrize("whose", ["x", "kimura", "suzuki", "kubo", str(uuid.UUID(int=7))])
def test_nobody_else_is_a_choice(okada: FlaskClient, cast: Cast, whose: str) -> None:
    assert okada.get(f"/desk?whose={getattr(cast, whose, whose)}").status_code == 404


def test_whoever_claims_in_a_narrowed_list_returns_to_it(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    for whose in ("nobody", "mine", str(cast.kato)):
        path = f"/desk/handoffs/{notes.send()}/claim?whose={whose}"
        answer = okada.post(path, data={"view": "waiting"}, headers=town.csrf(okada))
        assert f"&view=waiting&whose={whose}&done=claim" in answer.location

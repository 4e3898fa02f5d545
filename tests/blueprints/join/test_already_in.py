"""A second scan on the same phone: nobody gets a second account unasked, or loses the first."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.invitation import Invitation
from models.person import Person
from models.store import Store
from tests.support.invitations import personal, post, poster
from tests.town import Cast, signed_in

IN = "もう入っています"


def people(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def uses(store: Store) -> list[int]:
    with store.read() as session:
        return list(session.scalars(sa.select(Invitation.uses)))


def test_a_poster_scanned_again_says_that_one_is_in(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    post(client, "/join", token=told.token, name="はな")
    before = people(store)
    shown = post(client, "/join/invitation", token=told.token)
    assert shown.status_code == 200
    assert IN in shown.text
    assert "はなさん" in shown.text
    assert 'href="/notes"' in shown.text
    assert 'href="/settings"' in shown.text
    again = post(client, "/join", token=told.token, name="はな")
    assert again.status_code == 409
    assert IN in again.text
    assert (people(store), uses(store)) == (before, [1])
    assert "はな" in client.get("/settings").text


def test_somebody_else_comes_in_by_choice_alone(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    signed_in(client, store, cast.suzuki)
    told = poster(store, cast.minamimachi)
    shown = post(client, "/join/invitation", code=told.code)
    assert "鈴木さんの書いたものとお返事は、この電話では読めなくなります" in shown.text
    assert client.get("/settings").status_code == 200
    asked = post(client, "/join/invitation", code=told.code, anew="1")
    assert "みさき市 南町に住む方" in asked.text
    assert asked.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/settings").status_code == 303
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked.text)
    assert token is not None
    form = {"code": told.code, "name": "はな", "csrf_token": token[1]}
    assert client.post("/join", data=form).status_code == 303
    assert "はな" in client.get("/settings").text


def test_an_invitation_that_is_over_signs_nobody_out(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    signed_in(client, store, cast.suzuki)
    assert post(client, "/join/invitation", token="unknown", anew="1").status_code == 422
    assert client.get("/settings").status_code == 200


@pytest.mark.parametrize("used", [1, 2])
def test_a_commissioner_keeps_the_second_use_and_their_history(
    app: Flask, store: Store, cast: Cast, used: int
) -> None:
    told = personal(store, area=cast.kitamachi)
    browsers = [app.test_client() for _ in range(used)]
    for browser in browsers:
        assert post(browser, "/join", token=told.token, digits=told.digits).status_code == 303
    with store.read() as session:
        before = session.scalars(sa.select(Person).order_by(Person.joined_at.desc())).first()
    shown = post(browsers[0], "/join/invitation", token=told.token)
    assert IN in shown.text
    assert 'name="anew"' not in shown.text
    again = post(browsers[0], "/join", token=told.token, digits=told.digits)
    assert (again.status_code, uses(store)) == (409, [used])
    with store.read() as session:
        assert before is not None
        assert session.get_one(Person, before.id).moved_at == before.moved_at


def test_staff_and_others_invitations_go_on_as_before(app: Flask, store: Store, cast: Cast) -> None:
    told, own = poster(store, cast.kitamachi), personal(store, area=cast.kitamachi)
    okada, suzuki = (signed_in(app.test_client(), store, who) for who in (cast.okada, cast.suzuki))
    assert IN not in post(okada, "/join/invitation", token=told.token).text
    assert "森さんですか" in post(suzuki, "/join/invitation", token=own.token).text

"""A second scan on the same phone: nobody gets a second account unasked, or loses the first."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.credential import SignIn
from models.invitation import Invitation
from models.person import Person
from models.store import Store
from tests.support.invitations import personal, post, poster
from tests.town import MORNING, Cast, signed_in

IN = "もう入っています"


def people(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def uses(store: Store) -> list[int]:
    with store.read() as session:
        return list(session.scalars(sa.select(Invitation.uses)))


def sign_ins(store: Store, person: uuid.UUID) -> list[SignIn]:
    with store.read() as session:
        return list(session.scalars(sa.select(SignIn).where(SignIn.person_id == person)))


def closed(store: Store, cast: Cast, why: str) -> str:
    """The token of a poster that lets nobody in today."""
    told = poster(store, cast.minamimachi, daily_limit=1)
    with store.write() as session:
        invitation = Invitation.by_token(session, told.token)
        assert invitation is not None
        if why == "revoked":
            invitation.revoke(session.get_one(Person, cast.yamamoto), MORNING)
        elif why == "ended":
            invitation.ends_at = MORNING
        else:
            invitation.count_use(MORNING)
    return told.token


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
    asked = post(client, "/join/invitation", code=told.code, anew=str(cast.suzuki))
    assert "みさき市 南町に住む方" in asked.text
    assert "鈴木" in client.get("/settings").text
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', asked.text))
    refused = client.post("/join", data=form)
    assert refused.status_code == 422
    assert "鈴木" in client.get("/settings").text
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', refused.text))
    joined = client.post("/join", data=again | {"name": "はな"})
    assert (joined.status_code, joined.headers["Clear-Site-Data"]) == (303, '"cache"')
    assert "はな" in client.get("/settings").text
    assert [row.revoked_at is None for row in sign_ins(store, cast.suzuki)] == [False]
    before = people(store)
    told_again = {"code": told.code, "name": "はな", "anew": str(cast.suzuki)}
    assert post(client, "/join", **told_again).status_code == 409
    assert people(store) == before


@pytest.mark.parametrize("why", ["unknown", "revoked", "ended", "at its limit"])
@pytest.mark.parametrize("path", ["/join/invitation", "/join"])
def test_an_invitation_that_lets_nobody_in_signs_nobody_out(
    client: FlaskClient, store: Store, cast: Cast, path: str, why: str
) -> None:
    signed_in(client, store, cast.suzuki)
    token = "unknown" if why == "unknown" else closed(store, cast, why)
    assert post(client, path, token=token, name="はな", anew="1").status_code == 422
    assert "鈴木" in client.get("/settings").text
    assert [row.revoked_at for row in sign_ins(store, cast.suzuki)] == [None]


@pytest.mark.parametrize("why", ["revoked", "ended", "at its limit"])
def test_nobody_else_is_asked_in_where_there_is_no_room(
    client: FlaskClient, store: Store, cast: Cast, why: str
) -> None:
    signed_in(client, store, cast.suzuki)
    shown = post(client, "/join/invitation", token=closed(store, cast, why))
    assert IN in shown.text
    assert 'name="anew"' not in shown.text


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

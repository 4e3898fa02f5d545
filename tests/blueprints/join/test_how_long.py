"""How long an invitation, a sign-in and an open form serve."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.assurance import Assurance
from models.credential import SignIn
from models.store import Store
from models.town_time import TOKYO, local_date
from tests.conftest import SetClock
from tests.support.invitations import personal, post, poster
from tests.town import MORNING, Cast, csrf, signed_in

FORTNIGHT = dt.timedelta(days=14)


def test_a_poster_serves_several_up_to_its_limit_and_again_the_next_day_of_the_town(
    app: Flask, store: Store, cast: Cast, clock: SetClock
) -> None:
    told = poster(store, cast.kitamachi, daily_limit=2)

    def comes_in(name: str) -> bool:
        done = post(app.test_client(), "/join", token=told.token, name=name, language="ja")
        return done.status_code == 303

    assert [comes_in(name) for name in ("はな", "うみ", "そら")] == [True, True, False]
    midnight = dt.datetime.combine(local_date(MORNING), dt.time(23, 59), TOKYO)
    clock.now = midnight.astimezone(dt.UTC)
    assert not comes_in("そら")
    clock.forward(minutes=1)
    assert comes_in("そら")


@pytest.mark.parametrize(
    ("after", "status"), [(FORTNIGHT - dt.timedelta(hours=1), 303), (FORTNIGHT, 422)]
)
def test_a_personal_invitation_serves_for_fourteen_days(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    clock: SetClock,
    after: dt.timedelta,
    status: int,
) -> None:
    told = personal(store, area=cast.kitamachi)
    clock.now += after
    done = post(client, "/join", token=told.token, digits=told.digits)
    assert done.status_code == status


def test_a_password_opens_for_twelve_hours_however_busy_one_is(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    signed_in(client, store, cast.okada)
    while clock.forward(minutes=20) < MORNING + dt.timedelta(hours=12):
        assert client.get("/settings").status_code == 200
    assert client.get("/settings").location == "/signin?next=/settings"


def test_a_phone_stays_signed_in_for_four_hundred_days(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    signed_in(client, store, cast.suzuki)
    clock.forward(days=400, seconds=-1)
    assert client.get("/settings").status_code == 200
    clock.forward(seconds=1)
    assert client.get("/settings").location == "/signin?next=/settings"


def test_a_session_keeps_how_surely_one_came_in(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, area=cast.kitamachi)
    assert post(client, "/join", token=told.token, digits=told.digits).status_code == 303
    with store.read() as session:
        assert session.scalars(sa.select(SignIn.assurance)).one() is Assurance.DEVICE


def test_a_form_that_stood_open_for_a_year_is_still_taken(
    client: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = time.time()
    with monkeypatch.context() as then:
        then.setattr("itsdangerous.timed.time.time", lambda: today - 366 * 24 * 3600)
        token = csrf(signed_in(client, store, cast.suzuki))
    given = {"language": "en"}
    assert client.post("/settings/language", data=given).status_code == 400
    assert client.post("/settings/language", data=given, headers=token).status_code == 303

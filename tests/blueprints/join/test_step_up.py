"""What cannot be taken back waits for a fresh proof, and goes on where it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.credential import SignIn
from models.handoff import Handoff
from models.household.entity import Gathering
from models.person import Person
from models.store import Store
from tests import town
from tests.attacks.matrix import FRESH
from tests.conftest import SetClock
from tests.support.invitations import post
from tests.support.proofs import (
    ask,
    by_password,
    code_at,
    fields,
    give_app,
    give_passkey,
    give_password,
    held_token,
)
from tests.support.switching import tap
from tests.town import Cast, csrf, signed_in

ASKED = "ご本人とたしかめます"


def test_the_table_of_the_matrix_names_what_asks_for_a_fresh_proof(app: Flask) -> None:
    rules = app.url_map.iter_rules()
    found = {
        f"{method} {rule}"
        for rule in rules
        if getattr(app.view_functions[rule.endpoint], "needs_fresh", False)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == FRESH


@pytest.fixture
def stale(client: FlaskClient, store: Store, cast: Cast, clock: SetClock) -> FlaskClient:
    """岡田, who came in five minutes and a second ago."""
    signed_in(client, store, cast.okada)
    clock.forward(minutes=5, seconds=1)
    return client


def two_notes(store: Store, cast: Cast, clock: SetClock) -> tuple[Handoff, Handoff]:
    with store.write() as session:
        made = [
            town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi) for _ in range(2)
        ]
        return made[0], made[1]


def gatherings(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Gathering)) or 0


def test_an_act_waits_for_the_proof_and_goes_on_with_all_that_was_sent(
    stale: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    device, (one, other) = give_passkey(store, cast.okada), two_notes(store, cast, clock)
    path, before = f"/desk/handoffs/{one.id}/gathering", held_token(stale)
    asked = post(stale, path, other=str(other.id))
    assert asked.status_code == 403
    assert ASKED in asked.text
    assert gatherings(store) == 0
    whole = fields(asked.text)
    kept = {name: value for name, value in whole.items() if name not in ("answer", "csrf_token")}
    assert kept["kept.other"] == str(other.id)
    options = ask(stale, "/signin/step-up/challenges")
    given = kept | {"answer": device.get(options)}
    proved = stale.post("/signin/step-up", data=given, headers=csrf(stale))
    assert proved.status_code == 200
    assert f'action="{path}" method="post" data-behaviour="go-on"' in proved.text
    again = fields(proved.text)
    assert again["other"] == str(other.id)
    assert stale.post(path, data=again).status_code == 303
    assert gatherings(store) == 1
    with store.read() as session:
        assert SignIn.find(session, before, clock.now) is None
        acts = session.scalars(sa.select(AuditLine.act).where(AuditLine.actor_id == cast.okada))
        assert "step_up" in acts.all()


def test_the_page_that_asks_speaks_every_language_and_loses_nothing(
    stale: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    give_passkey(store, cast.okada)
    one, other = two_notes(store, cast, clock)
    page = post(stale, f"/desk/handoffs/{one.id}/gathering", other=str(other.id))
    for language, words in (("en", "confirm that it is you"), ("ja@easy", "たしかめます")):
        page = tap(stale, page, language)
        assert words in page.text
        assert fields(page.text)["kept.other"] == str(other.id)
    assert gatherings(store) == 0


def test_the_proof_lasts_five_minutes_and_no_longer(
    stale: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    device = give_passkey(store, cast.okada)
    assert post(stale, "/desk/day/table").status_code == 403
    options = ask(stale, "/signin/step-up/challenges")
    done = post(stale, "/signin/step-up", answer=device.get(options), next="/desk/day")
    assert (done.status_code, done.location) == (303, "/desk/day")
    clock.forward(minutes=5)
    assert post(stale, "/desk/day/table").status_code == 200
    clock.forward(seconds=1)
    assert post(stale, "/desk/day/table").status_code == 403


def test_an_apps_code_proves_too_and_not_the_one_that_came_in(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    give_password(store, cast.okada)
    secret = give_app(store, cast.okada)
    by_password(client, "okada@misaki.example")
    came_in = code_at(secret, clock.now)
    assert post(client, "/signin/second", code=came_in).status_code == 303
    assert post(client, "/signin/step-up", code=came_in).status_code == 422
    clock.forward(minutes=6)
    assert client.get("/signins/app").status_code == 403
    code = code_at(secret, clock.now)
    wrong = post(client, "/signin/step-up", code="000000", next="/signins/app")
    assert wrong.status_code == 422
    done = post(client, "/signin/step-up", code=code, next="/signins/app")
    assert (done.status_code, done.location) == (303, "/signins/app")
    assert client.get("/signins/app").status_code == 200


def test_staff_leave_after_a_proof_and_a_phone_without(
    app: Flask, stale: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    asked = post(stale, "/settings/leaving")
    assert asked.status_code == 403
    assert ASKED in asked.text
    with store.read() as session:
        assert session.get_one(Person, cast.okada).is_active
    phone = signed_in(app.test_client(), store, cast.suzuki)
    assert post(phone, "/settings/leaving").status_code == 200


def test_a_new_desk_waits_only_where_it_gives_somebody_a_role(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    signed_in(client, store, cast.yamamoto)
    clock.forward(minutes=6)
    given = {
        "name": "東の相談室",
        "telephone": "059-000-0007",
        "backup": str(cast.core),
        "memo_days": "5",
        "soon_days": "2",
        "now_minutes": "30",
        "0-first-from": "09:00",
        "0-first-to": "17:00",
    }
    asked = client.post("/office/desks", data=given | {"begins_name": "東"}, headers=csrf(client))
    assert asked.status_code == 403
    assert fields(asked.text)["kept.backup"] == str(cast.core)
    assert client.post("/office/desks", data=given, headers=csrf(client)).status_code == 422


def test_a_session_that_a_role_change_met_goes_on_under_another_token(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    from models import staffing

    signed_in(client, store, cast.ueda)
    before = held_token(client)
    with store.write() as session:
        ueda, by = (session.get_one(Person, who) for who in (cast.ueda, cast.yamamoto))
        north = session.get_one(town.Desk, cast.north_desk)
        staffing.put_at_desk(session, ueda, north, by, clock.now, sealed=False)
    assert client.get("/desk/pulse", headers={"Sec-Fetch-Mode": "cors"}).status_code == 204
    assert held_token(client) == before
    assert client.get("/desk").status_code == 200
    after = held_token(client)
    assert after != before
    assert client.get("/desk").status_code == 200
    assert held_token(client) == after
    with store.read() as session:
        assert SignIn.find(session, before, clock.now) is None

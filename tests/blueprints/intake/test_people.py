"""Who stands at the desk: a content role begins with a yes from inside."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.membership import Membership
from models.store import Store
from tests import town
from tests.town import MORNING, Cast


def membership_of(store: Store, cast: Cast, who: str) -> Membership:
    with store.read() as session:
        found = sa.select(Membership).where(Membership.person_id == getattr(cast, who))
        return session.scalars(found).one()


def confirm(client: FlaskClient, membership: Membership) -> int:
    path = f"/desk/people/{membership.id}/confirmation"
    return client.post(path, headers=town.csrf(client)).status_code


def test_who_waits_and_who_is_there_stand_on_one_page(okada: FlaskClient) -> None:
    page = okada.get("/desk/people").text
    assert "久保さんを確認する" in page
    for name in ("岡田さん", "加藤さん"):
        assert name in page
    assert "木村さん" not in page


@pytest.mark.parametrize("who", ["okada", "ueda"])
def test_a_yes_from_the_desk_or_the_core_lets_somebody_in(
    client: FlaskClient, store: Store, cast: Cast, who: str
) -> None:
    town.signed_in(client, store, getattr(cast, who))
    assert confirm(client, membership_of(store, cast, "kubo")) == 303
    found = membership_of(store, cast, "kubo")
    assert (found.confirmed_at, found.confirmed_by_id) == (MORNING, getattr(cast, who))
    with store.read() as session:
        acts = sa.select(AuditLine.actor_id).where(AuditLine.act == "confirm")
        assert session.scalars(acts).all() == [getattr(cast, who)]
    assert town.signed_in(client, store, cast.kubo).get("/desk").status_code == 200


@pytest.mark.parametrize("who", ["kubo", "kimura", "yamamoto", "sato"])
def test_nobody_else_can_say_it(client: FlaskClient, store: Store, cast: Cast, who: str) -> None:
    town.signed_in(client, store, getattr(cast, who))
    assert confirm(client, membership_of(store, cast, "kubo")) == 404
    assert membership_of(store, cast, "kubo").confirmed_at is None


def test_only_the_sealed_team_sees_who_waits_for_it(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        found = session.get_one(Membership, membership_of(store, cast, "kubo").id)
        found.desk_id, found.in_sealed_team = cast.core, True
    for who, status in (("ueda", 404), ("aoki", 303)):
        town.signed_in(client, store, getattr(cast, who))
        assert ("久保さん" in client.get("/desk/people").text) is (status == 303)
        assert confirm(client, membership_of(store, cast, "kubo")) == status


def test_who_has_left_meanwhile_is_not_let_in(okada: FlaskClient, store: Store, cast: Cast) -> None:
    with store.write() as session:
        session.get_one(Membership, membership_of(store, cast, "kubo").id).ended_at = MORNING
    assert "久保さん" not in okada.get("/desk/people").text
    assert confirm(okada, membership_of(store, cast, "kubo")) == 422

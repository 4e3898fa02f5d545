"""A caller lost a phone: found by name in the desk's own areas, and ended at once."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import device
from models.audit import AuditLine
from models.credential import Credential
from models.desk import Desk
from models.person import Person
from models.store import Store
from tests import town
from tests.support.phone import Phone as Key
from tests.support.phone import point_of
from tests.town import MORNING, Cast


@pytest.fixture
def key(store: Store, cast: Cast) -> uuid.UUID:
    """The key of 鈴木's phone."""
    with store.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        return device.register(session, suzuki, point_of(Key()), MORNING, "Android").id


def endings(page: str) -> list[str]:
    return re.findall(r'"(/desk/phones/[^"]+/ending[^"]*)"', page.replace("&amp;", "&"))


def look(client: FlaskClient, name: str) -> TestResponse:
    return client.post("/desk/phones", data={"name": name}, headers=town.csrf(client))


def test_no_name_stands_in_an_address(okada: FlaskClient, store: Store, key: uuid.UUID) -> None:
    assert 'method="get"' not in okada.get("/desk/phones").text
    assert endings(okada.get("/desk/phones?name=鈴木").text) == []
    with store.read() as session:
        looked = sa.select(AuditLine).where(AuditLine.act == "look_for_phone")
        assert session.scalars(looked).all() == []


def test_nobody_is_listed_before_a_name_is_asked_for(okada: FlaskClient, key: uuid.UUID) -> None:
    pages = [okada.get("/desk/phones"), look(okada, ""), look(okada, "　")]
    assert [endings(page.text) for page in pages] == [[], [], []]
    assert "/desk/phones" in okada.get("/desk/people").text


def test_one_character_finds_no_more_than_a_name_of_one_character(
    okada: FlaskClient, store: Store, cast: Cast, key: uuid.UUID
) -> None:
    with store.write() as session:
        mori = session.get_one(Person, cast.nakamura)
        assert mori.identity is not None
        mori.identity.name = "森"
    assert endings(look(okada, "鈴").text) == []
    assert "鈴木" not in look(okada, "鈴").text
    assert "森さん" in look(okada, "森").text


def test_a_search_tells_nothing_of_use_and_is_written_down_without_the_name(
    okada: FlaskClient, store: Store, cast: Cast, key: uuid.UUID
) -> None:
    page = look(okada, "鈴木").text
    assert "Android" in page
    assert "さいごの連絡" not in page
    okada.get("/desk/phones")
    with store.read() as session:
        line = session.scalars(sa.select(AuditLine).where(AuditLine.act == "look_for_phone")).one()
        assert (line.actor_id, line.object_id) == (cast.okada, str(cast.north_desk))
        assert "鈴木" not in line.content().decode()


def test_volunteers_at_a_desk_find_nobody(
    okada: FlaskClient, store: Store, cast: Cast, key: uuid.UUID
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
    assert look(okada, "鈴木").status_code == 404
    assert "/desk/phones" not in okada.get("/desk/people").text
    path = f"/desk/phones/{cast.suzuki}/{key}/ending"
    assert okada.post(path, headers=town.csrf(okada)).status_code == 404


@pytest.mark.parametrize(
    ("who", "name", "found"),
    [
        ("okada", "鈴木", True),
        ("okada", "田中", False),
        ("okada", "岡田", False),
        ("kimura", "鈴木", False),
        ("ueda", "鈴木", True),
    ],
)
def test_only_people_of_the_desks_areas_are_found_and_the_core_finds_all(
    client: FlaskClient, store: Store, cast: Cast, key: uuid.UUID, who: str, name: str, found: bool
) -> None:
    town.signed_in(client, store, getattr(cast, who))
    page = look(client, name).text
    assert (f"{name}さん" in page) == found
    assert bool(endings(page)) == found


def test_staff_end_a_phone_on_the_call_and_it_is_written_down(
    app: Flask, okada: FlaskClient, store: Store, cast: Cast, key: uuid.UUID
) -> None:
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    paths = endings(look(okada, "鈴木").text)
    assert len(paths) == 2
    for path in paths:
        answer = okada.post(path, headers=town.csrf(okada))
        assert "その電話では、もう読めません。" in okada.get(answer.headers["Location"]).text
    assert suzuki.get("/notes").status_code == 303
    with store.read() as session:
        assert session.get_one(Credential, key).revoked_at == MORNING
        lines = session.scalars(sa.select(AuditLine).where(AuditLine.act == "end_phone")).all()
        assert {(line.actor_id, line.chain) for line in lines} == {
            (cast.okada, str(cast.north_desk))
        }
        assert len(lines) == 2


def test_another_persons_phone_is_not_this_persons(
    okada: FlaskClient, store: Store, cast: Cast, key: uuid.UUID
) -> None:
    path = f"/desk/phones/{cast.nakamura}/{key}/ending"
    assert okada.post(path, headers=town.csrf(okada)).status_code == 404
    with store.read() as session:
        assert session.get_one(Credential, key).revoked_at is None

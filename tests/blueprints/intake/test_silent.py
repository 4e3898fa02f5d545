"""Phones that fell silent, among the desk's telephone calls."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import device, silence
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.person import AnswerBy, Person
from models.phone import Contact, Phone
from models.store import Store
from tests import town
from tests.support.phone import Phone as Key
from tests.support.phone import point_of
from tests.town import MORNING, Cast

LIST = "/desk?view=telephone"


@pytest.fixture
def phone(store: Store, cast: Cast) -> uuid.UUID:
    """鈴木's phone, silent for four days with something to come; the north desk was asked."""
    then = MORNING - dt.timedelta(days=4)
    with store.write() as session:
        made = device.register(session, session.get_one(Person, cast.suzuki), point_of(Key()), then)
        session.flush()
        session.get_one(Phone, made.id).take(1, 1, then)
    assert silence.watch(store, 3, MORNING) == 1
    return made.id


def press(client: FlaskClient, phone: uuid.UUID) -> TestResponse:
    return client.post(f"/desk/phones/{phone}/telephoning", headers=town.csrf(client))


def test_the_desk_is_asked_to_telephone_and_told_nothing_of_what_was_written(
    okada: FlaskClient, store: Store, cast: Cast, phone: uuid.UUID
) -> None:
    page = okada.get(LIST).text
    assert "鈴木さんの電話に、まだ届いていない気になることがあります。" in page
    assert "電話の番号は、残されていません。" in page
    assert "tel:" not in page
    with store.write() as session:
        person = session.get_one(Person, cast.suzuki)
        assert person.identity is not None
        person.identity.telephone, person.answer_by = "09000000000", AnswerBy.TELEPHONE
    page = okada.get(LIST).text
    assert "電話してください。" in page
    assert 'href="tel:09000000000"' in page
    assert "電話しました" in page


def test_it_is_counted_and_stands_in_no_other_list(okada: FlaskClient, phone: uuid.UUID) -> None:
    for view in ("waiting", "answered", "closed"):
        page = okada.get(f"/desk?view={view}").text
        assert "鈴木さんの電話に" not in page
        assert '電話する</span><span class="number">1</span>' in page


def test_the_days_sheet_and_table_say_how_many_and_point_at_no_number(
    okada: FlaskClient, phone: uuid.UUID
) -> None:
    said = "電話からまだ届いていないものがあります（1件）。"
    page = okada.get("/desk/day").text
    assert said in page
    assert "電話番号を見る" not in page
    answer = okada.post("/desk/day/table", headers=town.csrf(okada))
    *_, last = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert last[0] == "電話する"
    assert last[1].startswith(said)
    assert len(last) == 2


def test_a_press_settles_it_once(okada: FlaskClient, store: Store, phone: uuid.UUID) -> None:
    for _ in range(2):
        answer = press(okada, phone)
        assert answer.status_code == 303
    page = okada.get(answer.headers["Location"]).text
    assert "電話したことを残しました。" in page
    assert "鈴木さんの電話に" not in page
    with store.read() as session:
        acts = sa.select(AuditLine).where(AuditLine.act == "telephone")
        assert len(session.scalars(acts).all()) == 1


def test_it_goes_by_itself_once_everything_came(
    okada: FlaskClient, store: Store, phone: uuid.UUID
) -> None:
    with store.write() as session:
        session.get_one(Phone, phone).take(2, 0, MORNING)
        session.get_one(Phone, phone).learn(Contact(2, 0), MORNING)
    assert "鈴木さんの電話に" not in okada.get(LIST).text


@pytest.mark.parametrize("who", ["kimura", "ueda", "kubo", "yamamoto", "suzuki"])
def test_it_is_nobody_elses(
    client: FlaskClient, store: Store, cast: Cast, phone: uuid.UUID, who: str
) -> None:
    town.signed_in(client, store, getattr(cast, who))
    assert press(client, phone).status_code == 404
    assert "鈴木さん" not in client.get(LIST).text
    with store.read() as session:
        assert session.get_one(Phone, phone).waits_for_call


def test_the_push_leads_to_the_call(
    okada: FlaskClient, store: Store, cast: Cast, phone: uuid.UUID
) -> None:
    with store.read() as session:
        asked = sa.select(Delivery.address).where(
            Delivery.kind == DeliveryKind.CONFIRM, Delivery.person_id == cast.okada
        )
        address = session.scalars(asked).one()
    opened = okada.get(f"/d/{address}").headers["Location"]
    assert opened == f"/desk?desk={cast.north_desk}&view=telephone"
    with store.write() as session:
        session.get_one(Phone, phone).take(2, 0, MORNING)
    assert okada.get(f"/d/{address}").headers["Location"] == f"/desk/people?desk={cast.north_desk}"

"""The desks' public pages, the call sheet, the start page, and the quick exit."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.desk import Desk, DeskArea
from models.store import Store
from models.town import CallNumber, NumberPlace
from tests import town
from tests.conftest import SetClock
from tests.support.notes import post
from tests.town import Cast


@pytest.fixture
def described(store: Store, cast: Cast) -> uuid.UUID:
    """The north desk with all that the law asks to be known."""
    with store.write() as session:
        desk = session.get_one(Desk, cast.north_desk)
        desk.place, desk.who, desk.does = "市民センター1階", "保健師 1人", "まるごと聞きます。"
        desk.duty_telephone = "059-000-0099"
    return cast.north_desk


def test_a_desks_page_says_what_the_law_asks(client: FlaskClient, described: uuid.UUID) -> None:
    answer = client.get(f"/desks/{described}")
    for words in ("北の相談室", "市民センター1階", "059-000-0002", "059-000-0099", "保健師 1人"):
        assert words in answer.text
    for words in ("まるごと聞きます。", "北部", "月〜金 8:30–17:15", "いま、あいています。"):
        assert words in answer.text
    assert "X-Robots-Tag" not in answer.headers


@pytest.mark.parametrize("path", ["/desks", "/desks/{south}", "/shell/ja/anyone/desks"])
def test_a_desk_without_areas_is_named_without_any(
    client: FlaskClient, store: Store, cast: Cast, path: str
) -> None:
    with store.write() as session:
        session.execute(sa.delete(DeskArea).where(DeskArea.desk_id == cast.south_desk))
    page = client.get(path.format(south=cast.south_desk)).text
    assert ">なんでも受け止める窓口<" in page
    assert ">の、" not in page


def test_a_closed_desk_says_when_it_opens(
    client: FlaskClient, described: uuid.UUID, clock: SetClock
) -> None:
    clock.forward(hours=10)
    page = client.get(f"/desks/{described}").text
    assert "いまは閉まっています。11月25日(水) 8:30にあきます。" in page


def test_an_unknown_desk_does_not_exist(client: FlaskClient, cast: Cast) -> None:
    assert client.get(f"/desks/{uuid.uuid4()}").status_code == 404


def test_a_postal_code_finds_its_desk(client: FlaskClient, cast: Cast) -> None:
    page = post(client, "/desks", place="〒510-0002")
    assert page.text.index("南町のこと") < page.text.index("窓口の一覧")
    assert page.headers["Cache-Control"] == "no-store"
    assert "その町は見つかりませんでした" in post(client, "/desks", place="ない町").text


def test_a_place_that_is_looked_for_stands_in_no_address(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/desks?place=南町")
    assert "南町のこと" not in page.text
    for answer in (page, post(client, "/desks", place="南町")):
        assert '<form class="stack stack--tight"' in answer.text
        assert 'method="get"' not in answer.text
        assert "南町" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', answer.text))


def test_somebody_signed_in_writes_as_themselves(suzuki: FlaskClient, cast: Cast) -> None:
    answer = suzuki.get(f"/desks/{cast.south_desk}/note")
    assert answer.headers["Location"] == f"/notes/new?area={cast.south}"
    assert "南部のこと" in suzuki.get(answer.headers["Location"]).text


def test_the_call_sheet_begins_with_the_numbers_and_shows_ones_own_desk(
    suzuki: FlaskClient, store: Store, described: uuid.UUID
) -> None:
    with store.write() as session:
        session.add(CallNumber(number="059-1", label="市の宿直", place=NumberPlace.LOCAL))
    page = suzuki.get("/calls").text
    order = [page.index(f'"tel:{n}"') for n in ("119", "110", "189", "0590000002", "0590000099")]
    assert order == sorted(order)
    assert "市の宿直" in page
    assert 'href="tel:%238008"' in page


def test_a_number_that_the_town_lists_as_its_desk_s_stands_once(
    suzuki: FlaskClient, store: Store, described: uuid.UUID
) -> None:
    with store.write() as session:
        session.add(CallNumber(number="059-000-0002", label="北", place=NumberPlace.LOCAL))
    assert suzuki.get("/calls").text.count('"tel:0590000002"') == 1


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("suzuki", "/notes/new"),
        ("sato", "/notes/new"),
        ("okada", "/desk"),
        ("yamamoto", "/office"),
    ],
)
def test_home_leads_everybody_to_their_work(
    app: Flask, store: Store, cast: Cast, name: str, path: str
) -> None:
    client = town.signed_in(app.test_client(), store, getattr(cast, name))
    assert client.get("/").headers["Location"] == path


def test_staff_who_wait_for_confirmation_are_told_so(app: Flask, store: Store, cast: Cast) -> None:
    client = town.signed_in(app.test_client(), store, cast.kubo)
    assert "確認を待っています" in client.get("/").text


def test_home_tells_a_newcomer_what_this_is(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/")
    assert 'href="/notes/new"' in answer.text
    assert 'href="/receipts"' in answer.text


def test_the_quick_exit_tells_nothing(suzuki: FlaskClient, cast: Cast) -> None:
    page = suzuki.get("/closed").text
    assert "気づき" not in page
    assert "鈴木" not in page


def test_a_desk_of_volunteers_says_who_reads(client: FlaskClient, store: Store, cast: Cast) -> None:
    assert "窓口の職員だけが読みます" in client.get(f"/desks/{cast.north_desk}").text
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
    page = client.get(f"/desks/{cast.north_desk}").text
    assert "職員だけが読みます" not in page
    assert "そのボランティアが読みます" in page

"""Areas, numbers, the public page and the audit list."""

from __future__ import annotations

import io
import re
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import migrations
from models.area import Area, AreaKind
from models.desk import DeskArea
from models.handoff import Verb
from models.reply import ReplyKind
from models.store import Store
from models.town import CallNumber
from tests import town
from tests.conftest import SetClock
from tests.support.audited import worded
from tests.support.invitations import post
from tests.town import Cast, csrf


def test_an_area_is_added_given_to_a_desk_and_renamed(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    given = {"kind": "beat", "name": "北町東", "kana": "キタマチヒガシ", "desk": ""}
    assert post(office, "/office/areas", **given).location == "/office/areas?done=saved"
    page = office.get("/office/areas").text
    assert "北町東" in page
    assert "欠員" in page
    with store.read() as session:
        area = session.scalars(sa.select(Area).where(Area.kind == AreaKind.BEAT)).one()
    given |= {"name": "北町の東", "desk": str(cast.north_desk)}
    assert post(office, f"/office/areas/{area.id}", **given).status_code == 303
    with store.read() as session:
        row = session.get_one(Area, area.id)
        assert (row.name, row.code) == ("北町の東", "北町東")
        assert session.get_one(DeskArea, area.id).desk_id == cast.north_desk


def test_a_town_keeps_its_name_and_is_given_to_a_desk(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    saved = post(office, f"/office/areas/{cast.kitamachi}", desk=str(cast.south_desk))
    assert saved.status_code == 303
    with store.read() as session:
        assert session.get_one(Area, cast.kitamachi).name == "北町"
        assert session.get_one(DeskArea, cast.kitamachi).desk_id == cast.south_desk


def test_an_area_without_towns_says_where_it_gets_them(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    post(office, "/office/areas", kind="beat", name="北町東", kana="", desk="")
    with store.read() as session:
        beat = session.scalars(sa.select(Area.id).where(Area.kind == AreaKind.BEAT)).one()
    says = {
        page: "「町の割り当てを読み込む」で、CSVファイルから" in office.get(page).text
        for page in (f"/office/areas/{beat}", "/office/areas/new", f"/office/areas/{cast.north}")
    }
    assert list(says.values()) == [True, True, False]


def test_two_areas_of_a_kind_never_share_a_name(office: FlaskClient, cast: Cast) -> None:
    given = {"kind": "living_area", "name": "北部"}
    refused = post(office, "/office/areas", **given)
    assert "同じ種類に、同じ名前の地区があります。" in refused.text
    assert 'value="北部"' in refused.text


def test_a_number_that_no_area_can_have_is_not_here(office: FlaskClient, cast: Cast) -> None:
    assert office.get("/office/areas/99999999999999999999").status_code == 404


def test_towns_and_municipalities_are_not_made_here(office: FlaskClient, cast: Cast) -> None:
    refused = post(office, "/office/areas", kind="town", name="新町")
    assert "この種類の地区は、ここでは作れません。" in refused.text


def test_a_table_assigns_towns_and_a_wrong_row_changes_nothing(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    good = "town,beat,living_area,desk\n島,島の浜,南部,南の相談室\n".encode("cp932")
    assert "読み込みました。町1、地区2、窓口の決まった地区1。" in _upload(office, good)
    bad = "town,beat\n島,島の山\n無い町,島の山\n".encode()
    page = _upload(office, bad)
    assert "まだ何も変えていません。" in page
    assert "無い町" in page
    with store.read() as session:
        names = session.scalars(sa.select(Area.name).where(Area.kind == AreaKind.BEAT)).all()
        assert names == ["島の浜"]


def test_a_table_that_is_none_is_refused_in_words(office: FlaskClient, cast: Cast) -> None:
    assert "まだ何も変えていません。" in _upload(office, b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert "ファイルを選んでください。" in _upload(office, None)


def test_a_number_not_checked_for_half_a_year_says_so_until_somebody_checks_it(
    office: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    given = {"label": "夜間の当番", "number": "059-000-0099", "place": "local"}
    assert post(office, "/office/numbers", **given).status_code == 303
    assert office.get("/office/numbers").text.count("たしかめてください</span>") == 7
    clock.forward(days=181)
    office = town.signed_in(office, store, cast.yamamoto, clock.now)
    assert office.get("/office/numbers").text.count("たしかめてください</span>") == 8
    with store.read() as session:
        number = session.scalars(sa.select(CallNumber).where(CallNumber.purpose == "")).one()
    assert post(office, f"/office/numbers/{number.id}/check").status_code == 303
    assert office.get("/office/numbers").text.count("たしかめてください</span>") == 7


def test_a_national_number_cannot_be_removed(office: FlaskClient, store: Store, cast: Cast) -> None:
    with store.read() as session:
        number = session.scalars(sa.select(CallNumber).where(CallNumber.number == "119")).one()
    post(office, f"/office/numbers/{number.id}/removal")
    changed = {"label": "x", "number": "118", "place": "local"}
    assert post(office, f"/office/numbers/{number.id}", **changed).status_code == 404
    with store.read() as session:
        assert session.get_one(CallNumber, number.id).number == "119"


def test_the_town_s_words_stand_on_the_public_page(
    office: FlaskClient, app: Flask, cast: Cast
) -> None:
    words = {"run_by": "みさき市 つながり支援課", "keeps": "文書規則により5年です。\n<b>"}
    words["contact"] = "つながり支援課 0595-00-0100"
    assert post(office, "/office/about", **words).status_code == 303
    page = app.test_client().get("/about")
    assert "みさき市 つながり支援課" in page.text
    assert 'href="tel:0595000100">0595-00-0100</a>' in page.text
    assert "文書規則により5年です。" in page.text
    assert "&lt;b&gt;" in page.text
    assert "X-Robots-Tag" not in page.headers


WRITTEN_DOWN = re.compile(r'(?:audit\.record\([^"()]*?|write_down\()"(\w+)"')


def test_every_act_has_words(app: Flask) -> None:
    words = app.extensions["kizuki"].words
    sources = [*Path("models").rglob("*.py"), *Path("blueprints").rglob("*.py")]
    named = {act for source in sources for act in WRITTEN_DOWN.findall(source.read_text())}
    verbs = {verb.value for verb in Verb}
    spoken = {kind.value for kind in ReplyKind if kind.is_from_reporter}
    acts = named | verbs | spoken
    assert {"end_phone", "day_sheet"} <= named
    assert [act for act in sorted(acts) if not words.has("ja", f"office.act.{act}")] == []


def test_every_object_of_the_list_is_something_that_is_kept() -> None:
    assert worded("office.object.") - set(migrations.metadata().tables) == set()


def test_no_page_of_the_office_shows_what_somebody_wrote(
    office: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        canary = "カナリアの言葉"
        town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi, words=canary)
    for path in ("", "/areas", "/desks", "/people", "/invitations", "/numbers"):
        page = office.get(f"/office{path}")
        assert page.status_code == 200
        assert canary not in page.text
    assert canary not in office.get(f"/office/people/{cast.suzuki}").text
    assert office.get("/desk").status_code == 404


def _upload(office: FlaskClient, data: bytes | None) -> str:
    body = {} if data is None else {"file": (io.BytesIO(data), "towns.csv")}
    answer = office.post("/office/areas/csv", data=body, headers=csrf(office))
    assert answer.status_code in (200, 422)
    return answer.text

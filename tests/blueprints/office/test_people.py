"""People: found by name, moved, suspended, readmitted; content is given by nobody here."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.desk import Desk
from models.handoff import Handoff, open_at
from models.membership import Membership
from models.person import Person, PersonState
from models.routing import is_staffed
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.invitations import post
from tests.town import Cast, signed_in


def path(person: uuid.UUID, act: str = "") -> str:
    return f"/office/people/{person}{act}"


def test_names_are_found_as_they_were_written_and_narrowed_by_role_area_and_desk(
    office: FlaskClient, cast: Cast
) -> None:
    assert 'method="get"' not in office.get("/office/people").text
    assert "1人います。" not in office.get("/office/people?name=髙橋").text
    found = post(office, "/office/people", name="髙橋", role="")
    assert "高橋" in found.text
    assert "1人います。" in found.text
    assert "7人います。" in office.get("/office/people?role=staff").text
    assert "3人います。" in office.get(f"/office/people?area={cast.kitamachi}").text
    assert "3人います。" in office.get(f"/office/people?desk={cast.north_desk}").text
    assert "13人います。" in office.get("/office/people?role=king&area=x&desk=y").text


def test_a_phone_person_moves_to_another_area(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    done = post(office, path(cast.suzuki, "/area"), area=str(cast.south))
    assert done.location == path(cast.suzuki, "?done=moved")
    with store.read() as session:
        assert session.get_one(Person, cast.suzuki).area_id == cast.south
    refused = post(office, path(cast.okada, "/area"), area=str(cast.south))
    assert "この人は地区を持ちません。" in refused.text


def test_for_somebody_of_a_single_town_no_area_is_chosen_beforehand(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    page = office.get(path(cast.suzuki)).text
    select = page.partition('name="area"')[2].partition("</select>")[0]
    assert "required" in select.partition(">")[0]
    first, *areas = select.split("<option ")[1:]
    assert first.startswith('value="">選んでください')
    assert [one for one in areas if " selected" in one] == []
    refused = post(office, path(cast.suzuki, "/area"), area="")
    assert (refused.status_code, "地区を選んでください。" in refused.text) == (422, True)
    post(office, path(cast.suzuki, "/area"), area=str(cast.south))
    assert f'value="{cast.south}" selected' in office.get(path(cast.suzuki)).text


def test_a_place_at_another_desk_begins_when_somebody_there_confirms_it(
    office: FlaskClient, app: Flask, store: Store, cast: Cast
) -> None:
    done = post(office, path(cast.okada, "/desks"), desk=str(cast.south_desk))
    assert done.location == path(cast.okada, "?done=placed")
    with store.read() as session:
        person = session.get_one(Person, cast.okada)
        assert person.desk_ids == {cast.north_desk}
    again = post(office, path(cast.okada, "/desks"), desk=str(cast.south_desk))
    assert "もうその窓口の担当です。" in again.text


def test_somebody_who_comes_back_to_a_desk_is_confirmed_again(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.read() as session:
        place = _place(session, cast.okada)
    post(office, path(cast.okada, f"/desks/{place}/end"))
    assert post(office, path(cast.okada, "/desks"), desk=str(cast.north_desk)).status_code == 303
    with store.read() as session:
        row = session.get_one(Membership, place)
        assert (row.ended_at, row.confirmed_at) == (None, None)


@pytest.mark.parametrize("act", ["desks", "sealed"])
def test_an_administrator_gets_no_content_role(
    office: FlaskClient, store: Store, cast: Cast, act: str
) -> None:
    given = {"desk": str(cast.core)} | ({"in_sealed_team": "1"} if act == "sealed" else {})
    refused = post(office, path(cast.yamamoto, "/desks"), **given)
    assert refused.status_code == 422
    assert "窓口の担当として招待した人だけ" in refused.text
    with store.read() as session:
        place = _place(session, cast.kubo)
    assert post(office, f"/desk/people/{place}/confirmation").status_code == 404


def test_the_sealed_team_is_at_the_core_only(office: FlaskClient, cast: Cast) -> None:
    given = {"desk": str(cast.south_desk), "in_sealed_team": "1"}
    refused = post(office, path(cast.okada, "/desks"), **given)
    assert "封をしたものを読む人は、中核の窓口にだけいます。" in refused.text


def test_who_is_suspended_is_out_at_once_and_the_backup_owns_what_was_open(
    office: FlaskClient, app: Flask, store: Store, cast: Cast, clock: SetClock
) -> None:
    kimura = signed_in(app.test_client(), store, cast.kimura)
    done = post(office, path(cast.kimura, "/suspension"))
    assert done.location == path(cast.kimura, "?done=suspended")
    assert kimura.get("/settings").status_code == 303
    with store.read() as session:
        left = session.scalars(sa.select(Handoff).where(open_at(cast.south_desk))).all()
        heirs = session.scalars(sa.select(Handoff).where(open_at(cast.core))).all()
        assert (len(left), len(heirs)) == (0, town.NOISE)
    refused = post(office, path(cast.kimura, "/invitation"), made_sure="in_person")
    assert "この人は、いま使えないようになっています。" in refused.text
    assert post(office, path(cast.kimura, "/readmission")).status_code == 303
    with store.read() as session:
        assert session.get_one(Person, cast.kimura).state is PersonState.ACTIVE
        assert not is_staffed(session, session.get_one(Desk, cast.south_desk))


def test_the_core_s_last_two_stay_and_the_page_says_so(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    refused = post(office, path(cast.aoki, "/suspension"))
    assert "封をしたものを読む人は、二人より少なくできません。" in refused.text
    assert post(office, path(cast.ueda, "/suspension")).status_code == 303
    with store.read() as session:
        place = _place(session, cast.aoki)
    refused = post(office, path(cast.aoki, f"/desks/{place}/end"))
    assert "中核の担当は、二人より少なくできません。" in refused.text


def test_nobody_suspends_themselves(office: FlaskClient, cast: Cast) -> None:
    assert "自分を使えないように" in post(office, path(cast.yamamoto, "/suspension")).text
    assert "/suspension" not in office.get(path(cast.yamamoto)).text


def test_a_place_is_ended_on_its_own_person_s_page_only(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.read() as session:
        place = _place(session, cast.okada)
    assert post(office, path(cast.kato, f"/desks/{place}/end")).status_code == 404


def test_a_lost_phone_gets_a_sheet_once(office: FlaskClient, cast: Cast) -> None:
    sheet = post(office, path(cast.suzuki, "/invitation"), paper="en")
    assert "An invitation for 鈴木" in sheet.text
    assert sheet.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["suzuki", "okada", "aoki", "sato"])
def test_only_an_administrator_finds_the_office(
    app: Flask, store: Store, cast: Cast, who: str
) -> None:
    client = signed_in(app.test_client(), store, getattr(cast, who))
    assert client.get("/office").status_code == 404
    assert post(client, path(cast.suzuki, "/suspension")).status_code == 404


def _place(session: object, person: uuid.UUID) -> uuid.UUID:
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    return session.scalars(sa.select(Membership.id).where(Membership.person_id == person)).one()

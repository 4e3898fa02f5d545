"""Desks: none without staff, none without a backup, and the core first."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.desk import Desk, DeskKind
from models.invitation import Invitation
from models.membership import Membership
from models.person import Person, Role
from models.store import Store
from models.town import Town
from tests.conftest import SetClock
from tests.support.invitations import post
from tests.town import Cast, signed_in

HOURS = {"0-first-from": "08:30", "0-first-to": "12:00"}
AFTERNOON = {"0-second-from": "13:00", "0-second-to": "17:15"}


def fields(cast: Cast, **changed: Any) -> dict[str, str]:
    """A desk's form as the page sends it."""
    given = {
        "name": "東の相談室",
        "telephone": "059-000-0004",
        "backup": str(cast.core),
        "begins_person": str(cast.kimura),
        "memo_days": "5",
        "soon_days": "2",
        "now_minutes": "30",
    }
    return {name: value for name, value in (given | HOURS | changed).items() if value is not None}


def test_a_desk_is_made_with_hours_closing_days_backup_and_somebody(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    closings = "2026-12-28\n２０２７年２月１日"
    done = post(office, "/office/desks", **fields(cast, **AFTERNOON, closings=closings))
    assert done.location == "/office/desks?done=saved"
    with store.read() as session:
        desk = session.scalars(sa.select(Desk).where(Desk.name == "東の相談室")).one()
        assert desk.kind is DeskKind.INTAKE_POINT
        assert desk.hours == {"0": [["08:30", "12:00"], ["13:00", "17:15"]]}
        assert [str(day) for day in desk.closings] == ["2026-12-28", "2027-02-01"]
        assert desk.backup_id == cast.core
        place = session.scalars(sa.select(Membership).where(Membership.desk_id == desk.id)).one()
        assert (place.person_id, place.confirmed_at) == (cast.kimura, None)


def test_what_a_desk_takes_on_is_kept_and_shown(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    post(office, "/office/desks", **fields(cast), takes_on=["child", "elderly", "anything"])
    with store.read() as session:
        desk = session.scalars(sa.select(Desk).where(Desk.name == "東の相談室")).one()
        assert desk.takes_on == ["elderly", "child"]
    page = office.get(f"/office/desks/{desk.id}").text
    assert page.count('name="takes_on"') == 4
    assert 'value="child" checked' in page
    assert 'value="other" checked' not in page


def test_a_desk_made_with_a_name_shows_that_person_s_sheet(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    given = fields(cast, begins_person=None, begins_name="森")
    sheet = post(office, "/office/desks", **given)
    assert "森さんへの招待" in sheet.text
    with store.read() as session:
        assert session.scalars(sa.select(Invitation)).one().desk.name == "東の相談室"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"begins_person": None}, "担当の人がだれもいません。"),
        ({"backup": None}, "後ろ盾の窓口を選んでください。"),
        ({"name": " \u200b"}, "窓口の名前を書いてください。"),
        ({"name": "北の相談室"}, "同じ名前の窓口があります。"),
        ({"telephone": "でんわ"}, "電話番号を数字で書いてください。"),
        ({"0-first-from": None, "0-first-to": None}, "開いている時間を、一つは"),
        ({"0-first-to": None}, "「から」と「まで」を両方"),
        ({"0-first-from": "18:00"}, "「から」と「まで」を両方"),
        ({"0-first-from": "0830"}, "「から」と「まで」を両方"),
        ({"0-first-from": "08:30:15"}, "「から」と「まで」を両方"),
        ({"0-first-to": "12"}, "「から」と「まで」を両方"),
        ({"0-first-to": "25:00"}, "「から」と「まで」を両方"),
        ({"0-first-from": "08:30+09:00"} | AFTERNOON, "「から」と「まで」を両方"),
        ({"0-first-to": "13:30"} | AFTERNOON, "「から」と「まで」を両方"),
        ({"0-first-to": "00:00"} | AFTERNOON, "「から」と「まで」を両方"),
        ({"closings": "2026-02-30"}, "「2026-02-30」が日付として読めません。"),
        ({"memo_days": "0"}, "1から20までの数"),
        ({"memo_days": "-5"}, "1から20までの数"),
        ({"memo_days": "1.5"}, "1から20までの数"),
        ({"soon_days": "x" * 50}, "1から10までの数"),
        ({"begins_person": "not-an-id"}, "担当の人がだれもいません。"),
        ({"begins_person": "yamamoto"}, "窓口の担当として招待した人だけ"),
    ],
)
def test_a_desk_that_could_leave_a_note_without_an_owner_is_not_saved(
    office: FlaskClient, store: Store, cast: Cast, changed: dict[str, Any], sentence: str
) -> None:
    if changed.get("begins_person") == "yamamoto":
        changed = {"begins_person": str(cast.yamamoto)}
    refused = post(office, "/office/desks", **fields(cast, **changed))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'value="059-000-0004"' in refused.text or "telephone" in changed
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Desk)) == 3


def test_backups_never_close_a_circle(office: FlaskClient, store: Store, cast: Cast) -> None:
    path = "/office/desks/{}"
    to_south = fields(cast, name="北の相談室", backup=str(cast.south_desk), begins_person=None)
    assert post(office, path.format(cast.north_desk), **to_south).status_code == 303
    to_north = fields(cast, name="南の相談室", backup=str(cast.north_desk), begins_person=None)
    refused = post(office, path.format(cast.south_desk), **to_north)
    assert refused.status_code == 422
    assert "後ろ盾をたどると、この窓口に戻ってしまいます。" in refused.text


def test_the_first_desk_of_a_town_is_its_core_and_its_first_person_is_sealed_team(
    app: Flask, store: Store, clock: SetClock
) -> None:
    with store.write() as session:
        Town.start(session, code="24299", name="みさき市", is_demo=False, now=clock.now)
        first = Person.enrol(session, role=Role.ADMINISTRATOR, name="山本", now=clock.now)
    office = signed_in(app.test_client(), store, first.id)
    assert "はじめに、市の窓口（中核）を作ります" in office.get("/office/desks").text
    given = {"name": "支援課", "telephone": "059-000-0001", "begins_name": "青木"}
    promised = {"memo_days": "5", "soon_days": "2", "now_minutes": "30"}
    sheet = post(office, "/office/desks", **given, **promised, **HOURS)
    assert sheet.status_code == 200
    with store.read() as session:
        assert session.scalars(sa.select(Desk)).one().is_core
        assert session.scalars(sa.select(Invitation)).one().in_sealed_team


def test_the_core_shows_its_sealed_team(office: FlaskClient, cast: Cast) -> None:
    page = office.get("/office/desks").text
    assert "封をしたものを読む人" in page
    assert office.get(f"/office/desks/{cast.core}").text.count("封をしたものを読む人") == 2


def test_whatever_is_missing_is_told_at_once(office: FlaskClient, cast: Cast) -> None:
    missing = {"telephone": None, "backup": None, "begins_person": None, "memo_days": "0"}
    refused = post(office, "/office/desks", **fields(cast, **missing, closings="2026-02-30"))
    assert refused.status_code == 422
    for sentence in (
        "窓口の電話番号を書いてください。",
        "後ろ盾の窓口を選んでください。",
        "担当の人がだれもいません。",
        "1から20までの数",
        "「2026-02-30」が日付として読めません。",
    ):
        assert refused.text.count(sentence) == 2, sentence

"""What cannot be taken down comes back with everything typed; who may not, finds nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from models.observation import Observation
from models.store import Store
from models.taking import CameBy
from tests import town
from tests.support.notes import notes, post
from tests.support.taking import NAME, call, take
from tests.town import Cast


@pytest.fixture
def okada(client: FlaskClient, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(client, store, cast.okada)


BAD = {
    "no door": ({"came_by": "pigeon"}, "電話・窓口・手紙のどれか"),
    "no day": ({"received_on": ""}, "受けた日と時刻を"),
    "no such day": ({"received_on": "2026-02-30"}, "受けた日と時刻を"),
    "tomorrow": ({"received_on": "2026-11-25"}, "受けた日と時刻を"),
    "year 9999": ({"received_on": "9999-12-31"}, "受けた日と時刻を"),
    "year 1": ({"received_on": "0001-01-01", "received_at": "00:00"}, "受けた日と時刻を"),
    "last year": ({"received_on": "2025-11-23"}, "受けた日と時刻を"),
    "no such time": ({"received_at": "25:00"}, "受けた日と時刻を"),
    "name too long": ({"caller": "あ" * 101}, "1文字"),
    "number in name": ({"caller": "123456789018"}, "マイナンバー"),
    "words too long": ({"words": "あ" * 2001}, "1文字"),
    "neither words nor sign": ({"words": ""}, "サインを選ぶか"),
    "no place": ({"place": ""}, "町の名前を"),
    "call without number": ({"contact": "telephone", "telephone": ""}, "電話番号を書くか"),
    "no number": ({"contact": "telephone", "telephone": "なし"}, "電話番号"),
    "unknown urgency": ({"urgency": "soonest"}, "選"),
}


@pytest.mark.parametrize(("changed", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_said_and_everything_typed_stays(
    okada: FlaskClient, store: Store, changed: dict[str, str], sentence: str
) -> None:
    before, fields = notes(store), call(caller=NAME, called="髙﨑さん<b>", wish="葛󠄀") | changed
    answer = post(okada, "/desk/notes", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert notes(store) == before
    picked = ("came_by", "urgency", "relation", "person_knows", "contact", "show_name", "language")
    for name, value in fields.items():
        if value and name not in picked:
            assert str(escape(value)) in answer.text, name


REFUSED = {"suzuki": 404, "sato": 404, "kubo": 404, "yamamoto": 404}


@pytest.mark.parametrize(("who", "status"), REFUSED.items())
def test_nobody_but_confirmed_staff_takes_notes_down(
    client: FlaskClient, store: Store, cast: Cast, who: str, status: int
) -> None:
    person = town.signed_in(client, store, getattr(cast, who))
    before = notes(store)
    assert person.get("/desk/notes/new").status_code == status
    assert take(person).status_code == status
    assert notes(store) == before


def test_whoever_is_signed_out_meanwhile_goes_on_with_everything_kept(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    before, fields = notes(store), call(words="雨戸が閉まったまま", caller=NAME)
    answer = post(client, "/desk/notes", **fields)
    assert answer.status_code == 401
    for name in ("words", "caller", "received_at", "code", "id"):
        assert f'name="kept.{name}"' in answer.text
        assert fields[name] in answer.text
    assert notes(store) == before
    assert client.get("/desk/notes/new").status_code == 303
    okada = town.signed_in(client, store, cast.okada)
    assert fields["code"] in post(okada, "/desk/notes", **fields).text.replace("</span> <span>", "")


def test_another_desk_is_not_ones_own(okada: FlaskClient, store: Store, cast: Cast) -> None:
    before = notes(store)
    assert okada.get(f"/desk/notes/new?desk={cast.south_desk}").status_code == 404
    assert take(okada, desk=str(cast.south_desk)).status_code == 404
    assert notes(store) == before


def test_no_other_door_may_say_that_staff_took_it_down(
    app: Flask, store: Store, cast: Cast
) -> None:
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    post(suzuki, "/notes", **call(caller=NAME, show_name="1"))
    raw = town.fields(came_by="telephone", caller=NAME, show_name=True)
    assert app.test_client().post("/api/v1/observations", json=raw).status_code == 201
    with store.read() as session:
        assert {note.came_by for note in session.scalars(sa.select(Observation))} == {CameBy.APP}
        threads = [note.thread for note in session.scalars(sa.select(Observation))]
        assert NAME not in {thread.reporter.shown_name for thread in threads}

"""Where a place's worries go, and whether the server is well: open to everybody."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import readiness
from models.area import Area, AreaKind, AreaTown
from models.errors import Busy
from models.store import Store
from models.town import Beat, Town
from tests import town
from tests.town import Cast, fields


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("510-0001", ["北の相談室"]),
        ("５１０ー０００２", ["南の相談室"]),
        ("5100003", ["つながり支援課"]),
        ("9999999", []),
    ],
)
def test_a_postal_code_names_its_desk(
    client: FlaskClient, cast: Cast, code: str, names: list[str]
) -> None:
    answer = client.get(f"/api/v1/desks?postal_code={code}")
    assert answer.status_code == 200
    assert [one["desk"]["name"] for one in answer.get_json()["desks"]] == names


@pytest.mark.parametrize(
    ("town", "names"), [("北町", ["北の相談室"]), ("キタマチ", ["北の相談室"]), ("%_\0'", [])]
)
def test_a_place_in_words_names_its_desk(
    client: FlaskClient, cast: Cast, town: str, names: list[str]
) -> None:
    answer = client.post("/api/v1/desks", json={"town": town})
    assert answer.status_code == 200
    assert [one["desk"]["name"] for one in answer.get_json()["desks"]] == names


def test_no_place_in_words_is_taken_from_an_address(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/api/v1/desks?town=北町").status_code == 422


@pytest.mark.parametrize(
    ("town", "asks"),
    [("北町", False), ("町", True), ("北", False), ("山", True), ("無い町", False)],
)
def test_a_place_asks_which_town_where_the_core_would_have_to(
    client: FlaskClient, store: Store, cast: Cast, town: str, asks: bool
) -> None:
    with store.write() as session:
        for name, area in (("北林", cast.north), ("東山", None), ("西山", None)):
            row = Area(kind=AreaKind.TOWN, code=name, name=name)
            session.add(row)
            session.flush()
            if area is not None:
                session.add(AreaTown(area_id=area, town_id=row.id))
    assert client.post("/api/v1/desks", json={"town": town}).get_json()["asks"] is asks
    note = client.post("/api/v1/observations", json=fields(place=town)).get_json()
    assert note["held"] is (asks or town == "無い町")


@pytest.mark.parametrize(
    "query", ["", "postal_code=", "postal_code=%20", "postal_code=" + "1" * 99]
)
def test_a_postal_code_has_to_be_named(client: FlaskClient, cast: Cast, query: str) -> None:
    answer = client.get(f"/api/v1/desks?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


@pytest.mark.parametrize("town", [None, "", " ", "a" * 100, 7, ["北町"]])
def test_a_place_has_to_be_named(client: FlaskClient, cast: Cast, town: object) -> None:
    answer = client.post("/api/v1/desks", json={"town": town})
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_every_answer_tells_epoch_and_watermark(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        row = Town.of(session)
        assert row is not None
        epoch, row.backup_watermark = str(row.epoch), town.MORNING
    for path in ("/api/v1/key", "/api/v1/observations", "/api/v1/nowhere"):
        headers = client.get(path).headers
        assert headers["Kizuki-Epoch"] == epoch
        assert headers["Kizuki-Backup-Watermark"] == "2026-11-24T00:20:00+00:00"
    assert "Kizuki-Epoch" not in client.get("/healthz").headers


def test_a_refusal_tells_them_too(
    client: FlaskClient, cast: town.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Busy

    path = "/api/v1/observations"
    answers = [client.post(path, json={}), client.get(f"{path}/{uuid.uuid4()}")]
    monkeypatch.setattr("blueprints.access.writing", refuse)
    answers.append(client.post(path, json=town.fields()))
    assert [answer.status_code for answer in answers] == [422, 401, 503]
    for answer in answers:
        assert answer.headers["Kizuki-Epoch"]
        assert answer.headers["Kizuki-Backup-Watermark"] == "never"


def test_the_process_is_well(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_means_database_migrations_and_a_fresh_beat(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "is_migrated", lambda _session: True)
    assert client.get("/readyz").status_code == 503
    with store.write() as session:
        session.merge(Beat(name=readiness.WORKER, at=town.MORNING))
    assert client.get("/readyz").get_json() == {
        "status": "ready",
        "database": True,
        "migrations": True,
        "worker": True,
    }


def test_a_worker_that_stopped_is_seen(client: FlaskClient, store: Store, clock: Any) -> None:
    with store.write() as session:
        session.merge(Beat(name=readiness.WORKER, at=town.MORNING - dt.timedelta(seconds=61)))
    assert client.get("/readyz").get_json()["worker"] is False


def test_a_database_that_is_away_is_seen(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa

    def away(_session: object) -> bool:
        raise sa.exc.OperationalError("select 1", {}, OSError("gone"))

    monkeypatch.setattr(readiness, "answers", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, False)

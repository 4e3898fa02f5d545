"""NUL bytes, lone surrogates and numbers beyond every row: an answer, never a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from tests import town
from tests.support.envelope import sealed_bytes
from tests.town import MORNING, Cast, fields

HUGE = "9" * 30
WAYS = [
    *(f"/notes/new?area={n}" for n in (f"-{HUGE}", HUGE, "-1", "0", "9" * 5000, "%00")),
    "/d/%00",
    "/d/a%00b",
    "/d/%ED%A0%80",
    "/api/v1/desks?postal_code=%00a",
    f"/notes?page={HUGE}",
    f"/notes?page=-{HUGE}",
    f"/desk?acknowledged={HUGE}&late=-{HUGE}&view=%00&after=%00",
    f"/desk?after=~{HUGE}~%00",
    f"/core/held?after={HUGE}~%00~%00",
    f"/audit?before={HUGE}",
    f"/office/people?area={HUGE}&desk=%00&role=%00",
    f"/office/invitations/new?kind=%00&desk=%00&area={HUGE}",
    "/signin?next=/%00",
    "/assets/%00/%00",
    "/assets/x/%00",
    "/shell/ja/%00/%00",
    "/sw.js?%00",
]


@pytest.fixture
def app(either: Store, keys: KeyRing) -> Flask:
    app = create_app(Settings(), store=either, keys=keys, clock=lambda: MORNING, strict_words=True)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session)


@pytest.fixture
def everybody(app: Flask, either: Store, cast: Cast) -> list[FlaskClient]:
    people = (cast.suzuki, cast.okada, cast.aoki, cast.yamamoto)
    return [town.signed_in(app.test_client(), either, one) for one in people]


def test_no_address_is_a_fault_of_ours(everybody: list[FlaskClient]) -> None:
    answers = [(way, who.get(way).status_code) for way in WAYS for who in everybody]
    assert [(way, status) for way, status in answers if status >= 500] == []


@pytest.mark.parametrize(
    ("path", "field"), [("/desk/phones", "name"), ("/office/people", "name"), ("/desks", "place")]
)
def test_no_name_is_a_fault_of_ours(everybody: list[FlaskClient], path: str, field: str) -> None:
    answers = [
        who.post(path, data={field: name}, headers=town.csrf(who)).status_code
        for name in ("\0\0", "北\0町", "\ufffe", "9" * 5000)
        for who in everybody
    ]
    assert {status for status in answers if status != 404} == {200}


@pytest.mark.parametrize("kind", ["\ud800", "a\x00b", "\u202e", ["\ud800"], {"\x00": 1}, 10**99])
def test_an_envelope_of_any_kind_is_taken(app: Flask, cast: Cast, kind: Any) -> None:
    client = app.test_client()
    key = client.get("/api/v1/key").json
    assert key is not None
    data = sealed_bytes(key, json.dumps(fields(kind=kind)).encode())
    answer = client.post("/api/v1/observations", data=data, content_type="application/octet-stream")
    assert answer.status_code == 201

"""Bodies that are no JSON object of ours: the right status, a sentence, and nothing written."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.audit import AuditLine
from models.observation import Observation
from models.store import Store
from models.thread import Thread
from tests.town import Cast, fields

PATH = "/api/v1/observations"
NOTE = json.dumps(fields(), ensure_ascii=False)
BAD: dict[str, tuple[bytes, str, int]] = {
    "no body": (b"", "application/json", 400),
    "no body, no type": (b"", "", 415),
    "no json": (b"{", "application/json", 400),
    "cp932": (NOTE.encode("cp932"), "application/json", 400),
    "utf-16": (NOTE.encode("utf-16"), "application/json", 400),
    "overlong utf-8": (b'{"words": "\xc0\xaf"}', "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "a string": ('"気づき"'.encode(), "application/json", 400),
    "null": (b"null", "application/json", 400),
    "depth": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 400),
    "depth of lists": (
        b'{"words":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "application/json",
        400,
    ),
    "twice": (NOTE[:-1].encode() + b', "words": "2"}', "application/json", 400),
    "nan": (b'{"words": NaN}', "application/json", 400),
    "long number": (b'{"urgency": ' + b"9" * 10_000 + b"}", "application/json", 400),
    "64 KiB": (b'{"words": "' + b"a" * 66_000 + b'"}', "application/json", 413),
    "10 MB": (b'{"words": "' + b"a" * 10_000_000 + b'"}', "application/json", 413),
    "10 MB sealed": (b"\x01" * 10_000_000, "application/octet-stream", 413),
    "no envelope": (b"", "application/octet-stream", 400),
    "text/plain": (NOTE.encode(), "text/plain", 415),
    "a form": (b"words=1", "application/x-www-form-urlencoded", 415),
    "many fields": (
        json.dumps({f"f{n}": "x" for n in range(3000)}).encode(),
        "application/json",
        422,
    ),
}


def rows(store: Store) -> list[int]:
    with store.read() as session:
        return [
            session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0
            for kind in (Observation, Thread, AuditLine)
        ]


@pytest.mark.parametrize("how", BAD)
def test_a_bad_body_has_its_status_and_a_sentence(
    client: FlaskClient, store: Store, cast: Cast, how: str
) -> None:
    data, kind, status = BAD[how]
    before = rows(store)
    answer = client.post(PATH, data=data, content_type=kind)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem: dict[str, Any] = answer.get_json()
    assert problem["status"] == status
    assert problem["title"]
    assert "Kizuki-Epoch" in answer.headers
    assert rows(store) == before


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/receipts",
        "/api/v1/push/subscriptions",
        "/api/v1/push/test",
        "/api/v1/observations/7b0a3f1e-0a51-4a35-9a51-1f3f2b4c5d6e/replies",
        "/api/v1/deliveries/7b0a3f1e-0a51-4a35-9a51-1f3f2b4c5d6e/sightings",
    ],
)
@pytest.mark.parametrize("how", ["no body", "cp932", "depth", "twice", "10 MB", "text/plain"])
def test_every_door_reads_its_body_as_strictly(
    client: FlaskClient, cast: Cast, path: str, how: str
) -> None:
    data, kind, status = BAD[how]
    answer = client.post(path, data=data, content_type=kind)
    assert answer.status_code == status
    assert answer.get_json()["title"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_that_is_not_there_is_told_so(client: FlaskClient, method: str) -> None:
    answer = client.open(PATH, method=method)
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"


def test_an_address_that_is_not_there_is_told_in_json(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/api/v1/people")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["Kizuki-Backup-Watermark"] == "never"

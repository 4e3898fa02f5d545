"""A form in the old Japanese encoding is read as what was typed, never as something else."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.store import Store
from tests import town
from tests.support.notes import last_thread, notes, typed
from tests.town import Cast

WORDS = "向かいの髙橋さんを、このごろ見かけません。①"


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def send(client: FlaskClient, body: bytes) -> TestResponse:
    kind = "application/x-www-form-urlencoded"
    return client.post("/notes", data=body, content_type=kind, headers=town.csrf(client))


def percent(cast: Cast, encoding: str) -> bytes:
    return urlencode(typed(cast.kitamachi, words=WORDS), encoding=encoding).encode()


def raw(cast: Cast, encoding: str) -> bytes:
    fields = typed(cast.kitamachi, words=WORDS)
    return "&".join(f"{name}={value}" for name, value in fields.items()).encode(encoding)


@pytest.mark.parametrize("written", [percent, raw])
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_form_in_either_encoding_is_kept_as_typed(
    client: FlaskClient, store: Store, cast: Cast, written: object, encoding: str
) -> None:
    assert callable(written)
    sent = send(client, written(cast, encoding))
    assert sent.status_code == 201
    with store.read() as session:
        assert last_thread(session).observation.body["words"] == WORDS


@pytest.mark.parametrize("cut", [b"%E9%AB%FF", b"%E9%AB%98%E9%AB"])
def test_a_form_in_no_encoding_is_shown_again_and_not_taken(
    client: FlaskClient, store: Store, cast: Cast, cut: bytes
) -> None:
    broken = percent(cast, "utf-8") + b"&wish=" + cut
    before = notes(store)
    answer = send(client, broken)
    assert answer.status_code == 422
    assert WORDS[:12] in answer.text
    assert notes(store) == before

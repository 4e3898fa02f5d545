"""What announces no length is nobody's words, whether there is any of it left or not."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

BY_ITSELF = {"wsgi.input_terminated": True}


@pytest.fixture
def in_chunks() -> dict[str, object]:
    return BY_ITSELF | {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": None}


@pytest.mark.parametrize("came", [b"x" * 1000, b""], ids=["whole", "broken off"])
def test_a_body_in_chunks_is_refused_in_words_that_help(
    client: FlaskClient, in_chunks: dict[str, object], came: bytes
) -> None:
    where = {"path": "/api/v1/observations", "content_type": "application/octet-stream"}
    body = io.BytesIO(came)
    answer = client.post(**where, input_stream=body, environ_overrides=in_chunks)
    assert answer.status_code == 411
    assert answer.json is not None
    assert answer.json["type"] == "urn:kizuki:problem:frame.error.no_length"


def test_a_form_in_chunks_is_told_where_to_go(
    client: FlaskClient, in_chunks: dict[str, object]
) -> None:
    body = io.BytesIO(b"email=a%40example.jp&password=x")
    form = "application/x-www-form-urlencoded"
    headers = {"Accept-Language": "ja"}
    answer = client.post(
        "/signin",
        input_stream=body,
        content_type=form,
        headers=headers,
        environ_overrides=in_chunks,
    )
    assert answer.status_code == 411
    assert "電話か窓口でお話しください" in answer.text


def test_without_a_body_there_is_nothing_to_announce(client: FlaskClient) -> None:
    answer = client.get("/", environ_overrides=BY_ITSELF | {"wsgi.input": io.BytesIO()})
    assert answer.status_code < 400

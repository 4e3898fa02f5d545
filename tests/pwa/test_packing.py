from __future__ import annotations

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from pwa.packing import pack_page

PAGE = "<p>気になること</p>" * 200
READY = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("packing")
    app.after_request(pack_page)
    app.add_url_rule("/page", "page", lambda: PAGE, methods=["GET", "POST"])
    app.add_url_rule("/short", "short", lambda: "<p>short</p>")
    app.add_url_rule("/lost", "lost", lambda: (PAGE, 404))
    app.add_url_rule("/text", "text", lambda: Response(PAGE, mimetype="text/plain"))
    return app.test_client()


def test_a_page_is_packed_for_whoever_can_unpack_it(client: FlaskClient) -> None:
    packed = client.get("/page", headers=READY)
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data).decode() == PAGE
    assert packed.content_length == len(packed.data)
    plain = client.get("/page")
    assert plain.text == PAGE
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/page?place=x", "/short", "/lost", "/text"])
def test_what_a_request_could_write_on_is_never_packed(client: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in client.get(path, headers=READY).headers


def test_the_answer_to_a_form_is_never_packed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.post("/page", headers=READY).headers

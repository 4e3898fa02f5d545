"""What stands at the root for the phone: assets, worker, manifest, the page for no signal."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.browser.stand import make_app


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().test_client()


def stylesheet(client: FlaskClient) -> str:
    return str(client.application.extensions["assets"].url("kizuki.css"))


@pytest.mark.parametrize(
    ("accepted", "given"),
    [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)],
)
def test_an_asset_comes_packed_as_the_browser_can_unpack_it(
    client: FlaskClient, accepted: str, given: str | None
) -> None:
    answer = client.get(stylesheet(client), headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == given
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_type == "text/css; charset=utf-8"


def test_scripts_are_sent_as_scripts(client: FlaskClient) -> None:
    answer = client.get(stylesheet(client).replace("kizuki.css", "behaviours/count.js"))
    assert answer.content_type == "text/javascript; charset=utf-8"


def test_another_tree_or_file_is_not_there(client: FlaskClient) -> None:
    address = stylesheet(client)
    tree = client.application.extensions["assets"].hash
    assert client.get(address.replace(tree, "0" * 16)).status_code == 404
    assert client.get(address.replace("kizuki.css", "../__init__.py")).status_code == 404
    assert client.get(address.replace("kizuki.css", "service_worker.js")).status_code == 404


def test_the_worker_is_asked_for_anew_and_names_its_tree(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    told = json.loads(answer.text.split("\n")[0].removeprefix("const KIZUKI = ").rstrip(";"))
    assert told["tree"] == client.application.extensions["assets"].hash
    for address in (*told["assets"], told["icon"]):
        assert client.get(address).status_code == 200
    assert told["fallback"]["ja"] == {"title": "お知らせ", "body": "新しいお知らせがあります"}


@pytest.mark.parametrize(
    ("language", "lang", "name", "write"),
    [
        ("ja", "ja", "気づき", "書く"),
        ("ja@easy", "ja", "気づき", "書く"),
        ("en", "en", "Kizuki", "Write"),
    ],
)
def test_the_manifest_speaks_the_language_of_its_page(
    client: FlaskClient, language: str, lang: str, name: str, write: str
) -> None:
    answer = client.get(f"/manifest.webmanifest?language={language}")
    assert answer.content_type == "application/manifest+json"
    manifest = json.loads(answer.text)
    assert (manifest["lang"], manifest["name"]) == (lang, name)
    assert (manifest["id"], manifest["scope"], manifest["start_url"]) == ("/", "/", "/")
    assert manifest["display"] == "standalone"
    assert [one["url"] for one in manifest["shortcuts"]] == ["/notes/new", "/notes"]
    assert manifest["shortcuts"][0]["name"] == write


def test_every_picture_of_the_manifest_is_there_in_its_size(client: FlaskClient) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").text)
    icons, screens = manifest["icons"], manifest["screenshots"]
    shortcuts = [icon for shortcut in manifest["shortcuts"] for icon in shortcut["icons"]]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    assert {screen["form_factor"] for screen in screens} == {"narrow", "wide"}
    for picture in (*icons, *screens, *shortcuts):
        answer = client.get(picture["src"])
        assert answer.content_type == picture["type"] == "image/png"
        width, height = Image.open(io.BytesIO(answer.data)).size
        assert picture["sizes"] == f"{width}x{height}"
        assert len(answer.data) < 40_000


def test_the_page_for_no_signal_says_nothing_of_anybody(client: FlaskClient) -> None:
    page = client.get("/offline").text
    for words in ("いまは、つながりません", "No connection", "tel:119", "tel:110", "tel:189"):
        assert words in page
    assert "csrf" not in page
    assert "Set-Cookie" not in client.get("/offline").headers


def test_in_the_whole_app_an_asset_asks_for_no_cookie(app: Flask) -> None:
    address = app.extensions["assets"].url("main.js")
    answer = app.test_client().get(address)
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"

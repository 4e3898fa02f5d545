"""The words a page speaks: the cookie's, else the browser's; one tap changes them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.browser.pages import add_pages
from tests.browser.stand import make_app


@pytest.fixture(scope="module")
def app() -> Flask:
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    add_pages(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "ja"),
        ("ja", "ja"),
        ("en-GB, ja;q=0.5", "en"),
        ("pt-BR", "en"),
        ("../../etc, " * 500, "en"),
    ],
)
def test_a_first_visit_speaks_what_the_browser_asks_for(
    client: FlaskClient, accepted: str, lang: str
) -> None:
    assert f'<html lang="{lang}"' in client.get("/", headers={"Accept-Language": accepted}).text


def test_the_language_chosen_is_remembered(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "ja@easy", "back": "/form?a=1"})
    assert (answer.status_code, answer.location) == (303, "/form?a=1")
    page = client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="ja" data-words="easy">' in page
    assert "<ruby>" in page


@pytest.mark.parametrize(("kept", "lang"), [("en", "en"), ("../de", "ja")])
def test_a_language_chosen_before_https_still_holds(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kept: str, lang: str
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    client.set_cookie("kizuki_language", kept)
    ours = {"Accept-Language": "ja"}
    assert f'<html lang="{lang}"' in client.get("/", headers=ours).text
    client.set_cookie("__Host-kizuki_language", "ja@easy", secure=True)
    page = client.get("/", headers=ours, base_url="https://localhost").text
    assert 'data-words="easy"' in page


def test_a_language_that_is_not_there_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "../de", "back": "/"})
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:x",
        "",
        "/\tx",
    ],
)
def test_the_way_back_never_leaves_this_site(client: FlaskClient, back: str) -> None:
    answer = client.post("/language", data={"language": "en", "back": back})
    assert answer.location == "/"


def test_the_answer_to_a_form_holds_what_no_tap_on_a_language_may_take(client: FlaskClient) -> None:
    note = {"id": "1", "words": "困る", "place": "", "receipt": ""}
    for answer in (client.post("/form", data=note), client.post("/memo")):
        assert 'action="/language"' not in answer.text
    assert 'name="back" value="/form?a=1"' in client.get("/form?a=1").text

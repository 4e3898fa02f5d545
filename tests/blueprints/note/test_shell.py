"""The pages that a phone keeps: in every language and of every kind, and of nobody."""

from __future__ import annotations

import json
import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from models.store import Store
from models.words import LOCALES
from tests import town
from tests.town import Cast

KINDS = ("anyone", "person", "commissioner")
PAGES = ("note", "calls", "desks", "notes", "closed")
ALL = [f"/shell/{lang}/{kind}/{page}" for lang in LOCALES for kind in KINDS for page in PAGES]
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)


def test_a_page_of_the_shell_holds_no_token_no_inline_code_and_asks_for_no_cookie(
    client: FlaskClient, cast: Cast
) -> None:
    for path in ALL:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "csrf" not in answer.text, path
        assert INLINE.findall(answer.text) == [], path
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"] == "no-cache"


def test_each_language_has_its_own(client: FlaskClient, cast: Cast) -> None:
    told = {lang: client.get(f"/shell/{lang}/anyone/calls").text for lang in LOCALES}
    assert "先に、電話してください" in told["ja"]
    assert "<rt>さき</rt>" in told["ja@easy"]
    assert "Please call first" in told["en"]


def test_whoever_asks_gets_the_same_bytes(
    app: Flask, store: Store, cast: Cast, client: FlaskClient
) -> None:
    signed_in = town.signed_in(app.test_client(), store, cast.suzuki)
    for page in PAGES:
        path = f"/shell/ja/person/{page}"
        assert signed_in.get(path).data == client.get(path).data
        assert "鈴木" not in signed_in.get(path).text


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, cast: Cast) -> None:
    first = client.get("/shell/ja/anyone/calls")
    again = client.get("/shell/ja/anyone/calls", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_the_shell_has_not_is_not_there(client: FlaskClient, cast: Cast) -> None:
    for path in ("/shell/xx/anyone/note", "/shell/ja/me/note", "/shell/ja/person/x"):
        assert client.get(path).status_code == 404


def test_the_form_has_no_id_of_its_own_and_the_defaults_of_its_kind(
    client: FlaskClient, cast: Cast
) -> None:
    anyone, person, commissioner = (client.get(f"/shell/ja/{kind}/note").text for kind in KINDS)
    for page in (anyone, person, commissioner):
        assert 'name="id" value=""' in page
        assert 'name="own_area" value=""' in page
    assert 'name="receipt"' in anyone
    assert 'name="receipt"' not in person
    assert 'name="show_name" value="0" checked' in person
    assert 'name="show_name" value="1" checked' in commissioner
    assert 'name="contact" value="telephone" checked' in commissioner


def test_the_form_knows_the_area_of_each_desk_that_has_one(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/shell/ja/anyone/note").text
    found = re.search(r'data-desks="([^"]*)"', page)
    assert found
    desks = {one["desk"]["id"]: one["area"]["id"] for one in json.loads(unescape(found[1]))}
    assert desks[str(cast.north_desk)] in (cast.north, cast.kitamachi)


def test_the_numbers_of_every_desk_are_there_and_nothing_that_time_makes_untrue(
    client: FlaskClient, cast: Cast
) -> None:
    for page in ("calls", "desks"):
        text = client.get(f"/shell/ja/person/{page}").text
        assert f'data-desk="{cast.north_desk}"' in text
        assert "いまは開いています" not in text
        assert "8:30" in text


def test_a_page_tells_its_phone_whose_it_is(suzuki: FlaskClient, client: FlaskClient) -> None:
    own = suzuki.get("/notes/new").text
    assert 'data-as="resident" data-locale="ja" data-area="' in own
    assert 'data-desk-name="' in own
    nobody = client.get("/notes/new").text
    assert 'data-as="anyone"' in nobody
    assert "data-area=" not in nobody

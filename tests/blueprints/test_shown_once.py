"""What a page tells once it tells again in another language: in this browser, and nowhere else."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.invitation import Invitation
from models.receipt import Receipt
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.notes import code_on, notes, post, typed
from tests.support.switching import Forms, fields_of, tap
from tests.support.taking import code_aloud, take
from tests.town import MORNING, Cast, csrf, signed_in

OVER = "この画面は時間がたったので"
JAPANESE = {"Accept-Language": "ja"}


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    clock.now = MORNING
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def office(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return signed_in(app.test_client(), store, cast.yamamoto)


def test_the_receipt_code_is_shown_again_and_opens_its_note(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    sent = post(client, "/notes", **typed(cast.kitamachi, signs=["cry"]))
    shown = tap(client, tap(client, sent, "en"), "ja@easy")
    assert shown.status_code == 201
    assert 'data-words="easy"' in shown.text
    assert code_on(shown.text) == code_on(sent.text)
    assert code_on(sent.text) not in shown.request.url
    assert shown.headers["Cache-Control"] == "no-store"
    assert notes(store) == 1
    with store.read() as session:
        assert Receipt.open(session, store.keys.slow_index(code_on(shown.text))) is not None


def test_a_thread_that_a_code_opened_is_opened_by_it_again(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    code = code_on(post(client, "/notes", **typed(cast.kitamachi)).text)
    words = "窓が開いています。"
    for path, added in (("/receipts/additions", {"added": words}), ("/receipts", {})):
        page = post(client, path, code=code, **added)
        action, fields = Forms(page.text).sent_by("en")
        assert action == "/receipts"
        assert ("code", code) in fields
        shown = tap(client, page, "en")
        assert '<html lang="en"' in shown.text
        assert shown.text.count(words) == 1
        tap(client, shown, "ja")


def test_a_wrong_code_is_counted_whatever_the_language(client: FlaskClient, cast: Cast) -> None:
    refused = post(client, "/receipts", code="1234")
    statuses = [tap(client, refused, "en", code="1234").status_code for _ in range(30)]
    assert statuses[-1] == 429
    assert tap(client, refused, "en", code="").status_code == 422


def test_the_slip_keeps_the_callers_language(client: FlaskClient, store: Store, cast: Cast) -> None:
    okada = signed_in(client, store, cast.okada)
    taken = take(okada, language="ja@easy", words="電話の方", desk=str(cast.north_desk))
    shown = tap(okada, taken, "en")
    assert shown.status_code == 201
    assert code_aloud(shown.text) == code_aloud(taken.text)
    assert '<ol class="aloud" lang="ja" data-words="easy">' in shown.text
    assert notes(store) == 1
    refused = take(okada, language="ja@easy", place="")
    assert ("language", "ja@easy") in fields_of(tap(okada, refused, "ja").text)


def test_an_app_code_is_the_same_in_every_language(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    suzuki = signed_in(client, store, cast.suzuki)
    made = post(suzuki, "/settings/app-codes")
    assert code_on(tap(suzuki, made, "en").text) == code_on(made.text)


def test_an_invitations_sheet_comes_with_its_link_its_code_and_its_digits(
    office: FlaskClient, store: Store, cast: Cast
) -> None:
    given = {"once": str(uuid.uuid4()), "kind": "personal", "role": "commissioner", "name": "森"}
    made = post(office, "/office/invitations", **given, area=cast.north, paper="ja")
    shown = tap(office, made, "en")
    assert '<html lang="en"' in shown.text
    drawn = re.compile(r'sheet__code">([\d ]+)<|<path[^>]* d="([^"]+)"')
    assert drawn.findall(shown.text) == drawn.findall(made.text)
    assert len(drawn.findall(made.text)) >= 3
    with store.read() as session:
        assert session.query(Invitation).count() == 1


def test_who_has_left_reads_it_in_another_language(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    left = post(signed_in(client, store, cast.suzuki), "/settings/leaving")
    shown = tap(client, left, "en")
    assert shown.status_code == 200
    assert '<html lang="en"' in shown.text
    assert shown.text.count("<h1>") == 1


def test_what_became_of_a_table_is_told_again(office: FlaskClient) -> None:
    for table in (b"town\n", "town,desk\nどこか,北".encode()):
        body = {"file": (io.BytesIO(table), "a.csv")}
        loaded = office.post("/office/areas/csv", data=body, headers=csrf(office))
        shown = tap(office, loaded, "en")
        assert shown.status_code == loaded.status_code
        assert 'id="report"' in shown.text
        tap(office, shown, "ja")


def test_the_way_back_from_a_body_beyond_every_size_counts_its_pages(
    client: FlaskClient,
) -> None:
    refused = post(client, "/notes", **typed(words="あ" * 4_000_000))
    shown = tap(client, refused, "en")
    assert shown.status_code == 413
    assert 'data-behaviour="back" hidden="" data-steps="2"' in shown.text
    assert 'data-steps="3"' in tap(client, shown, "ja").text


def sealed(page: str) -> str:
    return dict(fields_of(page))["shown"]


def test_nobody_has_a_page_drawn_that_was_not_signed_for_them_here(
    app: Flask, client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    suzuki = signed_in(client, store, cast.suzuki)
    made = post(suzuki, "/settings/app-codes")
    told, token = sealed(made.text), dict(fields_of(made.text))["csrf_token"]
    given = {"csrf_token": token, "speak": "en"}
    forged = [told[:-2], "x", "", f"{told}x", told.replace(".", "..", 1)]
    for one in forged:
        answer = suzuki.post("/settings/app-codes", data=given | {"shown": one})
        assert answer.status_code == 422
        assert code_on(made.text) not in answer.text
    elsewhere = suzuki.post("/settings/leaving", data=given | {"shown": told})
    assert elsewhere.status_code == 422
    other = signed_in(app.test_client(), store, cast.tanaka)
    answer = other.post(
        "/settings/app-codes", data={"speak": "ja", "shown": told}, headers=csrf(other)
    )
    assert OVER in answer.text


def test_a_page_of_yesterday_is_over(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = post(client, "/notes", **typed(cast.kitamachi))
    monkeypatch.setattr("blueprints.shown_once.SECONDS", -1)
    answer = tap(client, sent, "ja@easy")
    assert answer.status_code == 422
    assert code_on(sent.text) not in answer.text


def test_what_is_over_leads_to_where_its_form_was_as_far_as_one_may_go_there(
    app: Flask, client: FlaskClient, office: FlaskClient, store: Store, cast: Cast
) -> None:
    suzuki, okada = (signed_in(app.test_client(), store, who) for who in (cast.suzuki, cast.okada))
    ways = [
        (suzuki, "/settings/app-codes", "/settings"),
        (suzuki, "/notes", "/notes/new"),
        (suzuki, "/settings/leaving", "/settings/leaving"),
        (okada, "/desk/notes", "/desk/notes/new"),
        (office, "/office/invitations", "/office/invitations/new"),
        (office, "/office/areas/csv", "/office/areas"),
        (client, "/receipts", "/receipts"),
    ]
    for who, path, form in ways:
        answer = post(who, path, speak="ja", shown="x")
        assert (answer.status_code, OVER in answer.text) == (422, True)
        assert f'href="{form}">もとの画面を開く' in answer.text
        assert who.get(form).status_code == 200
    alone = post(suzuki, "/office/areas/csv", speak="ja", shown="x")
    assert (alone.status_code, "もとの画面を開く" in alone.text) == (422, False)


def test_a_page_of_the_office_is_not_drawn_for_who_may_not_enter_it_any_more(
    app: Flask, office: FlaskClient, store: Store, cast: Cast
) -> None:
    given = {"once": str(uuid.uuid4()), "kind": "poster", "role": "resident", "paper": "ja"}
    made = post(office, "/office/invitations", **given, area=cast.north, ends_on="2026-12-20")
    with office.session_transaction() as cookie:
        cookie.pop("_user_id")
    answer = tap(office, made, "en")
    assert answer.status_code == 401
    assert 'class="sheet"' not in answer.text

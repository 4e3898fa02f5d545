"""One tap on a language where a form came back: nothing typed is lost, and nothing is done."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.errors import Busy
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.invitations import PASSWORD, personal
from tests.support.notes import notes, post, typed
from tests.support.switching import Forms, fields_of, tap
from tests.town import MORNING, Cast, csrf, signed_in

WORDS = "𠮷田さん、髙橋さん、葛󠄀城👩‍👩‍👧 か\u3099\r\n<b>番号</b> 123456789018"
JAPANESE = {"Accept-Language": "ja"}
EASY = 'data-words="easy"'
CHANGED = "Nothing has been sent yet"


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    clock.now = MORNING
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def suzuki(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return signed_in(app.test_client(), store, cast.suzuki)


@pytest.fixture
def okada(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return signed_in(app.test_client(), store, cast.okada)


@pytest.fixture
def handoff(store: Store, cast: Cast) -> uuid.UUID:
    with store.write() as session:
        return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id


def language(store: Store, person: uuid.UUID) -> str:
    with store.read() as session:
        return session.get_one(Person, person).language


def test_a_note_that_came_back_stands_whole_in_another_language(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    given = typed(cast.kitamachi, words=WORDS, urgency="today", contact="telephone")
    given |= {"signs": ["not_seen", "mail_pile"], "not_nearby": "1", "telephone": "0595000101"}
    refused = post(suzuki, "/notes", **given)
    assert refused.status_code == 422
    english = tap(suzuki, refused, "en", wish="あとから書いたこと")
    assert '<html lang="en"' in english.text
    assert 'href="#words"' in english.text
    fields = fields_of(english.text, "ja")
    changed = {"language": "en", "wish": "あとから書いたこと"}
    for name, value in (given | changed).items():
        if name not in ("signs", "place"):
            assert (name, value.replace("\r\n", "\n")) in fields, name
    assert [value for name, value in fields if name == "signs"] == ["not_seen", "mail_pile"]
    assert " data-returned" in english.text
    assert notes(store) == 0
    assert language(store, cast.suzuki) == "en"
    assert '<html lang="en"' in suzuki.get("/notes").text


def test_what_was_put_right_is_sent_by_its_own_button_alone(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    refused = post(suzuki, "/notes", **typed(cast.kitamachi, words=WORDS))
    shown = tap(suzuki, refused, "ja@easy", words="だいじょうぶ")
    assert (shown.status_code, notes(store)) == (200, 0)
    assert EASY in shown.text
    action, fields = Forms(shown.text).sent_by("ja")
    sent = suzuki.post(action, data=dict(fields[:-1]))
    assert sent.status_code == 303
    assert notes(store) == 1


def test_enter_in_a_field_never_presses_a_language(suzuki: FlaskClient, cast: Cast) -> None:
    refused = post(suzuki, "/notes", **typed(cast.kitamachi, words=WORDS))
    assert "name" not in Forms(refused.text).first["note"]


def test_a_form_whose_token_is_over_comes_in_another_language(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    given = typed(cast.kitamachi, words="三日前から", signs="not_seen")
    expired = suzuki.post("/notes", data=given | {"speak": "en"}, headers=JAPANESE)
    assert expired.status_code == 400
    assert language(store, cast.suzuki) == "ja"
    shown = tap(suzuki, expired, "en")
    assert '<html lang="en"' in shown.text
    assert {("words", "三日前から"), ("signs", "not_seen")} <= set(fields_of(shown.text, "ja"))
    assert notes(store) == 0


@pytest.mark.parametrize(
    "elsewhere", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_another_site_changes_nobodys_language(
    suzuki: FlaskClient, store: Store, cast: Cast, elsewhere: dict[str, str]
) -> None:
    for path in ("/notes", "/nowhere"):
        answer = suzuki.post(path, data={"speak": "en", "words": "悪意"}, headers=elsewhere)
        assert answer.status_code == 400
        assert "kizuki_language" not in str(answer.headers)
        assert "悪意" not in answer.text
    assert language(store, cast.suzuki) == "ja"


def test_a_form_without_a_page_of_its_own_is_given_back_with_one_button(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    refused = post(suzuki, "/settings/name", name="")
    shown = tap(suzuki, refused, "en", name="𠮷田👋")
    assert CHANGED in shown.text
    assert "Send again</button>" in shown.text
    assert ("name", "𠮷田👋") in fields_of(shown.text, "ja")
    with store.read() as session:
        assert session.get_one(Person, cast.suzuki).name == "鈴木"
    again = tap(suzuki, shown, "ja")
    assert ("name", "𠮷田👋") in fields_of(again.text)


def test_words_in_a_thread_stand_in_the_form_that_they_came_from(
    suzuki: FlaskClient, store: Store, handoff: uuid.UUID
) -> None:
    with store.read() as session:
        thread = session.get_one(Handoff, handoff).thread_id
    refused = post(suzuki, f"/notes/{thread}/additions", added=WORDS, right_place="北町3-2")
    shown = tap(suzuki, refused, "en", added="番号なし")
    assert shown.status_code == 422
    assert CHANGED in shown.text
    assert {("added", "番号なし"), ("right_place", "北町3-2")} <= set(fields_of(shown.text, "ja"))


def test_an_office_form_stands_with_all_its_hours(app: Flask, store: Store, cast: Cast) -> None:
    office = signed_in(app.test_client(), store, cast.yamamoto)
    given = {"name": "北👵", "place": "1階", "0-first-from": "08:30", "memo_days": "5"}
    refused = post(office, "/office/desks", **given)
    shown = tap(office, refused, "en")
    assert shown.status_code == 422
    assert set(given.items()) <= set(fields_of(shown.text, "ja"))


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_password_is_neither_tried_nor_given_back(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch, *, goes_on: bool
) -> None:
    given = {"email": "okada@misaki.example", "password": "wrong", "next": "/desk"}
    given |= {"goes_on": "1", "kept.name": "髙橋"} if goes_on else {}
    refused = post(client, "/signin", **given)
    monkeypatch.setattr("blueprints.join.sign_in._token", lambda *_: 1 / 0)
    for _ in range(30):
        refused = tap(client, refused, "en", password=PASSWORD)
        action, fields = Forms(refused.text).sent_by("ja")
        refused = client.post(action, data=dict(fields) | {"said": "evil"})
        refused = tap(client, refused, "en", password=PASSWORD)
        refused = tap(client, refused, "ja@easy")
    fields = fields_of(refused.text)
    assert PASSWORD not in refused.text
    assert "evil" not in refused.text
    assert {("email", "okada@misaki.example"), ("next", "/desk"), ("password", "")} <= set(fields)
    assert (("kept.name", "髙橋") in fields) is goes_on


def test_the_way_in_says_again_what_went_wrong(client: FlaskClient, cast: Cast) -> None:
    refused = post(client, "/signin", email="okada@misaki.example", password="wrong")
    assert "Could not sign in." in tap(client, refused, "en").text


def test_four_digits_are_tried_by_joining_alone(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, area=cast.kitamachi)
    first = post(client, "/join/invitation", token=told.token)
    english = tap(client, first, "en")
    assert ("language", "en") in fields_of(english.text, "ja")
    pages = [tap(client, english, "ja", digits=one).text for one in (told.digits, "0000")]
    for page, digits in zip(pages, (told.digits, "0000"), strict=True):
        assert f'value="{digits}"' in page
    refused = post(client, "/join", token=told.token, digits="12")
    assert 'href="#digits"' in tap(client, refused, "en").text


def test_a_busy_store_keeps_nobody_from_reading(
    suzuki: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = post(suzuki, "/settings/name", name="")

    @contextmanager
    def refuse(*_: Any, **__: Any) -> Iterator[None]:
        raise Busy
        yield

    monkeypatch.setattr("models.store.Store.write", refuse)
    shown = tap(suzuki, refused, "en", name="花")
    assert shown.status_code == 503
    assert '<html lang="en"' in shown.text
    assert ("name", "花") in fields_of(shown.text, "ja")


def test_several_values_of_a_list_stand_again(okada: FlaskClient, cast: Cast) -> None:
    ids = [str(uuid.uuid4()), str(uuid.uuid4())]
    given = {"handoff": ids, "desk": str(cast.north_desk)}
    expired = okada.post("/desk/acknowledgements", data=given, headers=JAPANESE)
    shown = tap(okada, expired, "en")
    assert [value for name, value in fields_of(shown.text, "ja") if name == "handoff"] == ids


def test_an_address_that_is_not_there_says_so_in_every_language(client: FlaskClient) -> None:
    lost = client.post("/nowhere", headers=csrf(client) | JAPANESE)
    assert lost.status_code == 404
    shown = tap(client, lost, "en")
    assert shown.status_code == 404
    assert '<html lang="en"' in shown.text

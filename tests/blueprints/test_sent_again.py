"""What could not be taken is sent again with one tap, as it was, its keys on nobody's screen."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests

from models import receipt_code
from models.errors import Busy
from models.person import Role
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.invitations import personal
from tests.support.notes import post, typed
from tests.town import MORNING, Cast, csrf, signed_in

AGAIN = "もう一度送る</button>"
JAPANESE = {"Accept-Language": "ja"}
SHOWN = re.compile(r'<label[^>]*>(.*?)</label>\s*<(?:input|textarea)[^>]* name="([\w-]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([\w.-]+)" value="([^"]*)">')
Fail = Callable[[BaseException], None]


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    clock.now = MORNING
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def suzuki(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return signed_in(app.test_client(), store, cast.suzuki)


@pytest.fixture
def thread(store: Store, cast: Cast) -> uuid.UUID:
    given = {"contact": "telephone", "telephone": "0312345678"}
    with store.write() as session:
        note = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **given)
        return note.thread_id


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Makes the store raise something on every write."""

    def fail(error: BaseException) -> None:
        @contextmanager
        def refuse(*_: object) -> Iterator[None]:
            raise error
            yield

        monkeypatch.setattr("blueprints.access.writing", refuse)

    return fail


def main(page: str) -> str:
    return page.partition("<main")[2]


def shown(page: str) -> list[tuple[str, str]]:
    """Label and name of every field that can be seen."""
    return SHOWN.findall(main(page))


def hidden(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(main(page)))


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("/notes/{thread}/contact-withdrawal", 303),
        ("/settings/leaving", 200),
        ("/settings/app-codes", 200),
        ("/signout", 303),
    ],
)
def test_a_button_whose_token_is_over_needs_one_tap_more(
    suzuki: FlaskClient, thread: uuid.UUID, path: str, after: int
) -> None:
    address = path.format(thread=thread)
    expired = suzuki.post(address, headers=JAPANESE)
    assert expired.status_code == 400
    assert AGAIN in expired.text
    assert f'action="{address}"' in expired.text
    assert suzuki.post(address, data=hidden(expired.text)).status_code == after


@pytest.mark.parametrize(
    ("error", "status"), [(Busy(), 503), (TooManyRequests(), 429), (RuntimeError(), 500)]
)
def test_a_button_that_could_not_be_served_is_there_once_more(
    suzuki: FlaskClient, thread: uuid.UUID, failing: Fail, error: Exception, status: int
) -> None:
    token = csrf(suzuki)
    failing(error)
    answer = suzuki.post(f"/notes/{thread}/contact-withdrawal", headers=token | JAPANESE)
    assert answer.status_code == status
    assert "まだ送れていません" in answer.text
    assert AGAIN in answer.text
    assert suzuki.get("/notes/none", headers=JAPANESE).text.count(AGAIN) == 0


def test_a_button_to_which_a_rule_said_no_is_not_there_again(
    app: Flask, store: Store, cast: Cast
) -> None:
    staff = signed_in(app.test_client(), store, cast.aoki)
    refused = post(staff, "/settings/app-codes")
    assert refused.status_code == 422
    assert AGAIN not in refused.text


def test_a_file_is_chosen_anew_on_its_page(app: Flask, store: Store, cast: Cast) -> None:
    office = signed_in(app.test_client(), store, cast.yamamoto)
    multipart = {"data": {"csrf_token": "old"}, "content_type": "multipart/form-data"}
    answer = office.post("/office/areas/csv", headers=JAPANESE, **multipart)
    assert answer.status_code == 400
    assert AGAIN not in answer.text
    assert 'data-behaviour="back" hidden' in answer.text


@pytest.mark.parametrize(
    "elsewhere", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_another_sites_form_is_never_one_tap_from_being_sent(
    suzuki: FlaskClient, elsewhere: dict[str, str]
) -> None:
    left = suzuki.post("/settings/leaving", headers=elsewhere | JAPANESE)
    named = suzuki.post("/settings/name", data={"name": "悪意"}, headers=elsewhere | JAPANESE)
    goes_on = {"goes_on": "1", "next": "/settings/leaving", "kept.name": "悪意"}
    entered = suzuki.post("/signin", data=goes_on, headers=elsewhere | JAPANESE)
    for answer in (left, named, entered):
        assert answer.status_code == 400
        assert AGAIN not in answer.text
        assert "悪意" not in answer.text
        assert "leaving" not in main(answer.text)


def test_what_a_note_carries_unseen_comes_back_unseen(
    client: FlaskClient, cast: Cast, failing: Fail
) -> None:
    token, code = csrf(client), receipt_code.generate()
    given = typed(cast.kitamachi, receipt=code, contact="telephone", telephone="0595000101")
    given |= {"signs": "not_seen", "not_to": "となりの人", "unknown_place": "きたまち"}
    failing(Busy())
    page = client.post("/notes", data=given, headers=token | JAPANESE).text
    assert [name for _, name in shown(page)] == ["words", "telephone", "not_to"]
    assert hidden(page).items() >= {"receipt": code, "own_area": str(cast.kitamachi)}.items()
    written = {"words", "telephone", "not_to"}
    assert hidden(page).keys() >= {name for name in given if given[name]} - written


def test_an_office_form_comes_back_with_the_names_of_its_fields(
    app: Flask, store: Store, cast: Cast
) -> None:
    office = signed_in(app.test_client(), store, cast.yamamoto)
    given = {"name": "北", "place": "1階", "0-first-from": "08:30", "memo_days": "5"}
    page = office.post("/office/desks", data=given, headers=JAPANESE).text
    assert {name: label for label, name in shown(page)} == {
        "name": "名前",
        "place": "場所",
        "0-first-from": "月 一つめ から",
        "memo_days": "気にかけておく（開いている日で何日）",
    }
    number = {"label": "水道", "number": "0595000101", "place": "local"}
    page = office.post("/office/numbers", data=number, headers=JAPANESE).text
    assert [name for _, name in shown(page)] == ["label", "number"]
    assert hidden(page)["place"] == "local"


def test_an_invitation_says_nothing_of_what_was_chosen_in_it(
    app: Flask, store: Store, cast: Cast, failing: Fail
) -> None:
    office = signed_in(app.test_client(), store, cast.yamamoto)
    token = csrf(office)
    given = {"once": str(uuid.uuid4()), "kind": "poster", "role": "resident", "paper": "ja"}
    given |= {"area": str(cast.north), "ends_on": "2026-12-20", "daily_limit": "30"}
    failing(Busy())
    page = office.post("/office/invitations", data=given, headers=token | JAPANESE).text
    assert shown(page) == [("いつまで使えるか", "ends_on"), ("1日に使える回数", "daily_limit")]


def test_whoever_could_not_sign_in_finds_the_door_and_not_half_a_form(
    client: FlaskClient, cast: Cast, failing: Fail, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"email": "okada@misaki.example", "password": "x" * 20, "next": "/desk"}
    expired = client.post("/signin", data=given, headers=JAPANESE)
    monkeypatch.setattr("blueprints.join.sign_in._token", lambda *_: 1 / 0)
    broken = client.post("/signin", data=given, headers=csrf(client) | JAPANESE)
    for answer, status in ((expired, 400), (broken, 500)):
        assert answer.status_code == status
        assert [name for _, name in shown(answer.text)] == ["email", "password"]
        assert 'value="okada@misaki.example"' in answer.text
        assert hidden(answer.text)["next"] == "/desk"
        assert "x" * 20 not in answer.text
        assert AGAIN not in answer.text


def test_what_waits_for_a_sign_in_still_waits_when_that_fails(client: FlaskClient) -> None:
    given = {"email": "okada@misaki.example", "goes_on": "1", "next": "/settings/name"}
    page = client.post("/signin", data=given | {"kept.name": "髙橋"}, headers=JAPANESE).text
    assert AGAIN not in page
    assert hidden(page)["goes_on"] == "1"
    assert 'name="kept.name" type="text" value="髙橋"' in page


def test_a_way_in_that_needs_a_password_asks_for_it_again(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    told = personal(store, Role.STAFF, desk=cast.north_desk)
    given = {"token": told.token, "digits": told.digits, "email": "mori@misaki.example"}
    page = client.post("/join", data=given | {"password": "x" * 20}, headers=JAPANESE).text
    assert [name for _, name in shown(page)] == ["email", "password"]
    assert "x" * 20 not in page

"""E-mail and password, and what becomes of what was typed before."""

from __future__ import annotations

import re
import uuid
from functools import partial

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from blueprints.join import patience
from models import password
from models.audit import AuditLine
from models.endpoint import PushHosts
from models.joining import set_password
from models.person import Person
from models.store import Store
from models.subscription import Subscription
from tests.conftest import SetClock
from tests.support.deliveries import a_thread
from tests.support.invitations import PASSWORD, post
from tests.support.proofs import ask, give_passkey
from tests.support.push_peer import Phone
from tests.town import MORNING, Cast, csrf, signed_in

WRONG = "入れませんでした。"


@pytest.fixture
def okada(store: Store, cast: Cast) -> str:
    _give_password(store, cast.okada)
    return "okada@misaki.example"


def test_e_mail_and_password_lead_to_the_page_asked_for(client: FlaskClient, okada: str) -> None:
    asked = client.get("/settings")
    assert asked.location == "/signin?next=/settings"
    done = post(client, "/signin", email=okada.upper(), password=PASSWORD, next="/settings")
    assert (done.status_code, done.location) == (303, "/signin/second?next=/settings")
    assert 'name="next" value="/settings"' in client.get(done.location).text


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil", "https:evil", "javascript:x", ""])
def test_the_way_on_never_leaves_the_site(client: FlaskClient, okada: str, path: str) -> None:
    done = post(client, "/signin", email=okada, password=PASSWORD, next=path)
    assert done.location == "/signin/second?next=/"


def test_one_sentence_and_one_hash_whether_or_not_the_account_exists(
    client: FlaskClient, store: Store, cast: Cast, okada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def count(kept: str, typed: str) -> bool:
        compared.append(kept)
        return False

    monkeypatch.setattr("blueprints.join.sign_in.is_password", count)
    pages = []
    for email in (okada, "nobody@misaki.example", "kato@misaki.example"):
        page = post(client, "/signin", email=email, password="wrong wrong wrong", next="/")
        assert page.status_code == 422
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", page.text.replace(email, "")))
    assert pages[0] == pages[1] == pages[2]
    assert WRONG in pages[0]
    assert len(compared) == 3


def test_somebody_suspended_cannot_sign_in(
    client: FlaskClient, store: Store, cast: Cast, okada: str
) -> None:
    from models.staffing import suspend

    with store.write() as session:
        person, by = session.get(Person, cast.okada), session.get(Person, cast.yamamoto)
        assert person is not None
        assert by is not None
        suspend(session, person, by, MORNING)
    assert post(client, "/signin", email=okada, password=PASSWORD).status_code == 422


def test_wrong_tries_for_an_account_slow_the_next_answer_and_lock_nobody_out(
    client: FlaskClient, okada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("blueprints.join.patience.time.sleep", waited.append)
    monkeypatch.setattr("blueprints.gate.limiter.enabled", False)
    for _ in range(8):
        post(client, "/signin", email=okada, password="wrong wrong wrong")
    assert waited == [0.25, 0.5]
    assert post(client, "/signin", email=okada, password=PASSWORD).status_code == 303
    assert post(client, "/signin", email=okada, password=PASSWORD).status_code == 303
    assert waited == [0.25, 0.5, 1.0]


def test_the_wait_never_grows_beyond_what_one_can_bear() -> None:
    assert patience.seconds(100) == patience.LONGEST_SECONDS


def test_one_address_is_limited(client: FlaskClient, cast: Cast) -> None:
    answers = [
        post(client, "/signin", email=f"{uuid.uuid4()}@x.example", password="x").status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_what_was_typed_before_the_session_ended_goes_on_after_the_sign_in(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, okada: str
) -> None:
    signed_in(client, store, cast.okada)
    clock.forward(minutes=31)
    words = "名字が変わりました。髙橋です。"
    expired = post(client, "/settings/name", name=words, password="secret")
    assert expired.status_code == 401
    assert f'name="kept.name" type="text" value="{words}"' in expired.text
    assert "secret" not in expired.text
    again = {"goes_on": "1", "next": "/settings/name", "kept.name": words}
    wrong = post(client, "/signin", email=okada, password="wrong wrong wrong", **again)
    assert words in wrong.text
    device = give_passkey(store, cast.okada)
    half = post(client, "/signin", email=okada, password=PASSWORD, **again)
    assert half.status_code == 200
    assert f'name="kept.name" type="text" value="{words}"' in half.text
    answer = device.get(ask(client, "/signin/passkey/challenges"))
    right = post(client, "/signin/passkey", answer=answer, **again)
    assert right.status_code == 200
    assert 'action="/settings/name"' in right.text
    assert f'name="name" type="text" value="{words}"' in right.text
    token = right.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = client.post("/settings/name", data={"name": words, "csrf_token": token})
    assert sent.status_code == 303
    with store.read() as session:
        row = session.get(Person, cast.okada)
        assert row is not None
        assert row.name == words


def test_phone_people_are_told_how_they_come_in_again(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/signin").text
    assert "パスワードはありません" in page
    assert "059-000-0001" in page


@pytest.mark.parametrize(("asked", "title"), [("", "窓口の方の入り口"), ("/desk", "もう一度入る")])
def test_whoever_was_in_before_is_asked_in_again_and_whoever_begins_finds_the_desks_door(
    client: FlaskClient, cast: Cast, asked: str, title: str
) -> None:
    page = client.get(f"/signin?next={asked}" if asked else "/signin").text
    assert f"<h1>{title}</h1>" in page
    assert page.count("窓口の方の入り口") >= 1


def test_signing_out_ends_the_session_and_keeps_what_waits_on_the_phone(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    signed_in(client, store, cast.suzuki)
    done = post(client, "/signout")
    assert done.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/settings").location == "/signin?next=/settings"


def test_signing_out_ends_its_own_pushes_and_no_others(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    places = ("other", "own")
    phones = {name: Phone(name, f"https://fcm.googleapis.com/{name}") for name in places}
    for phone in phones.values():
        signed_in(client, store, cast.suzuki)
        told, headers = phone.subscription, csrf(client)
        path = "/api/v1/push/subscriptions"
        assert client.post(path, json=told, headers=headers).status_code == 201
    with store.write() as session:
        hosts, thread_id = PushHosts(["fcm.googleapis.com"]), a_thread(session).id
        own = phones["own"]
        put = partial(Subscription.put, session, hosts, own.endpoint, own.p256dh, own.auth)
        put(now=MORNING, thread_id=thread_id)
    post(client, "/signout")
    with store.read() as session:
        left = [
            (one.person_id, one.address.endpoint.rsplit("/")[-1])
            for one in session.scalars(sa.select(Subscription))
        ]
        (line,) = session.scalars(sa.select(AuditLine).where(AuditLine.act == "sign_out"))
        assert line.actor_id == cast.suzuki
    assert sorted(left, key=str) == [(None, "own"), (cast.suzuki, "other")]


def _give_password(store: Store, person_id: uuid.UUID) -> None:
    kept = password.hash_password(PASSWORD)
    with store.write() as session:
        person = session.get(Person, person_id)
        assert person is not None
        set_password(session, person, kept, MORNING)

"""An error keeps what was typed, and is itself never the cause of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import receipt_code
from models import store as store_module
from models.desk import Desk
from models.errors import Busy
from models.store import Store
from tests import town
from tests.support.invitations import personal
from tests.support.invitations import post as join
from tests.support.notes import post, typed
from tests.town import MORNING


def test_a_form_beyond_every_size_is_told_in_a_sentence(client: FlaskClient) -> None:
    answer = post(client, "/notes", **typed(words="あ" * 4_000_000))
    assert answer.status_code == 413
    assert "一度に送れる量をこえました" in answer.text
    assert "前の画面に残っている" in answer.text
    assert 'data-behaviour="back" hidden' in answer.text


def test_a_form_below_that_size_is_given_back_however_long(client: FlaskClient) -> None:
    words = "三日前から、" * 50_000
    answer = post(client, "/notes", **typed(words=words))
    assert answer.status_code == 422
    assert words in answer.text


def test_a_reader_for_whom_no_connection_is_left_is_asked_to_come_again(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    small = Store(str(store.url), store.keys, pool_size=1)
    app.extensions["kizuki"] = replace(app.extensions["kizuki"], store=small)
    with small.read() as session:
        session.scalar(sa.select(1))
        answer = app.test_client().get("/desks", headers={"Accept-Language": "ja"})
    assert answer.status_code == 503
    assert "少し待って、もう一度開いてください。" in answer.text
    small.close()


def test_whoever_is_not_in_any_more_reads_whom_to_telephone(
    client: FlaskClient, store: Store
) -> None:
    with store.write() as session:
        cast = town.build(session, MORNING, noise=False)
        session.get_one(Desk, cast.core).telephone = "059-000-0001"
    answer = client.post("/desk/notes", headers=town.csrf(client))
    assert answer.status_code == 401
    assert "059-000-0001" in answer.text


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that takes nothing."""

    @contextmanager
    def refuse(*_: object) -> Iterator[None]:
        raise Busy
        yield

    monkeypatch.setattr("blueprints.access.writing", refuse)


def given_back(page: str) -> dict[str, str]:
    """The hidden fields of the form that sends again."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def test_a_busy_store_loses_no_way_in(client: FlaskClient, store: Store, busy: None) -> None:
    with Store.write(store) as session:
        cast = town.build(session, noise=False)
    told = personal(store, area=cast.kitamachi)
    answer = join(client, "/join", token=told.token, digits=told.digits, language="en")
    assert answer.status_code == 503
    back = given_back(answer.text)
    assert (back["token"], back["digits"]) == (told.token, told.digits)
    assert "password" not in back


def test_a_busy_store_keeps_the_receipt_code_and_the_words(
    client: FlaskClient, store: Store, busy: None
) -> None:
    code = receipt_code.generate()
    with Store.write(store) as session:
        cast = town.build(session, noise=False)
        town.note(session, MORNING, area=cast.kitamachi, receipt_hash=store.keys.slow_index(code))
    typed = {"added": "窓が開いたままです。", "right_place": "北町3-2"}
    answer = join(client, "/receipts/additions", code=code, **typed)
    assert answer.status_code == 503
    assert given_back(answer.text)["code"] == code
    for words in typed.values():
        assert words in answer.text


def test_a_mistyped_code_keeps_the_right_place_too(client: FlaskClient, store: Store) -> None:
    with store.write() as session:
        town.build(session, noise=False)
    answer = join(client, "/receipts/additions", code="1", added="追記", right_place="北町3-2")
    assert answer.status_code == 422
    assert 'name="right_place"' in answer.text
    assert "北町3-2" in answer.text

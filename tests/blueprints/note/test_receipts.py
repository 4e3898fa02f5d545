"""A note without an account, and the code that reads its replies."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.gate import limiter
from models import receipt_code
from models.person import Person
from models.receipt import Receipt
from models.reply import ReplyKind, Said
from models.store import Store
from models.thread import Thread
from tests.conftest import SetClock
from tests.support.notes import code_on, last_thread, notes, post, typed
from tests.town import Cast

MADE = "1234567890123456" + receipt_code.check_digits("1234567890123456")
WRONG = "その番号では開けませんでした"


@pytest.fixture(autouse=True)
def _no_tries_yet(app: Flask) -> None:
    limiter.reset()


@pytest.fixture
def code(client: FlaskClient, cast: Cast) -> str:
    """The code of a note written from the north desk's page."""
    sent = post(client, f"/desks/{cast.north_desk}/note", **typed(cast.north))
    assert sent.status_code == 201
    return code_on(sent.text)


def _thread_id(store: Store, code: str) -> uuid.UUID:
    with store.read() as session:
        thread = Receipt.open(session, store.keys.slow_index(code))
        assert thread is not None
        return thread.id


def test_the_desks_page_takes_a_note_and_shows_a_code_once(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    form = client.get(f"/desks/{cast.north_desk}/note")
    assert "北部のこと" in form.text
    assert 'name="show_name"' not in form.text
    sent = post(client, f"/desks/{cast.north_desk}/note", **typed(cast.north))
    code = code_on(sent.text)
    assert receipt_code.parse(code) == code
    assert "書きとめました" in sent.text
    with store.read() as session:
        thread = last_thread(session)
        assert thread.handoff.desk_id == cast.north_desk
        assert thread.reporter.token is None


def test_the_code_that_the_page_made_is_kept(client: FlaskClient, store: Store, cast: Cast) -> None:
    made = receipt_code.generate()
    sent = post(client, f"/desks/{cast.north_desk}/note", **typed(cast.north), receipt=made)
    assert code_on(sent.text) == made


@pytest.mark.parametrize("receipt", ["", MADE])
def test_a_repeat_shows_the_same_code(
    client: FlaskClient, store: Store, cast: Cast, receipt: str
) -> None:
    fields, before = typed(cast.north, receipt=receipt), notes(store)
    pages = [post(client, f"/desks/{cast.north_desk}/note", **fields).text for _ in range(2)]
    assert code_on(pages[0]) == code_on(pages[1])
    assert notes(store) == before + 1


def test_a_code_in_use_does_not_stop_a_note(client: FlaskClient, cast: Cast, code: str) -> None:
    sent = post(client, f"/desks/{cast.north_desk}/note", **typed(cast.north), receipt=code)
    assert sent.status_code == 201
    assert "控え番号を出せませんでした" in sent.text
    assert code not in sent.text


def test_a_telephone_is_asked_for_where_it_was_chosen(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    path = f"/desks/{cast.north_desk}/note"
    missing = post(client, path, **typed(cast.north, contact="telephone"))
    assert missing.status_code == 422
    assert "電話番号を書くか" in missing.text
    post(client, path, **typed(cast.north, contact="telephone", telephone="０９０-1234-5678"))
    with store.read() as session:
        assert last_thread(session).reporter.telephone == "09012345678"


def test_the_code_reads_and_answers_the_thread(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, code: str
) -> None:
    thread_id = _thread_id(store, code)
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        handoff = session.get_one(Thread, thread_id).handoff
        handoff.acknowledge(okada, Said("check"), clock.now)
        handoff.ask(okada, Said(words="いつからですか。"), clock.now)
    written = receipt_code.show(code).replace("-", " ")
    page = post(client, "/receipts", code=written).text
    assert "お返事が届いています" in page
    assert "いつからですか。" in page
    answered = post(client, "/receipts/answers", code=code, words="先月からです。")
    assert (answered.status_code, "先月からです。" in answered.text) == (200, True)
    with store.read() as session:
        thread = session.get_one(Thread, thread_id)
        assert thread.replies[-1].kind is ReplyKind.ANSWER
        assert all(r.inbox.read_at for r in thread.replies if r.inbox)


def test_the_code_adds_and_takes_back(client: FlaskClient, store: Store, code: str) -> None:
    assert "窓があいた" in post(client, "/receipts/additions", code=code, added="窓があいた").text
    assert "取り下げました" in post(client, "/receipts/withdrawal", code=code, how="now").text


def test_one_sentence_for_every_failure(client: FlaskClient, cast: Cast) -> None:
    pages = set()
    for code in ("", "12", "1" * 18, receipt_code.generate(), "𠮷" * 40, "0" * 5000):
        answer = post(client, "/receipts", code=code)
        assert answer.status_code == 422
        assert WRONG in answer.text
        assert code not in answer.text or len(code) < 3
        pages.add(answer.text.count("<p"))
    assert len(pages) == 1


def test_a_wrong_code_beside_an_answer_keeps_the_answer(client: FlaskClient, cast: Cast) -> None:
    answer = post(client, "/receipts/answers", code="12", words="先月からです。")
    assert WRONG in answer.text
    assert "先月からです。</textarea>" in answer.text
    assert 'action="/receipts/answers"' in answer.text


def test_codes_that_open_are_used_more_often_than_others_are_tried(
    client: FlaskClient, cast: Cast, code: str
) -> None:
    used = [post(client, "/receipts", code=code).status_code for _ in range(101)]
    assert used == [200] * 100 + [429]
    limiter.reset()


def test_many_tries_are_slowed_down_in_words(client: FlaskClient, cast: Cast) -> None:
    tries = [post(client, "/receipts", code="12").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert "少し休んでいます" in post(client, "/receipts", code="12").text
    limiter.reset()


def test_the_code_never_stands_in_an_address(client: FlaskClient, cast: Cast, code: str) -> None:
    page = post(client, "/receipts", code=code)
    assert "Location" not in page.headers
    assert f"/{code}" not in page.text
    assert f"={code}" not in page.text


def test_a_code_that_opens_nothing_is_not_shown(
    client: FlaskClient, store: Store, cast: Cast, code: str
) -> None:
    path, fields = f"/desks/{cast.north_desk}/note", typed(cast.north)
    first = code_on(post(client, path, **fields, receipt=MADE).text)
    for other in (receipt_code.generate(), code):
        again = post(client, path, **fields, receipt=other)
        assert again.status_code == 201
        assert "控え番号を出せませんでした" in again.text
    assert code_on(post(client, path, **fields, receipt=MADE).text) == first
    kept_too = post(client, path, **fields | {"words": "ほかの言葉"}, receipt=MADE)
    assert "控え番号を出せませんでした" in kept_too.text

"""The auditor's room: the whole log by codes, and the questions that somebody answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from blueprints.audit.alarms import A_PAGE
from models import audit
from models.audit import AuditHead, AuditLine
from models.audit_alarm import AlarmKind, AuditAlarm, raise_alarm
from models.person import Person, Role
from models.store import Store
from models.town import Town
from tests import town
from tests.conftest import SetClock
from tests.town import Cast

CANARY = "カナリアの言葉"
WRONG = "書かれたときのままではない"
Tamper = Callable[[Session, list[AuditLine]], None]


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    with store.write() as session:
        cast = town.build(session, clock.now, noise=False)
        town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi, words=CANARY)
        return cast


@pytest.fixture
def auditor(app: Flask, store: Store, cast: Cast, clock: SetClock) -> FlaskClient:
    with store.write() as session:
        reader = Person.enrol(session, role=Role.AUDITOR, name="浜田", now=clock.now).id
    return town.signed_in(app.test_client(), store, reader, clock.now)


@pytest.fixture
def alarm(store: Store, cast: Cast, clock: SetClock) -> uuid.UUID:
    return _raise(store, cast, clock.now, cast.kato)


def _raise(
    store: Store, cast: Cast, now: dt.datetime, who: uuid.UUID, *, is_sealed: bool = False
) -> uuid.UUID:
    desk = cast.core if is_sealed else cast.north_desk
    with store.write() as session:
        alarm = AuditAlarm(
            kind=AlarmKind.MANY,
            actor_id=who,
            desk_id=desk,
            count=31,
            at=now,
            found_at=now,
            is_sealed=is_sealed,
        )
        raise_alarm(session, alarm, now)
        return alarm.id


def _answer(client: FlaskClient, alarm: uuid.UUID, words: str) -> TestResponse:
    path = f"/audit/alarms/{alarm}/acknowledgement"
    return client.post(path, data={"words": words}, headers=town.csrf(client))


def test_the_log_shows_no_name_no_word_and_no_id(
    app: Flask, auditor: FlaskClient, store: Store, cast: Cast
) -> None:
    assert auditor.get("/").location == "/audit"
    okada = town.signed_in(app.test_client(), store, cast.okada)
    assert CANARY in okada.get("/desk").text
    page = auditor.get("/audit").text
    assert "一覧で見た" in page
    assert "北の相談室" in page
    for secret in (CANARY, "岡田", "鈴木", str(cast.okada), str(cast.suzuki)):
        assert secret not in page
    assert CANARY not in "".join(auditor.get(path).text for path in ("/desk", "/office"))


def test_the_log_is_read_page_by_page_and_narrowed(
    auditor: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        about = Town.of(session)
        assert about is not None
        for n in range(60):
            audit.record(session, "assign", about, now=clock.now + dt.timedelta(seconds=n))
    clock.forward(minutes=5)
    first = auditor.get("/audit?act=assign").text
    assert first.count('<td data-label="何を">') == 50
    older = re.search(r'href="(/audit\?[^"]*before=\d+)"', first)
    assert older is not None
    path = older[1].replace("&amp;", "&")
    assert auditor.get(path).text.count('<td data-label="何を">') == 10
    empty = "あてはまる記録はありません。"
    assert empty in auditor.get("/audit?act=assign&day=2020-01-01").text
    assert empty in auditor.get(f"/audit?act=assign&desk={cast.north_desk}").text
    assert empty not in auditor.get("/audit?act=assign&desk=town&day=2026-11-24").text


def test_reading_the_log_is_itself_a_line(auditor: FlaskClient, store: Store) -> None:
    auditor.get("/audit")
    with store.read() as session:
        lines = session.scalars(sa.select(AuditLine).where(AuditLine.act == "read_audit")).all()
    assert len(lines) == 1


def test_what_was_changed_is_said_where_it_stands(auditor: FlaskClient, store: Store) -> None:
    assert WRONG not in auditor.get("/audit").text
    with store.write() as session:
        session.execute(sa.update(AuditLine).values(act="visit"))
    assert WRONG in auditor.get("/audit").text


def _forge(session: Session, lines: list[AuditLine]) -> None:
    """Another's name, under the digest that anybody can make."""
    one = lines[2]
    one.actor_id, one.shown = uuid.uuid4(), None
    one.digest = hashlib.sha256(one.unkeyed_content()).digest()


def _drop(session: Session, lines: list[AuditLine]) -> None:
    session.delete(lines[2])


def _swap(_session: Session, lines: list[AuditLine]) -> None:
    lines[2].act, lines[3].act = "assign", "assign"


def _empty(session: Session, lines: list[AuditLine]) -> None:
    for line in lines:
        session.delete(line)


def _behead(session: Session, lines: list[AuditLine]) -> None:
    session.delete(session.get_one(AuditHead, lines[0].chain))


@pytest.mark.parametrize("how", [_forge, _drop, _swap, _empty, _behead])
def test_what_was_changed_in_a_chain_is_said_on_the_page(
    auditor: FlaskClient, store: Store, cast: Cast, clock: SetClock, how: Tamper
) -> None:
    chain = str(cast.north_desk)
    with store.write() as session:
        about = Town.of(session)
        assert about is not None
        for _ in range(5):
            audit.record(session, "change", about, now=clock.now, desk_id=cast.north_desk)
    assert WRONG not in auditor.get("/audit").text
    with store.write() as session:
        here = sa.select(AuditLine).where(AuditLine.chain == chain)
        how(session, list(session.scalars(here.order_by(AuditLine.position))))
    assert WRONG in auditor.get("/audit").text


def test_the_longest_waiting_question_comes_first_and_none_is_out_of_reach(
    auditor: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    at = [clock.now - dt.timedelta(minutes=n) for n in range(A_PAGE + 1)]
    raised = [_raise(store, cast, one, cast.kato) for one in at]
    newest, oldest = (f'id="alarm-{one}"' for one in (raised[0], raised[-1]))
    first = auditor.get("/audit/alarms").text
    assert (oldest in first, newest in first) == (True, False)
    further = re.search(r'href="(/audit/alarms\?page=2)"', first)
    assert further is not None
    second = auditor.get(further[1]).text
    assert (oldest in second, newest in second) == (False, True)


def test_a_log_that_does_not_hold_together_is_a_question_about_nobody(
    app: Flask, auditor: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        broken = AuditAlarm(kind=AlarmKind.BROKEN, count=7, at=clock.now, found_at=clock.now)
        raise_alarm(session, broken, clock.now)
        alarm = broken.id
    ueda = town.signed_in(app.test_client(), store, cast.ueda)
    for client in (auditor, ueda):
        page = client.get("/audit/alarms").text
        assert "7番めのあたりで切れています" in page
        assert "町ぜんたい" in page
    assert _answer(ueda, alarm, "サーバーの担当に頼みました。").status_code == 303


def test_a_question_is_answered_once_and_the_second_s_words_are_kept(
    app: Flask, auditor: FlaskClient, store: Store, cast: Cast, alarm: uuid.UUID
) -> None:
    assert "1時間に31件" in auditor.get("/audit/alarms").text
    assert "加藤" not in auditor.get("/audit/alarms").text
    ueda = town.signed_in(app.test_client(), store, cast.ueda)
    assert "加藤さん" in ueda.get("/audit/alarms").text
    assert 'href="/audit/alarms"' in ueda.get("/desk").text
    assert _answer(ueda, alarm, "").status_code == 422
    assert _answer(ueda, alarm, "引きつぎのためでした。").status_code == 303
    assert 'href="/audit/alarms"' not in ueda.get("/desk").text
    late = _answer(auditor, alarm, "わたしが先です。")
    assert late.status_code == 409
    assert "わたしが先です。" in late.text
    assert "引きつぎのためでした。" in auditor.get("/audit/alarms").text


def test_nobody_answers_for_themselves_and_sealed_ones_are_the_team_s(
    app: Flask, store: Store, cast: Cast, clock: SetClock
) -> None:
    own = _raise(store, cast, clock.now, cast.ueda)
    sealed = _raise(store, cast, clock.now, cast.ishii, is_sealed=True)
    ueda = town.signed_in(app.test_client(), store, cast.ueda)
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    assert [_answer(ueda, one, "見ました。").status_code for one in (own, sealed)] == [404, 404]
    assert "確認のお願いはありません" in ueda.get("/audit/alarms").text
    assert [_answer(aoki, one, "見ました。").status_code for one in (own, sealed)] == [303, 303]

"""電話・窓口・手紙: what a desk takes down is a note like any other, and its code a receipt."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blueprints.gate import limiter
from models import receipt_code
from models.audit import AuditLine
from models.delivery import Delivery
from models.handoff import HeldReason
from models.observation import Observation
from models.settings import Settings
from models.store import Store
from models.taking import CameBy
from tests import town
from tests.conftest import NOW
from tests.support.notes import last_thread, notes, post
from tests.support.switching import told
from tests.support.taking import NAME, NUMBER, call, code_aloud, take
from tests.town import Cast

READINGS = ["ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"]
TOLD = dt.datetime(2026, 11, 24, 0, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _nothing_counted(app: Flask) -> None:
    limiter.reset()


@pytest.fixture
def okada(client: FlaskClient, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(client, store, cast.okada)


def test_the_form_stands_ready_for_a_call_that_comes_in_now(okada: FlaskClient) -> None:
    page = okada.get("/desk/notes/new").text
    assert re.search(r'name="came_by" value="telephone" checked', page)
    assert 'value="2026-11-24"' in page
    assert 'value="09:20"' in page
    assert 'aria-current="page"><span class="only-wide">電話・窓口・手紙で受ける' in page


def test_what_was_told_goes_the_way_of_every_note(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    answer = take(okada, signs=["not_seen"])
    assert answer.status_code == 201
    with store.read() as session:
        thread = last_thread(session)
        note = thread.observation
        assert (note.came_by, note.noted_at, note.received_at) == (CameBy.TELEPHONE, TOLD, NOW)
        assert thread.handoff.desk_id == cast.north_desk
        assert (thread.handoff.opened_at, thread.handoff.acknowledged_at) == (None, None)
        assert (thread.reporter.token, thread.reporter.person) == (None, None)
        told = session.scalars(
            sa.select(Delivery.person_id).where(Delivery.thread_id == thread.id)
        ).all()
        assert set(told) == {cast.okada, cast.kato}


def test_the_audit_says_who_took_it_down(okada: FlaskClient, store: Store, cast: Cast) -> None:
    take(okada)
    with store.read() as session:
        line = session.scalars(sa.select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert line is not None
        assert (line.act, line.actor_id, line.chain) == (
            "take_down",
            cast.okada,
            str(cast.north_desk),
        )
        assert line.object_id == str(last_thread(session).handoff.id)


def test_the_code_read_aloud_opens_the_replies_and_stands_in_no_row(
    okada: FlaskClient, app: Flask, store: Store
) -> None:
    page = take(okada).text
    code = code_aloud(page)
    assert receipt_code.parse(code) == code
    assert f"<span>{' '.join(READINGS[int(digit)] for digit in code[:4])}</span>" in page
    assert store.keys.slow_index(code) in _cells(store)
    assert not any(code in str(cell) for cell in _cells(store))
    read = post(app.test_client(), "/receipts", code=code)
    assert "お電話でうかがいました。" in read.text


def _cells(store: Store) -> list[Any]:
    with store.read() as session:
        rows = [
            session.execute(sa.select(table)).all() for table in Observation.metadata.sorted_tables
        ]
    return [cell for found in rows for row in found for cell in row]


def test_the_page_and_the_slip_hold_no_word_of_the_note(okada: FlaskClient) -> None:
    page = take(
        okada,
        words="雨戸が閉まったまま",
        called="たけうちさん",
        caller=NAME,
        show_name="1",
        contact="telephone",
        telephone=NUMBER,
        wish="この家にいたい",
    ).text
    for word in ("雨戸", "たけうち", NAME, NUMBER, "この家に"):
        assert word not in page
    slip = page.partition('class="ticket"')[2].partition("</section>")[0]
    assert "北の相談室" in slip
    assert "/receipts" in slip
    assert "8:30–17:15" in slip


def test_the_slip_is_in_the_callers_language(okada: FlaskClient) -> None:
    page = take(okada, language="en").text
    assert "You can also ask by telephone." in page
    assert "読み上げてください" in page
    assert re.search(r'<ol class="aloud" lang="en">', page)
    assert "控え番号をお渡し" not in page


@pytest.mark.parametrize(("shows", "who"), [("1", f"{NAME}さん"), ("0", "地域の方")])
def test_a_callers_name_is_for_the_desk_only_where_they_say_so(
    okada: FlaskClient, store: Store, shows: str, who: str
) -> None:
    take(okada, caller=NAME, show_name=shows, contact="telephone", telephone=NUMBER)
    with store.read() as session:
        handoff = last_thread(session).handoff.id
    page = okada.get(f"/desk/handoffs/{handoff}").text
    assert who in page
    assert (NAME in page) is (shows == "1")
    assert NUMBER not in page
    assert NUMBER in okada.get(f"/desk/handoffs/{handoff}/telephone").text
    assert "電話で受けました" in page
    assert "岡田さんが書きとり" in page
    assert not any(NAME.encode() in cell for cell in _cells(store) if isinstance(cell, bytes))


def test_a_sealed_callers_name_is_shown_to_nobody(
    okada: FlaskClient, app: Flask, store: Store, cast: Cast
) -> None:
    take(okada, caller=NAME, show_name="1", not_nearby="1")
    with store.read() as session:
        handoff = last_thread(session).handoff
        assert handoff.desk_id == cast.core
        handoff_id = handoff.id
    assert okada.get(f"/desk/handoffs/{handoff_id}").status_code == 404
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    page = aoki.get(f"/desk/handoffs/{handoff_id}").text
    assert NAME not in page
    assert "岡田さんが書きとり" in page


def _same(whole: str) -> str:
    """A page without what differs between any two notes: ids, codes and their readings."""
    page = re.sub(r'name="shown" value="[^"]*', lambda _: told(whole), whole)
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\"\d{18}\"", "", page)
    page = re.sub(r"csrf[^=]*=\"[^\"]+\"( value=\"[^\"]+)?", "", page)
    page = re.sub(r"<(b|span)>\d{2,4}</\1>", "", page)
    return re.sub(rf"<span>(?:(?:{'|'.join(READINGS)}) ?)+</span>", "", page)


@pytest.mark.parametrize("sealing", [{"not_nearby": "1"}, {"not_to": "隣の人"}])
def test_the_page_is_the_same_whether_it_was_sealed_or_not(
    okada: FlaskClient, sealing: dict[str, str]
) -> None:
    plain, sealed = take(okada), take(okada, **sealing)
    assert plain.text != sealed.text
    assert _same(plain.text) == _same(sealed.text)


def test_a_sealed_note_leaves_the_clerks_list_as_it_was(okada: FlaskClient) -> None:
    before = okada.get("/desk").text
    take(okada, not_nearby="1", words="だれにも言わないで")
    assert _same(okada.get("/desk").text) == _same(before)


def test_the_queue_says_by_which_door_it_came(okada: FlaskClient) -> None:
    take(okada, came_by="counter")
    assert "窓口で受けました" in okada.get("/desk").text


def test_a_letter_has_the_day_on_which_it_came(okada: FlaskClient, store: Store) -> None:
    take(okada, came_by="letter", received_on="2026-11-20", received_at="23:59")
    with store.read() as session:
        note = last_thread(session).observation
        assert note.noted_at == dt.datetime(2026, 11, 19, 15, tzinfo=dt.UTC)
        page = okada.get(f"/desk/handoffs/{last_thread(session).handoff.id}").text
    assert "手紙で受けました<br>11月20日(金)</dd>" in page


def test_the_same_form_again_is_the_same_note_with_the_same_code(
    okada: FlaskClient, store: Store
) -> None:
    fields, before = call(caller=NAME), notes(store)
    pages = [post(okada, "/desk/notes", **fields).text for _ in range(3)]
    assert notes(store) == before + 1
    assert {code_aloud(page) for page in pages} == {fields["code"]}


def test_the_same_form_with_another_code_shows_none(okada: FlaskClient, store: Store) -> None:
    fields, before = call(), notes(store)
    post(okada, "/desk/notes", **fields)
    again = post(okada, "/desk/notes", **fields | {"code": receipt_code.generate()})
    assert notes(store) == before + 1
    assert "控え番号を出せませんでした" in again.text
    assert 'class="ticket"' not in again.text


def test_a_town_nobody_knows_is_asked_about_once_and_then_held(
    okada: FlaskClient, store: Store
) -> None:
    first = take(okada, place="どこか")
    assert first.status_code == 422
    assert "その町は見つかりませんでした" in first.text
    assert 'name="unknown_place" value="どこか"' in first.text
    second = take(okada, place="どこか", unknown_place="どこか")
    assert "市の窓口でお預かりしました" in second.text
    with store.read() as session:
        assert last_thread(session).handoff.held_reason is HeldReason.UNKNOWN_AREA


def test_a_sign_that_needs_a_call_says_so_until_somebody_made_it(okada: FlaskClient) -> None:
    assert 'href="tel:189"' in take(okada, signs=["cry"]).text
    assert 'href="tel:189"' not in take(okada, signs=["cry"], called_first="done").text


def test_beyond_the_limit_of_one_clerk_a_call_is_taken_and_marked(
    okada: FlaskClient, settings: Settings, store: Store
) -> None:
    for _ in range(settings.notes_per_hour):
        take(okada, urgency="memo")
    with store.read() as session:
        assert not last_thread(session).handoff.is_marked
    assert take(okada, urgency="memo").status_code == 201
    with store.read() as session:
        marked = sa.select(sa.func.count()).where(Observation.came_by == CameBy.TELEPHONE)
        assert session.scalar(marked) == settings.notes_per_hour + 1
        assert any(one.handoff.is_marked for one in _threads(session))


def _threads(session: Any) -> list[Any]:
    return [note.thread for note in session.scalars(sa.select(Observation))]

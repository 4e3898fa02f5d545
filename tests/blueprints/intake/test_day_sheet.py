"""きょうの一枚: what is owed today and of what somebody is telephoned, on paper and as a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blueprints.intake import day_sheet
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryState
from models.handoff import Handoff
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import Cast

TODAY = dt.date(2026, 11, 24)
CALL = {"contact": "telephone", "telephone": "0595-00-0042"}


@pytest.fixture
def day(notes: Notes, store: Store) -> Notes:
    """One note to acknowledge today, one later, one promised for today, one to telephone."""
    notes.send(urgency="today", place_detail="5-3の青い屋根", called="たけさん", about="elderly")
    notes.send(urgency="memo", words="まだ先のこと", place_detail="9-9")
    promised = notes.acknowledged(words="きょう会う約束")
    notes.change(promised, lambda handoff, _: setattr(handoff, "next_on", TODAY))
    reach_nobody(store, notes.acknowledged(**CALL, words="電話で"))
    return notes


def reach_nobody(store: Store, handoff_id: uuid.UUID) -> None:
    with store.write() as session:
        replies = (Delivery.handoff_id == handoff_id, Delivery.reply_id.is_not(None))
        lost = sa.update(Delivery).where(*replies)
        session.execute(lost.values(state=DeliveryState.UNDELIVERABLE))


def table(client: FlaskClient) -> list[list[str]]:
    answer = client.post("/desk/day/table", headers=town.csrf(client))
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'attachment; filename="kizuki-2026-11-24.csv"' in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.usefixtures("day")
def test_the_sheet_holds_what_is_owed_today_and_nothing_else(okada: FlaskClient) -> None:
    page = okada.get("/desk/day").text
    for said in ("5-3の青い屋根", "たけさん", "きょう会う約束", "電話番号は、紙には出しません。"):
        assert said in page
    assert "まだ先のこと" not in page
    assert "0042" not in page
    assert 'href="/desk/day?desk=' in okada.get("/desk").text


def test_the_sheet_shows_no_more_of_a_note_than_the_list_and_is_written_down(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    note = notes.send(urgency="today", words="一行目だけです。\n二行目は開いて読みます。")
    page = okada.get("/desk/day").text
    assert ("一行目だけです。" in page, "二行目は" in page) == (True, False)
    assert not notes.look(note).opened
    with store.read() as session:
        wrote = sa.select(AuditLine.actor_id, AuditLine.chain).where(AuditLine.act == "day_sheet")
        assert session.execute(wrote).all() == [(cast.okada, str(cast.north_desk))]


def test_beside_an_area_of_several_towns_stands_what_was_typed(
    okada: FlaskClient, notes: Notes
) -> None:
    found = notes.send(urgency="today", area="north", place="林", place_detail="5-3")
    assert table(okada)[1][3:5] == ["北部 林", "5-3"]
    for path in ("/desk", "/desk/day", f"/desk/handoffs/{found}"):
        assert okada.get(path).text.count("北部 林") >= 1
    town_alone = notes.send(place="北")
    page = okada.get(f"/desk/handoffs/{town_alone}").text
    assert "北町 北" not in page
    assert "<dd>北</dd>" in page


@pytest.mark.usefixtures("day")
def test_the_table_says_the_same_line_by_line_and_is_written_down(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    head, *lines = table(okada)
    assert head[:3] == ["すること", "いつまで", "急ぎ"]
    assert [line[0] for line in lines] == ["受け止める", "お約束の日", "電話する"]
    owed, promised, call = lines
    assert owed[1:7] == [
        "2026-11-24 17:15",
        "急いで",
        "北町",
        "5-3の青い屋根",
        "たけさん",
        "高齢の人",
    ]
    assert promised[1] == "2026-11-24"
    assert not any("0042" in cell for cell in call)
    with store.read() as session:
        wrote = sa.select(AuditLine.actor_id, AuditLine.chain).where(AuditLine.act == "day_table")
        assert session.execute(wrote).all() == [(cast.okada, str(cast.north_desk))]


def test_the_table_says_like_the_page_that_there_is_more(
    okada: FlaskClient, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_sheet, "MOST", 1)
    notes.send(urgency="today")
    assert len(table(okada)) == 2
    notes.send(urgency="today")
    *_, line, last = table(okada)
    assert (line[0], last) == (
        "受け止める",
        ["多いので、はじめの分だけを載せました。続きは一覧で見てください。"],
    )


def test_what_a_spreadsheet_would_run_is_text(okada: FlaskClient, notes: Notes) -> None:
    notes.send(urgency="today", called='=HYPERLINK("https://evil.example")', place_detail="@1")
    _, line = table(okada)
    assert line[4:6] == ["'@1", '\'=HYPERLINK("https://evil.example")']


def test_the_table_says_how_many_stand_under_a_row_as_the_page_does(
    okada: FlaskClient, notes: Notes
) -> None:
    for _ in range(5):
        notes.send(urgency="today", place_detail="5-3")
    said = "同じ場所のことが、ほかに4件"
    assert said in okada.get("/desk/day").text
    [line] = table(okada)[1:]
    assert said in line[7]


def test_another_desks_day_is_not_found(okada: FlaskClient, cast: Cast) -> None:
    there = str(cast.south_desk)
    assert okada.get(f"/desk/day?desk={there}").status_code == 404
    answer = okada.post("/desk/day/table", data={"desk": there}, headers=town.csrf(okada))
    assert answer.status_code == 404


def test_what_is_sealed_is_counted_and_never_printed(
    app: Flask, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        session.execute(sa.update(Handoff).values(is_open=False, state="closed"))
    notes.send(urgency="today", signs=["violence_now"], words="かくしておくこと", called="花さん")
    for who, count in (("aoki", 1), ("ueda", 0)):
        client = town.signed_in(app.test_client(), store, getattr(cast, who), clock.now)
        page = client.get("/desk/day").text
        assert ("読むものが1件あります" in page) is bool(count)
        assert "かくしておくこと" not in page
        assert len(table(client)) == 1


def test_what_is_sealed_counts_once_on_whatever_list_it_stands(
    app: Flask, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    promised = notes.acknowledged("aoki", **CALL, signs=["violence_now"])
    notes.change(promised, lambda handoff, _: setattr(handoff, "next_on", TODAY))
    reach_nobody(store, promised)
    aoki = town.signed_in(app.test_client(), store, cast.aoki, clock.now)
    assert "読むものが1件あります" in aoki.get("/desk/day").text


def test_an_empty_day_says_so(okada: FlaskClient, store: Store) -> None:
    with store.write() as session:
        session.execute(sa.update(Handoff).values(is_open=False, state="closed"))
    assert "電話をかける相手もいません" in okada.get("/desk/day").text

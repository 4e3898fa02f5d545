"""The reporter at the desk: a pseudonym of one thread, a number in one place, times by the day."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import hearing
from models.audit import AuditLine
from models.audit_views import SEE_PAST_NUMBER, looks
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.handoff import Handoff, Outcome
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.conftest import SetClock
from tests.town import MORNING, Cast

CALL = {"contact": "telephone", "telephone": "0590000111"}
CALLED = re.compile(r"地域の方（\w+ \d\d）")
ACT = "see_number"


def page_of(client: FlaskClient, handoff_id: uuid.UUID, more: str = "") -> str:
    return client.get(f"/desk/handoffs/{handoff_id}{more}").text


def seen(store: Store) -> list[tuple[uuid.UUID | None, str]]:
    with store.read() as session:
        wrote = sa.select(AuditLine.actor_id, AuditLine.object_id).where(AuditLine.act == ACT)
        return [(row[0], row[1]) for row in session.execute(wrote)]


def undelivered(store: Store) -> None:
    with store.write() as session:
        lost = sa.update(Delivery).where(Delivery.reply_id.is_not(None))
        session.execute(lost.values(state=DeliveryState.UNDELIVERABLE))


def test_one_person_has_another_pseudonym_in_each_thread_and_the_same_in_one(
    okada: FlaskClient, notes: Notes
) -> None:
    names = []
    for _ in range(4):
        sent = notes.send()
        notes.change(sent, lambda h, _by: hearing.add(h.thread, "きょうも", MORNING))
        found = CALLED.findall(page_of(okada, sent))
        assert len(found) == 2
        assert len(set(found)) == 1
        names.append(found[0])
    assert len(set(names)) > 1


def test_whoever_sees_the_number_is_written_down(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    sent = notes.send(**CALL)
    assert "0590000111" not in page_of(okada, sent)
    assert seen(store) == []
    assert "tel:0590000111" in page_of(okada, sent, "/telephone")
    with store.read() as session:
        thread_id = str(session.get_one(Handoff, sent).thread_id)
    assert seen(store) == [(cast.okada, thread_id)]


def test_the_number_of_what_is_over_is_a_look_beyond_the_desk_s_work(
    app: Flask, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    sent = notes.acknowledged(**CALL)
    notes.change(sent, lambda h, by: h.close(by, Outcome.SETTLED, Said("check"), MORNING))
    clock.forward(minutes=60 * 48)
    okada = town.signed_in(app.test_client(), store, cast.okada, clock.now)
    assert "tel:0590000111" in page_of(okada, sent, "/telephone")
    with store.read() as session:
        thread_id = session.get_one(Handoff, sent).thread_id
        [line] = session.scalars(sa.select(AuditLine).where(AuditLine.act == SEE_PAST_NUMBER))
        assert line.object_id == str(thread_id)
        [look] = looks(session, thread_id, None)
        assert (look.times, look.people) == (1, 1)


@pytest.mark.parametrize("how", ["not_allowed", "stopped", "passed_on"])
def test_there_is_no_number_where_nobody_may_call(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast, how: str
) -> None:
    sent = notes.send(**CALL | ({"contact": "reply"} if how == "not_allowed" else {}))
    if how == "stopped":
        notes.change(sent, lambda h, _by: hearing.stop_contact(h.thread, MORNING))
    if how == "passed_on":
        there = cast.south_desk
        notes.change(sent, lambda h, by: h.pass_on(by, h.session.get_one(Desk, there), "", MORNING))
    page = page_of(okada, sent, "/telephone")
    assert "電話はかけられません。" in page
    assert "0590000111" not in page
    assert seen(store) == []


def test_in_a_sealed_thread_every_choice_counts_as_no(
    app: Flask, notes: Notes, store: Store, cast: Cast
) -> None:
    sent = notes.acknowledged("aoki", **CALL, not_nearby=True, show_name=True)
    undelivered(store)
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    for path in (
        f"/desk/handoffs/{sent}",
        f"/desk/handoffs/{sent}/telephone",
        "/desk?view=telephone",
        "/desk/day",
    ):
        page = aoki.get(path).text
        assert "0590000111" not in page
        assert "鈴木" not in page
    assert 'class="job ' not in aoki.get("/desk?view=telephone").text
    assert "お返事はまだ読まれていません" in page_of(aoki, sent)
    assert seen(store) == []


def test_what_is_passed_on_tells_the_time_by_the_day(
    app: Flask,
    okada: FlaskClient,
    post: Post,
    notes: Notes,
    store: Store,
    cast: Cast,
    clock: SetClock,
) -> None:
    sent = notes.send(noted_at="2026-11-24T07:31:00+09:00")
    notes.change(sent, lambda h, _by: hearing.add(h.thread, "きのうも", MORNING))
    assert page_of(okada, sent).count("9:20") >= 2
    assert "7:31" in page_of(okada, sent)
    clock.forward(minutes=20)
    post(sent, "passing-on", to_desk=cast.south_desk, reason="南の方です")
    with store.read() as session:
        there = session.get_one(Handoff, sent).thread.handoff.id
    page = page_of(town.signed_in(app.test_client(), store, cast.kimura, clock.now), there)
    assert "きのうも" in page
    for time in ("9:20", "7:31", "09:20", "07:31"):
        assert time not in page
    assert "9:40" in page

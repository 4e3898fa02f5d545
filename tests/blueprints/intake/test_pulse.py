"""A list that stands open learns that something changed, and no more than its reader may see."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models import hearing
from models.credential import SignIn
from models.handoff import Doubt, Handoff, Outcome
from models.household import gathering
from models.household.entity import Gathering
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.blueprints.intake.test_day_sheet import CALL, reach_nobody
from tests.conftest import SetClock
from tests.town import MORNING, Cast


def tag(client: FlaskClient) -> str:
    answer = client.get("/desk/pulse")
    assert (answer.status_code, answer.data) == (204, b"")
    return answer.headers["ETag"]


def test_nothing_new_is_said_in_a_header(okada: FlaskClient) -> None:
    known = tag(okada)
    assert f"data-tag={known}" in okada.get("/desk").text
    answer = okada.get("/desk/pulse", headers={"If-None-Match": known})
    assert (answer.status_code, answer.data) == (304, b"")


def test_whatever_moves_at_the_desk_changes_the_tag(
    okada: FlaskClient, notes: Notes, clock: SetClock
) -> None:
    seen = [tag(okada)]
    note = notes.send()
    seen.append(tag(okada))
    for change in (
        lambda handoff, by: handoff.acknowledge(by, Said("check"), clock.forward(seconds=1)),
        lambda handoff, _: hearing.add(handoff.thread, "また", clock.forward(seconds=1)),
        lambda handoff, by: handoff.close(
            by, Outcome.SETTLED, Said("closed"), clock.forward(seconds=1)
        ),
    ):
        notes.change(note, change)
        seen.append(tag(okada))
    assert len(set(seen)) == len(seen)


def test_a_mark_its_removal_a_raise_and_its_end_change_the_tag_of_what_is_acknowledged(
    okada: FlaskClient, notes: Notes, clock: SetClock
) -> None:
    note, other = notes.acknowledged(), notes.acknowledged(by="okada")
    notes.change(other, lambda handoff, _: handoff.go_out(clock.now))
    seen, made = [tag(okada)], list[Gathering | None]()

    def gather(handoff: Handoff, by: Person) -> None:
        beside = handoff.session.get_one(Handoff, other)
        beside.thread.reporter.token = b"another"
        made.append(gathering.gather(handoff, beside, by, clock.now))

    def undo(handoff: Handoff, by: Person) -> None:
        assert made[0] is not None
        gathering.undo(handoff.session, made[0].id, by, clock.now)

    for change in (
        lambda handoff, by: handoff.mark(by, Doubt.AGAIN, "", clock.now),
        lambda handoff, by: handoff.unmark(by, clock.now),
        gather,
        undo,
    ):
        clock.forward(seconds=1)
        notes.change(note, change)
        seen.append(tag(okada))
    assert len(set(seen)) == len(seen)


def test_a_reply_that_reached_nobody_changes_the_tag(okada: FlaskClient, notes: Notes) -> None:
    call = notes.acknowledged(**CALL)
    known = tag(okada)
    reach_nobody(notes.store, call)
    assert tag(okada) != known


def test_what_is_left_of_a_deadline_is_said_anew(okada: FlaskClient, clock: SetClock) -> None:
    known = tag(okada)
    clock.forward(minutes=5)
    assert tag(okada) != known


@pytest.mark.parametrize(("who", "sees"), [("aoki", True), ("ueda", False)])
def test_a_sealed_note_changes_nothing_for_whoever_may_not_read_it(
    app: Flask, notes: Notes, store: Store, cast: Cast, who: str, *, sees: bool
) -> None:
    client = town.signed_in(app.test_client(), store, getattr(cast, who))
    known = tag(client)
    notes.send(signs=["violence_now"], urgency="today")
    assert (tag(client) != known) is sees


@pytest.mark.parametrize("says", ["Sec-Fetch-Mode: cors", "Kizuki-By-Itself: 1"])
def test_a_page_that_asks_by_itself_keeps_no_session_alive(
    okada: FlaskClient, store: Store, clock: SetClock, says: str
) -> None:
    headers = dict([says.split(": ")])

    def seen_at() -> Any:
        with store.read() as session:
            return session.scalars(sa.select(SignIn.seen_at)).all()

    clock.forward(minutes=20)
    for path in ("/desk/pulse", "/desk"):
        assert okada.get(path, headers=headers).status_code < 300
    assert seen_at() == [MORNING]
    clock.forward(minutes=11)
    assert okada.get("/desk/pulse", headers=headers).status_code == 303


def test_a_desk_of_others_has_no_pulse(okada: FlaskClient, cast: Cast) -> None:
    assert okada.get(f"/desk/pulse?desk={cast.south_desk}").status_code == 404


def test_the_title_says_how_many_wait(okada: FlaskClient, notes: Notes, store: Store) -> None:
    with store.write() as session:
        session.execute(sa.update(Handoff).values(state="closed", is_open=False))
    assert "<title>受付" in okada.get("/desk").text
    notes.send()
    assert "<title>(1) 受付" in okada.get("/desk").text

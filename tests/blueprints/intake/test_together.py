"""Many notes of one place at the desk's door: one row, one page, one tap, and its undo."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import queue
from models.handoff import Handoff
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import Cast

HOUSE = {"place_detail": "1-2", "signs": ["recovered"]}
OTHERS = "同じ場所のことが、ほかに{}件"


@pytest.fixture
def told(notes: Notes) -> list[uuid.UUID]:
    return [notes.send(words=f"その{n}", **HOUSE) for n in range(6)]


def head_of(store: Store, told: list[uuid.UUID]) -> uuid.UUID:
    with store.read() as session:
        rows = [session.get_one(Handoff, one) for one in told]
        (head,) = [one.id for one in rows if one.storm_id is None]
        return head


def listed(page: str) -> list[str]:
    return re.findall(r'name="handoff" value="([^"]+)"', page)


def take(client: FlaskClient, cast: Cast, head: uuid.UUID, ids: list[str]) -> TestResponse:
    form = {"desk": str(cast.north_desk), "handoff": ids}
    path = f"/desk/handoffs/{head}/acknowledgements"
    return client.post(path, data=form, headers=town.csrf(client))


def test_the_list_shows_one_row_that_says_how_many_and_leads_to_all(
    okada: FlaskClient, store: Store, told: list[uuid.UUID]
) -> None:
    head = head_of(store, told)
    for view in ("waiting", "today"):
        with store.write() as session:
            for one in told:
                session.get_one(Handoff, one).due_at = town.MORNING
        page = okada.get(f"/desk?view={view}").text
        assert page.count('<li class="job') == 1
        assert OTHERS.format(5) in page
        assert f'href="/desk/handoffs/{head}#together"' in page
    page = okada.get(f"/desk/handoffs/{head}").text
    assert set(listed(page)) == {str(one) for one in told}
    for n in range(6):
        assert f"その{n}" in page
    assert "この6件をまとめて受け止める" in page


def test_one_of_them_leads_to_where_all_stand(
    okada: FlaskClient, store: Store, told: list[uuid.UUID]
) -> None:
    head = head_of(store, told)
    other = next(one for one in told if one != head)
    page = okada.get(f"/desk/handoffs/{other}").text
    assert f'href="/desk/handoffs/{head}#together"' in page
    assert 'id="together"' not in page


def test_the_sheet_of_the_day_says_how_many(okada: FlaskClient, notes: Notes, store: Store) -> None:
    for _ in range(5):
        notes.send(urgency="today", **HOUSE)
    assert OTHERS.format(4) in okada.get("/desk/day").text


def test_one_tap_answers_all_and_one_undoes_it(
    okada: FlaskClient, cast: Cast, store: Store, notes: Notes, told: list[uuid.UUID]
) -> None:
    head = head_of(store, told)
    ids = listed(okada.get(f"/desk/handoffs/{head}").text)
    page = okada.get(take(okada, cast, head, ids).headers["Location"]).text
    assert "6件を受け止めました" in page
    assert {notes.look(one).state for one in told} == {"received"}
    undone = {"desk": str(cast.north_desk), "handoff": listed(page)}
    assert len(undone["handoff"]) == 6
    okada.post("/desk/undoings", data=undone, headers=town.csrf(okada))
    assert {notes.look(one).state for one in told} == {"sent"}
    page = okada.get("/desk").text
    assert (page.count('<li class="job'), OTHERS.format(5) in page) == (1, True)


def test_each_reporter_gets_an_answer_of_their_own(
    okada: FlaskClient, cast: Cast, store: Store, clock: SetClock, told: list[uuid.UUID]
) -> None:
    head = head_of(store, told)
    take(okada, cast, head, [str(one) for one in told])
    clock.forward(minutes=1)
    with store.read() as session:
        rows = [session.get_one(Handoff, one) for one in told]
        assert all(len(one.thread.told(clock.now)) == 1 for one in rows)


def test_what_is_not_of_the_place_is_left_as_it_is(
    okada: FlaskClient, cast: Cast, store: Store, notes: Notes, told: list[uuid.UUID]
) -> None:
    others = [notes.send(), notes.send(place_detail="9-9")]
    head = head_of(store, told)
    answer = take(okada, cast, head, [str(one) for one in others])
    assert answer.headers["Location"].endswith("acknowledged=0&late=2")
    assert take(okada, cast, others[0], [str(others[0])]).headers["Location"].endswith("late=1")
    assert {notes.look(one).state for one in others} == {"sent"}


def test_the_same_tap_twice_is_done_once(
    okada: FlaskClient, cast: Cast, store: Store, told: list[uuid.UUID]
) -> None:
    head, ids = head_of(store, told), [str(one) for one in told]
    for _ in range(2):
        answer = take(okada, cast, head, ids)
        assert answer.headers["Location"].endswith("acknowledged=6&late=0")


def test_more_than_one_tap_takes_are_listed_after_it(
    okada: FlaskClient,
    cast: Cast,
    store: Store,
    told: list[uuid.UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "AT_ONCE", 4)
    monkeypatch.setattr("models.storm.COUNT_LIMIT", 3)
    monkeypatch.setattr("blueprints.intake.together.COUNT_LIMIT", 3)
    head = head_of(store, told)
    page = okada.get(f"/desk/handoffs/{head}").text
    ids = listed(page)
    assert (len(ids), "残りは、上のものを" in page) == (4, True)
    assert "同じ場所のことが、ほかに3件より多くあります" in page
    take(okada, cast, head, ids)
    (second, third) = [one for one in told if str(one) not in ids]
    rest = okada.get(f"/desk/handoffs/{head_of(store, [second, third])}").text
    assert len(listed(rest)) == 2
    assert "残りは、上のものを" not in rest
    assert "同じ場所のことが、ほかに1件" in rest


def test_an_unreadable_one_stands_there_all_the_same(
    okada: FlaskClient, store: Store, told: list[uuid.UUID]
) -> None:
    head = head_of(store, told)
    with store.write() as session:
        other = next(one for one in told if one != head)
        session.get_one(Handoff, other).thread.observation.sealed_body = b"broken"
    assert okada.get(f"/desk/handoffs/{head}").status_code == 200

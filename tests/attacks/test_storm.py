"""Twenty accounts write hundreds of notes about one household: the desk still has a list."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.handoff import Handoff, State
from models.observation import Observation
from models.person import Person, Role
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.conftest import SetClock
from tests.support import promises
from tests.town import MORNING, Cast

ACCOUNTS = 20
TAPS = 8
PATH = "/api/v1/observations"


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def attackers(app: Flask, store: Store, cast: Cast) -> list[FlaskClient]:
    with store.write() as session:
        people = [
            Person.enrol(session, role=Role.RESIDENT, name=f"人{n}", now=MORNING).id
            for n in range(ACCOUNTS)
        ]
    return [town.signed_in(app.test_client(), store, one) for one in people]


def _write(client: FlaskClient, **changed: object) -> int:
    told = town.fields(place_detail="１丁目２番地", **changed)
    return client.post(PATH, json=told).status_code


def _flood(attackers: list[FlaskClient], clock: SetClock, each: int) -> None:
    urgencies = [one.value for one in Urgency]
    for n in range(each):
        for client in attackers:
            clock.forward(seconds=1)
            assert _write(client, urgency=urgencies[n % 4], words=f"{n}") == 201


@pytest.mark.parametrize("each", [8, pytest.param(25, marks=pytest.mark.everything)])
def test_the_list_stays_short_nothing_is_lost_and_a_few_taps_answer_all(
    app: Flask,
    store: Store,
    cast: Cast,
    clock: SetClock,
    attackers: list[FlaskClient],
    each: int,
) -> None:
    okada = town.signed_in(app.test_client(), store, cast.okada)
    before = _statements(store, okada, "/desk")
    _flood(attackers, clock, each)
    with store.read() as session:
        assert session.query(Observation).count() == ACCOUNTS * each
        promises.each_worry_has_one_owner_that_can_answer(session)
        promises.no_row_is_lost_under_another(session)
    page = okada.get("/desk").text
    assert 1 <= page.count('<li class="job') <= 2 * len(Urgency)
    assert _statements(store, okada, "/desk") <= before + 5
    # Nobody is locked out: neither a neighbour with another worry, nor who wrote too much.
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    for client in (suzuki, attackers[0]):
        assert client.post(PATH, json=town.fields(words="べつの家です")).status_code == 201
    assert "べつの家です" in okada.get("/desk").text
    taps = _answer_all(okada, store, cast)
    assert taps <= TAPS
    with store.read() as session:
        # What is left stands by itself, under no other: the two, and a row of one.
        left = session.scalars(sa.select(Handoff).where(Handoff.state == State.SENT)).all()
        assert 2 <= len(left) <= 2 + len(Urgency)
        assert {one.storm_id for one in left} == {None}
        assert all(len(one.thread.replies) == 1 for one in session.scalars(_answered()))


def _answered() -> sa.Select[Handoff]:
    return sa.select(Handoff).where(Handoff.state == State.RECEIVED)


def _answer_all(okada: FlaskClient, store: Store, cast: Cast) -> int:
    """Take what each page lists until no row has others under it; gives how many taps it took."""
    taps = 0
    while found := re.search(r'/desk/handoffs/([^"]+)#together', okada.get("/desk").text):
        page = okada.get(f"/desk/handoffs/{found[1]}").text
        ids = re.findall(r'name="handoff" value="([^"]+)"', page)
        form = {"desk": str(cast.north_desk), "handoff": ids}
        path = f"/desk/handoffs/{found[1]}/acknowledgements"
        answer = okada.post(path, data=form, headers=town.csrf(okada))
        assert answer.headers["Location"].endswith(f"acknowledged={len(ids)}&late=0")
        taps += 1
    return taps


def _statements(store: Store, client: FlaskClient, path: str) -> int:
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", see)
    client.get(path)
    sa.event.remove(store.engine, "before_cursor_execute", see)
    return len(seen)

"""A list takes as many statements for a full page as for a few rows."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryState
from models.handoff import Outcome, Verb
from models.person import Person
from models.queue import PAGE_SIZE, View
from models.reply import Said
from models.store import Store
from models.town_time import local_date
from tests import town
from tests.conftest import SetClock
from tests.town import Cast, signed_in

FEW, MANY = 2, PAGE_SIZE + 5
_LIST = re.compile(r"\(\?(, \?)+\)")


@pytest.mark.parametrize("view", list(View))
def test_a_list_takes_the_same_statements_for_few_rows_and_for_a_full_page(
    view: View, app: Flask, store: Store, clock: SetClock
) -> None:
    with store.write() as session:
        cast = town.build(session, clock.now, noise=False)
    seen = []
    for number in (FEW, MANY):
        _add(store, cast, view, number, clock.now)
        seen.append(_statements(app, store, cast, view))
    assert seen[0] == seen[1]


def _statements(app: Flask, store: Store, cast: Cast, view: View) -> list[str]:
    """What the page asks of the database, however many rows are asked for by id."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(_LIST.sub("(?)", statement))

    client = signed_in(app.test_client(), store, cast.okada)
    sa.event.listen(store.engine, "before_cursor_execute", note)
    page = client.get(f"/desk?view={view}").text
    sa.event.remove(store.engine, "before_cursor_execute", note)
    assert page.count('class="job ') >= FEW
    return asked


def _add(store: Store, cast: Cast, view: View, number: int, now: dt.datetime) -> None:
    """So many rows for a view, half of them with a sign that asks for a call."""
    with store.write() as session:
        by = session.get_one(Person, cast.okada)
        for n in range(number):
            handoff = town.note(
                session,
                now,
                by=cast.suzuki,
                area=cast.kitamachi,
                signs=["night_out"] if n % 2 else ["not_seen"],
                contact="telephone",
                telephone="0312345678",
            )
            if view is View.ANSWERED:
                handoff.answered_at = now
            elif view not in (View.TO_ACKNOWLEDGE, View.DUE_TODAY):
                handoff.acknowledge(by, Said("check"), now)
            if view is View.DUE_TODAY:
                handoff.next_on = local_date(now)
            elif view is View.MOVING:
                handoff.act(Verb.VISIT, by, Said("visited"), now)
            elif view is View.CLOSED:
                handoff.close(by, Outcome.SETTLED, Said("closed"), now)
        if view is View.TO_TELEPHONE:
            _lose_all(session)


def _lose_all(session: Session) -> None:
    values = {"state": DeliveryState.UNDELIVERABLE, "next_at": None}
    session.execute(sa.update(Delivery).where(Delivery.reply_id.is_not(None)).values(**values))

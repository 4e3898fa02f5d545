"""The desk's lists: what stands where, in which order, and the page behind a place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, paging, queue
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.handoff import Handoff, Outcome, Verb
from models.person import Person
from models.phone import Phone
from models.queue import View
from models.reply import Said
from models.store import Store
from models.unreached import settle
from tests import town
from tests.town import MORNING, Cast

ALL = sa.select(Handoff)
DAY = dt.timedelta(days=1)


class Office:
    """The north desk, with okada at it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cast: Cast = town.build(session, noise=False)
        self.desk = session.get_one(Desk, self.cast.north_desk)
        self.okada = session.get_one(Person, self.cast.okada)

    def note(self, now: dt.datetime = MORNING, **changed: object) -> Handoff:
        return town.note(
            self.session, now, by=self.cast.suzuki, area=self.cast.kitamachi, **changed
        )

    def acknowledged(self, next_on: dt.date | None = None, **changed: object) -> Handoff:
        handoff = self.note(**changed)
        handoff.acknowledge(self.okada, Said("check"), MORNING, next_on)
        return handoff

    def rows(
        self, view: View, now: dt.datetime = MORNING, after: str = "", **narrowed: Any
    ) -> list[Handoff]:
        page, asked = paging.page(ALL, view, self.desk, now, after=after, **narrowed)
        return list(self.session.scalars(page, asked))


def test_what_waits_stands_by_urgency_then_marked_last_then_by_time_left(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        memo = office.note(urgency="memo", signs=["garden"])
        late = office.note(MORNING + DAY)
        early = office.note()
        marked = office.note(MORNING - DAY)
        marked.is_marked = True
        today = office.note(urgency="today")
        office.acknowledged()
        session.flush()
        assert office.rows(View.TO_ACKNOWLEDGE) == [today, early, late, marked, memo]


def test_what_the_duty_owes_after_closing_is_due_today(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        office.desk.has_duty = True
        late = MORNING + dt.timedelta(hours=7, minutes=10)
        today = office.note(late, urgency="today")
        assert office.desk.calendar.closing(late) < today.due_at
        assert office.rows(View.DUE_TODAY, late) == [today]


def test_due_today_are_notes_owed_before_midnight_and_next_dates_that_have_come(
    either: Store,
) -> None:
    with either.write() as session:
        office = Office(session)
        today = office.note(urgency="today")
        office.note()
        named = office.acknowledged(MORNING.date())
        office.acknowledged(MORNING.date() + DAY)
        session.flush()
        assert set(office.rows(View.DUE_TODAY)) == {today, named}
        assert named in office.rows(View.DUE_TODAY, MORNING + 5 * DAY)


def test_what_moves_stands_by_its_next_date_and_what_ended_by_its_end(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        later = office.acknowledged(MORNING.date() + 2 * DAY)
        sooner = office.acknowledged(MORNING.date() + DAY)
        sooner.act(Verb.VISIT, office.okada, Said("visited"), MORNING, next_on=sooner.next_on)
        first, second, passed = (office.acknowledged() for _ in range(3))
        core = session.get_one(Desk, office.cast.core)
        second.close(office.okada, Outcome.SETTLED, Said("closed"), MORNING)
        passed.pass_on(office.okada, core, "遠いため", MORNING + DAY)
        first.close(office.okada, Outcome.SETTLED, Said("closed"), MORNING + 2 * DAY)
        session.flush()
        assert office.rows(View.MOVING) == [sooner, later]
        assert office.rows(View.CLOSED) == [first, passed, second]


def test_an_answer_stands_in_its_list_until_somebody_opens_it_closed_or_not(
    either: Store,
) -> None:
    with either.write() as session:
        office = Office(session)
        office.note()
        ended, asked = office.acknowledged(), office.acknowledged()
        ended.close(office.okada, Outcome.SETTLED, Said("closed"), MORNING)
        hearing.add(asked.thread, "電気がつきました", MORNING)
        hearing.add(ended.thread, "また見かけません", MORNING + DAY)
        session.flush()
        assert office.rows(View.ANSWERED) == [asked, ended]
        asked.open(office.okada, MORNING + DAY)
        session.flush()
        assert office.rows(View.ANSWERED) == [ended]


def test_a_reply_that_reached_nobody_stands_to_be_telephoned_once(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        handoff = office.acknowledged(contact="telephone", telephone="0312345678")
        office.acknowledged()
        handoff.reply(office.okada, Said("still_on_it", date="2026-12-01"), MORNING)
        session.flush()
        assert office.rows(View.TO_TELEPHONE) == []
        session.execute(sa.update(Delivery).values(state=DeliveryState.UNDELIVERABLE))
        assert office.rows(View.TO_TELEPHONE) == [handoff]
        settle(session, thread_id=handoff.thread_id, now=MORNING)
        assert office.rows(View.TO_TELEPHONE) == []


@pytest.mark.every_case
@pytest.mark.parametrize("view", list(View))
def test_pages_behind_each_other_hold_every_row_once(either: Store, view: View) -> None:
    with either.write() as session:
        office = Office(session)
        call = {"contact": "telephone", "telephone": "0312345678"}
        for n in range(7):
            urgency = "today" if n % 2 else "memo"
            handoff = office.note(MORNING - n * DAY, urgency=urgency, **call)
            if view is not View.TO_ACKNOWLEDGE:
                _bring_into(office, handoff, view, MORNING + n // 2 * DAY)
        session.execute(sa.update(Delivery).values(state=DeliveryState.UNDELIVERABLE))
        session.flush()
        now = MORNING + 30 * DAY
        whole = office.rows(view, now)
        assert len(whole) == 7
        for n, row in enumerate(whole):
            assert office.rows(view, now, paging.place_of(row, view)) == whole[n + 1 :]


def _bring_into(office: Office, handoff: Handoff, view: View, at: dt.datetime) -> None:
    handoff.acknowledge(office.okada, Said("check"), at, at.date())
    if view is View.CLOSED:
        handoff.close(office.okada, Outcome.SETTLED, Said("closed"), at)
    if view is View.ANSWERED:
        hearing.add(handoff.thread, "電気がつきました", at)


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "~~~",
        f"{'9' * 30}~1~2026-11-24T00:00:00+00:00~{'0' * 32}",
        f"0~1~2026-11-24~{'0' * 32}",
        f"0~1~0001-01-01T00:00:00+23:59~{'0' * 32}",
    ],
)
def test_a_place_that_cannot_be_read_does_no_harm(store: Store, after: str) -> None:
    with store.write() as session:
        office = Office(session)
        office.note()
        assert len(office.rows(View.TO_ACKNOWLEDGE, after=after)) in (0, 1)


def test_counts_stop_at_their_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNT_LIMIT", 2)
    with store.write() as session:
        office = Office(session)
        for _ in range(5):
            office.note()
        office.acknowledged()
        session.flush()
        counts = queue.counts(ALL, sa.select(Phone))
        found = session.execute(counts, queue.params(office.desk, MORNING)).one()._mapping
        assert (found["waiting"], found["moving"], found["answered"]) == (3, 1, 0)
        assert "closed" not in found

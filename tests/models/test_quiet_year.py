"""A simulated winter of tellings: nothing in closed hours, nothing twice, nothing lost.

Notes come at any hour, over holidays and New Year; the watch warns and moves them; workers
gather, double, die midway or stay away.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import summary, watch
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk
from models.handoff import Handoff
from models.membership import Membership, readers
from models.person import Person, TellOf
from models.store import Store
from models.town_time import TOKYO
from models.urgency import Urgency
from tests import town
from tests.models.test_watch_year import BEGINS, HOURS
from tests.support.killed import killed_at

STEPS = 60
STAFF = ("aoki", "ishii", "ueda", "okada", "kato", "kimura")


class Winter:
    """The small town, a clock, and a random number that leads all of it."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.dice = store, Random(seed)
        self.now = self.dice.choice(BEGINS)
        with store.write() as session:
            self.cast = town.build(session, self.now, noise=False)
            for name in STAFF:
                self.choose(session, name)
            for desk in session.scalars(sa.select(Desk)):
                desk.has_duty = self.dice.random() < 0.5
        self.seen: set[uuid.UUID] = set()

    def choose(self, session: Session, name: str) -> None:
        """Each their own way; some stand on the duty list."""
        person = session.get_one(Person, getattr(self.cast, name))
        person.tell_of = self.dice.choice((None, *TellOf))
        place = sa.select(Membership).where(Membership.person_id == person.id)
        session.scalars(place).one().on_duty = self.dice.random() < 0.4

    def live(self) -> None:
        """So many steps; at last a worker comes once more."""
        for _ in range(STEPS):
            self.now += dt.timedelta(hours=self.dice.choice(HOURS))
            self.send()
            watch.watch(self.store, self.now)
            self.nobody_is_woken()
            if self.dice.random() < 0.7:
                self.gather()
        self.gather()

    def send(self) -> None:
        urgency = self.dice.choice(("memo", "soon", "today", "now"))
        area = self.dice.choice((self.cast.kitamachi, self.cast.minamimachi, self.cast.shima))
        sealed = self.dice.random() < 0.2
        with self.store.write() as session:
            by = self.cast.suzuki
            town.note(session, self.now, by=by, area=area, urgency=urgency, not_nearby=sealed)

    def nobody_is_woken(self) -> None:
        """What leaves while its desk is closed is in a hurry, and goes to who is on duty."""
        with self.store.read() as session:
            leaving = sa.select(Delivery).where(
                Delivery.person_id.is_not(None),
                Delivery.state == DeliveryState.QUEUED,
                Delivery.kind != DeliveryKind.SUMMARY,
            )
            for one in session.scalars(leaving):
                if one.id not in self.seen:
                    self.seen.add(one.id)
                    self.may_leave(session, one)

    def may_leave(self, session: Session, one: Delivery) -> None:
        handoff = session.get(Handoff, one.handoff_id) if one.handoff_id else None
        desk = session.get_one(Desk, one.desk_id) if handoff is None else handoff.desk
        if desk.calendar.is_open(one.created_at):
            return
        told = readers(session, desk.id, sealed=handoff is not None and handoff.is_sealed)
        listed = {each.person_id for each in told if each.on_duty}
        listed = listed or {each.person_id for each in told}
        assert (desk.has_duty, one.high) == (True, True), (one.kind, one.created_at)
        assert one.person_id in listed

    def gather(self) -> None:
        """One killed or not, then one to three at once after another: each person once."""
        owed, before = self.owed(), self.told()
        if self.dice.random() < 0.4:
            with killed_at(self.store, self.dice.randrange(1, 40)):
                summary.gather(self.store, self.now)
        for _ in range(self.dice.randrange(1, 4)):
            summary.gather(self.store, self.now)
        assert self.told() - before == Counter(owed), self.now.astimezone(TOKYO)
        assert self.owed() == set()

    def owed(self) -> set[uuid.UUID]:
        """Whom something is kept for that is due and still theirs."""
        with self.store.read() as session:
            due = sa.select(Delivery).where(
                Delivery.state == DeliveryState.KEPT, Delivery.release_at <= self.now
            )
            return {
                one.person_id
                for one in session.scalars(due)
                if one.person_id is not None and self.is_theirs(session, one)
            }

    def is_theirs(self, session: Session, one: Delivery) -> bool:
        handoff = session.get(Handoff, one.handoff_id) if one.handoff_id else None
        if handoff is None:
            return True
        told = readers(session, handoff.desk_id, sealed=handoff.is_sealed)
        return one.person_id in {each.person_id for each in told}

    def told(self) -> Counter[uuid.UUID]:
        with self.store.read() as session:
            found = sa.select(Delivery.person_id).where(Delivery.kind == DeliveryKind.SUMMARY)
            return Counter(one for one in session.scalars(found) if one is not None)


@pytest.mark.everything_on_postgresql
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(one, marks=pytest.mark.everything) for one in (1, 2, 3))]
)
def test_nothing_comes_in_closed_hours_and_nothing_is_lost(either: Store, seed: int) -> None:
    winter = Winter(either, seed)
    winter.live()
    assert sum(winter.told().values()) > len(STAFF)


def test_every_note_is_told_at_once_or_kept_for_each_who_wants_it(either: Store) -> None:
    winter = Winter(either, 9)
    with either.read() as session:
        wants = {one.id: one.tell_of for one in session.scalars(sa.select(Person))}
    for _ in range(STEPS):
        winter.now += dt.timedelta(hours=winter.dice.choice(HOURS))
        winter.send()
    with either.read() as session:
        handoffs = session.scalars(sa.select(Handoff)).all()
        assert handoffs
        for handoff in handoffs:
            told = {one.person_id for one in _deliveries(session, handoff)}
            members = readers(session, handoff.desk_id, sealed=handoff.is_sealed)
            assert told == {
                one.person_id
                for one in members
                if handoff.urgency in (Urgency.TODAY, Urgency.NOW)
                or wants[one.person_id] is not TellOf.HURRIED
            }


def _deliveries(session: Session, handoff: Handoff) -> list[Delivery]:
    found = sa.select(Delivery).where(Delivery.handoff_id == handoff.id)
    return list(session.scalars(found.where(Delivery.kind == DeliveryKind.NEW_NOTE)))

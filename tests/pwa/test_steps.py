"""What the worker tidies by itself: twice is as good as once, and what is still wanted stays."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from models import own_clue
from models.delivery import TRYING, Delivery, DeliveryKind, DeliveryState
from models.handoff import Handoff
from models.own_clue import OwnClue
from models.person import Person
from models.store import Store
from models.subscription import Subscription
from models.unreached import settle
from pwa.steps import DELIVERY_KEPT, HOUSEKEEPING, PHONE_KEPT, forget_deliveries, forget_phones
from tests import town
from tests.support.deliveries import NOW, a_person, a_thread, subscribe
from tests.support.push_peer import Phone
from tests.town import MORNING

DAY = dt.timedelta(days=1)


def test_deliveries_that_ended_are_forgotten_after_a_month_and_the_others_kept(
    either: Store,
) -> None:
    with either.write() as session:
        person = a_person(session)
        for state in DeliveryState:
            for age in (DELIVERY_KEPT + DAY, DELIVERY_KEPT - DAY):
                delivery = Delivery.queue(
                    session, DeliveryKind.REPLY, now=NOW - age, person_id=person.id
                )
                delivery.state = state
        told = Delivery.queue(
            session, DeliveryKind.REPLY, now=NOW - DELIVERY_KEPT - DAY, person_id=person.id
        )
        told.settled_at = NOW - DAY
    assert [forget_deliveries(either, NOW) for _ in range(2)] == [5, 0]
    with either.read() as session:
        old = session.scalars(
            sa.select(Delivery.state).where(Delivery.created_at < NOW - DELIVERY_KEPT)
        )
        still = {*TRYING, DeliveryState.KEPT, DeliveryState.UNDELIVERABLE}
        assert set(old) == still, "the desk has still to call, and a summary to tell"
        assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 12


def test_a_reply_that_reached_nobody_is_kept_until_it_was_told_or_read(either: Store) -> None:
    with either.write() as session:
        thread = a_thread(session)
        for _ in range(3):
            delivery = Delivery.queue(
                session, DeliveryKind.REPLY, now=NOW - 2 * DELIVERY_KEPT, thread_id=thread.id
            )
            delivery.state = DeliveryState.UNDELIVERABLE
    assert forget_deliveries(either, NOW) == 0
    with either.write() as session:
        settle(session, thread_id=thread.id, now=NOW)
    assert forget_deliveries(either, NOW) == 3


def test_many_are_forgotten_in_small_writes(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        for _ in range(1100):
            delivery = Delivery.queue(
                session, DeliveryKind.REPLY, now=NOW - 2 * DELIVERY_KEPT, person_id=person.id
            )
            delivery.state = DeliveryState.OPENED
    assert forget_deliveries(either, NOW) == 1100


def test_a_phone_without_a_sign_of_life_is_forgotten_after_half_a_year(either: Store) -> None:
    silent, seen, taking, new = (Phone(n, f"http://127.0.0.1:1/{n}") for n in "abcd")
    long_ago = NOW - PHONE_KEPT - 2 * DAY
    with either.write() as session:
        person = a_person(session)
        for phone in (silent, seen, taking):
            subscribe(session, phone, person=person, now=long_ago)
        subscribe(session, seen, person=person, now=NOW - DAY)
        subscribe(session, new, person=person, now=NOW)
        found = Subscription.at(session, taking.endpoint)
        assert found is not None
        found.accepted_at = NOW - DAY
    assert [forget_phones(either, NOW) for _ in range(2)] == [1, 0]
    with either.read() as session:
        assert Subscription.at(session, silent.endpoint) is None
        for phone in (seen, taking, new):
            assert Subscription.at(session, phone.endpoint) is not None


def test_each_step_has_a_name_of_its_own() -> None:
    assert len({step.name for step in HOUSEKEEPING}) == len(HOUSEKEEPING)


def test_the_worker_moves_up_what_nobody_acknowledged(either: Store) -> None:
    (step,) = (step for step in HOUSEKEEPING if step.name == "watch deadlines")
    with either.write() as session:
        cast = town.build(session, noise=False)
        note = town.note(session, MORNING, area=cast.kitamachi)
        due_at, note_id = note.due_at, note.id
    assert step.every <= dt.timedelta(minutes=1)
    assert [step.run(either, due_at) for _ in range(2)] == [1, 0]
    with either.read() as session:
        assert session.get_one(Handoff, note_id).desk_id == cast.core


def test_where_somebody_lived_is_forgotten_a_year_after_they_moved(store: Store) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        okada = session.get_one(Person, cast.okada)
        session.execute(sa.delete(OwnClue))
        for home, at in (("みさき市北町1-2-3", MORNING), ("みさき市北町4-5", MORNING + DAY)):
            own_clue.keep(session, okada, own_clue.of_given(session, okada, home, ""), at)
    step = next(one for one in HOUSEKEEPING if one.name == "forget former addresses")
    left = []
    for days in (365, 367):
        step.run(store, MORNING + dt.timedelta(days=days))
        with store.read() as session:
            clues = session.scalars(sa.select(OwnClue)).all()
            left.append({one.ended_at is None for one in clues})
    assert left == [{True, False}, {True}]

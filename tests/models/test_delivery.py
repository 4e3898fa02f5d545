"""A delivery as a row: sightings only lead upward, and the desk sees what reached nobody."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryKind, DeliveryState, Sighting
from models.desk import Desk, DeskKind
from models.handoff import Handoff
from models.person import Person
from models.reply import Reply, ReplyKind, Said
from models.store import Store
from models.thread import Thread
from models.unreached import settle, unreached
from models.urgency import Urgency
from tests.support.deliveries import NOW, a_person, a_thread

LATER = NOW + dt.timedelta(minutes=5)
SHOWN, OPENED = Sighting.SHOWN, Sighting.OPENED


def queue(session: Session, **of: object) -> Delivery:
    delivery = Delivery.queue(session, DeliveryKind.REPLY, now=NOW, **of)  # type: ignore[arg-type]
    session.flush()
    return delivery


def test_a_delivery_is_owed_from_its_transaction_on(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        one, other = (queue(session, person_id=person.id) for _ in "ab")
        assert (one.state, one.next_at, one.release_at) == (DeliveryState.QUEUED, NOW, NOW)
        assert one.address != other.address
        assert Delivery.at(session, one.address) is one
        assert Delivery.at(session, "x") is None


@pytest.mark.parametrize("order", list(itertools.permutations([SHOWN, OPENED, SHOWN])))
def test_sightings_lead_upward_in_any_order(store: Store, order: tuple[Sighting, ...]) -> None:
    with store.write() as session:
        delivery = queue(session, person_id=a_person(session).id)
        for kind in order:
            delivery.see(kind, NOW if kind is order[0] else LATER)
        assert delivery.state is DeliveryState.OPENED
        assert delivery.shown_at == NOW
        assert delivery.next_at is None


def test_a_sighting_needs_the_deliverys_own_code(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        one, other = queue(session, person_id=person.id), queue(session, person_id=person.id)
        code = either.keys.message_code("sighting", str(one.id))
        assert not Delivery.sight(session, other.id, code, SHOWN, NOW)
        assert not Delivery.sight(session, one.id, code[:-1], SHOWN, NOW)
        assert not Delivery.sight(session, one.id, "", SHOWN, NOW)
        assert one.state is other.state is DeliveryState.QUEUED
        for _ in range(2):
            assert Delivery.sight(session, one.id, code, SHOWN, NOW)
        assert one.state is DeliveryState.SHOWN


def test_a_sighting_of_a_delivery_long_forgotten_is_taken_without_a_word(either: Store) -> None:
    gone = uuid.uuid4()
    code = either.keys.message_code("sighting", str(gone))
    with either.write() as session:
        assert Delivery.sight(session, gone, code, SHOWN, NOW)


def test_opening_the_thread_settles_what_was_sent_to_that_reader_about_it(
    either: Store,
) -> None:
    with either.write() as session:
        clerk, reader = a_person(session, email="a@b.jp"), a_person(session)
        thread, other = a_thread(session, reader), a_thread(session, reader)
        mine = queue(session, thread_id=thread.id)
        clerks = queue(session, thread_id=thread.id, person_id=clerk.id)
        elsewhere = queue(session, thread_id=other.id)
        Delivery.read(session, thread_id=thread.id, person_id=None, now=LATER)
        states = [delivery.state for delivery in (mine, clerks, elsewhere)]
        assert states == [DeliveryState.OPENED, DeliveryState.QUEUED, DeliveryState.QUEUED]
        Delivery.read(session, thread_id=thread.id, person_id=clerk.id, now=LATER)
        assert clerks.state is DeliveryState.OPENED


def test_the_row_of_a_reporters_delivery_does_not_say_who_that_is(either: Store) -> None:
    with either.write() as session:
        reader = a_person(session)
        delivery = queue(session, thread_id=a_thread(session, reader).id)
        row = session.execute(sa.select(Delivery.__table__).where(Delivery.id == delivery.id)).one()
        assert reader.id not in row


def answered(session: Session, desk: Desk, reader: Person) -> tuple[Thread, Delivery]:
    thread = a_thread(session, reader, desk=desk)
    handoff = Handoff.send(
        thread,
        desk,
        urgency=Urgency.SOON,
        chosen=Urgency.SOON,
        raised_why=[],
        held=None,
        is_marked=False,
        now=NOW,
    )
    session.add(handoff)
    session.flush()
    clerk = a_person(session, email=f"{uuid.uuid4()}@b.jp")
    reply = Reply.to_reporter(handoff, ReplyKind.ACKNOWLEDGEMENT, clerk, Said("check"), NOW)
    session.flush()
    delivery = queue(
        session, thread_id=thread.id, reply_id=reply.id, handoff_id=handoff.id, desk_id=desk.id
    )
    delivery.state, delivery.next_at = DeliveryState.UNDELIVERABLE, None
    session.flush()
    return thread, delivery


def test_the_desk_sees_its_own_replies_that_reached_nobody(either: Store) -> None:
    with either.write() as session:
        reader = a_person(session)
        here, there = (Desk(kind=DeskKind.INTAKE_POINT, name=n, made_at=NOW) for n in "東西")
        _, lost = answered(session, here, reader)
        thread, told = answered(session, here, reader)
        _, seen = answered(session, here, reader)
        _, waiting = answered(session, here, reader)
        _, read = answered(session, here, reader)
        answered(session, there, reader)
        settle(session, thread_id=thread.id, now=LATER)
        seen.see(SHOWN, LATER)
        waiting.state = DeliveryState.ACCEPTED
        reply = session.get(Reply, read.reply_id)
        assert reply is not None
        assert reply.inbox is not None
        reply.inbox.read_at = LATER
        session.flush()
        assert list(session.scalars(unreached(here.id))) == [lost]
        session.refresh(told)
        assert told.settled_at == LATER


def test_telling_the_reporter_by_telephone_stops_the_tries_for_that_thread_alone(
    either: Store,
) -> None:
    with either.write() as session:
        clerk = a_person(session, email="a@b.jp")
        thread, other = a_thread(session), a_thread(session)
        mine, elsewhere = queue(session, thread_id=thread.id), queue(session, thread_id=other.id)
        staff = queue(session, thread_id=thread.id, person_id=clerk.id)
        settle(session, thread_id=thread.id, now=LATER)
        session.expire_all()
        assert [row.next_at for row in (mine, elsewhere, staff)] == [None, NOW, NOW]

"""Conflict and other acts at one moment on PostgreSQL: whoever comes second sees the first."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, declaring, looking_back, own_clue, settling_in, staffing
from models.conflict import Relation
from models.delivery import Delivery
from models.errors import NotAllowed
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from tests import town
from tests.support.at_once import Act, together
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def handoff_id(shared: Store, cast: Cast) -> uuid.UUID:
    with shared.write() as session:
        return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id


def declares(handoff_id: uuid.UUID, person: uuid.UUID) -> Act:
    def act(session: Session) -> None:
        handoff = session.get_one(Handoff, handoff_id)
        declaring.declare(handoff, session.get_one(Person, person), Relation.SELF, MORNING)

    return act


def owner(store: Store, handoff_id: uuid.UUID) -> uuid.UUID:
    with store.read() as session:
        return session.get_one(Handoff, handoff_id).desk_id


def test_two_who_declare_at_once_leave_it_with_the_backup(
    shared: Store, cast: Cast, handoff_id: uuid.UUID
) -> None:
    together(shared, declares(handoff_id, cast.okada), declares(handoff_id, cast.kato))
    assert owner(shared, handoff_id) == cast.core


@pytest.mark.parametrize("is_first", [True, False])
def test_who_declares_while_the_other_leaves_leaves_it_with_the_backup(
    shared: Store, cast: Cast, handoff_id: uuid.UUID, *, is_first: bool
) -> None:
    def leave(session: Session) -> None:
        kato, by = (session.get_one(Person, who) for who in (cast.kato, cast.yamamoto))
        staffing.suspend(session, kato, by, MORNING)

    acts = (declares(handoff_id, cast.okada), leave)
    together(shared, *(acts if is_first else acts[::-1]))
    assert owner(shared, handoff_id) == cast.core


def test_who_opens_while_they_declare_it_elsewhere_leaves_no_trace_of_it(
    shared: Store, cast: Cast, handoff_id: uuid.UUID
) -> None:
    def open_(session: Session) -> None:
        handoff = session.get_one(Handoff, handoff_id)
        handoff.open(session.get_one(Person, cast.okada), MORNING)
        # As every door asks once the row is held.
        if conflict.is_denied(session, handoff.thread_id, cast.okada):
            raise NotAllowed

    refused = together(shared, declares(handoff_id, cast.okada), open_)
    assert len(refused) == 1
    with shared.read() as session:
        assert session.get_one(Handoff, handoff_id).opened_at is None


@pytest.mark.parametrize("is_first", [True, False])
def test_a_note_that_comes_while_an_address_is_given_is_denied(
    shared: Store, cast: Cast, *, is_first: bool
) -> None:
    def give(session: Session) -> None:
        okada = session.get_one(Person, cast.okada)
        tokens = own_clue.of_given(session, okada, "北町1-2-3", "")
        found = set() if not is_first else looking_back.look(session, okada, tokens)
        settling_in.give(session, okada, tokens, found, MORNING)

    def note(session: Session) -> None:
        town.note(session, MORNING, area=cast.kitamachi, place_detail="1-2-3")

    together(shared, *((give, note) if is_first else (note, give)))
    with shared.read() as session:
        handoff = session.scalars(sa.select(Handoff)).one()
        assert conflict.denied(session, handoff.thread_id) == {cast.okada}
        told = sa.select(Delivery.id).where(
            Delivery.person_id == cast.okada,
            Delivery.thread_id == handoff.thread_id,
            Delivery.settled_at.is_(None),
        )
        assert session.scalars(told).all() == []


def test_who_takes_a_note_while_they_say_where_they_live_does_not_keep_it(
    shared: Store, cast: Cast
) -> None:
    with shared.write() as session:
        told = {"area": cast.kitamachi, "place_detail": "1-2-3"}
        handoff_id = town.note(session, MORNING, **told).id

    def claim(session: Session) -> None:
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, handoff_id).claim(okada, MORNING)

    def give(session: Session) -> None:
        okada = session.get_one(Person, cast.okada)
        tokens = own_clue.of_given(session, okada, "北町1-2-3", "")
        found = looking_back.look(session, okada, tokens)
        settling_in.give(session, okada, tokens, found, MORNING)

    together(shared, claim, give)
    with shared.read() as session:
        handoff = session.get_one(Handoff, handoff_id)
        assert conflict.denied(session, handoff.thread_id) == {cast.okada}
        assert handoff.claimed_by_id is None

"""A household is denied whole, by whatever way it was known, and no sealed note tells of itself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import conflict, declaring
from models.conflict import Conflict, Relation
from models.delivery import Delivery
from models.desk import Desk
from models.errors import Invalid
from models.household import gathering
from models.own_settings import rename
from models.store import Store
from tests import town
from tests.models.test_conflict import declare, live_at, note, one, reads
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.mark.parametrize("how", ["home", "name"])
def test_what_is_found_takes_its_household_along(store: Store, cast: Cast, how: str) -> None:
    with store.write() as session:
        words = {"not_to": "加藤さん"} if how == "name" else {"place_detail": "1-2-3"}
        first, second = note(session, cast, **words), note(session, cast)
        gathering.gather(first, second, one(session, cast.kimura), MORNING)
        if how == "name":
            rename(session, one(session, cast.okada), "加藤", MORNING)
        else:
            live_at(session, cast, "okada", "北町1-2-3")
        assert not reads(session, first, cast.okada)
        assert not reads(session, second, cast.okada)


def test_who_declares_an_ordinary_note_loses_the_sealed_one_of_its_household(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        plain, sealed = note(session, cast), note(session, cast, not_nearby=True)
        plain.hand_to_backup(session.get_one(Desk, cast.core), MORNING)
        gathering.gather(plain, sealed, one(session, cast.ishii), MORNING)
        declare(session, cast, plain, "aoki")
        assert not reads(session, sealed, cast.aoki)
        assert reads(session, sealed, cast.ishii)


def test_who_declares_a_sealed_note_stands_on_no_other(store: Store, cast: Cast) -> None:
    with store.write() as session:
        plain, sealed = note(session, cast), note(session, cast, not_nearby=True)
        plain.hand_to_backup(session.get_one(Desk, cast.core), MORNING)
        gathering.gather(plain, sealed, one(session, cast.ishii), MORNING)
        declare(session, cast, sealed, "aoki")
        assert declaring.declared(plain) == []
        assert conflict.denied(session, plain.thread_id) == frozenset()


def test_what_is_taken_back_leaves_what_was_found(store: Store, cast: Cast) -> None:
    with store.write() as session:
        first, second = note(session, cast), note(session, cast)
        gathering.gather(first, second, one(session, cast.kato), MORNING)
        declare(session, cast, first, "okada")
        conflict.write(
            session, second.thread_id, [cast.okada], conflict.ConflictKind.FOUND, MORNING
        )
        declaring.undo(first, cast.okada, one(session, cast.kato), "まちがい", MORNING)
        assert not reads(session, second, cast.okada)
        assert not reads(session, first, cast.okada)


def test_nobody_is_let_in_who_declared_nothing(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = note(session, cast)
        with pytest.raises(Invalid):
            declaring.undo(handoff, cast.okada, one(session, cast.kato), "まちがい", MORNING)


def test_who_declares_again_is_known_by_what_they_say_now(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = note(session, cast)
        okada, kato = one(session, cast.okada), one(session, cast.kato)
        declaring.declare(handoff, okada, Relation.NEIGHBOUR, MORNING)
        declaring.undo(handoff, okada.id, kato, "まちがい", MORNING)
        declaring.declare(handoff, okada, Relation.FAMILY, MORNING)
        session.expire_all()
        assert [row.relation for row, _ in declaring.declared(handoff)] == [Relation.FAMILY]
        assert len(session.scalars(sa.select(Conflict)).all()) == 1


def test_what_was_told_of_in_the_name_of_a_denied_row_is_told_of_in_its_own(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        rows = [note(session, cast, place_detail="1-2", signs=["recovered"]) for _ in range(5)]
        session.expire_all()
        [head] = [each for each in rows if each.storm_id is None]
        last = note(session, cast, place_detail="1-2", signs=["recovered"])
        session.execute(sa.delete(Delivery).where(Delivery.thread_id != head.thread_id))
        declare(session, cast, head, "okada")
        own = sa.select(Delivery.thread_id).where(
            Delivery.person_id == cast.okada, Delivery.settled_at.is_(None)
        )
        told = session.scalars(own).all()
        session.expire_all()
        heads = [each.thread_id for each in (*rows, last) if each.storm_id is None]
        assert len(told) == 1
        assert set(told) == set(heads) - {head.thread_id}

"""Revisions lead from nothing to the models and back, on both databases."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from models import device, migrations, readiness, watch
from models import store as store_module
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk, DeskKind
from models.errors import Busy
from models.handoff import Doubt, Handoff, HeldReason, State
from models.household import gathering
from models.keys import KeyRing
from models.observation import Observation
from models.person import Person
from models.phone import Phone
from models.reply import Said
from models.store import Store
from models.taking import CameBy
from models.urgency import Urgency
from tests import town
from tests.conftest import NOW
from tests.models.test_watch import at
from tests.support.phone import Phone as Sender
from tests.support.phone import point_of
from tests.support.postgres import Postgres
from tests.town import MORNING


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path, keys: KeyRing) -> Iterator[Store]:
    """A database without any table."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path}/bare.sqlite3", keys)
        yield store
        store.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database("template0") as url:
        store = Store(url, keys)
        yield store
        store.close()


def _is_migrated(store: Store) -> bool:
    with store.read() as session:
        return readiness.is_migrated(session)


def test_the_newest_revision_is_what_the_models_say(bare: Store) -> None:
    assert not _is_migrated(bare)
    migrations.upgrade(bare.url)
    assert _is_migrated(bare)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, migrations.metadata()) == []


def test_an_upgrade_takes_its_turn_among_the_writers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    with store.write(), pytest.raises(Busy):
        migrations.upgrade(store.url)
    migrations.upgrade(store.url)
    with store.write() as session:
        assert readiness.is_migrated(session)


def test_a_second_upgrade_changes_nothing(either: Store) -> None:
    migrations.upgrade(either.url)
    assert _is_migrated(either)


def test_every_revision_can_be_taken_back(either: Store) -> None:
    migrations.downgrade(either.url, "base")
    assert set(sa.inspect(either.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(either.url)
    assert _is_migrated(either)


def test_what_came_before_other_doors_came_by_the_one_there_was(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
    migrations.downgrade(either.url, "0008")
    migrations.upgrade(either.url)
    with either.read() as session:
        note = session.scalars(sa.select(Observation)).one()
        assert (note.came_by, note.body["signs"]) == (CameBy.APP, ["not_seen"])


def test_what_was_sent_before_the_update_is_found_by_its_area(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        passed = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        passed.pass_on(
            session.get_one(Person, cast.okada),
            session.get_one(Desk, cast.south_desk),
            "",
            MORNING,
        )
        unknown = town.note(session, MORNING, by=cast.suzuki, area=None)
        threads = passed.thread_id, unknown.thread_id
    migrations.downgrade(either.url, "0009")
    migrations.upgrade(either.url)
    with either.read() as session:
        found = [
            session.scalars(sa.select(Handoff.area_id).where(Handoff.thread_id == thread)).all()
            for thread in threads
        ]
        assert found == [[cast.kitamachi] * 2, [None]]


def test_two_cores_of_one_name_become_one_core_and_a_desk_of_another_name(either: Store) -> None:
    with either.write() as session:
        session.add(Desk(kind=DeskKind.CORE, name="支援課", made_at=NOW))
    migrations.downgrade(either.url, "0005")
    with either.write() as session:
        _second_core(session, made_at=NOW + dt.timedelta(seconds=1))
    migrations.upgrade(either.url)
    with either.read() as session:
        first, second = session.scalars(sa.select(Desk).order_by(Desk.made_at))
        assert (first.kind, first.name) == (DeskKind.CORE, "支援課")
        assert (second.kind, second.name) == (DeskKind.INTAKE_POINT, "支援課 (2)")
        assert second.backup is first


def _second_core(session: Session, *, made_at: dt.datetime, **changed: object) -> uuid.UUID:
    """A core like the first, as its row was then: today's has columns that came later."""
    desks = sa.Table("desk", sa.MetaData(), autoload_with=session.connection())
    first = session.execute(sa.select(desks).where(desks.c.kind == "core")).mappings().one()
    new_id, is_text = uuid.uuid4(), isinstance(first["id"], str)
    row = {"id": new_id.hex if is_text else new_id, "made_at": made_at.replace(tzinfo=None)}
    session.execute(sa.insert(desks).values({**first, **row, **changed}))
    return new_id


def test_what_another_core_held_or_had_sealed_goes_to_the_one_with_staff(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        notes = [
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, not_nearby=True),
            town.note(session, MORNING, by=cast.suzuki, area=cast.shima),
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi),
        ]
        notes[0].ask(session.get_one(Person, cast.aoki), Said("check"), MORNING)
        notes[1].state, notes[1].held_reason = State.HELD, HeldReason.UNKNOWN_SIGN
        ids = [note.id for note in notes]
    migrations.downgrade(either.url, "0005")
    with either.write() as session:
        long_ago = NOW - dt.timedelta(days=900)
        empty_id = _second_core(session, name="前の課", made_at=long_ago)
        for table in ("handoff", "delivery"):
            moved = sa.table(table, sa.column("desk_id", sa.Uuid))
            owned = moved.c.desk_id.is_not(None)
            session.execute(sa.update(moved).where(owned).values(desk_id=empty_id))
    migrations.upgrade(either.url)
    with either.read() as session:
        owners = [session.get_one(Handoff, one).desk_id for one in ids]
        assert owners == [cast.core, cast.core, empty_id]
        asked = sa.select(Delivery.desk_id).where(Delivery.kind == DeliveryKind.REPLY)
        assert set(session.scalars(asked)) == {cast.core}
        assert Desk.core(session) is session.get_one(Desk, cast.core)
        assert session.get_one(Desk, empty_id).backup_id == cast.core


def test_a_day_that_was_named_is_minded_after_the_update_though_the_deadline_is_later(
    either: Store,
) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        by = {"by": cast.suzuki, "area": cast.kitamachi}
        named, other = (town.note(session, MORNING, urgency="memo", **by) for _ in "ab")
        okada = session.get_one(Person, cast.okada)
        named.acknowledge(okada, Said("check"), MORNING, dt.date(2026, 11, 25))
        session.flush()
        named_id, other_id, watched = named.id, other.id, named.watch_at
    migrations.downgrade(either.url, "0007")
    migrations.upgrade(either.url)
    with either.read() as session:
        assert session.get_one(Handoff, named_id).watch_at == watched
        owed = session.get_one(Handoff, other_id)
        assert owed.watch_at == owed.due_at
    assert watch.watch(either, at("2026-11-26T08:30")) == 1
    with either.read() as session:
        told = sa.select(Delivery.handoff_id).where(Delivery.kind == DeliveryKind.DATE_PASSED)
        assert set(session.scalars(told)) == {named_id}


def test_a_phone_heard_later_in_the_hour_of_its_call_is_asked_for_again(either: Store) -> None:
    call = dt.timedelta(minutes=10)
    heard = MORNING + 2 * call
    with either.write() as session:
        cast = town.build(session, noise=False)
        suzuki = session.get_one(Person, cast.suzuki)
        rows = {
            "heard since": (MORNING, MORNING + call),
            "silent again": (heard + call, MORNING + call),
            "just called": (MORNING, heard + call),
        }
        ids = {}
        for name, (silent_at, called_at) in rows.items():
            key = device.register(session, suzuki, point_of(Sender()), MORNING)
            phone = session.get_one(Phone, key.id)
            phone.heard_at, phone.silent_at, phone.called_at = heard, silent_at, called_at
            phone.desk_id, ids[name] = cast.north_desk, key.id
    migrations.downgrade(either.url, "0006")
    migrations.upgrade(either.url)
    with either.read() as session:
        found = {name: session.get_one(Phone, key) for name, key in ids.items()}
        asked = {name: (one.desk_id, one.called_at) for name, one in found.items()}
        assert asked == {
            "heard since": (None, None),
            "silent again": (cast.north_desk, None),
            "just called": (cast.north_desk, heard + call),
        }


def test_without_households_a_note_is_as_urgent_as_it_was_alone(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        okada = session.get_one(Person, cast.okada)
        by = {"area": cast.kitamachi, "urgency": "soon"}
        one = town.note(session, MORNING, by=cast.suzuki, **by)
        other = town.note(session, MORNING, by=cast.sato, **by)
        alone = one.due_at, one.watch_at
        gathering.gather(one, other, okada, MORNING)
        other.acknowledge(okada, Said("check"), MORNING)
        assert (one.urgency, other.urgency) == (Urgency.TODAY, Urgency.TODAY)
        assert one.due_at < alone[0]
        ids, met = (one.id, other.id), other.due_at
    migrations.downgrade(either.url, "0015")
    migrations.upgrade(either.url)
    with either.read() as session:
        for handoff in (session.get_one(Handoff, key) for key in ids):
            assert (handoff.urgency, handoff.rank) == (Urgency.SOON, -Urgency.SOON.rank)
            assert handoff.raised_why == []
        owed, acknowledged = (session.get_one(Handoff, key) for key in ids)
        assert (owed.due_at, owed.watch_at) == alone
        assert acknowledged.due_at == met


def test_without_marks_of_people_what_came_beyond_the_limits_is_last(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        okada = session.get_one(Person, cast.okada)
        by = {"by": cast.suzuki, "area": cast.kitamachi}
        doubted, beyond, plain = (town.note(session, MORNING, **by) for _ in "abc")
        doubted.mark(okada, Doubt.AGAIN, "", MORNING)
        beyond.is_marked = beyond.is_beyond = True
        ids = doubted.id, beyond.id, plain.id
    migrations.downgrade(either.url, "0017")
    migrations.upgrade(either.url)
    with either.read() as session:
        found = [session.get_one(Handoff, key) for key in ids]
        assert [(one.is_marked, one.is_beyond) for one in found] == [(n, n) for n in (0, 1, 0)]


def test_what_is_told_can_be_read_before_it_could_be_kept_back(either: Store) -> None:
    later = MORNING + dt.timedelta(hours=3)
    with either.write() as session:
        okada = town.build(session, noise=False).okada
        for kind, state, settled_at in (
            (DeliveryKind.NEW_NOTE, DeliveryState.KEPT, None),
            (DeliveryKind.OVERDUE, DeliveryState.KEPT, MORNING),
            (DeliveryKind.DUE_SOON, DeliveryState.GATHERED, None),
            (DeliveryKind.SUMMARY, DeliveryState.QUEUED, None),
            (DeliveryKind.ASSIGNED, DeliveryState.KEPT, None),
            (DeliveryKind.REVOKED, DeliveryState.SHOWN, None),
        ):
            one = Delivery.queue(session, kind, now=MORNING, person_id=okada)
            one.state, one.settled_at, one.release_at, one.next_at = state, settled_at, later, None
    migrations.downgrade(either.url, "0012")
    migrations.upgrade(either.url)
    with either.read() as session:
        left = {one.kind: (one.state, one.next_at) for one in session.scalars(sa.select(Delivery))}
        queued, shown = (DeliveryState.QUEUED, later), (DeliveryState.SHOWN, None)
        assert left == {DeliveryKind.NEW_NOTE: queued, DeliveryKind.REVOKED: shown}

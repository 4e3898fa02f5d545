"""What nobody acknowledges in time moves upward, once, and is told of at the top until it is."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter

import pytest
import sqlalchemy as sa

from models import staffing, telling, watch
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff, HeldReason, State
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def at(text: str) -> dt.datetime:
    """An instant on the town's clock."""
    return dt.datetime.fromisoformat(f"{text}+09:00").astimezone(dt.UTC)


DUE = at("2026-11-26T17:15")
"""When a note of Tuesday morning is owed: it is `soon`, two business days."""


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def send(store: Store, cast: Cast, area: str = "kitamachi", **fields: object) -> uuid.UUID:
    with store.write() as session:
        place = getattr(cast, area)
        return town.note(session, MORNING, by=cast.suzuki, area=place, **fields).id


def look(store: Store, handoff_id: uuid.UUID) -> Handoff:
    with store.read() as session:
        return session.get_one(Handoff, handoff_id)


def told(store: Store, cast: Cast, kind: DeliveryKind, since: dt.datetime = MORNING) -> set[str]:
    """Who was told so, by name; nobody twice in the same run."""
    with store.read() as session:
        asked = sa.select(Delivery.person_id, Delivery.created_at).where(
            Delivery.kind == kind, Delivery.created_at >= since
        )
        found = Counter((row[0], row[1]) for row in session.execute(asked))
    assert set(found.values()) <= {1}
    names = {value: name for name, value in vars(cast).items()}
    return {names[person] for person, _ in found if person is not None}


def acts(store: Store, handoff_id: uuid.UUID) -> list[str]:
    with store.read() as session:
        lines = sa.select(AuditLine.act).where(AuditLine.object_id == str(handoff_id))
        return list(session.scalars(lines.order_by(AuditLine.at, AuditLine.id)))


def test_the_desk_is_told_once_before_the_deadline(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    assert watch.watch(either, DUE - HOUR - dt.timedelta(minutes=1)) == 0
    assert [watch.watch(either, DUE - HOUR) for _ in range(3)] == [1, 0, 0]
    assert told(either, cast, DeliveryKind.DUE_SOON) == {"okada", "kato"}
    assert (look(either, note).desk_id, acts(either, note)) == (
        cast.north_desk,
        ["accept", "warn"],
    )


def test_past_the_deadline_the_backup_owns_it_and_both_are_told(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    assert [watch.watch(either, DUE) for _ in range(3)] == [1, 0, 0]
    moved = look(either, note)
    assert (moved.desk_id, moved.state, moved.due_at) == (
        cast.core,
        State.SENT,
        at("2026-11-27T17:15"),
    )
    assert told(either, cast, DeliveryKind.MOVED_ON) == {"okada", "kato"}
    assert told(either, cast, DeliveryKind.NEW_NOTE, DUE) == {"aoki", "ishii", "ueda"}
    assert acts(either, note) == ["accept", "escalate"]


def test_several_workers_move_it_once(either: Store, cast: Cast) -> None:
    notes = [send(either, cast) for _ in range(3)]
    counts: list[int] = []
    workers = [
        threading.Thread(target=lambda: counts.append(watch.watch(either, DUE))) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (sum(counts), len(counts)) == (3, 4)
    assert all(acts(either, note) == ["accept", "escalate"] for note in notes)


class Killed(BaseException):
    """The process ends between two lines."""


def kill(*_args: object) -> None:
    raise Killed


def test_a_killed_run_leaves_all_or_nothing(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = send(either, cast)
    with monkeypatch.context() as patched:
        patched.setattr(telling, "moved_on", kill)
        with pytest.raises(Killed):
            watch.watch(either, DUE)
    assert (look(either, note).desk_id, acts(either, note)) == (cast.north_desk, ["accept"])
    assert watch.watch(either, DUE) == 1
    assert told(either, cast, DeliveryKind.NEW_NOTE, DUE) == {"aoki", "ishii", "ueda"}


def test_one_that_fails_stands_in_nobodys_way(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = send(either, cast), send(either, cast)
    move = Handoff.escalate

    def stumble(handoff: Handoff, backup: Desk, now: dt.datetime) -> None:
        if handoff.id == bad:
            raise ValueError
        move(handoff, backup, now)

    with monkeypatch.context() as patched:
        patched.setattr(watch, "AT_ONCE", 1)
        patched.setattr(Handoff, "escalate", stumble)
        assert sum(watch.watch(either, DUE) for _ in range(2)) == 1
    assert (look(either, bad).desk_id, look(either, good).desk_id) == (cast.north_desk, cast.core)
    assert watch.watch(either, DUE + HOUR) == 1
    assert look(either, bad).desk_id == cast.core


def test_a_backup_without_staff_is_passed_over(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    with either.write() as session:
        north, south = (session.get_one(Desk, d) for d in (cast.north_desk, cast.south_desk))
        north.back_up_by(south)
        kimura, by = (session.get_one(Person, p) for p in (cast.kimura, cast.yamamoto))
        staffing.suspend(session, kimura, by, MORNING)
    watch.watch(either, DUE)
    assert look(either, note).desk_id == cast.core


def test_it_goes_up_desk_by_desk_each_with_its_own_deadline(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    with either.write() as session:
        north, south = (session.get_one(Desk, d) for d in (cast.north_desk, cast.south_desk))
        north.back_up_by(south)
    owners = []
    for now in (DUE, DUE + HOUR, at("2026-11-27T17:15"), at("2026-11-28T17:15")):
        watch.watch(either, now)
        owners.append(look(either, note).desk_id)
    assert owners == [cast.south_desk, cast.south_desk, cast.core, cast.core]


def reminders(store: Store, cast: Cast, begin: dt.datetime, hours: int) -> list[str]:
    """When the core was told again while the watch ran each half hour, on the town's clock."""
    for n in range(hours * 2):
        watch.watch(store, begin + n * HOUR / 2)
    with store.read() as session:
        asked = sa.select(Delivery.created_at).where(Delivery.kind == DeliveryKind.OVERDUE)
        times = sorted(set(session.scalars(asked)))
    return [f"{time + 9 * HOUR:%m-%d %H:%M}" for time in times]


def test_at_the_core_everybody_is_told_again_on_each_opening_day(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    watch.watch(either, DUE)
    # Saturday and Sunday pass; on Tuesday somebody acknowledges.
    times = reminders(either, cast, at("2026-11-27T17:30"), 24 * 4)
    assert times == ["11-27 17:30", "11-30 08:30", "12-01 08:30"]
    assert told(either, cast, DeliveryKind.OVERDUE) == {"aoki", "ishii", "ueda"}
    now = at("2026-12-01T18:00")
    with either.write() as session:
        aoki = session.get_one(Person, cast.aoki)
        session.get_one(Handoff, note).acknowledge(aoki, Said("check"), now)
    assert reminders(either, cast, now, 24 * 4) == times


def test_over_new_year_nobody_is_told_before_the_core_opens(either: Store, cast: Cast) -> None:
    send(either, cast)
    with either.write() as session:
        session.execute(
            sa.update(Handoff).values(
                desk_id=cast.core, due_at=at("2026-12-28T17:15"), watch_at=at("2026-12-28T17:15")
            )
        )
    times = reminders(either, cast, at("2026-12-28T18:00"), 24 * 7 + 12)
    assert times == ["12-28 18:00", "01-04 08:30"]


def test_what_is_sealed_never_leaves_its_team(either: Store, cast: Cast) -> None:
    note = send(either, cast, not_nearby=True)
    for n in range(5 * 24):
        watch.watch(either, DUE - DAY + n * HOUR)
    assert look(either, note).desk_id == cast.core
    for kind in (DeliveryKind.DUE_SOON, DeliveryKind.OVERDUE):
        assert told(either, cast, kind) == {"aoki", "ishii"}
    assert not told(either, cast, DeliveryKind.MOVED_ON)
    with either.write() as session:
        north, sealed = session.get_one(Desk, cast.north_desk), session.get_one(Handoff, note)
        with pytest.raises(NotAllowed):
            sealed.escalate(north, DUE)


def test_a_held_note_is_told_of_at_the_core(either: Store, cast: Cast) -> None:
    note = send(either, cast, "shima")
    with either.write() as session:
        held = session.get_one(Handoff, note)
        held.state, held.held_reason = State.HELD, HeldReason.UNKNOWN_SIGN
    watch.watch(either, DUE)
    assert told(either, cast, DeliveryKind.OVERDUE) == {"aoki", "ishii", "ueda"}
    assert look(either, note).state is State.HELD


def test_a_desk_that_never_opens_hands_on_within_the_hour(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).hours = {}
    note = send(either, cast)
    watch.watch(either, MORNING + HOUR)
    assert look(either, note).desk_id == cast.core


def test_what_was_acknowledged_meanwhile_stays(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    with either.write() as session:
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, note).acknowledge(okada, Said("check"), DUE)
    with either.write() as session:
        assert not watch._look(session, note, DUE)
    assert (watch.watch(either, DUE), look(either, note).desk_id) == (0, cast.north_desk)

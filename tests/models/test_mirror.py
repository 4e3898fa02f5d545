"""A desk's figures of the months that are over: exact through whatever became of the notes."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
import sqlalchemy as sa

from models import mirror_keeping, watch
from models.desk import Desk
from models.handoff import UNDO, Handoff, Outcome
from models.inbox import InboxEntry
from models.mirror import FEW, MirrorLine, MirrorMonth, month_of, months_before
from models.person import Person
from models.purge import purge
from models.reply import Said
from models.store import Store
from tests import town
from tests.models.test_watch import at
from tests.models.test_watch_year import killed_at
from tests.town import MORNING, Cast

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
DECEMBER, NOVEMBER = at("2026-12-01T03:00"), dt.date(2026, 11, 1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def send(store: Store, cast: Cast, **fields: object) -> uuid.UUID:
    with store.write() as session:
        return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **fields).id


def acknowledge(
    store: Store, cast: Cast, note: uuid.UUID, now: dt.datetime, by: str = "okada"
) -> None:
    with store.write() as session:
        who = session.get_one(Person, getattr(cast, by))
        session.get_one(Handoff, note).acknowledge(who, Said("check"), now)


def close(store: Store, cast: Cast, note: uuid.UUID, now: dt.datetime) -> None:
    with store.write() as session:
        who = session.get_one(Person, cast.okada)
        session.get_one(Handoff, note).close(who, Outcome.SETTLED, Said("closed"), now)


def figures(store: Store, desk: uuid.UUID, *, is_sealed: bool = False) -> dict[str, object]:
    """November's, by name; nothing where there are none."""
    with store.read() as session:
        found = session.get(MirrorMonth, (desk, NOVEMBER, is_sealed))
        if found is None:
            return {}
        names = ("acknowledged", "left", "in_time", "closed", "told", "read")
        return {name: getattr(found, name) for name in names} | {
            "acknowledge": found.acknowledge_minutes,
            "close": found.close_minutes,
        }


def test_a_month_is_made_once_it_is_over(either: Store, cast: Cast) -> None:
    for hours in (1, 2, 30):
        note = send(either, cast)
        acknowledge(either, cast, note, MORNING + hours * HOUR)
    close(either, cast, note, MORNING + 2 * DAY)
    assert mirror_keeping.keep(either, MORNING + 3 * DAY) == 0
    assert [mirror_keeping.keep(either, DECEMBER) for _ in range(2)] == [1, 0]
    assert figures(either, cast.north_desk) == {
        "acknowledged": 3,
        "left": 0,
        "in_time": 3,
        "closed": 1,
        "told": 4,
        "read": 0,
        "acknowledge": 120,
        "close": 2880,
    }
    assert figures(either, cast.south_desk) == {}


def test_what_was_read_later_counts_the_next_day(either: Store, cast: Cast) -> None:
    acknowledge(either, cast, send(either, cast), MORNING)
    mirror_keeping.keep(either, DECEMBER)
    with either.write() as session:
        session.execute(sa.update(InboxEntry).values(read_at=DECEMBER))
    assert mirror_keeping.keep(either, DECEMBER + DAY) == 1
    assert figures(either, cast.north_desk)["read"] == 1


def test_each_word_is_counted_once_whatever_it_says(either: Store, cast: Cast) -> None:
    for _ in range(2):
        note = send(either, cast)
        acknowledge(either, cast, note, MORNING)
        with either.write() as session:
            who = session.get_one(Person, cast.okada)
            session.get_one(Handoff, note).reply(who, Said("still_on_it"), MORNING + HOUR)
    with either.write() as session:
        session.execute(sa.update(InboxEntry).values(read_at=MORNING + DAY))
    mirror_keeping.keep(either, DECEMBER)
    found = figures(either, cast.north_desk)
    assert (found["acknowledged"], found["told"], found["read"]) == (2, 4, 4)


def test_what_an_undo_took_back_was_never_counted(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    acknowledge(either, cast, note, MORNING)
    with either.write() as session:
        who = session.get_one(Person, cast.okada)
        session.get_one(Handoff, note).undo(who, lambda: MORNING + UNDO / 2)
    acknowledge(either, cast, note, MORNING + HOUR)
    mirror_keeping.keep(either, DECEMBER)
    found = figures(either, cast.north_desk)
    assert (found["acknowledged"], found["told"], found["acknowledge"]) == (1, 1, 60)


def test_what_a_desk_let_pass_is_its_own_and_the_backups_time_begins_anew(
    either: Store, cast: Cast
) -> None:
    note, due = send(either, cast), at("2026-11-26T17:15")
    watch.watch(either, due)
    acknowledge(either, cast, note, due + HOUR, by="ueda")
    mirror_keeping.keep(either, DECEMBER)
    north, core = figures(either, cast.north_desk), figures(either, cast.core)
    assert (north["left"], north["acknowledged"], north["in_time"]) == (1, 0, 0)
    assert (core["left"], core["acknowledged"], core["in_time"]) == (0, 1, 1)
    assert core["acknowledge"] == 60


def test_late_at_the_top_is_late(either: Store, cast: Cast) -> None:
    with either.write() as session:
        note = town.note(session, MORNING, by=cast.suzuki, area=cast.shima).id
    acknowledge(either, cast, note, at("2026-11-27T09:00"), by="ueda")
    mirror_keeping.keep(either, DECEMBER)
    found = figures(either, cast.core)
    assert (found["acknowledged"], found["in_time"]) == (1, 0)


def test_what_was_passed_on_counts_where_it_went(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    with either.write() as session:
        who, to = session.get_one(Person, cast.okada), session.get_one(Desk, cast.south_desk)
        passed = session.get_one(Handoff, note).pass_on(who, to, "南のほう", MORNING + HOUR).id
    acknowledge(either, cast, passed, MORNING + 3 * HOUR, by="kimura")
    mirror_keeping.keep(either, DECEMBER)
    assert figures(either, cast.north_desk) == {}
    south = figures(either, cast.south_desk)
    assert (south["acknowledged"], south["acknowledge"]) == (1, 120)


def test_a_sealed_note_counts_in_its_teams_mirror_alone(either: Store, cast: Cast) -> None:
    acknowledge(either, cast, send(either, cast, not_nearby=True), MORNING + HOUR, by="aoki")
    mirror_keeping.keep(either, DECEMBER)
    assert figures(either, cast.core) == figures(either, cast.north_desk) == {}
    assert figures(either, cast.core, is_sealed=True)["acknowledged"] == 1


def test_what_is_sealed_later_leaves_the_figures(either: Store, cast: Cast) -> None:
    for _ in range(2):
        note = send(either, cast)
        acknowledge(either, cast, note, MORNING)
    mirror_keeping.keep(either, DECEMBER)
    with either.write() as session:
        session.get_one(Handoff, note).is_sealed = True
        mirror_keeping.keep_desk(session, cast.north_desk, DECEMBER)
    assert figures(either, cast.north_desk)["acknowledged"] == 1


def test_what_is_purged_leaves_no_line(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    acknowledge(either, cast, note, MORNING)
    acknowledge(either, cast, send(either, cast), MORNING)
    with either.write() as session:
        purge(session, session.get_one(Handoff, note).thread, MORNING)
    mirror_keeping.keep(either, DECEMBER)
    assert figures(either, cast.north_desk)["acknowledged"] == 1


def test_older_figures_stay_and_what_no_page_shows_is_forgotten(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_keeping, "_FORGOTTEN_AT_ONCE", 1)
    old = {"desk_id": cast.north_desk, "month": dt.date(2025, 10, 1), "is_sealed": False}
    with either.write() as session:
        session.add(MirrorMonth(**old, kept_on=NOVEMBER, acknowledged=9))
    acknowledge(either, cast, send(either, cast), MORNING)
    later = at("2027-12-01T03:00")
    mirror_keeping.keep(either, DECEMBER)
    assert [mirror_keeping.forget(either, now) for now in (at("2027-11-30T12:00"), later)] == [0, 1]
    mirror_keeping.keep(either, later)
    with either.read() as session:
        assert session.scalars(sa.select(MirrorLine.id)).all() == []
        months = session.scalars(sa.select(MirrorMonth.month).order_by(MirrorMonth.month))
        assert list(months) == [dt.date(2025, 10, 1), NOVEMBER]


def test_doubled_and_killed_workers_leave_one_row_a_month(either: Store, cast: Cast) -> None:
    acknowledge(either, cast, send(either, cast), MORNING)
    for statement in range(12):
        with killed_at(either, statement):
            mirror_keeping.keep(either, DECEMBER)
    workers = [
        threading.Thread(target=mirror_keeping.keep, args=(either, DECEMBER + DAY))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert figures(either, cast.north_desk)["acknowledged"] == 1
    with either.read() as session:
        kept = session.scalars(sa.select(MirrorMonth.kept_on)).all()
        assert kept == [dt.date(2026, 12, 2)]


def test_few_say_nothing_and_shares_are_to_the_next_five() -> None:
    month = MirrorMonth(
        acknowledged=FEW - 1, left=0, in_time=3, closed=FEW, told=40, read=33, close_minutes=60
    )
    assert (month.to_acknowledge, month.in_time_share) == (None, None)
    assert (month.to_close, month.read_share) == (HOUR, 80)
    month.left = 1
    assert month.in_time_share == 60
    for read, share in ((0, 0), (1, 5), (39, 95), (40, 100)):
        month.read = read
        assert month.read_share == share, "all and none are said of nothing else"


def test_a_month_is_the_towns_and_twelve_lie_before_a_year() -> None:
    assert month_of(dt.datetime(2026, 11, 30, 15, tzinfo=dt.UTC)) == dt.date(2026, 12, 1)
    assert months_before(dt.date(2026, 3, 1), 12) == dt.date(2025, 3, 1)
    assert months_before(dt.date(2026, 3, 1), 3) == dt.date(2025, 12, 1)

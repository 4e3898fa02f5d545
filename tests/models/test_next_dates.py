"""No next date passes in silence: its desk is told, then its backup and the reporter."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models import staffing, watch
from models.beside import beside
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff, Outcome, Verb
from models.inbox import InboxEntry
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.models.test_watch import HOUR, acts, at, look, send, told
from tests.town import MORNING, Cast

FRIDAY = dt.date(2026, 11, 27)
MONDAY, TUESDAY = at("2026-11-30T08:30"), at("2026-12-01T08:30")


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def promised(store: Store, cast: Cast, **fields: object) -> uuid.UUID:
    """A note that somebody acknowledged, with a word by Friday."""
    note = send(store, cast, **fields)
    with store.write() as session:
        handoff = session.get_one(Handoff, note)
        by = session.get_one(Person, cast.aoki if handoff.is_sealed else cast.okada)
        handoff.acknowledge(by, Said("check"), MORNING, FRIDAY)
    return note


def run(store: Store, until: dt.datetime) -> None:
    """The watch each hour from Friday on."""
    now = at("2026-11-27T08:30")
    while now <= until:
        watch.watch(store, now)
        now += HOUR


def said(store: Store, note: uuid.UUID) -> list[Said]:
    with store.read() as session:
        return [reply.said for reply in session.get_one(Handoff, note).thread.replies]


def test_the_desk_is_told_when_it_opens_after_the_day(either: Store, cast: Cast) -> None:
    note = promised(either, cast)
    run(either, MONDAY - HOUR)
    assert told(either, cast, DeliveryKind.DATE_PASSED) == set()
    assert [watch.watch(either, MONDAY) for _ in range(3)] == [1, 0, 0]
    assert told(either, cast, DeliveryKind.DATE_PASSED) == {"okada", "kato"}
    assert acts(either, note)[-1] == "date_passed"
    assert len(said(either, note)) == 1


def test_a_business_day_later_the_backup_and_the_reporter_hear_of_it_once(
    either: Store, cast: Cast
) -> None:
    note = promised(either, cast)
    run(either, TUESDAY + dt.timedelta(days=20))
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE) == {"aoki", "ishii", "ueda"}
    assert said(either, note)[1:] == [Said("still_on_it")]
    assert acts(either, note)[-2:] == ["date_passed", "date_passed_again"]
    moved = look(either, note)
    assert (moved.desk_id, moved.next_on, moved.is_open) == (cast.north_desk, FRIDAY, True)
    with either.read() as session:
        replied = sa.select(Delivery.reply_id).where(Delivery.kind == DeliveryKind.REPLY)
        assert set(session.scalars(sa.select(InboxEntry.reply_id))) == set(session.scalars(replied))
        core = session.get_one(Desk, cast.core)
        assert [(d.id, n) for d, n in beside(session, core, TUESDAY)] == [(cast.north_desk, 1)]
        assert beside(session, session.get_one(Desk, cast.south_desk), TUESDAY) == []


@pytest.mark.parametrize("how", ["visit", "reply", "close"])
def test_a_new_date_or_the_end_is_what_counts_as_done(either: Store, cast: Cast, how: str) -> None:
    note = promised(either, cast)
    watch.watch(either, MONDAY)
    with either.write() as session:
        handoff, by = session.get_one(Handoff, note), session.get_one(Person, cast.okada)
        if how == "visit":
            handoff.act(Verb.VISIT, by, Said("visited"), MONDAY)
        elif how == "reply":
            handoff.reply(by, Said("check"), MONDAY, FRIDAY + dt.timedelta(days=7))
        else:
            handoff.close(by, Outcome.SETTLED, Said("closed"), MONDAY)
    run(either, TUESDAY)
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE) == set()
    run(either, TUESDAY + dt.timedelta(days=30))
    again = set() if how == "close" else {"aoki", "ishii", "ueda"}
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE) == again
    assert [one.template for one in said(either, note)].count("still_on_it") == len(again) // 3


def test_a_worker_that_was_away_tells_the_desk_first(either: Store, cast: Cast) -> None:
    note = promised(either, cast)
    late = at("2026-12-09T20:00")
    assert [watch.watch(either, late) for _ in range(2)] == [1, 0]
    assert len(said(either, note)) == 1
    assert watch.watch(either, at("2026-12-10T08:30")) == 1
    assert said(either, note)[-1] == Said("still_on_it")


def test_a_sealed_notes_date_is_told_to_its_team_alone(either: Store, cast: Cast) -> None:
    note = promised(either, cast, not_nearby=True)
    run(either, TUESDAY)
    assert told(either, cast, DeliveryKind.DATE_PASSED) == {"aoki", "ishii"}
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE) == set()
    assert said(either, note)[-1] == Said("still_on_it")


def test_whoever_left_is_told_nothing(either: Store, cast: Cast) -> None:
    note = promised(either, cast)
    with either.write() as session:
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
    run(either, TUESDAY)
    assert len(said(either, note)) == 1
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE) == {"aoki", "ishii", "ueda"}


@pytest.mark.parametrize("emptied", [MONDAY, TUESDAY])
def test_work_that_changes_owners_tells_the_new_one_of_its_day_first(
    either: Store, cast: Cast, emptied: dt.datetime
) -> None:
    with either.write() as session:
        north, south = (session.get_one(Desk, d) for d in (cast.north_desk, cast.south_desk))
        north.back_up_by(south)
    note = promised(either, cast)
    run(either, emptied)
    with either.write() as session:
        by = session.get_one(Person, cast.yamamoto)
        for name in ("okada", "kato"):
            staffing.suspend(session, session.get_one(Person, getattr(cast, name)), by, emptied)
    assert look(either, note).desk_id == cast.south_desk
    since = emptied + dt.timedelta(minutes=1)
    assert [watch.watch(either, since) for _ in range(2)] == [1, 0]
    assert told(either, cast, DeliveryKind.DATE_PASSED, since) == {"kimura"}
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE, since) == set()
    next_day = emptied + dt.timedelta(days=1)
    assert watch.watch(either, next_day) == 1
    beside_it = told(either, cast, DeliveryKind.DATE_PASSED_BESIDE, next_day)
    assert beside_it == {"aoki", "ishii", "ueda"}
    assert said(either, note)[1:] == [Said("still_on_it")]


def test_a_sealed_note_tells_of_its_day_in_the_hours_of_the_desk_it_shows(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        north = session.get_one(Desk, cast.north_desk)
        # Closed on Mondays, and open when the core has closed for the day.
        north.hours = {str(day): [["13:00", "19:00"]] for day in range(1, 6)}
    twins = [promised(either, cast), promised(either, cast, not_nearby=True)]
    run(either, TUESDAY + dt.timedelta(days=7))
    with either.read() as session:
        threads = [session.get_one(Handoff, one).thread for one in twins]
        plain, sealed = ([reply.at for reply in thread.replies] for thread in threads)
    assert plain == sealed
    assert plain[1:] == [at("2026-12-01T13:30")]


def test_a_passed_day_is_counted_at_the_nearest_backup_alone(either: Store, cast: Cast) -> None:
    with either.write() as session:
        north, south = (session.get_one(Desk, d) for d in (cast.north_desk, cast.south_desk))
        north.back_up_by(south)
    promised(either, cast)
    run(either, TUESDAY)
    assert told(either, cast, DeliveryKind.DATE_PASSED_BESIDE) == {"kimura"}
    with either.read() as session:
        core, north, south = (
            session.get_one(Desk, one) for one in (cast.core, cast.north_desk, cast.south_desk)
        )
        assert beside(session, south, TUESDAY) == [(north, 1)]
        assert beside(session, core, TUESDAY) == []


@pytest.mark.parametrize(
    ("said_now", "next_on"), [(Said("still_on_it"), None), (Said("check"), FRIDAY)]
)
def test_nothing_is_promised_where_nobody_minds_it(
    either: Store, cast: Cast, said_now: Said, next_on: dt.date | None
) -> None:
    note = promised(either, cast)
    with either.write() as session:
        handoff, by = session.get_one(Handoff, note), session.get_one(Person, cast.okada)
        handoff.close(by, Outcome.SETTLED, Said("closed"), MORNING)
        with pytest.raises(NotAllowed):
            handoff.reply(by, said_now, MORNING, next_on)
    assert said(either, note)[-1] == Said("closed")


def test_a_further_word_without_a_day_leaves_the_day(either: Store, cast: Cast) -> None:
    note = promised(either, cast)
    with either.write() as session:
        handoff, by = session.get_one(Handoff, note), session.get_one(Person, cast.okada)
        handoff.reply(by, Said("check"), MORNING)
    assert look(either, note).next_on == FRIDAY

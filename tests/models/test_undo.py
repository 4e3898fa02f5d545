"""取り消す: an undone acknowledgement leaves what was before, and nothing of its words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, ladder, watch
from models.audit import AuditLine, broken_chains
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk
from models.dispatch import claim, record
from models.errors import NotAllowed
from models.handoff import RELEASE, UNDO, Handoff, Outcome, State, one_tap
from models.inbox import InboxEntry
from models.person import Person
from models.reply import Reply, Said
from models.store import Store
from models.town_time import local_date
from tests import town
from tests.support.at_once import together
from tests.support.promises import row
from tests.town import MORNING, Cast

HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
NOW = MORNING + 30 * HOUR
JUST_IN_TIME = UNDO - dt.timedelta(milliseconds=1)
Before = Callable[[Store, Cast, uuid.UUID], uuid.UUID]


def at(instant: dt.datetime) -> Callable[[], dt.datetime]:
    return lambda: instant


def sent(store: Store, cast: Cast, **fields: object) -> uuid.UUID:
    with store.write() as session:
        return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **fields).id


def act(store: Store, cast: Cast, of: uuid.UUID, verb: Callable[[Handoff, Person], object]) -> None:
    with store.write() as session:
        handoff = session.get_one(Handoff, of)
        verb(handoff, session.get_one(Person, cast.okada))


def acknowledge(store: Store, cast: Cast, of: uuid.UUID, now: dt.datetime = NOW) -> None:
    """With one tap."""

    def tap(handoff: Handoff, by: Person) -> Reply:
        usual, next_on = one_tap(handoff, local_date(now))
        return handoff.acknowledge(by, Said(usual.code), now, next_on)

    act(store, cast, of, tap)


def _fresh(_store: Store, _cast: Cast, of: uuid.UUID) -> uuid.UUID:
    return of


def _read(store: Store, cast: Cast, of: uuid.UUID) -> uuid.UUID:
    act(store, cast, of, lambda h, by: h.open(by, MORNING + HOUR))
    return of


def _asked(store: Store, cast: Cast, of: uuid.UUID) -> uuid.UUID:
    act(store, cast, of, lambda h, by: h.ask(by, Said(words="いつからですか"), MORNING + HOUR))
    return of


def _warned(store: Store, _cast: Cast, of: uuid.UUID) -> uuid.UUID:
    with store.read() as session:
        due_at = session.get_one(Handoff, of).due_at
    assert watch.watch(store, due_at - SECOND)
    return of


def _answered(store: Store, cast: Cast, of: uuid.UUID) -> uuid.UUID:
    act(store, cast, of, lambda h, _by: hearing.add(h.thread, "電気がつきました", NOW - SECOND))
    return of


def _passed_on(store: Store, cast: Cast, of: uuid.UUID) -> uuid.UUID:
    with store.write() as session:
        handoff, kimura = session.get_one(Handoff, of), session.get_one(Person, cast.kimura)
        south = session.get_one(Desk, cast.south_desk)
        there = handoff.pass_on(kimura, south, "南町です", MORNING + HOUR)
        back = there.pass_on(kimura, session.get_one(Desk, cast.north_desk), "北町です", NOW - HOUR)
        return back.id


BEFORE: list[Before] = [_fresh, _read, _asked, _warned, _answered, _passed_on]


@pytest.mark.parametrize("before", BEFORE)
def test_an_undo_gives_back_every_column_and_leaves_one_line(either: Store, before: Before) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
    of = before(either, cast, sent(either, cast))
    with either.read() as session:
        was, replies = row(session.get_one(Handoff, of)), _rows(session)
    acknowledge(either, cast, of)
    with either.read() as session:
        assert row(session.get_one(Handoff, of)) != was
    act(either, cast, of, lambda h, by: h.undo(by, at(NOW + JUST_IN_TIME)))
    with either.read() as session:
        assert row(session.get_one(Handoff, of)) == was
        assert _rows(session) == replies
        line = session.scalars(sa.select(AuditLine).order_by(AuditLine.id.desc()).limit(1)).one()
        assert (line.act, line.actor_id, line.object_id) == ("undo", cast.okada, str(of))
        assert broken_chains(session) == []
    acknowledge(either, cast, of)


def _rows(session: Session) -> list[list[object]]:
    """What there is of words, inbox and deliveries to reporters."""
    owed = Delivery.kind == DeliveryKind.REPLY
    of = (sa.select(Reply.id), sa.select(InboxEntry.reply_id), sa.select(Delivery.id).where(owed))
    return [sorted(session.scalars(query), key=str) for query in of]


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def refused(store: Store, of: uuid.UUID, by: uuid.UUID, clock: Callable[[], dt.datetime]) -> str:
    """Why an undo is refused; nothing of it stays."""
    with store.read() as session:
        was, rows = row(session.get_one(Handoff, of)), _rows(session)
    with pytest.raises(NotAllowed) as why, store.write() as session:
        session.get_one(Handoff, of).undo(session.get_one(Person, by), clock)
    with store.read() as session:
        assert row(session.get_one(Handoff, of)) == was
        assert _rows(session) == rows
    return why.value.key


def test_after_ten_seconds_it_has_gone(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    assert refused(store, of, cast.okada, at(NOW + UNDO)) == "desk.undo.gone"


def test_the_time_counts_once_the_row_is_held_and_when_all_is_written(
    store: Store, cast: Cast
) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    slow = iter((NOW + JUST_IN_TIME, NOW + JUST_IN_TIME, NOW + RELEASE))
    assert refused(store, of, cast.okada, lambda: next(slow)) == "desk.undo.gone"


def test_only_who_acknowledged_can_undo_it(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    assert refused(store, of, cast.kato, at(NOW)) == "desk.undo.others"


FOLLOWING: list[Callable[[Handoff, Person], object]] = [
    lambda h, by: h.ask(by, Said(words="いつからですか"), NOW + SECOND),
    lambda h, by: h.note_inside(by, "新聞店に聞く", NOW + SECOND),
    lambda h, by: h.tell_by_telephone(by, NOW + SECOND),
    lambda h, by: h.reply(by, Said("check"), NOW + SECOND),
]


@pytest.mark.parametrize("follow", FOLLOWING)
def test_what_is_done_next_lets_it_go_out_at_once(
    store: Store, cast: Cast, follow: Callable[[Handoff, Person], object]
) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    with store.write() as session:
        follow(session.get_one(Handoff, of), session.get_one(Person, cast.kato))
    assert refused(store, of, cast.okada, at(NOW + 2 * SECOND)) == "desk.undo.followed"
    with store.read() as session:
        thread = session.get_one(Handoff, of).thread
        assert thread.told(NOW + SECOND)[0].kind == "acknowledgement"
        assert ladder.rungs(thread, NOW + SECOND)[-1].code == "acknowledged"
        waits = sa.select(Delivery).where(Delivery.release_at > NOW + SECOND)
        assert session.scalars(waits).all() == []


def test_until_it_goes_out_its_reporter_is_told_nothing(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    now = MORNING + 5 * SECOND
    acknowledge(store, cast, of, now)
    with store.write() as session:
        handoff = session.get_one(Handoff, of)
        assert handoff.thread.told(now + UNDO) == []
        assert [rung.code for rung in ladder.rungs(handoff.thread, now + UNDO)] == ["arrived"]
        assert handoff.may_take_back(now + UNDO)
        assert not hearing.read(handoff.thread, now + UNDO)
        Delivery.read(session, thread_id=handoff.thread_id, person_id=None, now=now + UNDO)
        session.flush()
        [owed] = session.scalars(sa.select(Delivery).where(Delivery.reply_id.is_not(None)))
        assert owed.state is DeliveryState.QUEUED
        codes = [rung.code for rung in ladder.rungs(handoff.thread, now + RELEASE)]
        assert codes == ["arrived", "opened", "acknowledged"]
        assert len(handoff.thread.told(now + RELEASE)) == 1
        assert not handoff.may_take_back(now + RELEASE)


def test_what_was_read_before_stays_a_rung(store: Store, cast: Cast) -> None:
    of = _read(store, cast, sent(store, cast))
    acknowledge(store, cast, of)
    with store.read() as session:
        thread = session.get_one(Handoff, of).thread
        assert [rung.code for rung in ladder.rungs(thread, NOW)] == ["arrived", "opened"]


def test_its_writer_can_take_the_note_back_meanwhile_and_the_answer_is_void(
    either: Store,
) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
    of, now = sent(either, cast), MORNING + 5 * SECOND
    acknowledge(either, cast, of, now)
    act(either, cast, of, lambda h, _by: h.take_back(now + SECOND))
    with either.read() as session:
        handoff = session.get_one(Handoff, of)
        assert (handoff.state, handoff.outcome) == (State.CLOSED, Outcome.TAKEN_BACK)
        assert (handoff.opened_at, handoff.acknowledged_at, handoff.next_on) == (None, None, None)
        assert _rows(session) == [[], [], []]
        acts = session.scalars(sa.select(AuditLine.act).order_by(AuditLine.id)).all()
        assert acts[-3:] == ["acknowledge", "void", "take_back"]


def _acknowledged(store: Store) -> tuple[Cast, uuid.UUID]:
    """A note whose acknowledgement alone is to be told."""
    with store.write() as session:
        cast = town.build(session, noise=False)
    of = sent(store, cast)
    with store.write() as session:
        session.execute(sa.delete(Delivery))
    acknowledge(store, cast, of)
    return cast, of


def test_nothing_is_claimed_before_its_release_and_nothing_undone_once_it_is(
    either: Store,
) -> None:
    cast, of = _acknowledged(either)
    with either.write() as session:
        # Whatever else makes it due: it is not to be sent yet.
        session.execute(sa.update(Delivery).values(next_at=NOW))
        assert claim(session, NOW + UNDO) == []
        assert len(claim(session, NOW + RELEASE)) == 1
    # The worker's clock goes ahead of ours: what it has claimed is on its way.
    assert refused(either, of, cast.okada, at(NOW + SECOND)) == "desk.undo.gone"


def _race(store: Store) -> tuple[Cast, uuid.UUID, Callable[[Session], object]]:
    cast, of = _acknowledged(store)

    def undo(session: Session) -> None:
        by = session.get_one(Person, cast.okada)
        session.get_one(Handoff, of).undo(by, at(NOW + JUST_IN_TIME))

    return cast, of, undo


def test_of_a_claim_and_an_undo_the_first_wins_the_claim(shared: Store) -> None:
    _cast, of, undo = _race(shared)
    jobs = []
    why = together(shared, lambda session: jobs.extend(claim(session, NOW + RELEASE)), undo)
    assert (len(jobs), [one.key for one in why]) == (1, ["desk.undo.gone"])
    with shared.read() as session:
        assert session.get_one(Handoff, of).state is State.RECEIVED


def test_of_a_claim_and_an_undo_the_first_wins_the_undo(shared: Store) -> None:
    _cast, of, undo = _race(shared)
    jobs = []
    assert not together(shared, undo, lambda session: jobs.extend(claim(session, NOW + RELEASE)))
    assert jobs == []
    with shared.write() as session:
        assert session.get_one(Handoff, of).state is State.SENT
        record(session, jobs)
        assert claim(session, NOW + HOUR) == []


def test_of_two_members_of_staff_whoever_acts_first_is_the_one(shared: Store) -> None:
    cast, of, undo = _race(shared)

    def ask(session: Session) -> None:
        by = session.get_one(Person, cast.kato)
        session.get_one(Handoff, of).ask(by, Said(words="いつからですか"), NOW + SECOND)

    assert [one.key for one in together(shared, ask, undo)] == ["desk.undo.followed"]

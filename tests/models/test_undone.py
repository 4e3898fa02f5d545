"""What was undone: kept sealed for whoever said it, and whose readings count meanwhile."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from models import hearing, ladder, listed, purge, queue, staffing
from models.audit import AuditLine
from models.delivery import Delivery
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import RELEASE, UNDO, Handoff, Undone, Verb
from models.inbox import InboxEntry
from models.keys import KeyRing
from models.person import Person
from models.reply import Reply, Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.models.test_undo import NOW, SECOND, acknowledge, act, at, cast, refused, sent
from tests.support.at_once import together
from tests.town import Cast

__all__ = ["cast"]

DAY = dt.date(2026, 12, 24)
SAID = Said("look", "新聞店にも聞きます。")


@pytest.fixture
def of(store: Store, cast: Cast) -> uuid.UUID:
    """Okada said something of her own, and undid it."""
    of = sent(store, cast)
    act(store, cast, of, lambda h, by: h.acknowledge(by, SAID, NOW, DAY))
    act(store, cast, of, lambda h, by: h.undo(by, at(NOW)))
    return of


def kept(store: Store, of: uuid.UUID, by: uuid.UUID) -> Undone | None:
    with store.read() as session:
        return session.get_one(Handoff, of).undone_by(by)


def test_its_words_its_template_and_its_day_wait_for_their_author_alone(
    store: Store, cast: Cast, of: uuid.UUID
) -> None:
    assert kept(store, of, cast.okada) == Undone(SAID, DAY)
    assert kept(store, of, cast.kato) is None
    with store.read() as session:
        handoff = session.get_one(Handoff, of)
        assert "新聞店" not in str(handoff.before)
        assert not handoff.is_withheld(NOW)
        assert not handoff.may_undo(cast.okada, NOW)


def test_they_wait_while_the_note_does(store: Store, cast: Cast, of: uuid.UUID) -> None:
    act(store, cast, of, lambda h, by: h.open(by, NOW + SECOND))
    act(store, cast, of, lambda h, by: h.ask(by, Said(words="いつからですか"), NOW + SECOND))
    assert kept(store, of, cast.okada) == Undone(SAID, DAY)
    with store.read() as session:
        desk = session.get_one(Desk, cast.north_desk)
        of_okada = queue.lately_params(desk, cast.okada, NOW + SECOND)
        assert listed.read(session, queue.lately(sa.select(Handoff)), of_okada) == []


def _pass_on(handoff: Handoff, by: Person) -> object:
    core = Desk.core(handoff.session)
    assert core is not None
    return handoff.pass_on(by, core, "別の市の方です", NOW + SECOND)


OVER: list[Callable[[Handoff, Person], object]] = [
    lambda h, by: h.acknowledge(by, Said("check"), NOW + SECOND),
    lambda h, _by: h.take_back(h.sent_at + SECOND),
    _pass_on,
]


@pytest.mark.parametrize("end", OVER)
def test_they_go_once_the_note_is_acknowledged_or_ends(
    store: Store, cast: Cast, of: uuid.UUID, end: Callable[[Handoff, Person], object]
) -> None:
    act(store, cast, of, end)
    assert kept(store, of, cast.okada) is None
    with store.read() as session:
        assert "undone" not in str(session.get_one(Handoff, of).before)


def test_what_one_tap_says_again_is_not_kept(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    act(store, cast, of, lambda h, by: h.undo(by, at(NOW)))
    assert kept(store, of, cast.okada) is None


def test_they_are_forgotten_with_the_thread(
    store: Store, cast: Cast, of: uuid.UUID, keys: KeyRing
) -> None:
    with store.write() as session:
        thread = session.get_one(Handoff, of).thread
        thread.wrapped_key = keys.new_data_key("thread", thread.id)[1]
    assert kept(store, of, cast.okada) is None
    with store.write() as session:
        purge.purge(session, session.scalars(sa.select(Thread)).one(), NOW)
    with store.read() as session:
        assert session.scalars(sa.select(Handoff.before)).all() == []


def test_a_colleagues_reading_meanwhile_stays_when_it_is_undone(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    with store.read() as session:
        now = session.get_one(Handoff, of).sent_at + SECOND
    acknowledge(store, cast, of, now)
    with store.write() as session:
        kato, handoff = session.get_one(Person, cast.kato), session.get_one(Handoff, of)
        assert handoff.open(kato, now + SECOND)
        assert not handoff.open(kato, now + 2 * SECOND)
        assert handoff.may_undo(cast.okada, now + 2 * SECOND)
        assert [one.code for one in ladder.rungs(handoff.thread, now + 2 * SECOND)] == [
            "arrived",
            "opened",
        ]
    act(store, cast, of, lambda h, by: h.undo(by, at(now + 3 * SECOND)))
    with store.read() as session:
        handoff = session.get_one(Handoff, of)
        assert (handoff.opened_at, handoff.last_by_id) == (now + SECOND, cast.kato)
        assert not handoff.may_take_back(now + 3 * SECOND)
        acts = session.scalars(sa.select(AuditLine.act).order_by(AuditLine.id)).all()
        assert acts[-3:] == ["acknowledge", "open", "undo"]


def test_what_its_reporter_has_read_is_not_deleted(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    with store.write() as session:
        # On a host whose clock goes two seconds ahead.
        assert hearing.read(session.get_one(Handoff, of).thread, NOW + RELEASE)
    assert refused(store, of, cast.okada, at(NOW + UNDO - SECOND)) == "desk.undo.gone"


def test_where_the_work_went_on_whoever_came_first_is_named(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    act(store, cast, of, lambda h, by: h.act(Verb.VISIT, by, Said("visited"), NOW + SECOND))
    assert refused(store, of, cast.okada, at(NOW + 2 * SECOND)) == NotAllowed.key


def test_time_is_left_for_the_commit_and_for_clocks_that_differ(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    last = NOW + RELEASE - dt.timedelta(milliseconds=500)
    times = iter((NOW + UNDO - SECOND / 100, NOW + UNDO, last))
    assert refused(store, of, cast.okada, lambda: next(times)) == "desk.undo.gone"


def test_whoever_opens_it_while_it_is_undone_finds_it_gone(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
    of = sent(shared, cast)
    acknowledge(shared, cast, of)
    with shared.read() as session:
        thread_id = session.get_one(Handoff, of).thread_id
    news = []
    assert not together(
        shared,
        lambda s: s.get_one(Handoff, of).undo(s.get_one(Person, cast.okada), at(NOW + SECOND)),
        lambda s: news.append(hearing.read(s.get_one(Thread, thread_id), NOW + RELEASE)),
    )
    assert news == [False]


def test_whoever_opens_it_first_keeps_it(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
    of = sent(shared, cast)
    acknowledge(shared, cast, of)
    why = together(
        shared,
        lambda s: hearing.read(s.get_one(Handoff, of).thread, NOW + RELEASE),
        lambda s: s.get_one(Handoff, of).undo(s.get_one(Person, cast.okada), at(NOW + SECOND)),
    )
    assert [one.key for one in why] == ["desk.undo.gone"]
    with shared.read() as session:
        assert len(session.scalars(sa.select(Reply)).all()) == 1
        assert session.scalars(sa.select(InboxEntry.read_at)).all() == [NOW + RELEASE]


def test_what_follows_makes_nothing_due_again_that_was_settled(store: Store, cast: Cast) -> None:
    of = sent(store, cast)
    acknowledge(store, cast, of)
    with store.write() as session:
        staffing.leave(session, session.get_one(Person, cast.suzuki), NOW + SECOND)
    act(store, cast, of, lambda h, by: h.note_inside(by, "新聞店に聞く", NOW + 2 * SECOND))
    with store.read() as session:
        owed = sa.select(Delivery).where(Delivery.reply_id.is_not(None))
        assert [(one.settled_at, one.next_at) for one in session.scalars(owed)] == [
            (NOW + SECOND, None)
        ]

"""A special look and who is near what it is about: they learn of it as little as of the note."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models import denying, own_clue
from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_views import View
from models.audit_watch import watch
from models.conflict import ConflictKind
from models.delivery import Delivery, DeliveryKind
from models.errors import NotAllowed
from models.handoff import Handoff
from models.membership import Membership
from models.person import Person
from models.policy import Permission
from models.reveal import asking, told, watching
from models.reveal.entity import LASTS, WITHIN, Progress, Reveal
from models.store import Store
from tests import town
from tests.support.glass import NAME, Glass
from tests.town import MORNING, Cast

TICK = dt.timedelta(seconds=20)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def glass(store: Store, cast: Cast) -> Glass:
    with store.write() as session:
        place = NAME | {"place": "北町"}
        sent = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **place)
        return Glass(store, cast, sent.id)


def lives_at(store: Store, who: uuid.UUID, home: str) -> None:
    with store.write() as session:
        person = session.get_one(Person, who)
        own_clue.keep(session, person, own_clue.of_given(session, person, home, ""), MORNING)


def asked_about(store: Store, who: uuid.UUID, now: dt.datetime = MORNING) -> list[AlarmKind]:
    watch(store, now + TICK)
    with store.read() as session:
        own = sa.select(AuditAlarm.kind).where(AuditAlarm.actor_id == who)
        return list(session.scalars(own))


def to_be_told(store: Store) -> set[uuid.UUID | None]:
    """Who still hears of something to decide."""
    with store.read() as session:
        open_ = Delivery.kind == DeliveryKind.REVEAL, Delivery.settled_at.is_(None)
        return set(session.scalars(sa.select(Delivery.person_id).where(*open_)))


@pytest.mark.parametrize("looked_for", ["みさき市北町1-2-3", "みさき市北町9-9-9"])
def test_whoever_lives_where_somebody_looks_hears_of_it_with_a_note_or_without(
    glass: Glass, store: Store, cast: Cast, looked_for: str
) -> None:
    lives_at(store, cast.aoki, looked_for)
    asked = glass.search(looked_for, danger=False)
    assert to_be_told(store) == {cast.ishii}
    for permission in (Permission.REVEAL_READ, Permission.REVEAL_DECIDE):
        assert not glass.may("aoki", permission, asked)
        assert glass.may("ishii", permission, asked)


def test_a_conflict_that_comes_takes_the_push_along(glass: Glass, store: Store, cast: Cast) -> None:
    glass.ask()
    assert cast.kato in to_be_told(store)
    with store.write() as session:
        thread = session.get_one(Handoff, glass.handoff_id).thread
        denying.deny(thread, [cast.kato], ConflictKind.FOUND, MORNING)
    assert cast.kato not in to_be_told(store)


def test_what_whoever_asked_may_not_see_any_more_does_not_open(
    glass: Glass, store: Store, cast: Cast
) -> None:
    asked, found = glass.ask(), glass.search("竹内フミ", danger=False)
    glass.deny("okada")
    glass.deny("ueda")
    assert not glass.agree(asked)
    assert glass.agree(found, "ishii")
    with pytest.raises(NotAllowed):
        glass.agree(asked, "ueda")
    assert cast.okada not in to_be_told(store)
    with store.read() as session:
        thread = session.get_one(Handoff, glass.handoff_id).thread
        assert told.told(thread) == []
        lapsed = session.get_one(Reveal, asked)
        assert (lapsed.progress(MORNING), lapsed.decided_by_id) == (Progress.LAPSED, None)


def test_who_told_is_seen_as_long_as_the_note_is_read(glass: Glass, cast: Cast) -> None:
    glass.ask(danger=True)
    asked = glass.ask()
    assert glass.sees()
    glass.move()
    assert not glass.sees()
    assert not glass.agree(asked, "ueda")


def test_who_told_is_seen_as_long_as_the_note_is_open_by_its_place(
    glass: Glass, store: Store, cast: Cast
) -> None:
    def ask(now: dt.datetime) -> uuid.UUID:
        with store.write() as session:
            handoff, by = (
                session.get_one(Handoff, glass.handoff_id),
                session.get_one(Person, cast.ueda),
            )
            return asking.ask_reporter(handoff, cast.core, by, "心配", now).id

    glass.search("竹内フミ")
    assert glass.agree(ask(MORNING), "ishii")
    assert not glass.agree(ask(MORNING + LASTS), "ishii", MORNING + LASTS)


def test_what_was_taken_back_is_neither_found_nor_opened(
    glass: Glass, store: Store, cast: Cast
) -> None:
    asked = glass.search("竹内フミ", danger=False)
    glass.take_back()
    glass.agree(asked, "ishii")
    later = glass.search("竹内フミ", "aoki")
    with store.read() as session:
        assert told.told(session.get_one(Handoff, glass.handoff_id).thread) == []
        for one in (asked, later):
            assert session.get_one(Reveal, one).threads == []


def test_a_seal_that_comes_later_is_not_told_by_the_question_about_a_look(
    glass: Glass, store: Store
) -> None:
    glass.search("竹内フミ")
    glass.seal()
    assert watching.watch(store, MORNING + WITHIN) == 1
    with store.read() as session:
        assert [one.is_sealed for one in session.scalars(sa.select(AuditAlarm))] == [False]


def test_whoever_stands_in_decides_nothing_and_is_not_asked(
    glass: Glass, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        session.add(
            Membership(
                person_id=cast.kimura,
                desk_id=cast.north_desk,
                is_deputy=True,
                made_at=MORNING,
                confirmed_at=MORNING,
            )
        )
    for who in ("okada", "kato"):
        glass.deny(who)
    glass.ask()
    assert to_be_told(store) == {cast.aoki, cast.ishii, cast.ueda}


def test_nobody_asks_for_a_reporter_who_is_gone(glass: Glass, store: Store) -> None:
    with store.write() as session:
        session.get_one(Handoff, glass.handoff_id).thread.reporter.forget()
    with pytest.raises(NotAllowed):
        glass.ask()


def test_to_look_for_what_is_kept_from_one_is_asked_about(
    glass: Glass, store: Store, cast: Cast
) -> None:
    glass.search("竹内フミ", "ishii")
    glass.deny("ueda")
    asked = glass.search("竹内フミ", "ueda")
    with store.read() as session:
        assert session.get_one(Reveal, asked).threads == []
    assert asked_about(store, cast.ueda) == [AlarmKind.OWN]
    assert asked_about(store, cast.ishii) == []


@pytest.mark.parametrize("act", ["see_reporter", "see_threads"])
def test_the_own_house_opened_so_is_asked_about(
    glass: Glass, store: Store, cast: Cast, act: str
) -> None:
    lives_at(store, cast.ueda, "みさき市北町1-2-3")
    with store.write() as session:
        thread_id = session.get_one(Handoff, glass.handoff_id).thread_id
        for who in (cast.ueda, cast.ishii):
            key = str(uuid.uuid4())
            View(act, "reveal", key, who, MORNING, cast.core, (thread_id,)).write(session)
    assert asked_about(store, cast.ueda) == [AlarmKind.OWN_OPENED]
    assert asked_about(store, cast.ishii) == []


def test_what_is_opened_so_at_night_is_asked_about(glass: Glass, store: Store, cast: Cast) -> None:
    night = MORNING + dt.timedelta(hours=12)
    with store.write() as session:
        View("see_reporter", "reveal", "x", cast.okada, night, cast.north_desk).write(session)
    assert asked_about(store, cast.okada, night) == [AlarmKind.OFF_HOURS]


def test_a_name_that_is_shown_is_not_asked_for(store: Store, cast: Cast) -> None:
    with store.write() as session:
        shown = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, show_name=True)
    with pytest.raises(NotAllowed):
        Glass(store, cast, shown.id).ask()

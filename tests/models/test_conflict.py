"""Who is near those a note is about sees nothing of it, and it is never without an owner."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, declaring, looking_back, own_clue, settling_in, staffing, watch
from models.conflict import Relation
from models.delivery import Delivery
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff
from models.household import gathering
from models.membership import Membership
from models.mirror import MirrorMonth, months_before
from models.mirror_keeping import keep_desk
from models.own_settings import rename
from models.person import Person
from models.policy import Actor, Permission, allow
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.town import MORNING, Cast

READ = Permission.HANDOFF_READ


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def note(session: Session, cast: Cast, **changed: object) -> Handoff:
    return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **changed)


def one(session: Session, person: uuid.UUID) -> Person:
    return session.get_one(Person, person)


def reads(session: Session, handoff: Handoff, person: uuid.UUID) -> bool:
    return allow(Actor.of(session, one(session, person), MORNING), READ, handoff)


def declare(session: Session, cast: Cast, handoff: Handoff, *names: str) -> None:
    for name in names:
        who = one(session, getattr(cast, name))
        declaring.declare(handoff, who, Relation.FAMILY, MORNING)


def told(session: Session, handoff: Handoff) -> set[uuid.UUID | None]:
    of = sa.and_(Delivery.thread_id == handoff.thread_id, Delivery.settled_at.is_(None))
    return set(session.scalars(sa.select(Delivery.person_id).where(of)))


def live_at(
    session: Session, cast: Cast, person: str, home: str, employer: str = "", later: int = 0
) -> None:
    who, now = one(session, getattr(cast, person)), MORNING + dt.timedelta(days=later)
    tokens = own_clue.of_given(session, who, home, employer)
    settling_in.give(session, who, tokens, looking_back.look(session, who, tokens), now)


def test_who_declares_it_reads_and_hears_nothing_more_and_has_it_no_more(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        handoff = note(session, cast)
        handoff.claim(one(session, cast.okada), MORNING)
        declare(session, cast, handoff, "okada")
        assert not reads(session, handoff, cast.okada)
        assert reads(session, handoff, cast.kato)
        assert cast.okada not in told(session, handoff)
        assert (handoff.claimed_by_id, handoff.desk_id) == (None, cast.north_desk)


def test_where_all_of_a_desk_are_in_conflict_the_backup_owns_it_at_once(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        handoff = note(session, cast)
        declare(session, cast, handoff, "okada", "kato")
        assert handoff.desk_id == cast.core
        assert handoff.due_at > MORNING
        assert told(session, handoff) == {cast.aoki, cast.ishii, cast.ueda}
        assert handoff.thread.shown_desk.id == cast.north_desk


def test_a_note_that_all_of_a_desk_are_near_never_comes_to_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        for name in ("okada", "kato"):
            live_at(session, cast, name, "みさき市北町１丁目２番地３")
        handoff = note(session, cast, place_detail="1-2-3")
        assert (handoff.desk_id, handoff.thread.shown_desk.id) == (cast.core, cast.north_desk)
        assert handoff.thread.observation.acceptance["desk"]["id"] == str(cast.north_desk)


def test_who_is_left_leaves_and_the_backup_has_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff, other = note(session, cast), note(session, cast)
        declare(session, cast, handoff, "okada")
        staffing.suspend(session, one(session, cast.kato), one(session, cast.yamamoto), MORNING)
        assert (handoff.desk_id, other.desk_id) == (cast.core, cast.north_desk)


def test_the_watch_passes_over_a_backup_that_is_in_conflict(store: Store, cast: Cast) -> None:
    with store.write() as session:
        north, south = (session.get_one(Desk, id_) for id_ in (cast.north_desk, cast.south_desk))
        north.back_up_by(south)
        handoff = note(session, cast, not_to="木村さん")
        handoff_id, due_at = handoff.id, handoff.due_at
    for at in (due_at - dt.timedelta(minutes=1), due_at):
        watch.watch(store, at)
    with store.read() as session:
        assert session.get_one(Handoff, handoff_id).desk_id == cast.core


@pytest.mark.parametrize(
    ("home", "detail", "is_near"),
    [
        ("北町1-2-3", "一丁目二番三号", True),
        ("みさき市北町1-2-3 コーポ桜203", "1-2-3コーポ桜 204", False),
        ("みさき市北町1-2-3 コーポ桜203", "1-2-3 桜コーポ二〇三号室", True),
        ("みさき市北町1-2-3 コーポ桜203", "1-2-3", True),
        ("北町1-2-4", "1-2-3", False),
        ("南町1-2-3", "1-2-3", False),
    ],
)
def test_ones_own_house_is_found_however_it_is_written(
    store: Store, cast: Cast, home: str, detail: str, is_near: bool
) -> None:
    with store.write() as session:
        live_at(session, cast, "okada", home)
        handoff = note(session, cast, place_detail=detail)
        assert reads(session, handoff, cast.okada) is not is_near
        assert (cast.okada in told(session, handoff)) is not is_near


@pytest.mark.parametrize(
    ("called", "is_near"),
    [("岡田さん", True), ("オカダさん", True), ("岡田一郎", True), ("田岡さん", False)],
)
def test_ones_own_name_in_ones_own_town_is_found(
    store: Store, cast: Cast, called: str, is_near: bool
) -> None:
    with store.write() as session:
        rename(session, one(session, cast.okada), "岡田 一郎", MORNING)
        live_at(session, cast, "okada", "北町9-9", "ミナミ商店")
        handoff, work = note(session, cast, called=called), note(session, cast, called="ﾐﾅﾐ商店")
        assert reads(session, handoff, cast.okada) is not is_near
        assert not reads(session, work, cast.okada)
        elsewhere = town.note(session, MORNING, area=cast.minamimachi, called="岡田さん")
        assert conflict.denied(session, elsewhere.thread_id) == frozenset()


def test_an_address_given_later_denies_what_came_before(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = note(session, cast, place_detail="1-2-3")
        assert cast.okada in told(session, handoff)
        live_at(session, cast, "okada", "北町1-2-3")
        assert not reads(session, handoff, cast.okada)
        assert cast.okada not in told(session, handoff)


def test_who_moves_sees_no_more_for_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        live_at(session, cast, "okada", "北町1-2-3")
        live_at(session, cast, "okada", "よその町", later=1)
        assert not reads(session, note(session, cast, place_detail="1-2-3"), cast.okada)
        live_at(session, cast, "okada", "よその町", later=400)
        assert reads(session, note(session, cast, place_detail="1-2-3"), cast.okada)


def test_nothing_of_an_address_can_be_read(store: Store, cast: Cast) -> None:
    with store.write() as session:
        live_at(session, cast, "okada", "北町1-2-3", "ミナミ商店")
        rows = session.connection().exec_driver_sql("SELECT * FROM own_clue").all()
    assert not any(word in str(rows) for word in ("北町", "1-2-3", "ミナミ", "岡田"))


def test_only_a_colleague_takes_a_declaration_back(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = note(session, cast)
        declare(session, cast, handoff, "okada")
        okada, kato = one(session, cast.okada), one(session, cast.kato)
        with pytest.raises(NotAllowed):
            declaring.undo(handoff, okada.id, okada, "まちがい", MORNING)
        declaring.undo(handoff, okada.id, kato, "別の岡田さんでした", MORNING)
        assert reads(session, handoff, cast.okada)
        assert [each.words for each in handoff.inside_notes] == ["別の岡田さんでした"]


def test_what_was_found_or_asked_for_is_taken_back_by_nobody(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = note(session, cast, not_to="岡田さん")
        with pytest.raises(Invalid):
            declaring.undo(handoff, cast.okada, one(session, cast.kato), "まちがい", MORNING)
        assert not reads(session, handoff, cast.okada)


def test_the_deputy_reads_what_all_of_the_core_are_in_conflict_about_and_nothing_else(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        place = session.scalars(
            sa.select(Membership).where(Membership.person_id == cast.ueda)
        ).one()
        place.is_deputy = True
        handoff, other = (note(session, cast, not_nearby=True) for _ in "ab")
        place.in_sealed_team = True
        declare(session, cast, handoff, "aoki", "ishii")
        assert reads(session, handoff, cast.ueda)
        assert not reads(session, other, cast.ueda)
        assert handoff.desk_id == cast.core
        assert cast.ueda in told(session, handoff)


def test_no_note_is_raised_by_one_that_its_reader_may_not_see(store: Store, cast: Cast) -> None:
    with store.write() as session:
        same = {"place_detail": "1-2-3"}
        note(session, cast, not_to="岡田さん", **same)
        plain = town.note(session, MORNING, by=cast.sato, area=cast.kitamachi, **same)
        assert plain.raised_why == []
        third = town.note(session, MORNING, by=cast.tanaka, area=cast.kitamachi, **same)
        assert third.raised_why == ["two_reporters"]


def test_what_somebody_may_not_see_is_folded_with_nothing(store: Store, cast: Cast) -> None:
    with store.write() as session:
        told_all = {"place_detail": "1-2", "signs": ["recovered"]}
        rows = [note(session, cast, **told_all) for _ in range(5)]
        session.expire_all()
        [head] = [each for each in rows if each.storm_id is None]
        declare(session, cast, head, "okada")
        session.expire_all()
        rest = [each.storm_id for each in rows if each is not head]
        assert (head.storm_id, rest.count(None)) == (None, 1)
        assert head.id not in rest


def test_one_household_is_denied_whole(store: Store, cast: Cast) -> None:
    with store.write() as session:
        first, second, third = (note(session, cast) for _ in "abc")
        gathering.gather(first, second, one(session, cast.kato), MORNING)
        declare(session, cast, first, "okada")
        gathering.gather(second, third, one(session, cast.kato), MORNING)
        assert not any(reads(session, each, cast.okada) for each in (first, second, third))


def test_a_sealed_note_denies_no_other_that_would_tell_of_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        sealed, plain = note(session, cast, not_nearby=True), note(session, cast, place="南の海")
        plain.hand_to_backup(session.get_one(Desk, cast.core), MORNING)
        declare(session, cast, sealed, "aoki")
        gathering.gather(sealed, plain, one(session, cast.ishii), MORNING)
        assert reads(session, plain, cast.aoki)
        assert not reads(session, sealed, cast.aoki)


def test_the_figures_of_a_month_leave_it_out(store: Store, cast: Cast) -> None:
    earlier = MORNING - dt.timedelta(days=40)
    with store.write() as session:
        for words in ("岡田さん", ""):
            handoff = town.note(session, earlier, area=cast.kitamachi, not_to=words)
            handoff.acknowledge(one(session, cast.kato), Said("check"), earlier)
        keep_desk(session, cast.north_desk, MORNING)
        month = months_before(MORNING.date().replace(day=1), 1)
        counted = sa.select(MirrorMonth.acknowledged).where(
            MirrorMonth.desk_id == cast.north_desk, MirrorMonth.month == month
        )
        assert session.scalars(counted).all() == [1]


def test_an_own_thread_stays_ones_own(store: Store, cast: Cast) -> None:
    with store.write() as session:
        live_at(session, cast, "sato", "北町1-2-3")
        handoff = town.note(
            session, MORNING, by=cast.sato, area=cast.kitamachi, place_detail="1-2-3"
        )
        actor = Actor.of(session, one(session, cast.sato), MORNING, is_unlocked=True)
        assert allow(actor, Permission.THREAD_READ, session.get_one(Thread, handoff.thread_id))

"""An account that moved to another phone keeps its earlier notes closed for a day."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import held_history, staffing
from models.area import Area
from models.audit import AuditLine
from models.invitation import Invitation, InvitationKind, Secrets, invite
from models.joining import Newcomer, redeem
from models.own_phone import invite_own_phone
from models.person import Person, Role
from models.policy import Actor, Permission, allow, reach
from models.store import Store
from models.thread import Thread
from models.way_back import invite_again
from tests import town
from tests.town import MORNING, Cast

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        cast = town.build(session, noise=False)
        town.note(session, MORNING - HOUR, by=cast.suzuki, area=cast.kitamachi)
        return cast


def come_back(store: Store, cast: Cast, at: dt.datetime) -> None:
    """鈴木's account goes on by a sheet that the office made."""
    told, code_hash = Secrets.draw(store.keys)
    with store.write() as session:
        person, by = (session.get_one(Person, one) for one in (cast.suzuki, cast.yamamoto))
        made = invite_again(session, told, code_hash, person=person, by=by, now=at)
        assert redeem(session, made, Newcomer(digits=told.digits), at) is not None


def readable(session: Session, cast: Cast, now: dt.datetime) -> int:
    """How many notes 鈴木 may read, by the rule and by the filter alike."""
    actor = Actor.of(session, session.get_one(Person, cast.suzuki), now, is_unlocked=True)
    rows = session.scalars(sa.select(Thread)).all()
    ruled = {row.id for row in rows if allow(actor, Permission.THREAD_READ, row)}
    found = reach(actor, Permission.THREAD_READ, Thread)
    assert set(session.scalars(sa.select(Thread.id).where(found))) == ruled
    return len(ruled)


def test_what_was_written_before_opens_after_a_day(either: Store, cast: Cast) -> None:
    come_back(either, cast, MORNING)
    with either.write() as session:
        assert readable(session, cast, MORNING) == 0
        town.note(session, MORNING + HOUR, by=cast.suzuki, area=cast.kitamachi)
        assert readable(session, cast, MORNING + HOUR) == 1
        assert readable(session, cast, MORNING + 24 * HOUR - HOUR / 60) == 1
        assert readable(session, cast, MORNING + 24 * HOUR) == 2


def test_a_desk_that_made_sure_opens_it_once_and_it_is_written_down(
    either: Store, cast: Cast
) -> None:
    come_back(either, cast, MORNING)
    for _ in range(2):
        with either.write() as session:
            person, by = (session.get_one(Person, one) for one in (cast.suzuki, cast.okada))
            held_history.open_again(
                session, person, by=by, now=MORNING + HOUR, desk_id=cast.north_desk
            )
    with either.read() as session:
        assert readable(session, cast, MORNING + HOUR) == 1
        act = AuditLine.act == "open_history"
        line = session.scalars(sa.select(AuditLine).where(act)).one()
        assert (line.actor_id, line.chain) == (cast.okada, str(cast.north_desk))


def test_the_sheet_of_a_first_invitation_opens_nothing_when_it_is_used_again(
    either: Store, cast: Cast
) -> None:
    told, code_hash = Secrets.draw(either.keys)
    with either.write() as session:
        made = invite(
            session,
            told,
            code_hash,
            kind=InvitationKind.PERSONAL,
            role=Role.COMMISSIONER,
            name="森",
            area=session.get_one(Area, cast.kitamachi),
            by=session.get_one(Person, cast.yamamoto),
            now=MORNING - 3 * HOUR,
        )
        joined = redeem(session, made, Newcomer(digits=told.digits), MORNING - 2 * HOUR)
        assert joined is not None
        town.note(session, MORNING - HOUR, by=joined.person.id, area=cast.kitamachi)
        assert Actor.of(session, joined.person, MORNING).closed_before is None
        assert redeem(session, made, Newcomer(digits=told.digits), MORNING) is not None
        assert Actor.of(session, joined.person, MORNING).closed_before == MORNING


def test_ones_own_code_for_the_app_closes_nothing(either: Store, cast: Cast) -> None:
    told, code_hash = Secrets.draw(either.keys)
    with either.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        made = invite_own_phone(session, told, code_hash, person=suzuki, now=MORNING)
        assert redeem(session, made, Newcomer(), MORNING) is not None
        assert readable(session, cast, MORNING) == 1


def test_who_leaves_is_in_no_invitation_any_more(either: Store, cast: Cast) -> None:
    come_back(either, cast, MORNING)
    told, code_hash = Secrets.draw(either.keys)
    with either.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        code = invite_own_phone(session, told, code_hash, person=suzuki, now=MORNING)
        assert code.sealed_name is None
        staffing.leave(session, suzuki, MORNING + HOUR)
    with either.read() as session:
        rows = session.scalars(sa.select(Invitation).where(Invitation.person_id == cast.suzuki))
        left = [(row.sealed_name, row.digits_code, row.revoked_at is None) for row in rows]
        assert left == [(None, None, False)] * 2


def test_nobody_else_is_touched(either: Store, cast: Cast) -> None:
    come_back(either, cast, MORNING)
    with either.read() as session:
        moved = session.scalars(sa.select(Person.id).where(Person.moved_at.is_not(None))).all()
        assert moved == [uuid.UUID(str(cast.suzuki))]

"""Whoever was readmitted is nobody at a desk until they came in again by their invitation."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import confirmation, furnishing, staffing
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.desk_list import desk_lines
from models.handoff import Handoff
from models.invitation import Invitation, Secrets
from models.joining import Newcomer, redeem, set_password
from models.membership import Membership, readers
from models.person import Person
from models.routing import is_staffed
from models.store import Store
from models.town_time import local_date
from models.way_back import MadeSure, invite_again
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    """The town, in which kimura of the south desk was suspended and readmitted."""
    with either.write() as session:
        cast = town.build(session, noise=False)
        kimura, by = _kimura(session, cast), session.get_one(Person, cast.yamamoto)
        set_password(session, kimura, "never asked for", MORNING)
        session.flush()
        staffing.suspend(session, kimura, by, MORNING)
        staffing.readmit(session, kimura, by, MORNING)
        return cast


def _kimura(session: Session, cast: Cast) -> Person:
    return session.get_one(Person, cast.kimura)


def _waiting(session: Session) -> dict[uuid.UUID, int]:
    return {line.desk.id: line.waiting for line in desk_lines(session)}


def _invited(session: Session, cast: Cast) -> tuple[Invitation, Secrets]:
    told, code_hash = Secrets.draw(session.info["keys"])
    by = session.get_one(Person, cast.yamamoto)
    kimura = _kimura(session, cast)
    sure = MadeSure.CALL_BACK
    made = invite_again(session, told, code_hash, person=kimura, by=by, now=MORNING, made_sure=sure)
    session.flush()
    return made, told


def test_nobody_stands_on_a_duty_list_from_before(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        kato, by = (session.get_one(Person, one) for one in (cast.kato, cast.yamamoto))
        membership = kato.memberships[0]
        membership.on_duty = True
        membership.away_from = membership.away_until = local_date(MORNING)
        [reader] = [one for one in readers(session, cast.north_desk) if one.on_duty]
        assert reader.is_away(local_date(MORNING))
        staffing.suspend(session, kato, by, MORNING)
        staffing.readmit(session, kato, by, MORNING)
        membership.confirm(by, MORNING)
        here = {one.person_id: one for one in readers(session, cast.north_desk)}
        assert not here[cast.kato].on_duty
        assert not here[cast.kato].is_away(local_date(MORNING))


def test_after_an_update_who_was_confirmed_too_early_waits_to_come_in(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        for membership in _kimura(session, cast).memberships:
            membership.confirm(None, MORNING)
        note = town.note(session, MORNING, area=cast.minamimachi, place="南町")
        assert note.desk_id == cast.south_desk
        note_id = note.id
    for _ in range(2):
        confirmation.await_readmitted(either, MORNING)
    with either.read() as session:
        assert session.get_one(Handoff, note_id).desk_id == cast.core
        assert not is_staffed(session, session.get_one(Desk, cast.south_desk))
        assert is_staffed(session, session.get_one(Desk, cast.north_desk))
        unconfirmed = sa.select(sa.func.count()).where(AuditLine.act == "unconfirm")
        assert session.scalar(unconfirmed) == 1


def test_a_desk_has_somebody_once_they_can_come_in(either: Store, cast: Cast) -> None:
    with either.write() as session:
        south = session.get_one(Desk, cast.south_desk)
        assert not furnishing.has_somebody(session, south, MORNING)
        invitation, told = _invited(session, cast)
        assert furnishing.has_somebody(session, south, MORNING)
        newcomer = Newcomer(digits=told.digits, password_hash="never asked for")
        assert redeem(session, invitation, newcomer, MORNING)
        session.flush()
        assert furnishing.has_somebody(session, south, MORNING)


def test_an_invitation_of_somebody_who_was_taken_off_a_desk_brings_nobody(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        _invited(session, cast)
        by = session.get_one(Person, cast.yamamoto)
        staffing.end_membership(session, _kimura(session, cast).memberships[0], by, MORNING)
        session.flush()
        south = session.get_one(Desk, cast.south_desk)
        assert not furnishing.has_somebody(session, south, MORNING)


def test_nobody_is_asked_to_confirm_who_has_not_come_in(either: Store, cast: Cast) -> None:
    asked = sa.select(sa.func.count()).where(Delivery.kind == DeliveryKind.CONFIRM)
    with either.write() as session:
        core, by = session.get_one(Desk, cast.core), session.get_one(Person, cast.yamamoto)
        kimura = _kimura(session, cast)
        staffing.put_at_desk(session, kimura, core, by, MORNING, sealed=False)
        session.flush()
        assert session.scalar(asked) == 0
        assert _waiting(session) == {cast.core: 0, cast.north_desk: 1, cast.south_desk: 0}
        invitation, told = _invited(session, cast)
        redeem(session, invitation, Newcomer(told.digits, password_hash="x"), MORNING)
        session.flush()
        assert session.scalar(asked)
        assert set(_waiting(session).values()) == {1}
        listed = session.scalars(confirmation.waiting(sa.select(Membership))).all()
        assert len(listed) == 3

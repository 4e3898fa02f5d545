"""What may become of a sender and a desk between a note that is written and its arrival."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import staffing
from models.area import Area
from models.credential import SignIn, end_access
from models.desk import DeskArea
from models.person import Person, Role
from tests.town import MORNING, Cast

World = Callable[[Session, Cast], None]


def _person(session: Session, person_id: uuid.UUID) -> Person:
    return session.get_one(Person, person_id)


def signed_out(session: Session, cast: Cast) -> None:
    """鈴木 is signed out everywhere."""
    SignIn.end_all(session, cast.suzuki, MORNING)


def moved(session: Session, cast: Cast) -> None:
    """鈴木 lives in the south now."""
    _person(session, cast.suzuki).area = session.get_one(Area, cast.minamimachi)


def became_a_commissioner(session: Session, cast: Cast) -> None:
    """鈴木 is a commissioner now."""
    _person(session, cast.suzuki).role = Role.COMMISSIONER


def desk_without_staff(session: Session, cast: Cast) -> None:
    """Nobody is at the north desk any more."""
    for one in (cast.okada, cast.kato):
        staffing.suspend(session, _person(session, one), _person(session, cast.yamamoto), MORNING)


def desk_without_area(session: Session, cast: Cast) -> None:
    """The north desk receives nothing any more."""
    session.execute(sa.delete(DeskArea).where(DeskArea.desk_id == cast.north_desk))


def suspended(session: Session, cast: Cast) -> None:
    """鈴木 is suspended."""
    by = _person(session, cast.yamamoto)
    staffing.suspend(session, _person(session, cast.suzuki), by, MORNING)


def left(session: Session, cast: Cast) -> None:
    """鈴木 has left."""
    staffing.leave(session, _person(session, cast.suzuki), MORNING)


def locked_out(session: Session, cast: Cast) -> None:
    """Every phone of 鈴木 is shut off."""
    end_access(session, _person(session, cast.suzuki), MORNING)


def merged(session: Session, cast: Cast) -> None:
    """The south desk receives what the north desk did."""
    given = sa.update(DeskArea).where(DeskArea.desk_id == cast.north_desk)
    session.execute(given.values(desk_id=cast.south_desk))

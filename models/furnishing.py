"""What the office may save of a desk: never one that nobody staffs or nothing backs up."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, sign, staff_lock, staffing
from models.calendar import WrongHours, check_written
from models.credential import Credential
from models.desk import Desk, DeskKind
from models.errors import Invalid
from models.invitation import Invitation, InvitationKind, Secrets, invite
from models.membership import Membership
from models.person import Person, PersonState, Role

_PROMISED = {"memo_days": (1, 20), "soon_days": (1, 10), "now_minutes": (10, 240)}


@dataclass(frozen=True)
class Furnishing:
    """A desk as the form has it. Hours: weekday "0" (Monday) to "6" → [["HH:MM", "HH:MM"]]."""

    name: str
    place: str = ""
    telephone: str = ""
    duty_telephone: str = ""
    who: str = ""
    does: str = ""
    takes_on: tuple[str, ...] = ()
    """Of `sign.Field`, in their order; anything else is left out."""
    is_volunteer: bool = False
    backup_id: uuid.UUID | None = None
    hours: dict[str, Any] = field(default_factory=dict)
    closings: frozenset[dt.date] = frozenset()
    memo_days: int = 5
    soon_days: int = 2
    now_minutes: int = 30


@dataclass(frozen=True)
class Begins:
    """Who begins at a desk that has nobody: somebody of the staff, or a new person invited."""

    person_id: uuid.UUID | None = None
    name: str = ""
    told: Secrets | None = None
    code_hash: bytes = b""


def furnish(
    session: Session,
    desk: Desk | None,
    wanted: Furnishing,
    begins: Begins,
    by: Person,
    now: dt.datetime,
) -> tuple[Desk, Invitation | None]:
    """Save a desk, new (None) or changed; gives it, and the invitation made with it.

    The first desk of a town is its core. Raises Invalid, with the field, for whatever would
    leave a note without an owner.
    """
    staff_lock.arrange(session)
    for problem in problems(session, desk, wanted, begins, now):
        raise problem
    is_new = desk is None
    if desk is None:
        desk = _begin(session, now)
    _fill(session, desk, wanted)
    session.flush()
    audit.record(session, "make" if is_new else "change", desk, now=now, by=by.id)
    staffing.hand_over_untaken(session, desk, now)
    return desk, _staff(session, desk, begins, by, now)


def problems(
    session: Session, desk: Desk | None, wanted: Furnishing, begins: Begins, now: dt.datetime
) -> list[Invalid]:
    """Everything for which `furnish` would refuse it, so that a form tells it all at once."""
    found = list(_missing(wanted))
    same = session.scalar(sa.select(Desk).where(Desk.name == wanted.name).limit(1))
    if same is not None and same is not desk:
        found.append(Invalid("office.problem.desk_taken", "name"))
    is_new = desk is None
    desk = _begin(session, now) if desk is None else desk
    if desk.is_core and wanted.is_volunteer:
        found.append(Invalid("office.problem.core_not_volunteer", "is_volunteer"))
    try:
        backup = None if wanted.backup_id is None else session.get(Desk, wanted.backup_id)
        desk.check_backup(backup)
    except Invalid as error:
        found.append(error)
    if begins.person_id is not None:
        if session.get(Person, begins.person_id) is None:
            found.append(Invalid("office.problem.not_staff", "begins_person"))
    elif not begins.name and (is_new or not has_somebody(session, desk, now)):
        found.append(Invalid("office.problem.staff_needed", "begins_name"))
    return found


def has_somebody(session: Session, desk: Desk, now: dt.datetime) -> bool:
    """Whether anybody staffs a desk, waits to be confirmed there, or can still come in to it."""
    here = (
        sa.select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.desk_id == desk.id,
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
    )
    is_in = sa.or_(Membership.confirmed_at.is_not(None), Credential.has_way_in())
    if session.scalar(here.where(is_in).limit(1)) is not None:
        return True
    newcomer = sa.and_(Invitation.desk_id == desk.id, Invitation.person_id.is_(None))
    invited = sa.select(Invitation).where(
        sa.or_(newcomer, Invitation.person_id.in_(here)), Invitation.revoked_at.is_(None)
    )
    return any(invitation.is_usable(now) for invitation in session.scalars(invited))


def _fill(session: Session, desk: Desk, wanted: Furnishing) -> None:
    for name in ("name", "place", "telephone", "duty_telephone", "who", "does", "is_volunteer"):
        setattr(desk, name, getattr(wanted, name))
    for name in _PROMISED:
        setattr(desk, name, getattr(wanted, name))
    desk.takes_on = [field.value for field in sign.Field if field in wanted.takes_on]
    desk.has_duty = bool(wanted.duty_telephone)
    desk.hours = wanted.hours
    desk.closings = sorted(wanted.closings)
    backup = None if wanted.backup_id is None else session.get(Desk, wanted.backup_id)
    desk.back_up_by(backup)
    session.add(desk)


def _begin(session: Session, now: dt.datetime) -> Desk:
    kind = DeskKind.CORE if Desk.core(session) is None else DeskKind.INTAKE_POINT
    return Desk(id=uuid.uuid4(), kind=kind, name="", made_at=now)


def _missing(wanted: Furnishing) -> Iterator[Invalid]:
    if not wanted.name:
        yield Invalid("office.problem.desk_name", "name")
    if not wanted.telephone:
        yield Invalid("office.problem.desk_telephone", "telephone")
    for name, (low, high) in _PROMISED.items():
        if not low <= getattr(wanted, name) <= high:
            yield Invalid("office.problem.promise", name, low=low, high=high)
    if not any(wanted.hours.values()):
        yield Invalid("office.problem.no_hours", "hours_at")
    try:
        check_written(wanted.hours)
    except WrongHours:
        yield Invalid("office.problem.hours", "hours_at")


def _staff(
    session: Session, desk: Desk, begins: Begins, by: Person, now: dt.datetime
) -> Invitation | None:
    sealed = desk.is_core
    if begins.person_id is not None:
        person = session.get_one(Person, begins.person_id)
        staffing.put_at_desk(session, person, desk, by, now, sealed=sealed)
        return None
    if begins.name and begins.told is not None:
        return invite(
            session,
            begins.told,
            begins.code_hash,
            kind=InvitationKind.PERSONAL,
            role=Role.STAFF,
            name=begins.name,
            desk=desk,
            by=by,
            now=now,
            in_sealed_team=sealed,
        )
    return None

"""Phones that fell silent with something still to come: the task of a desk to telephone."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, telling
from models.credential import Credential
from models.desk import Desk
from models.person import AnswerBy, Person, PersonState
from models.phone import Phone
from models.routing import NotStarted, desk_for, ready
from models.store import Store
from models.urgency import Urgency


def watch(store: Store, days: int, now: dt.datetime) -> int:
    """Give each phone that was silent for `days` days to a desk; gives how many were told of.

    Run twice, or by several at once, it tells once. Where the desk has no staff any more, or
    the person moved, the task goes on to the next desk.
    """
    before = now - dt.timedelta(days=days)
    with store.read() as session:
        found = session.scalars(sa.select(Phone.device_id).where(_is_silent(before))).all()
    told = 0
    for device_id in found:
        with store.write() as session:
            told += _tell(session, device_id, before, now)
    return told


def telephoned(phone: Phone, by: Person, now: dt.datetime) -> None:
    """The desk spoke with the person: nothing more is asked until the phone is heard again."""
    phone.session.refresh(phone, with_for_update={"of": Phone})
    if phone.waits_for_call:
        phone.called_at = now
        audit.record(phone.session, "telephone", phone, now=now, by=by.id, desk_id=phone.desk_id)


def number_of(phone: Phone) -> str | None:
    """The number to call at, where the person left one and wants to be called."""
    person = phone.device.person
    if person.identity is None or person.answer_by is not AnswerBy.TELEPHONE:
        return None
    return person.identity.telephone


def _is_silent(before: dt.datetime) -> sa.ColumnElement[bool]:
    active = (
        sa.select(Credential.id)
        .join(Person, Person.id == Credential.person_id)
        .where(Person.state == PersonState.ACTIVE)
    )
    return sa.and_(
        Phone.heard_at < before,
        sa.or_(Phone.waiting > 0, Phone.missing != ""),
        sa.or_(Phone.called_at.is_(None), Phone.called_at < Phone.heard_at),
        Phone.device_id.in_(active),
    )


def _tell(session: Session, device_id: uuid.UUID, before: dt.datetime, now: dt.datetime) -> bool:
    still = sa.select(Phone).where(Phone.device_id == device_id, _is_silent(before))
    phone = session.scalar(still.with_for_update(of=Phone))
    desk = None if phone is None else _desk_of(session, phone.device.person)
    if phone is None or desk is None or (phone.waits_for_call and phone.desk_id == desk.id):
        return False
    phone.desk_id, phone.silent_at = desk.id, now
    audit.record(session, "silent", phone, now=now, desk_id=desk.id)
    telling.silent_phone(session, desk.id, now)
    return True


def _desk_of(session: Session, person: Person) -> Desk | None:
    """The desk that receives what is noted where the person lives, else the core."""
    near = [] if person.area is None else [person.area, *person.area.towns]
    homes = (desk_for(session, area) for area in near)
    home = next((desk for desk in homes if desk is not None), None) or Desk.core(session)
    try:
        return None if home is None else ready(session, home, Urgency.SOON)
    except NotStarted:
        return None

"""Phones that fell silent with something still to come: among the desk's telephone calls."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import redirect
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow
from blueprints.intake import bp
from models import queue, silence
from models.credential import Credential
from models.desk import Desk
from models.person import Person
from models.phone import Phone
from models.queue import View


@dataclass(frozen=True)
class Silent:
    """Whom to telephone; `telephone` only where the person wants to be called."""

    id: uuid.UUID
    name: str
    telephone: str | None
    heard_at: dt.datetime


def silent_of(desk: Desk) -> list[Silent]:
    """Whom the desk has still to telephone because of a phone, the longest asked first."""
    person = joinedload(Phone.device).joinedload(Credential.person).joinedload(Person.identity)
    asked = _asked(desk).options(person).order_by(Phone.silent_at, Phone.device_id)
    found = access.reading().scalars(asked.limit(queue.PAGE_SIZE)).all()
    looked.at(one.device.person_id for one in found)
    silent = [
        Silent(one.device_id, one.device.person.name, silence.number_of(one), one.heard_at)
        for one in found
    ]
    looked.numbers(one.telephone for one in silent)
    return silent


def count_of(desk: Desk) -> int:
    """How many these are, up to the limit of the lists and one more."""
    some = _asked(desk).with_only_columns(Phone.device_id).limit(queue.COUNT_LIMIT + 1)
    return access.reading().scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


@bp.post("/desk/phones/<uuid:device_id>/telephoning")
@allow(Permission.PHONE_CALL)
def create_phone_call(device_id: uuid.UUID) -> Response:
    """The desk spoke with the person whose phone fell silent."""
    access.close()
    with access.writing() as session:
        phone = access.load(Phone, device_id, Permission.PHONE_CALL, session)
        silence.telephoned(phone, at_desk.signed_in(session), access.now())
        desk_id = phone.desk_id
    return redirect(f"/desk?desk={desk_id}&view={View.TO_TELEPHONE}&done=phone_call", 303)


def _asked(desk: Desk) -> sa.Select[Phone]:
    asked = access.listing(Phone, Permission.PHONE_CALL)
    return asked.where(Phone.desk_id == desk.id, Phone.waiting_for_call())

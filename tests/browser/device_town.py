"""Phones for the pages that list them: registered, signed out, silent with something to come."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from models import device
from models.assurance import Assurance
from models.credential import SignIn
from models.person import AnswerBy, Person
from models.phone import Phone
from tests.support.phone import Phone as Key
from tests.support.phone import point_of
from tests.town import Cast

DAY = dt.timedelta(days=1)


def settle(session: Session, cast: Cast, now: dt.datetime) -> None:
    """鈴木 has two phones, one with two items to come; 佐藤's fell silent, and so did 鈴木's."""
    suzuki, sato = (session.get_one(Person, who) for who in (cast.suzuki, cast.sato))
    SignIn.begin(session, suzuki, Assurance.DEVICE, now - 20 * DAY, "iPhone")
    old = _phone(session, suzuki, now - 4 * DAY, "Android", waiting=2)
    session.flush()
    silent = _phone(session, sato, now - 5 * DAY, "Android", waiting=1)
    assert sato.identity is not None
    sato.answer_by, sato.identity.telephone = AnswerBy.TELEPHONE, "0590000222"
    for phone_id in (old, silent):
        phone = session.get_one(Phone, phone_id)
        phone.desk_id, phone.silent_at = cast.north_desk, now - DAY


def _phone(
    session: Session, person: Person, heard_at: dt.datetime, family: str, *, waiting: int
) -> uuid.UUID:
    made = device.register(session, person, point_of(Key()), heard_at, family)
    session.flush()
    session.get_one(Phone, made.id).take(1, waiting, heard_at)
    return made.id

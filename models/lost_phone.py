"""The phones somebody has, and ending one of them: session, key and push address together."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.credential import Credential, CredentialKind, SignIn
from models.person import Person
from models.phone import Phone
from models.subscription import Subscription


@dataclass(frozen=True)
class OwnPhone:
    """One phone of a person. `id` is that of its key, else of its session."""

    id: uuid.UUID
    family: str
    heard_at: dt.datetime
    owed: int
    """How many items are known to wait on it."""
    sign_in_ids: frozenset[uuid.UUID]
    """Its living sessions; none where somebody signed out and only notes may still come."""


def phones_of(session: Session, person: Person, now: dt.datetime) -> list[OwnPhone]:
    """A person's phones, the last heard of first; a session and a key may be one phone."""
    mine = SignIn.person_id == person.id, SignIn.revoked_at.is_(None), SignIn.ends_at > now
    live = [row for row in session.scalars(sa.select(SignIn).where(*mine)) if row.is_live(now)]
    keys = session.scalars(
        sa.select(Phone)
        .join(Credential, Credential.id == Phone.device_id)
        .where(Credential.person_id == person.id, Credential.revoked_at.is_(None))
    ).all()
    known = {key.device_id for key in keys}
    found = [_phone(key, [row for row in live if row.device_id == key.device_id]) for key in keys]
    found += [_session(row) for row in live if row.device_id not in known]
    return sorted(found, key=lambda phone: (phone.heard_at, phone.id), reverse=True)


def end(
    session: Session,
    person: Person,
    phone_id: uuid.UUID,
    *,
    by: Person,
    now: dt.datetime,
    desk_id: uuid.UUID | None = None,
) -> bool:
    """End one phone of a person, by its own `id`; False where the person has no such phone.

    Its notes are still taken, under their author. Ended before, it stays as it is. `desk_id`:
    the desk whose staff does it for a caller.
    """
    device, sign_ins = _rows(session, person, phone_id)
    rows: list[Credential | SignIn] = [*([device] if device else []), *sign_ins]
    if not rows:
        return False
    if any(row.revoked_at is None for row in rows):
        audit.record(session, "end_phone", rows[0], now=now, by=by.id, desk_id=desk_id)
    for row in rows:
        row.revoked_at = row.revoked_at or now
    there = Subscription.sign_in_id.in_([row.id for row in sign_ins])
    pushed = sa.select(Subscription).where(there, Subscription.person_id == person.id)
    for subscription in session.scalars(pushed):
        subscription.end(now)
    return True


def _rows(
    session: Session, person: Person, phone_id: uuid.UUID
) -> tuple[Credential | None, Sequence[SignIn]]:
    """The key and all sessions of a phone, those that ended before, too."""
    sign_in = session.get(SignIn, phone_id)
    key_id = phone_id if sign_in is None else sign_in.device_id
    device = None if key_id is None else session.get(Credential, key_id)
    if device is not None and device.kind is CredentialKind.DEVICE_KEY:
        if device.person_id != person.id:
            return None, ()
        theirs = SignIn.device_id == device.id, SignIn.person_id == person.id
        return device, session.scalars(sa.select(SignIn).where(*theirs)).all()
    is_own = sign_in is not None and sign_in.person_id == person.id
    return None, [sign_in] if sign_in is not None and is_own else []


def _phone(key: Phone, sign_ins: list[SignIn]) -> OwnPhone:
    seen = [row.seen_at for row in sign_ins]
    families = [row.family for row in sign_ins if row.family]
    return OwnPhone(
        id=key.device_id,
        family=key.family or next(iter(families), ""),
        heard_at=max([key.heard_at, *seen]),
        owed=key.owed,
        sign_in_ids=frozenset(row.id for row in sign_ins),
    )


def _session(row: SignIn) -> OwnPhone:
    return OwnPhone(row.id, row.family, row.seen_at, 0, frozenset({row.id}))

"""Reading on a phone is locked: opened by a proof of its person, for as long as it is used.

The proof is six digits, chosen on this phone and tried from it alone. When reading was used is
kept by the browser, signed: in the database the moment would join a phone to what it sent.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.assurance import Assurance, life
from models.credential import Credential, SignIn
from models.errors import NotAllowed
from models.inbox import InboxEntry
from models.keys import KeyRing
from models.person import Person
from models.reporter import Reporter, threads_of
from models.town_time import hour_of

IDLE = dt.timedelta(minutes=15)
READING_LIFE = dt.timedelta(days=90)
"""However busy a phone is, reading is opened anew after this."""
TRIES = 10
"""Wrong ones in a row; then the person goes to the desk, which lets them in anew."""
_CONTEXT = b"kizuki unlock\n"


class Shut(NotAllowed):
    """Too many wrong tries on this phone."""

    key = "lock.shut.title"


@dataclass(frozen=True)
class Used:
    """When reading was opened in a browser, and when it was last used.

    `opening`: the how manieth of this session it was.
    """

    opened_at: dt.datetime
    last_at: dt.datetime
    opening: int


def is_unlocked(sign_in: SignIn, used: Used | None, now: dt.datetime) -> bool:
    """Whether whoever holds this session reads without a new proof; writing never asks for one.

    Staff prove themselves when they sign in. Somebody without digits reads what they just wrote,
    until the first answer has come. What a copied cookie says of an earlier opening counts no more.
    """
    if sign_in.assurance is not Assurance.DEVICE:
        return True
    if used is None or not sign_in.is_open or used.opening != sign_in.openings:
        return False
    is_fresh = now - used.last_at < IDLE and now - used.opened_at < READING_LIFE
    return is_fresh and (sign_in.has_pin or not _has_answers(sign_in.session, sign_in.person, now))


def is_shut(sign_in: SignIn) -> bool:
    """Whether the digits are not taken any more."""
    return sign_in.has_pin and sign_in.wrong_pins >= TRIES


def challenge(keys: KeyRing, sign_in: SignIn) -> str:
    """What the phone's key signs with the next try: another for each try and each opening."""
    state = f"{sign_in.id} {sign_in.openings} {sign_in.wrong_pins}"
    return keys.message_code("unlock", state)


def signed_bytes(challenge: str) -> bytes:
    """The bytes of a challenge that are signed."""
    return _CONTEXT + challenge.encode()


def peppered(keys: KeyRing, sign_in_id: uuid.UUID, pin: str) -> str:
    """What is hashed of the digits: of this phone alone, and nothing without the key file."""
    return keys.index("pin", f"{sign_in_id} {pin}", size=32).hex()


def count_try(sign_in: SignIn) -> int:
    """Count a try before it is looked at, so that many at once are no more than ten.

    Gives how many were counted in a row, this one too. Raises Shut beyond the last.
    """
    if is_shut(sign_in):
        raise Shut
    sign_in.wrong_pins += 1
    return sign_in.wrong_pins


def shut(sign_in: SignIn, now: dt.datetime) -> None:
    """The last try was wrong, too: its person goes to the desk, also from where it was open."""
    lock(sign_in)
    audit.record(sign_in.session, "shut_pin", sign_in, now=now, by=sign_in.person_id)


def choose(sign_in: SignIn, hashed: str, now: dt.datetime) -> None:
    """Set the digits of this phone, or change them."""
    sign_in.pin, sign_in.wrong_pins = hashed.encode(), 0
    audit.record(sign_in.session, "set_pin", sign_in, now=now, by=sign_in.person_id)


def open_reading(sign_in: SignIn, now: dt.datetime) -> int:
    """A proof was given: reading is open from now on. Gives the how manieth opening it is.

    The session counts as begun anew, by the hour: the moment would join it to what was read.

    Its token stays. Another one would be lost with this answer, on the lines that this is for, and
    whoever did everything right would be shut out for good; so would be one of two who tap at once.
    What another token is to end, ends all the same: the cookie says of which opening it is, and a
    copy that was made before reads nothing (is_unlocked). Whoever missed this answer is asked for
    the digits once more.
    """
    sign_in.openings += 1
    sign_in.is_open, sign_in.wrong_pins = True, 0
    sign_in.ends_at = hour_of(now) + life(sign_in.assurance)
    return sign_in.openings


def lock(sign_in: SignIn) -> None:
    """Close reading now, whatever the browser says of its use; staff's ends with their session."""
    sign_in.is_open = False


def signing_key(sign_in: SignIn) -> Credential | None:
    """The phone's own key, which has to sign a try where the phone has one."""
    device = sign_in.device
    return device if device is not None and device.revoked_at is None else None


def _has_answers(session: Session, person: Person, now: dt.datetime) -> bool:
    mine = threads_of(session, person).with_only_columns(Reporter.thread_id)
    answered = sa.exists().where(InboxEntry.thread_id.in_(mine), InboxEntry.arrived_at <= now)
    return bool(session.scalar(sa.select(answered)))

"""How sure a session is of its person, and how long it lasts for that."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

PHONE_DAYS = 400
STAFF_HOURS = 12
STAFF_IDLE_MINUTES = 30
STAFF_SESSIONS = 3


class Assurance(StrEnum):
    """How sure a session is of the person."""

    DEVICE = "device"
    """This phone was let in by an invitation."""
    INVITED = "invited"
    """By an invitation a moment ago: not enough, but one makes a proof of one's own in it."""
    PASSWORD = "password"
    """Not enough by itself."""
    TOTP = "totp"
    """Password and app."""
    PASSKEY = "passkey"


PROOFS = frozenset({Assurance.TOTP, Assurance.PASSKEY})
_FIRST_STEPS = frozenset({Assurance.INVITED, Assurance.PASSWORD})


def life(assurance: Assurance) -> dt.timedelta:
    """How long a session lasts, however busy; one that waits for its second proof, not long."""
    if assurance is Assurance.DEVICE:
        return dt.timedelta(days=PHONE_DAYS)
    if assurance in _FIRST_STEPS:
        return dt.timedelta(minutes=STAFF_IDLE_MINUTES)
    return dt.timedelta(hours=STAFF_HOURS)


def is_idle(assurance: Assurance, since: dt.timedelta) -> bool:
    """Whether a session ends for not being used so long; a phone's never does."""
    return assurance is not Assurance.DEVICE and since >= dt.timedelta(minutes=STAFF_IDLE_MINUTES)

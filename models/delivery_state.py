"""What a delivery says, how it travels and how far it came, as words."""

from __future__ import annotations

from enum import StrEnum


class DeliveryKind(StrEnum):
    """What there is to say; the words are `push.<kind>.title` and `push.<kind>.body`."""

    REPLY = "reply"
    NEW_NOTE = "new_note"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    MOVED_ON = "moved_on"
    DATE_PASSED = "date_passed"
    DATE_PASSED_BESIDE = "date_passed_beside"
    ASSIGNED = "assigned"
    CONFIRM = "confirm"
    AUDIT_ALARM = "audit_alarm"
    REVEAL = "reveal"
    SUMMARY = "summary"
    TEST = "test"
    REVOKED = "revoked"


class DeliveryState(StrEnum):
    """How far a delivery came."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    SHOWN = "shown"
    OPENED = "opened"
    UNDELIVERABLE = "undeliverable"
    UNWANTED = "unwanted"
    """Its reader asked not to be told: it waits in the thread, and is nobody's task."""
    KEPT = "kept"
    """Kept back from somebody off duty, or who hears twice a day, until a summary's time."""
    GATHERED = "gathered"
    """A summary tells of it; or it was over by then."""


class Channel(StrEnum):
    """How it travels."""

    PUSH = "push"
    MAIL = "mail"


class Sighting(StrEnum):
    """What a phone reports of a push."""

    SHOWN = "shown"
    OPENED = "opened"


TRYING = (DeliveryState.QUEUED, DeliveryState.ACCEPTED)

"""Deliveries and their recipients, as claimed jobs without a database and as rows in one."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any

from sqlalchemy.orm import Session

from models.delivery import DeliveryKind, DeliveryState
from models.desk import Desk, DeskKind
from models.dispatch import LEASE, Job
from models.endpoint import PushAddress, PushHosts
from models.keys import KeyRing
from models.person import Person, Role
from models.recipient import Target
from models.reporter import Reporter
from models.subscription import Subscription
from models.thread import Thread
from tests.support.push_peer import Phone

LOOPBACK = PushHosts(["loopback"])
NOW = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)


def a_job(**columns: Any) -> Job:
    """A delivery that was just claimed at NOW, with the columns a test cares for."""
    defaults: dict[str, Any] = {
        "id": uuid.uuid4(),
        "address": secrets.token_urlsafe(16),
        "kind": DeliveryKind.REPLY,
        "person_id": None,
        "thread_id": uuid.uuid4(),
        "subscription_id": None,
        "high": False,
        "state": DeliveryState.QUEUED,
        "channel": None,
        "expires_at": None,
        "lease_token": "lease",
        "next_at": NOW + LEASE,
        "attempts": 0,
        "sent_to": [],
        "accepted_at": None,
        "failure": None,
    }
    return Job(**(defaults | columns))


def a_target(phone: Phone, keys: KeyRing, *, key_id: str | None = None) -> Target:
    """A phone as it comes out of the subscriptions."""
    return Target(
        id=uuid.uuid4(),
        address=PushAddress(phone.endpoint, phone.p256dh, phone.auth),
        key_id=key_id or keys.vapid_key_id,
        is_discreet=False,
        code=secrets.token_urlsafe(9),
    )


def a_person(session: Session, *, email: str | None = None, language: str = "ja") -> Person:
    """Somebody with an account."""
    role = Role.STAFF if email else Role.RESIDENT
    person = Person.enrol(session, role=role, name="佐藤", now=NOW, email=email, language=language)
    session.flush()
    return person


def a_thread(
    session: Session, by: Person | None = None, *, language: str = "ja", desk: Desk | None = None
) -> Thread:
    """A thread with its reporter, and nothing in it."""
    desk = desk or Desk.core(session) or Desk(kind=DeskKind.CORE, name="中核", made_at=NOW)
    session.add(desk)
    session.flush()
    thread = Thread.open(session, door_desk=desk, sealed=False, language=language, now=NOW)
    session.add(thread)
    session.flush()
    keys = thread.keys
    session.add(Reporter.of(keys, thread.id, by, telephone=None, shows_name=False, may_call=False))
    session.flush()
    return thread


def subscribe(
    session: Session,
    phone: Phone,
    *,
    person: Person | None = None,
    thread: Thread | None = None,
    now: dt.datetime = NOW,
) -> Subscription:
    """The phone turned push on."""
    return Subscription.put(
        session,
        LOOPBACK,
        phone.endpoint,
        phone.p256dh,
        phone.auth,
        now=now,
        person_id=None if person is None else person.id,
        thread_id=None if thread is None else thread.id,
    )

"""Claimed deliveries and recipients as the worker meets them, without a database."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any

from models.delivery import DeliveryKind, DeliveryState
from models.dispatch import LEASE, Job
from models.endpoint import PushAddress
from models.keys import KeyRing
from models.recipient import Target
from tests.support.push_peer import Phone

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

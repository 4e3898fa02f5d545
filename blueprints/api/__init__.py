"""The JSON door: /api/v1, documented at /api/v1/openapi.json, and the two health pages."""

from __future__ import annotations

from flask import Blueprint

from blueprints.gate import csrf

bp = Blueprint("api", __name__)
# Sending a note needs no token that can go stale; views that read a session ask for the header.
csrf.exempt(bp)

from blueprints.api import (  # noqa: E402
    answers,
    contacts,
    deliveries,
    desks,
    devices,
    health,
    observations,
    openapi,
    receipts,
    replies,
    subscriptions,
)

__all__ = [
    "answers",
    "bp",
    "contacts",
    "deliveries",
    "desks",
    "devices",
    "health",
    "observations",
    "openapi",
    "receipts",
    "replies",
    "subscriptions",
]

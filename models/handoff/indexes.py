"""By what the handoffs of a desk are found, at any size."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def _where(condition: str, on_postgres: str = "") -> dict[str, Any]:
    """An index of those rows alone for which the condition holds."""
    return {
        "sqlite_where": sa.text(condition),
        "postgresql_where": sa.text(on_postgres or condition),
    }


URGENT_FIRST = ("rank", "is_marked")
"""How a list begins, and the indexes that it walks along."""
_DATED = _where("next_on IS NOT NULL")
_STILL = (
    "is_warned = 1 AND watch_at IS NULL AND next_on IS NOT NULL",
    "is_warned AND watch_at IS NULL AND next_on IS NOT NULL",
)
_ENDED = _where("is_open = 0", "NOT is_open")
_OWN_ROW = _where("storm_id IS NULL")
_STANDS = _where("storm_id IS NULL AND place_token IS NOT NULL")
_CLAIMED = _where("claimed_by_id IS NOT NULL")
_CLAIMED_DATED = _where("claimed_by_id IS NOT NULL AND next_on IS NOT NULL")
_NOBODYS = _where("claimed_by_id IS NULL AND acknowledged_at IS NULL AND storm_id IS NULL")
_NOBODYS_DATED = _where("claimed_by_id IS NULL AND next_on IS NOT NULL")


INDEXES: tuple[sa.schema.SchemaItem, ...] = (
    sa.UniqueConstraint("thread_id", "step"),
    # What `paging` walks along, each in the order of a list; those with the area for the
    # lists that are narrowed to it.
    sa.Index(None, "desk_id", "state", *URGENT_FIRST, "due_at", "id", **_OWN_ROW),
    sa.Index(
        "ix_handoff_area_sent",
        *("desk_id", "area_id", "state", *URGENT_FIRST, "due_at", "id"),
        **_OWN_ROW,
    ),
    sa.Index("ix_handoff_moving", "desk_id", "is_open", "next_on", "id", **_DATED),
    sa.Index(
        "ix_handoff_urgent_moving",
        *("desk_id", "is_open", *URGENT_FIRST, "next_on", "id"),
        **_DATED,
    ),
    sa.Index(
        "ix_handoff_area_moving",
        *("desk_id", "area_id", "is_open", *URGENT_FIRST, "next_on", "id"),
        **_DATED,
    ),
    sa.Index(None, "desk_id", "is_open", "last_at", "id"),
    sa.Index("ix_handoff_urgent_ended", "desk_id", "rank", "last_at", "id", **_ENDED),
    sa.Index("ix_handoff_area_ended", "desk_id", "area_id", "rank", "last_at", "id", **_ENDED),
    # The same for the lists that are narrowed to a state; what is sent stands in none of these.
    sa.Index(
        "ix_handoff_state_moving",
        *("desk_id", "state", *URGENT_FIRST, "next_on", "id"),
        **_DATED,
    ),
    sa.Index(
        "ix_handoff_area_state_moving",
        *("desk_id", "area_id", "state", *URGENT_FIRST, "next_on", "id"),
        **_DATED,
    ),
    sa.Index("ix_handoff_state_ended", "desk_id", "state", "rank", "last_at", "id", **_ENDED),
    sa.Index(
        "ix_handoff_area_state_ended",
        *("desk_id", "area_id", "state", "rank", "last_at", "id"),
        **_ENDED,
    ),
    sa.Index("ix_handoff_answered", "desk_id", "answered_at", **_where("answered_at IS NOT NULL")),
    # By who has it; what ended is nobody's any more, so that these stay short.
    sa.Index(
        "ix_handoff_claimed_sent",
        *("desk_id", "claimed_by_id", "state", *URGENT_FIRST, "due_at", "id"),
        **_CLAIMED,
    ),
    sa.Index(
        "ix_handoff_claimed_moving",
        *("desk_id", "claimed_by_id", "is_open", *URGENT_FIRST, "next_on", "id"),
        **_CLAIMED_DATED,
    ),
    sa.Index(
        *("ix_handoff_nobodys_sent", "desk_id", "state", *URGENT_FIRST, "due_at", "id"),
        **_NOBODYS,
    ),
    sa.Index(
        *("ix_handoff_nobodys_moving", "desk_id", "is_open", *URGENT_FIRST, "next_on", "id"),
        **_NOBODYS_DATED,
    ),
    sa.Index("ix_handoff_claim_at", "desk_id", "claim_at", **_where("claim_at IS NOT NULL")),
    # What stands still, few among many, for the desk that is told of it.
    sa.Index("ix_handoff_still", "next_on", "desk_id", **_where(*_STILL)),
    sa.Index("ix_handoff_watched", "watch_at", "id", **_where("watch_at IS NOT NULL")),
    # What waits about one place, and what is folded under one of it.
    sa.Index("ix_handoff_place", "place_token", "desk_id", "state", "sent_at", "id", **_STANDS),
    # Of what went on: a note that is forgotten is asked for in it.
    sa.Index("ix_handoff_from", "from_id", **_where("from_id IS NOT NULL")),
    sa.Index("ix_handoff_storm", "storm_id", "sent_at", "id", **_where("storm_id IS NOT NULL")),
)

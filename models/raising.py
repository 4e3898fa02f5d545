"""Why a worry is raised: two reporters or three signs at one place within fourteen days."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, sign
from models.base import UtcDateTime, run
from models.clue import Clue
from models.handoff import Handoff, Outcome
from models.observation import Observation
from models.reporter import Reporter
from models.urgency import Urgency

SIGNS = 3
WITHIN = dt.timedelta(days=14)
_GOOD_NEWS = "plus"

_notes, _clues, _reporters, _handoffs = (
    kind.metadata.tables[kind.__tablename__] for kind in (Observation, Clue, Reporter, Handoff)
)
# Who has left may be the same person.
_is_unknown = sa.and_(_reporters.c.token.is_(None), _reporters.c.sealed_identity.is_not(None))
_is_other = sa.or_(_is_unknown, _reporters.c.token != sa.bindparam("own"))
_is_taken_back = sa.exists().where(
    _handoffs.c.thread_id == _notes.c.thread_id, _handoffs.c.outcome == Outcome.TAKEN_BACK
)
_AT_PLACE = (
    sa.select(
        sa.func.coalesce(sa.func.sum(_clues.c.signs), 0).label("signs"),
        sa.func.coalesce(sa.func.max(sa.case((_is_other, 1), else_=0)), 0).label("others"),
    )
    .join(_notes, _notes.c.id == _clues.c.observation_id)
    .join(_reporters, _reporters.c.thread_id == _notes.c.thread_id)
    .where(
        _clues.c.token == sa.bindparam("place"),
        _clues.c.noted_at >= sa.bindparam("since"),
        sa.or_(
            sa.bindparam("until", type_=UtcDateTime()).is_(None),
            _clues.c.noted_at <= sa.bindparam("until", type_=UtcDateTime()),
        ),
        # The same note in other words is no second voice.
        sa.func.coalesce(_notes.c.client_id, _notes.c.conflicts_with) != sa.bindparam("note"),
        ~_is_taken_back,
        # Who reads the one and may not see the other would read of it in the reason.
        ~conflict.is_apart(_notes.c.thread_id, sa.bindparam("denied", expanding=True)),
    )
)


def why(
    session: Session,
    urgency: Urgency,
    signs: tuple[str, ...],
    *,
    place: bytes | None,
    note_id: uuid.UUID,
    reporter: bytes | None,
    denied: Collection[uuid.UUID] = (),
    now: dt.datetime,
    until: dt.datetime | None = None,
) -> list[str]:
    """The reasons that raise a new note: catalogue codes, none for good news.

    `place`: the blind token of its place, by which the notes of others are found; sealed
    notes have tokens of their own and raise no other, nor does what was taken back.
    `reporter`: the writer's blind token; `denied`: who may not see the new note; `until`: nothing
    counts that came after it.
    """
    worries = count(signs)
    if urgency.is_hurried or (signs and not worries):
        return []
    others = 0
    if place is not None:
        params = {
            "place": place,
            "since": now - WITHIN,
            "note": note_id,
            "own": reporter or b"",
            "denied": list(denied),
            "until": until,
        }
        found = run(session, _AT_PLACE, params).one()
        worries, others = worries + int(found.signs), int(found.others)
    return reasons(worries, others)


def reasons(worries: int, others: int, of: str = "") -> list[str]:
    """The codes for so many worrying signs and so many other voices; `of`: their beginning."""
    found = {"three_signs": worries >= SIGNS, "two_reporters": bool(others)}
    return [of + code for code, holds in found.items() if holds]


def count(signs: tuple[str, ...]) -> int:
    """How many signs of a note worry; good news does not."""
    return sum(sign.SIGNS[code].group != _GOOD_NEWS for code in signs if code in sign.SIGNS)

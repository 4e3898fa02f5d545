"""Notes of the whole town by a whole name or place: by their blind indexes, never a sealed one.

Nor one that was taken back.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict
from models.clue import Clue
from models.handoff import Handoff
from models.observation import Observation
from models.reveal.opening import TAKEN_BACK
from models.search import Question
from models.search.indexed import tokens
from models.thread import Thread

MOST = 20


class Found(NamedTuple):
    """The threads of the newest notes."""

    threads: list[uuid.UUID]
    kept_back: list[uuid.UUID]
    """Those that a conflict keeps from whoever asks: for the audit alone."""


def find(session: Session, typed: str, person_id: uuid.UUID) -> Found:
    """What a person finds, and what they are kept from."""
    denied = conflict.denied_threads(person_id)
    found = _of(session, typed)
    theirs, kept = found.where(Thread.id.not_in(denied)), found.where(Thread.id.in_(denied))
    return Found(*(list(session.scalars(one.limit(MOST))) for one in (theirs, kept)))


def _of(session: Session, typed: str) -> sa.Select[uuid.UUID]:
    occurring = sa.select(Handoff.area_id).where(
        Handoff.is_sealed.is_(False), Handoff.area_id.is_not(None)
    )
    areas = [one for one in session.scalars(occurring.distinct()) if one is not None]
    return (
        sa.select(Observation.thread_id)
        .join(Clue, Clue.observation_id == Observation.id)
        .join(Thread, Thread.id == Observation.thread_id)
        .where(
            Clue.token.in_(tokens(session, Question.of(typed, {}), areas, sealed=False)),
            Thread.is_sealed.is_(False),
            Thread.id.not_in(TAKEN_BACK),
        )
        .group_by(Observation.thread_id)
        .order_by(sa.func.max(Clue.noted_at).desc(), Observation.thread_id)
    )

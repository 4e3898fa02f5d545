"""Notes of the whole town by a whole name or place: by their blind indexes, never a sealed one."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict
from models.clue import Clue
from models.handoff import Handoff
from models.observation import Observation
from models.search import Question
from models.search.indexed import tokens
from models.thread import Thread

MOST = 20


def find(session: Session, typed: str, person_id: uuid.UUID) -> list[uuid.UUID]:
    """The threads of the newest notes, none that the person is in conflict about."""
    question = Question.of(typed, {})
    occurring = sa.select(Handoff.area_id).where(
        Handoff.is_sealed.is_(False), Handoff.area_id.is_not(None)
    )
    areas = [one for one in session.scalars(occurring.distinct()) if one is not None]
    newest = sa.func.max(Clue.noted_at)
    found = (
        sa.select(Observation.thread_id)
        .join(Clue, Clue.observation_id == Observation.id)
        .join(Thread, Thread.id == Observation.thread_id)
        .where(
            Clue.token.in_(tokens(session, question, areas, sealed=False)),
            Thread.is_sealed.is_(False),
            Thread.id.not_in(conflict.denied_threads(person_id)),
        )
        .group_by(Observation.thread_id)
        .order_by(newest.desc(), Observation.thread_id)
    )
    return list(session.scalars(found.limit(MOST)))

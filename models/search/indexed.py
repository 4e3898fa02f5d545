"""What is found at any size: notes by their code, by a whole name or a whole place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import place
from models.base import keys_of, run
from models.clue import Clue, token
from models.desk import Desk
from models.handoff import Handoff
from models.observation import Observation
from models.queue import IS_HERE, Handoffs, is_among
from models.receipt import Receipt
from models.search.matching import Match
from models.search.question import Question, Reason
from models.search.seen import COLUMNS, Seen

_AT_ONCE = 32
"""Tokens of one statement: a name has one for each area of a desk."""
_MOST = sa.bindparam("most", type_=sa.Integer())
_CODE = sa.bindparam("code", type_=sa.LargeBinary())


def by_code(session: Session, handoffs: Handoffs, desk: Desk, code_hash: bytes) -> list[Seen]:
    """The handoffs of a receipt code: one thread, which may have come to a desk more than once."""
    found = run(session, _of_code(handoffs), {"desk": desk.id, "code": code_hash})
    return [Seen._make(row) for row in found]


def tokens(
    session: Session, question: Question, areas: Iterable[int], *, sealed: bool
) -> list[bytes]:
    """The blind tokens that a note has whose whole name or place is the question.

    `areas`: those that notes at the desk have; `sealed`: whether whoever asks reads sealed ones.
    """
    keys, areas = keys_of(session), list(areas)
    names = [(area_id, question.whole.name) for area_id in (None, *areas)]
    houses = place.houses(session, areas, question.typed)
    return [
        token(keys, field, area_id, folded, sealed=is_sealed)
        for is_sealed in ((False, True) if sealed else (False,))
        for field, found in (("name", names), ("place", houses))
        for area_id, folded in found
    ]


def by_tokens(
    session: Session, handoffs: Handoffs, desk: Desk, wanted: list[bytes], *, most: int
) -> Iterator[Match]:
    """The newest notes of each token, at most `most` of each."""
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        # One statement for any number of them.
        some += [b""] * (_AT_ONCE - len(some))
        asked: dict[str, Any] = {f"token{n}": one for n, one in enumerate(some)}
        for row in run(session, _of_tokens(handoffs), {**asked, "desk": desk.id, "most": most}):
            yield Seen._make(row[1:]), frozenset({Reason(row[0])})


@lru_cache(maxsize=64)
def _of_code(handoffs: Handoffs) -> sa.Select[Any]:
    thread = sa.select(Receipt.thread_id).where(Receipt.code_hash == _CODE).scalar_subquery()
    return handoffs.with_only_columns(*COLUMNS).where(IS_HERE, Handoff.thread_id == thread)


@lru_cache(maxsize=64)
def _of_tokens(handoffs: Handoffs) -> sa.CompoundSelect[Any]:
    """Each along the index of its token; all of them together would be sorted whole."""
    found = aliased(Handoff)
    parts = (
        sa.select(Clue.field, *(getattr(found, name) for name in Seen._fields))
        .join(Observation, Observation.id == Clue.observation_id)
        .join(found, found.thread_id == Observation.thread_id)
        .where(Clue.token == sa.bindparam(f"token{n}", type_=sa.LargeBinary()))
        .where(is_among(handoffs.where(IS_HERE), found))
        .order_by(Clue.noted_at.desc())
        .limit(_MOST)
        .subquery()
        for n in range(_AT_ONCE)
    )
    return sa.union_all(*(sa.select(part) for part in parts))

"""Blind indexes of a note's place and name: equality can be asked, nothing can be read."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import normalise, place
from models.base import Base, keys_of
from models.draft import Draft
from models.keys import KeyRing
from models.observation import Observation


class Clue(Base):
    """One token of one note; sealed notes are indexed under a key of their own."""

    __tablename__ = "clue"
    __table_args__ = (sa.Index(None, "token", "noted_at"),)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    observation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("observation.id", ondelete="CASCADE"), index=True
    )
    field: Mapped[str] = mapped_column(sa.String(16))
    token: Mapped[bytes]
    noted_at: Mapped[dt.datetime]
    signs: Mapped[int] = mapped_column(default=0)
    """How many worrying signs the note has, on its place alone: places are counted by it."""

    observation: Mapped[Observation] = relationship()


def clues_of(
    session: Session, draft: Draft, area_id: int | None, *, sealed: bool
) -> dict[str, bytes]:
    """The `tokens` of a note, its house looked up."""
    house = place.house(session, area_id, draft.place_detail)
    return tokens(keys_of(session), draft, area_id, sealed=sealed, house=house)


def tokens(
    keys: KeyRing,
    draft: Draft,
    area_id: int | None,
    *,
    sealed: bool,
    house: tuple[int, str] | None,
) -> dict[str, bytes]:
    """The blind tokens of a note by field: `place` within its town, and `name` within its area.

    `house`: as `place.house` finds it; without a town there is no place.
    """
    called = draft.called and normalise.name(draft.called)
    texts = {"place": house, "name": (area_id, called) if called else None}
    return {
        field: token(keys, field, *found, sealed=sealed) for field, found in texts.items() if found
    }


def token(keys: KeyRing, field: str, area_id: int | None, folded: str, *, sealed: bool) -> bytes:
    """The blind token of one folded text of an area: of a `place` its town, of a `name` the area
    of its note."""
    return keys.index(field, f"{area_id}|{folded}", sealed=sealed)


def rows_of(
    clues: dict[str, bytes], observation_id: uuid.UUID, signs: int, now: dt.datetime
) -> list[dict[str, object]]:
    """The rows to store for a note's tokens."""
    return [
        {
            "observation_id": observation_id,
            "field": field,
            "token": token,
            "noted_at": now,
            "signs": signs if field == "place" else 0,
        }
        for field, token in clues.items()
    ]

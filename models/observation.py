"""A note of a worry as it was written: never edited, only added to."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, keys_of, words_of
from models.draft import Draft
from models.taking import CameBy

if TYPE_CHECKING:
    from models.area import Area
    from models.data_key import DataKey
    from models.thread import Thread

_PLACE = "observation.body"
# What is kept in the encrypted body; ids and codes of who wrote stand elsewhere.
_BODY = (
    "place",
    "place_detail",
    "called",
    "relation",
    "about",
    "signs",
    "words",
    "person_knows",
    "wish",
    "not_to",
    "called_first",
)


class Observation(Base):
    """One note. `client_id` is the phone's UUID; the second content under one goes without."""

    __tablename__ = "observation"
    __table_args__ = (sa.UniqueConstraint("conflicts_with", "content_code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    client_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    conflicts_with: Mapped[uuid.UUID | None]
    content_code: Mapped[bytes]
    """The content's hash under the key file's index key: a plain hash would let whoever holds
    a copy of the database confirm a short note by guessing it."""
    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), unique=True
    )
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"), index=True)
    received_at: Mapped[dt.datetime]
    noted_at: Mapped[dt.datetime | None]
    """When it was written; of what staff took down, when they were told."""
    came_by: Mapped[CameBy] = mapped_column(words_of(CameBy), default=CameBy.APP)
    acceptance: Mapped[dict[str, Any]]
    """What the phone was answered, as first given, but for the hash it sent itself."""
    sealed_body: Mapped[bytes | None]
    raw: Mapped[bytes | None]
    """An envelope that could not be opened, or understood, kept as it came."""

    thread: Mapped[Thread] = relationship(back_populates="observation")
    area: Mapped[Area | None] = relationship()

    @cached_property
    def body(self) -> dict[str, Any]:
        """What was written: the fields of a Draft that are the note itself.

        Empty for an envelope that could not be opened; raises Unreadable once forgotten.
        """
        if self.sealed_body is None:
            return {}
        return opened(self.thread.key, self.id, self.sealed_body)

    def write(self, draft: Draft, key: DataKey, follows: Mapping[str, str]) -> None:
        """Seal the note's words under its thread's key, with what it follows if it does."""
        body = {name: value for name in _BODY if (value := getattr(draft, name))} | dict(follows)
        plain = json.dumps(body, ensure_ascii=False)
        self.sealed_body = key.seal(_PLACE, self.id, plain)


def opened(key: DataKey, note_id: uuid.UUID, sealed_body: bytes) -> dict[str, Any]:
    """The body of a note under its thread's key; raises Unreadable."""
    body: dict[str, Any] = json.loads(key.unseal(_PLACE, note_id, sealed_body))
    return body


def named(note_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The condition of the note that a phone knows by this id.

    The second content under one id has its own.
    """
    own = sa.and_(Observation.client_id.is_(None), Observation.id == note_id)
    return sa.or_(Observation.client_id == note_id, own)


def content_code(session: Session, content_hash: str) -> bytes:
    """What is stored of a content's hash."""
    return keys_of(session).index("content", content_hash, size=32)

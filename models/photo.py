"""写真: what stands beside a note, and the parts in which a phone sends it."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, words_of
from models.errors import Unreadable

if TYPE_CHECKING:
    from models.thread import Thread

PHOTOS_PER_NOTE = 3
_JPEG = "photo.jpeg"
_DATA = "photo_part.data"


class PhotoState(StrEnum):
    """How far a picture came."""

    DEVELOPING = "developing"
    WHOLE = "whole"
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    """The rest of it never came."""


class Photo(Base):
    """One picture of a note: never the bytes that a phone sent, only what was drawn from them."""

    __tablename__ = "photo"
    __table_args__ = (sa.UniqueConstraint("thread_id", "client_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"))
    client_id: Mapped[uuid.UUID]
    """The phone's UUID of the picture."""
    state: Mapped[PhotoState] = mapped_column(words_of(PhotoState))
    tries: Mapped[int] = mapped_column(default=0)
    """Counted before each try, so that a picture that kills its reader is not read for ever."""
    made_at: Mapped[dt.datetime]
    """When the first part of it arrived."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    sealed_jpeg: Mapped[bytes | None]

    thread: Mapped[Thread] = relationship()

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will be drawn."""
        return self.state is not PhotoState.DEVELOPING

    @property
    def jpeg(self) -> bytes:
        """The picture, decrypted; raises Unreadable where there is none."""
        if self.sealed_jpeg is None:
            raise Unreadable
        return self.thread.key.unseal_bytes(_JPEG, self.id, self.sealed_jpeg)

    def keep(self, jpeg: bytes, size: tuple[int, int]) -> None:
        """Keep what was drawn; `size` is width and height in pixels."""
        self.sealed_jpeg = self.thread.key.seal_bytes(_JPEG, self.id, jpeg)
        self.width, self.height = size
        self.state = PhotoState.WHOLE


class PhotoPart(Base):
    """A slice of a picture on its way; gone as soon as the picture is drawn, or cannot be.

    Without a thread it came before its note, or names somebody else's; then it waits, unread.
    """

    __tablename__ = "photo_part"
    __table_args__ = (sa.Index(None, "thread_id", "photo_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """The phone's UUID of this very item."""
    thread_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE")
    )
    note_id: Mapped[uuid.UUID] = mapped_column(index=True)
    photo_id: Mapped[uuid.UUID]
    part: Mapped[int]
    parts: Mapped[int]
    by_token: Mapped[bytes | None]
    """Blind, as the reporter's: whose notes it may belong to. None: no account."""
    received_at: Mapped[dt.datetime]
    sealed_data: Mapped[bytes]

    thread: Mapped[Thread | None] = relationship()

    @property
    def data(self) -> bytes:
        """The slice, decrypted; raises Unreadable."""
        if self.thread is None:
            plain = self.keys.unseal("column", _DATA, self.id, self.sealed_data)
        else:
            plain = self.thread.key.unseal(_DATA, self.id, self.sealed_data)
        return base64.b64decode(plain)

    @property
    def data_if_any(self) -> bytes:
        """The slice, decrypted; nothing where it does not open."""
        try:
            return self.data
        except Unreadable:
            return b""

    def give_to(self, session: Session, thread: Thread) -> None:
        """Another thread has it; what does not open stays as it is, and keeps nobody waiting."""
        try:
            self.write(session, self.data, thread)
        except Unreadable:
            self.thread_id = thread.id

    def write(self, session: Session, data: bytes, thread: Thread | None) -> None:
        """Seal the slice: under its thread's key, so that it is forgotten together with it."""
        plain = base64.b64encode(data).decode()
        self.thread = thread
        self.thread_id = None if thread is None else thread.id
        if thread is None:
            keys = session.info["keys"]
            self.sealed_data = keys.seal("column", _DATA, self.id, plain)
        else:
            self.sealed_data = thread.key.seal(_DATA, self.id, plain)


def photos_of(session: Session, thread_id: uuid.UUID) -> list[Photo]:
    """A thread's pictures in the order in which they came."""
    found = sa.select(Photo).where(Photo.thread_id == thread_id)
    return list(session.scalars(found.order_by(Photo.made_at, Photo.id)))


def on_the_way(session: Session, thread_id: uuid.UUID) -> set[uuid.UUID]:
    """The phone's ids of pictures of which parts are here and not yet drawn."""
    found = sa.select(PhotoPart.photo_id).where(PhotoPart.thread_id == thread_id).distinct()
    return set(session.scalars(found))

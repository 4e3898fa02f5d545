"""The rows of the audit: a line for each act and each view, and the end of each chain."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.keys import KeyRing

TOWN_CHAIN = "town"
KEY_CHAIN = "key_chain"
"""The act of the line with which a chain from before 0.6.0 comes under the key."""
_ID_BYTES = 16


class AuditLine(Base):
    """One act or one page: ids only, never a name, a text or a token."""

    __tablename__ = "audit_line"
    __table_args__ = (
        sa.UniqueConstraint("chain", "position"),
        sa.Index(None, "object_id"),
        sa.Index(None, "act", "id"),
    )

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor_id: Mapped[uuid.UUID | None]
    """The person; None is the system or somebody without an account."""
    act: Mapped[str] = mapped_column(sa.String(40))
    object_kind: Mapped[str] = mapped_column(sa.String(24))
    object_id: Mapped[str] = mapped_column(sa.String(36))
    chain: Mapped[str] = mapped_column(sa.String(36))
    """The desk's id, or "town": a chain of its own, so that desks do not wait for each other."""
    to_id: Mapped[uuid.UUID | None]
    """The person to whom it was done, where there is one."""
    shown: Mapped[bytes | None]
    """What else one page showed, as ids of 16 bytes each: of notes their threads, else people.

    Of a search all that it met, what a conflict of interest kept back with it.
    """
    position: Mapped[int]
    previous: Mapped[bytes]
    digest: Mapped[bytes]

    @property
    def shown_ids(self) -> list[uuid.UUID]:
        """What the page showed beside its object."""
        raw = self.shown or b""
        return [uuid.UUID(bytes=raw[n : n + _ID_BYTES]) for n in range(0, len(raw), _ID_BYTES)]

    def content(self) -> bytes:
        """The bytes that the key signs, every field in its place."""
        fields = (
            2,
            self.at.astimezone(dt.UTC).isoformat(),
            self.actor_id,
            self.act,
            self.object_kind,
            self.object_id,
            self.chain,
            self.position,
            self.to_id,
            (self.shown or b"").hex(),
        )
        return "\x1f".join(str(field) for field in fields).encode() + self.previous

    def unkeyed_content(self) -> bytes:
        """The bytes whose plain SHA-256 is the digest of a line from before 0.6.0."""
        fields = (
            self.at.isoformat(),
            self.actor_id,
            self.act,
            self.object_kind,
            self.object_id,
            self.chain,
            self.position,
            *([] if self.to_id is None else [self.to_id]),
        )
        return "\x1f".join(str(field) for field in fields).encode() + self.previous


class AuditHead(Base):
    """The end of each chain; the row is locked while a line is added."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    position: Mapped[int]
    digest: Mapped[bytes]
    code: Mapped[bytes | None]
    """Signs the end: only one that was the end once can stand here without the key file. None:
    nothing was added since 0.5.0."""


class AuditCheckpoint(Base):
    """Where a chain begins, since retention deleted what was older; signed."""

    __tablename__ = "audit_checkpoint"

    chain: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    position: Mapped[int]
    digest: Mapped[bytes]
    at: Mapped[dt.datetime]
    code: Mapped[bytes]


def packed(ids: list[uuid.UUID]) -> bytes | None:
    """Ids as the column `shown` holds them."""
    return b"".join(one.bytes for one in ids) or None


def end_code(keys: KeyRing, what: str, chain: str, position: int, digest: bytes) -> bytes:
    """What signs an end (`head`) or a beginning (`checkpoint`) of a chain."""
    return keys.audit_code(f"{what}\x1f{chain}\x1f{position}\x1f".encode() + digest)

"""Who did what, in the transaction of the act; append-only, chained per desk."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, run, save

TOWN_CHAIN = "town"


class AuditLine(Base):
    """One act: ids only, never a name, a text or a token."""

    __tablename__ = "audit_line"
    __table_args__ = (
        sa.UniqueConstraint("chain", "position"),
        sa.Index(None, "object_id"),
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
    position: Mapped[int]
    previous: Mapped[bytes]
    digest: Mapped[bytes]

    def content(self) -> bytes:
        """The bytes that the digest covers, in a fixed order."""
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


_HEADS = Base.metadata.tables["audit_head"]
_THIS = _HEADS.c.chain == sa.bindparam("of")
_LOCK_HEAD = sa.select(_HEADS.c.position, _HEADS.c.digest).where(_THIS).with_for_update()
_MOVE_HEAD = (
    sa.update(_HEADS)
    .where(_THIS)
    .values(position=sa.bindparam("position"), digest=sa.bindparam("digest"))
)


def record(
    session: Session,
    act: str,
    of: Base,
    *,
    now: dt.datetime,
    by: uuid.UUID | None = None,
    desk_id: uuid.UUID | None = None,
    to: uuid.UUID | None = None,
) -> None:
    """Add an audit line for an act on a row, `to` a person, in the caller's transaction."""
    chain = TOWN_CHAIN if desk_id is None else str(desk_id)
    position, previous = _head(session, chain)
    line = AuditLine(
        at=now,
        actor_id=by,
        act=act,
        object_kind=of.__tablename__,
        object_id=_key(of),
        chain=chain,
        position=position + 1,
        previous=previous,
        to_id=to,
    )
    line.digest = hashlib.sha256(line.content()).digest()
    save(session, line)
    run(session, _MOVE_HEAD, {"of": chain, "position": line.position, "digest": line.digest})


def lines_about(rows: Iterable[Base]) -> sa.Select[AuditLine]:
    """Select what was done to some rows of one kind, in the order in which it was done."""
    keys = {(row.__tablename__, _key(row)) for row in rows}
    return (
        sa.select(AuditLine)
        .where(
            AuditLine.object_kind.in_({kind for kind, _ in keys}),
            AuditLine.object_id.in_({key for _, key in keys}),
        )
        .order_by(AuditLine.at, AuditLine.id)
    )


def _key(row: Base) -> str:
    return str(sa.inspect(row).mapper.primary_key_from_instance(row)[0])


def _head(session: Session, chain: str) -> tuple[int, bytes]:
    """Position and digest of the chain's end, locked; made where two beginners may meet."""
    head = run(session, _LOCK_HEAD, {"of": chain}).one_or_none()
    if head is not None:
        return head.position, head.digest
    # What waits to be written is another's clash: it must not be taken for this one.
    session.flush()
    try:
        with session.begin_nested():
            save(session, AuditHead(chain=chain, position=0, digest=b""))
    except sa.exc.IntegrityError:
        pass
    head = run(session, _LOCK_HEAD, {"of": chain}).one()
    return head.position, head.digest


def broken_chains(session: Session) -> list[str]:
    """The chains in which a line was edited, removed, inserted, swapped or cut off."""
    broken = []
    for head in session.scalars(sa.select(AuditHead).order_by(AuditHead.chain)):
        lines = session.scalars(
            sa.select(AuditLine).where(AuditLine.chain == head.chain).order_by(AuditLine.position)
        )
        if not _holds(head, lines):
            broken.append(head.chain)
    return broken


def _holds(head: AuditHead, lines: sa.ScalarResult[AuditLine]) -> bool:
    digest, position = b"", 0
    for line in lines:
        position += 1
        whole = line.position == position and line.previous == digest
        if not whole or not hmac.compare_digest(
            line.digest, hashlib.sha256(line.content()).digest()
        ):
            return False
        digest = line.digest
    return position == head.position and digest == head.digest

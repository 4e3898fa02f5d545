"""Who did and saw what, in the transaction of the act; append-only, chained per desk.

Each line is signed with a key that the database does not hold, and carries the digest of the
one before: whoever has the database alone can neither write nor take out a line unnoticed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit_chain import broken_chains
from models.audit_line import TOWN_CHAIN, AuditHead, AuditLine, end_code
from models.base import Base, keys_of, run, save

__all__ = [
    "TOWN_CHAIN",
    "AuditHead",
    "AuditLine",
    "broken_chains",
    "hold",
    "lines_about",
    "record",
    "write",
]

_HEADS = Base.metadata.tables["audit_head"]
_THIS = _HEADS.c.chain == sa.bindparam("of")
_LOCK_HEAD = sa.select(_HEADS.c.position, _HEADS.c.digest).where(_THIS).with_for_update()
_MOVE_HEAD = (
    sa.update(_HEADS)
    .where(_THIS)
    .values(
        position=sa.bindparam("position"),
        digest=sa.bindparam("digest"),
        code=sa.bindparam("code"),
    )
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
    write(session, act, of.__tablename__, _key(of), now=now, by=by, desk_id=desk_id, to=to)


def write(
    session: Session,
    act: str,
    object_kind: str,
    object_id: str,
    *,
    now: dt.datetime,
    by: uuid.UUID | None = None,
    desk_id: uuid.UUID | None = None,
    to: uuid.UUID | None = None,
    shown: bytes | None = None,
) -> None:
    """The same by the kind and id of what it is about; `shown`: what else one page showed."""
    chain = TOWN_CHAIN if desk_id is None else str(desk_id)
    position, previous = _head(session, chain)
    line = AuditLine(
        at=now,
        actor_id=by,
        act=act,
        object_kind=object_kind,
        object_id=object_id,
        chain=chain,
        position=position + 1,
        previous=previous,
        to_id=to,
        shown=shown,
    )
    keys = keys_of(session)
    line.digest = keys.audit_code(line.content())
    save(session, line)
    code = end_code(keys, "head", chain, line.position, line.digest)
    end = {"of": chain, "position": line.position, "digest": line.digest, "code": code}
    run(session, _MOVE_HEAD, end)


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


def hold(session: Session) -> None:
    """Let nobody else add a line to the town's own chain until this transaction ends."""
    _head(session, TOWN_CHAIN)


def _key(row: Base) -> str:
    return str(sa.inspect(row).mapper.primary_key_from_instance(row)[0])


def _head(session: Session, chain: str) -> tuple[int, bytes]:
    """Position and digest of the chain's end, locked; made where two beginners may meet."""
    head = run(session, _LOCK_HEAD, {"of": chain}).one_or_none()
    if head is not None:
        return head.position, head.digest
    # What waits to be written is another's clash: it must not be taken for this one.
    session.flush()
    code = end_code(keys_of(session), "head", chain, 0, b"")
    try:
        with session.begin_nested():
            save(session, AuditHead(chain=chain, position=0, digest=b"", code=code))
    except sa.exc.IntegrityError:
        pass
    head = run(session, _LOCK_HEAD, {"of": chain}).one()
    return head.position, head.digest

"""What somebody does to the audit behind our back: with the database alone, or with its key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, make_transient

from models.audit import TOWN_CHAIN, AuditHead, AuditLine
from models.audit_line import end_code
from models.base import keys_of

LINES = 6
Tamper = Callable[[list[AuditLine]], list[AuditLine]]


def edit(lines: list[AuditLine]) -> list[AuditLine]:
    """Another act stands there."""
    lines[2].act = "visit"
    return lines


def delete(lines: list[AuditLine]) -> list[AuditLine]:
    """One is gone."""
    return lines[:2] + lines[3:]


def insert(lines: list[AuditLine]) -> list[AuditLine]:
    """One stands between that nobody wrote."""
    one = lines[2]
    new = AuditLine(
        at=one.at, act="visit", object_kind="town", object_id="1", chain=one.chain, actor_id=None
    )
    return [*lines[:2], new, *lines[2:]]


def swap(lines: list[AuditLine]) -> list[AuditLine]:
    """Two change places."""
    return [lines[0], lines[2], lines[1], *lines[3:]]


def backdate(lines: list[AuditLine]) -> list[AuditLine]:
    """One says that it was a day before."""
    lines[3].at -= dt.timedelta(days=1)
    return lines


def truncate(lines: list[AuditLine]) -> list[AuditLine]:
    """The newest are gone."""
    return lines[:3]


ALL: Sequence[Tamper] = (edit, delete, insert, swap, backdate, truncate)


def tamper(session: Session, how: Tamper, *, with_key: bool) -> None:
    """Rewrite the town's chain: whole in itself again, as far as what they hold allows it."""
    here = sa.select(AuditLine).where(AuditLine.chain == TOWN_CHAIN).order_by(AuditLine.position)
    lines = list(session.scalars(here))
    for line in lines:
        session.expunge(line)
        make_transient(line)
    session.execute(sa.delete(AuditLine).where(AuditLine.chain == TOWN_CHAIN))
    keys, previous = keys_of(session), b""
    changed = how(lines)
    for position, line in enumerate(changed, 1):
        line.id, line.position, line.previous = None, position, previous  # type: ignore[assignment]
        line.digest = keys.audit_code(line.content()) if with_key else line.digest or bytes(32)
        previous = line.digest
        session.add(line)
        session.flush()
    head = session.get_one(AuditHead, TOWN_CHAIN)
    head.position, head.digest = len(changed), previous
    if with_key:
        head.code = end_code(keys, "head", TOWN_CHAIN, head.position, head.digest)

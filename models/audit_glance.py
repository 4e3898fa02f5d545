"""What one page can tell of the log that it shows, without following whole chains.

Each line by itself and with the ones beside it, and where every chain ends. Whole chains are
followed by the worker once a day, and by command.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit_chain import is_keyed, is_signed, is_unkeyed
from models.audit_line import KEY_CHAIN, TOWN_CHAIN, AuditCheckpoint, AuditHead, AuditLine
from models.base import keys_of
from models.desk import Desk

_Beside = Mapping[tuple[str, int], tuple[bytes, bytes]]
"""What the line before and the digest of a line are, by its chain and position."""


def changed(session: Session, lines: Sequence[AuditLine]) -> set[int]:
    """The ids of those lines that are not as they were written, or beside which one is missing."""
    keys = keys_of(session)
    unsigned = [line for line in lines if not is_keyed(keys, line)]
    since = _under_key_since(session, {line.chain for line in unsigned})
    wrong = {line.id for line in unsigned if not _may_be_unsigned(line, since)}
    beside, ends = _beside(session, lines), _ends(session, {line.chain for line in lines})
    return wrong | {line.id for line in lines if not _joins(line, beside, ends)}


def wrong_ends(session: Session) -> list[str]:
    """The chains whose end is not signed, or not the last line that there is."""
    heads = {head.chain: head for head in session.scalars(sa.select(AuditHead))}
    begins = {one.chain: one for one in session.scalars(sa.select(AuditCheckpoint))}
    desks = {str(desk_id) for desk_id in session.scalars(sa.select(Desk.id))}
    known = sorted({TOWN_CHAIN, *desks, *heads, *begins})
    return [one for one in known if not _ends_well(session, one, heads.get(one), begins.get(one))]


def _under_key_since(session: Session, chains: Collection[str]) -> dict[str, int]:
    """Where chains from before 0.6.0 came under the key."""
    if not chains:
        return {}
    here = AuditLine.act == KEY_CHAIN, AuditLine.chain.in_(chains)
    marks, keys = session.scalars(sa.select(AuditLine).where(*here)), keys_of(session)
    return {line.chain: line.position for line in marks if is_keyed(keys, line)}


def _may_be_unsigned(line: AuditLine, since: Mapping[str, int]) -> bool:
    return is_unkeyed(line) and line.position < since.get(line.chain, 0)


def _beside(session: Session, lines: Iterable[AuditLine]) -> _Beside:
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        wanted[line.chain] |= {line.position - 1, line.position + 1}
    if not wanted:
        return {}
    columns = AuditLine.chain, AuditLine.position, AuditLine.previous, AuditLine.digest
    near = (
        sa.and_(AuditLine.chain == chain, AuditLine.position.in_(positions))
        for chain, positions in wanted.items()
    )
    rows = session.execute(sa.select(*columns).where(sa.or_(*near)))
    return {(row.chain, row.position): (row.previous, row.digest) for row in rows}


def _ends(session: Session, chains: Collection[str]) -> dict[str, tuple[int, int, bytes]]:
    """By chain: the position of its end, and position and digest of what retention left."""
    heads = session.scalars(sa.select(AuditHead).where(AuditHead.chain.in_(chains)))
    found = sa.select(AuditCheckpoint).where(AuditCheckpoint.chain.in_(chains))
    begins = {one.chain: (one.position, one.digest) for one in session.scalars(found)}
    return {head.chain: (head.position, *begins.get(head.chain, (0, b""))) for head in heads}


def _joins(line: AuditLine, beside: _Beside, ends: Mapping[str, tuple[int, int, bytes]]) -> bool:
    last, first, began = ends.get(line.chain, (0, 0, b""))
    before = beside.get((line.chain, line.position - 1))
    if before is None and line.position - 1 == first:
        before = (b"", began)
    after = beside.get((line.chain, line.position + 1))
    follows = line.position == last if after is None else after[0] == line.digest
    return follows and before is not None and before[1] == line.previous


def _ends_well(
    session: Session, chain: str, head: AuditHead | None, begin: AuditCheckpoint | None
) -> bool:
    here = sa.select(AuditLine).where(AuditLine.chain == chain)
    last = session.scalar(here.order_by(AuditLine.position.desc()).limit(1))
    if head is None:
        # Nothing was ever done at this desk, as far as anything here tells.
        return last is None and begin is None
    of = last or begin
    position, digest = (0, b"") if of is None else (of.position, of.digest)
    is_last = (head.position, head.digest) == (position, digest)
    return is_last and is_signed(keys_of(session), "head", head)

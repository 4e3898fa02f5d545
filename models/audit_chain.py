"""Whether a chain is what was written: every line, its order, its beginning and its end.

The database put back to an earlier state of itself is whole: lines are cut off behind an end that
was signed when it was one. That is told by who remembers more than the database: the worker
(audit_following), and a head kept outside (audit_head), which also tells what somebody did who
has the key file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit_line import AuditCheckpoint, AuditHead, AuditLine, end_code
from models.base import keys_of
from models.keys import KeyRing

_AT_ONCE = 1000
CLOCKS_DIFFER = dt.timedelta(minutes=10)
"""How much earlier than a head a line may be that was written after it."""


class Wrong(StrEnum):
    """What is wrong at a place; the words are `cli.audit.wrong.<value>`."""

    CHANGED = "changed"
    """Edited or backdated: the key did not sign this."""
    GAP = "gap"
    """Lines are missing, or were put between."""
    ORDER = "order"
    """It does not follow the line before it: swapped, or put between."""
    UNKEYED = "unkeyed"
    """Nothing of the chain is signed with the key."""
    CUT = "cut"
    """The end is missing."""
    END = "end"
    """The end of the chain is not the one that was signed."""
    BEGINNING = "beginning"
    """The beginning is not one that retention left."""
    REWRITTEN = "rewritten"
    """It is whole in itself, and not what the head kept outside saw."""
    BACKDATED = "backdated"
    """It was written after the head, and says it was before."""


@dataclass(frozen=True)
class Mark:
    """The end of one chain as a head kept outside has it."""

    position: int
    digest: bytes
    at: dt.datetime


@dataclass(frozen=True)
class Walked:
    """One chain, followed from its beginning to its first fault or its end."""

    chain: str
    position: int
    """The last line that was looked at; of the fault, where there is one."""
    wrong: Wrong | None = None
    after: int = 0
    """How many lines lie after the mark: nothing outside vouches for them."""
    is_forgotten: bool = False
    """Whether the mark lies before what retention left, so that it vouches for nothing."""


def chains(session: Session) -> set[str]:
    """The names of every chain of which something is left."""
    lines = set(session.scalars(sa.select(AuditLine.chain).distinct()))
    return lines | set(session.scalars(sa.select(AuditHead.chain)))


def walk(session: Session, chain: str, mark: Mark | None = None) -> Walked:
    """Follow a chain; with a `mark`, against what was kept outside."""
    began = session.get(AuditCheckpoint, chain, populate_existing=True)
    position, digest = (0, b"") if began is None else (began.position, began.digest)
    if began is not None and not is_signed(keys_of(session), "checkpoint", began):
        return Walked(chain, position, Wrong.BEGINNING)
    if mark is not None and mark.position == position and mark.digest != digest:
        return Walked(chain, position, Wrong.REWRITTEN)
    under_key = False
    for line in _lines(session, chain):
        signed = is_keyed(keys_of(session), line)
        wrong = _wrong(line, position, digest, signed=signed, unkeyed_may=not under_key)
        wrong = wrong or _against(line, mark)
        if wrong is not None:
            return Walked(chain, position + 1, wrong)
        position, digest, under_key = line.position, line.digest, under_key or signed
    head = session.get(AuditHead, chain, populate_existing=True)
    wrong = _wrong_end(keys_of(session), head, position, digest, mark)
    if mark is None:
        return Walked(chain, position, wrong)
    first = 0 if began is None else began.position
    return Walked(
        chain,
        position,
        wrong,
        after=max(position - mark.position, 0),
        is_forgotten=mark.position < first,
    )


def broken_chains(session: Session) -> list[str]:
    """The chains in which a line was edited, removed, inserted, swapped or cut off."""
    return [chain for chain in sorted(chains(session)) if walk(session, chain).wrong]


def _lines(session: Session, chain: str) -> Iterator[AuditLine]:
    """Part by part: a year of a large town does not fit into memory."""
    position = -1
    while True:
        part = session.scalars(
            sa.select(AuditLine)
            .where(AuditLine.chain == chain, AuditLine.position > position)
            .order_by(AuditLine.position)
            .limit(_AT_ONCE)
            .execution_options(populate_existing=True)
        ).all()
        yield from part
        if len(part) < _AT_ONCE:
            return
        position = part[-1].position


def _wrong(
    line: AuditLine, position: int, digest: bytes, *, signed: bool, unkeyed_may: bool
) -> Wrong | None:
    if line.position != position + 1:
        return Wrong.GAP
    if line.previous != digest:
        return Wrong.ORDER
    if signed or (unkeyed_may and is_unkeyed(line)):
        return None
    return Wrong.CHANGED


def _against(line: AuditLine, mark: Mark | None) -> Wrong | None:
    if mark is None or line.position < mark.position:
        return None
    if line.position == mark.position:
        return None if line.digest == mark.digest else Wrong.REWRITTEN
    return Wrong.BACKDATED if line.at < mark.at - CLOCKS_DIFFER else None


def _wrong_end(
    keys: KeyRing, head: AuditHead | None, position: int, digest: bytes, mark: Mark | None
) -> Wrong | None:
    if head is None or head.position > position or (mark and mark.position > position):
        return Wrong.CUT
    if head.position != position or not hmac.compare_digest(head.digest, digest):
        return Wrong.END
    if head.code is None:
        return Wrong.UNKEYED
    return None if is_signed(keys, "head", head) else Wrong.END


def is_signed(keys: KeyRing, what: str, end: AuditHead | AuditCheckpoint) -> bool:
    """Whether the key signed an end (`head`) or a beginning (`checkpoint`), now or once."""
    code = end_code(keys, what, end.chain, end.position, end.digest)
    return hmac.compare_digest(code, end.code or b"")


def is_keyed(keys: KeyRing, line: AuditLine) -> bool:
    """Whether the key signed a line."""
    return hmac.compare_digest(line.digest, keys.audit_code(line.content()))


def is_unkeyed(line: AuditLine) -> bool:
    """Whether it is as 0.5.0 wrote lines, which anybody could write."""
    plain = hashlib.sha256(line.unkeyed_content()).digest()
    return line.shown is None and hmac.compare_digest(line.digest, plain)

"""After the update to 0.6.0: what earlier versions wrote comes under the key, once."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit_chain import is_keyed
from models.audit_line import KEY_CHAIN, TOWN_CHAIN, AuditHead, AuditLine
from models.base import keys_of
from models.store import Store
from models.town import Town


def key_chains(store: Store, now: dt.datetime) -> None:
    """Add a signed line to every chain that begins without the key and has none such yet.

    For whoever knows that it was never done here: whoever has the database alone can bring a
    chain into the state of before.
    """
    with store.read() as session:
        if not _unkeyed(session):
            return
    with store.write() as session:
        town = Town.of(session)
        if town is None:
            return
        for chain in _unkeyed(session):
            desk_id = None if chain == TOWN_CHAIN else uuid.UUID(chain)
            audit.record(session, KEY_CHAIN, town, now=now, desk_id=desk_id)


def _unkeyed(session: Session) -> list[str]:
    heads = session.scalars(sa.select(AuditHead.chain).order_by(AuditHead.chain)).all()
    return [chain for chain in heads if _is_unkeyed(session, chain)]


def _is_unkeyed(session: Session, chain: str) -> bool:
    here = sa.select(AuditLine).where(AuditLine.chain == chain)
    first = session.scalar(here.order_by(AuditLine.position).limit(1))
    if first is None or is_keyed(keys_of(session), first):
        return False
    return session.scalar(here.where(AuditLine.act == KEY_CHAIN).limit(1)) is None

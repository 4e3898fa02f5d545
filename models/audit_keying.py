"""After the update to 0.6.0: what earlier versions wrote comes under the key, once."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit_line import TOWN_CHAIN, AuditHead
from models.store import Store
from models.town import Town


def key_chains(store: Store, now: dt.datetime) -> None:
    """Add a signed line to every chain, where no chain of the town has one yet.

    Only then: a chain that lost its signature later is never signed anew.
    """
    with store.read() as session:
        if not _is_unkeyed(session):
            return
    with store.write() as session:
        town = Town.of(session)
        if not _is_unkeyed(session) or town is None:
            return
        for chain in session.scalars(sa.select(AuditHead.chain).order_by(AuditHead.chain)).all():
            desk_id = None if chain == TOWN_CHAIN else uuid.UUID(chain)
            audit.record(session, "key_chain", town, now=now, desk_id=desk_id)


def _is_unkeyed(session: Session) -> bool:
    heads = set(session.scalars(sa.select(AuditHead.code.is_not(None)).distinct()))
    return heads == {False}

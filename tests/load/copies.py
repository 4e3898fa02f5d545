"""Very many notes from a few: what a desk of many years holds, in minutes instead of hours."""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base, insert, keys_of
from models.clue import Clue
from models.delivery import Delivery
from models.handoff import Handoff
from models.keys import KeyRing
from models.observation import Observation
from models.reporter import Reporter
from models.store import Store
from models.thread import Thread, key_of
from tests.load.seed import DAYS

BATCH = 2000
_KINDS: tuple[type[Base], ...] = (Thread, Reporter, Observation, Clue, Handoff, Delivery)
_BODY = "observation.body"
Row = dict[str, Any]


@dataclass
class _Original:
    """All rows of one note, and what it says."""

    rows: dict[type[Base], list[Row]]
    body: str


def multiply(store: Store, number: int, now: dt.datetime, dice: random.Random) -> None:
    """Add so many copies of the notes that are there, spread over the year behind.

    Each is sealed under a key of its own and can be read as any other. Its place and its name
    are nobody else's, or every house would have as many notes as there are copies of one; it
    has no line in the audit log.
    """
    with store.read() as session:
        originals = list(_originals(session))
    for start in range(0, number, BATCH):
        rows: dict[type[Base], list[Row]] = defaultdict(list)
        with store.write() as session:
            for _ in range(min(BATCH, number - start)):
                at = now - dt.timedelta(minutes=dice.randrange(DAYS * 24 * 60))
                for kind, copied in _copied(keys_of(session), dice.choice(originals), at):
                    rows[kind].append(copied)
            for kind in _KINDS:
                insert(session, kind, rows[kind])


def _originals(session: Session) -> Iterator[_Original]:
    found: dict[type[Base], dict[Any, list[Row]]] = {kind: defaultdict(list) for kind in _KINDS}
    owners = {Thread: "id", Clue: "observation_id"}
    for kind in _KINDS:
        for row in session.execute(sa.select(kind.metadata.tables[kind.__tablename__])).mappings():
            found[kind][row[owners.get(kind, "thread_id")]].append(dict(row))
    for thread_id, (thread,) in found[Thread].items():
        if thread["is_sealed"]:
            continue
        rows = {kind: found[kind][thread_id] for kind in _KINDS}
        # Each points to the one before it, which has to be there.
        rows[Handoff].sort(key=itemgetter("step"))
        (note,) = rows[Observation]
        rows[Clue] = found[Clue][note["id"]]
        key = key_of(keys_of(session), thread_id, thread["wrapped_key"], sealed=False)
        yield _Original(rows, key.unseal(_BODY, note["id"], note["sealed_body"]))


def _copied(keys: KeyRing, one: _Original, at: dt.datetime) -> Iterator[tuple[type[Base], Row]]:
    thread = one.rows[Thread][0]
    new = {
        value: uuid.uuid4()
        for kind in (Thread, Observation, Handoff, Delivery)
        for row in one.rows[kind]
        for value in (row["id"], row.get("client_id"))
        if value is not None
    }
    key, wrapped = keys.new_data_key("thread", new[thread["id"]])
    note_id = new[one.rows[Observation][0]["id"]]
    nobody = Reporter.of(
        keys, new[thread["id"]], None, telephone=None, shows_name=False, may_call=False
    )
    own: dict[type[Base], Row] = {
        Reporter: {"sealed_identity": nobody.sealed_identity, "token": None},
        Thread: {"wrapped_key": wrapped},
        Observation: {"sealed_body": key.seal(_BODY, note_id, one.body)},
    }
    for kind in _KINDS:
        for row in one.rows[kind]:
            if kind in (Clue, Delivery):
                own[kind] = _not_shared(kind)
            moved = {
                name: _moved(value, new, at - thread["made_at"]) for name, value in row.items()
            }
            if kind is Clue:
                del moved["id"]
            yield kind, moved | own.get(kind, {})


def _not_shared(kind: type[Base]) -> Row:
    return {"token": os.urandom(16)} if kind is Clue else {"address": secrets.token_urlsafe(16)}


def _moved(value: Any, new: dict[Any, uuid.UUID], by: dt.timedelta) -> Any:
    if isinstance(value, uuid.UUID):
        return new.get(value, value)
    return value + by if isinstance(value, dt.date) else value

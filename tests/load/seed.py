"""Very many notes in a short time, each as the verbs would have left it, encryption included."""

from __future__ import annotations

import datetime as dt
import random
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import normalise
from models.area import Area, AreaKind
from models.audit import AuditHead, AuditLine
from models.audit_line import end_code
from models.base import Base, insert, keys_of, save
from models.clue import Clue, tokens
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk
from models.draft import Draft, content_hash, read_draft
from models.handoff import Handoff, Outcome, State
from models.membership import reader_ids
from models.observation import Observation, content_code
from models.reporter import Reporter
from models.routing import desk_for
from models.sign import SIGNS
from models.store import Store
from models.thread import Thread

BATCH = 1000
DAYS = 400
WAITING, MOVING = 0.2, 0.1
"""Shares of the notes that nobody has acknowledged yet, and that are not closed."""
_ANSWERED_AFTER = dt.timedelta(hours=3)
_WORDS = (
    "向かいのおばあさんを、このごろ見かけません。新聞が三日分たまっています。",
    "夜遅くに、ひとりで公園にいるのを何度か見かけました。\n声をかけると笑ってくれます。",
    "ごみの日に、出し方が分からず困っているようでした。去年までは当番をしていました。",
    "電気がついたままの日が続いています。",
)
_PLACES = ("3丁目の角の家", "県営住宅 2号棟", "駅裏のアパート", "公園の前")
_CALLED = ("青い屋根の方", "田中さん", "", "")
_SIGNS = tuple(code for code, one in SIGNS.items() if not one.seals and one.group != "called")


def fields(dice: random.Random, towns: list[int]) -> dict[str, Any]:
    """A plain note as a phone posts it, about one of the towns."""
    return {
        "id": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "area": str(dice.choice(towns)),
        "place_detail": f"{dice.choice(_PLACES)} {dice.randrange(10_000)}",
        "called": dice.choice(_CALLED),
        "about": dice.choice(("elderly", "child", "household")),
        "signs": dice.sample(_SIGNS, dice.randint(1, 2)),
        "urgency": dice.choice(("memo", "soon", "soon", "today")),
        "words": dice.choice(_WORDS),
        "language": "ja",
    }


def towns_with_desk(session: Session) -> dict[int, Desk]:
    """The desk of every town that has one of its own, by the town's id."""
    towns = session.scalars(sa.select(Area).where(Area.kind == AreaKind.TOWN)).all()
    found = {town.id: desk_for(session, town) for town in towns}
    return {town: desk for town, desk in found.items() if desk is not None and not desk.is_core}


def seed(
    store: Store,
    number: int,
    now: dt.datetime,
    dice: random.Random | None = None,
    towns: Sequence[int] = (),
) -> None:
    """Add so many notes of the last year, most of them closed; each call adds other ones.

    The same dice, thrown from the beginning, add the same notes. `towns`: the ids of those that
    they are about, all that have a desk where none are given.
    """
    dice = dice or random.Random(secrets.randbits(64))
    for start in range(0, number, BATCH):
        with store.write() as session:
            batch = _Batch(session, dice, now, towns)
            for _ in range(min(BATCH, number - start)):
                batch.add()
            batch.write()


class _Batch:
    """Rows that are written together, by kind."""

    def __init__(
        self, session: Session, dice: random.Random, now: dt.datetime, towns: Sequence[int]
    ) -> None:
        self.session, self.dice, self.now = session, dice, now
        self.keys = keys_of(session)
        desks = towns_with_desk(session)
        self.desks = {town: desks[town] for town in towns or desks}
        self.readers = {desk.id: list(reader_ids(session, desk.id)) for desk in self.desks.values()}
        self.rows: dict[type[Base], list[Base]] = {
            kind: [] for kind in (Thread, Reporter, Observation, Handoff, AuditLine)
        }
        self.clues: list[dict[str, Any]] = []
        self.deliveries: list[dict[str, Any]] = []
        heads = session.scalars(sa.select(AuditHead)).all()
        self.ends = {head.chain: (head.position, head.digest) for head in heads}

    def add(self) -> None:
        """One note, somewhere in the year behind."""
        raw = fields(self.dice, list(self.desks))
        draft, _ = read_draft(raw)
        desk = self.desks[int(raw["area"])]
        at = self.now - dt.timedelta(minutes=self.dice.randrange(DAYS * 24 * 60))
        thread = Thread.open(self.session, door_desk=desk, sealed=False, language="ja", now=at)
        handoff = self._handoff(thread, desk, draft, at)
        self._note(thread, draft, content_hash(raw), at)
        self._line(handoff, str(desk.id), at)
        self.deliveries += [
            _delivery(person_id, handoff, at) for person_id in self.readers[desk.id]
        ]
        self.rows[Thread].append(thread)
        self.rows[Handoff].append(handoff)

    def write(self) -> None:
        """All of it, in the order in which the rows need each other."""
        for rows in self.rows.values():
            save(self.session, *rows)
        insert(self.session, Clue, self.clues)
        insert(self.session, Delivery, self.deliveries)
        for chain, (position, digest) in self.ends.items():
            code = end_code(self.keys, "head", chain, position, digest)
            end = AuditHead(chain=chain, position=position, digest=digest, code=code)
            self.session.merge(end)

    def _note(self, thread: Thread, draft: Draft, digest: str, at: dt.datetime) -> None:
        assert draft.area is not None
        observation = Observation(
            id=uuid.uuid4(),
            thread_id=thread.id,
            client_id=draft.id,
            content_code=content_code(self.session, digest),
            area_id=int(draft.area),
            received_at=at,
            acceptance={"id": str(draft.id), "state": "arrived"},
        )
        observation.write(draft, thread.key, follows={})
        self.rows[Observation].append(observation)
        self.rows[Reporter].append(
            Reporter.of(
                self.keys, thread.id, None, telephone=None, shows_name=False, may_call=False
            )
        )
        town = int(draft.area)
        house = (town, normalise.place(draft.place_detail)) if draft.place_detail else None
        found = tokens(self.keys, draft, town, sealed=False, house=house)
        self.clues += [
            {"observation_id": observation.id, "field": name, "token": token, "noted_at": at}
            for name, token in found.items()
        ]

    def _handoff(self, thread: Thread, desk: Desk, draft: Draft, at: dt.datetime) -> Handoff:
        handoff = Handoff.send(
            thread,
            desk,
            urgency=draft.urgency,
            chosen=draft.urgency,
            raised_why=[],
            held=None,
            is_marked=False,
            now=at,
            area_id=None if draft.area is None else int(draft.area),
        )
        chance, answered = self.dice.random(), at + _ANSWERED_AFTER
        # Rows of one statement have the same columns.
        handoff.acknowledged_at = handoff.next_on = handoff.closed_at = handoff.outcome = None
        if chance >= WAITING:
            handoff.acknowledged_at = handoff.last_at = answered
            handoff.state, handoff.next_on = State.RECEIVED, answered.date()
        if chance >= WAITING + MOVING:
            handoff.state, handoff.is_open, handoff.next_on = State.CLOSED, False, None
            handoff.closed_at, handoff.outcome = answered, Outcome.SETTLED
        return handoff

    def _line(self, handoff: Handoff, chain: str, at: dt.datetime) -> None:
        position, digest = self.ends.get(chain, (0, b""))
        line = AuditLine(
            at=at,
            actor_id=None,
            act="accept",
            object_kind="handoff",
            object_id=str(handoff.id),
            chain=chain,
            position=position + 1,
            previous=digest,
        )
        line.digest = self.keys.audit_code(line.content())
        self.ends[chain] = line.position, line.digest
        self.rows[AuditLine].append(line)


def _delivery(person_id: uuid.UUID, handoff: Handoff, at: dt.datetime) -> dict[str, Any]:
    """A word that reached its reader long ago."""
    return {
        "id": uuid.uuid4(),
        "address": secrets.token_urlsafe(16),
        "kind": DeliveryKind.NEW_NOTE,
        "person_id": person_id,
        "thread_id": handoff.thread_id,
        "handoff_id": handoff.id,
        "high": False,
        "state": DeliveryState.OPENED,
        "created_at": at,
        "release_at": at,
        "next_at": None,
    }

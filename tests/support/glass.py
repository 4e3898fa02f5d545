"""Who asks to see what needs a second person, decides it, and what they see of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import conflict
from models.conflict import ConflictKind
from models.desk import Desk
from models.handoff import Handoff
from models.person import Person
from models.policy import Actor, Permission, allow
from models.reveal import asking, deciding
from models.reveal.entity import Reveal
from models.store import Store
from tests.town import MORNING, Cast

WHY = "倒れているのではないかと心配です"
NAME = {"called": "竹内フミ", "place_detail": "1-2-3"}


@dataclass
class Glass:
    """Asks, decides and looks, each in a transaction of its own, about one note of 鈴木."""

    store: Store
    cast: Cast
    handoff_id: uuid.UUID

    def ask(self, by: str = "okada", *, danger: bool = False, why: str = WHY) -> uuid.UUID:
        with self.store.write() as session:
            handoff = session.get_one(Handoff, self.handoff_id)
            who = session.get_one(Person, getattr(self.cast, by))
            made = asking.ask_reporter(
                handoff, handoff.desk_id, who, why, MORNING, is_danger=danger
            )
            return made.id

    def search(self, typed: str, by: str = "ueda", *, danger: bool = True) -> uuid.UUID:
        with self.store.write() as session:
            core = session.get_one(Desk, self.cast.core)
            who = session.get_one(Person, getattr(self.cast, by))
            return asking.ask_threads(core, who, typed, WHY, MORNING, is_danger=danger).id

    def agree(self, reveal_id: uuid.UUID, by: str = "kato", now: dt.datetime = MORNING) -> bool:
        with self.store.write() as session:
            who, asked = self._to_decide(session, by, reveal_id)
            return deciding.agree(asked, who, now)

    def refuse(self, reveal_id: uuid.UUID, by: str = "kato", now: dt.datetime = MORNING) -> None:
        with self.store.write() as session:
            who, asked = self._to_decide(session, by, reveal_id)
            deciding.refuse(asked, who, now)

    def _to_decide(self, session: Session, by: str, reveal_id: uuid.UUID) -> tuple[Person, Reveal]:
        asked = session.get_one(Reveal, reveal_id)
        deciding.hold(asked)
        return session.get_one(Person, getattr(self.cast, by)), asked

    def sees(self, by: str = "okada", now: dt.datetime = MORNING) -> bool:
        """Whether the note is open to somebody at a moment."""
        with self.store.read() as session:
            actor = Actor.of(session, session.get_one(Person, getattr(self.cast, by)), now)
            thread = session.get_one(Handoff, self.handoff_id).thread
            return allow(actor, Permission.REVEAL_SEE, thread)

    def may(self, by: str, permission: Permission, reveal_id: uuid.UUID) -> bool:
        with self.store.read() as session:
            actor = Actor.of(session, session.get_one(Person, getattr(self.cast, by)), MORNING)
            return allow(actor, permission, session.get_one(Reveal, reveal_id))

    def seal(self) -> None:
        """As sealing it later leaves it."""
        with self.store.write() as session:
            handoff = session.get_one(Handoff, self.handoff_id)
            handoff.is_sealed = handoff.thread.is_sealed = True

    def move(self) -> None:
        """Nobody acknowledged it in time: the core has it, and its desk reads it no more."""
        with self.store.write() as session:
            core = session.get_one(Desk, self.cast.core)
            session.get_one(Handoff, self.handoff_id).escalate(core, MORNING)

    def take_back(self) -> None:
        with self.store.write() as session:
            session.get_one(Handoff, self.handoff_id).take_back(MORNING)

    def deny(self, who: str) -> None:
        with self.store.write() as session:
            thread_id = session.get_one(Handoff, self.handoff_id).thread_id
            kind = ConflictKind.FOUND
            conflict.write(session, thread_id, [getattr(self.cast, who)], kind, MORNING)

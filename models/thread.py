"""A thread: one worry's stable address across every desk it passes, and its data key."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, keys_of
from models.data_key import DataKey
from models.errors import Unreadable
from models.keys import KeyRing
from models.urgency import came_raised

if TYPE_CHECKING:
    from models.desk import Desk
    from models.handoff import Handoff
    from models.observation import Observation
    from models.reply import Reply
    from models.reporter import Reporter


class Thread(Base):
    """What the reporter sees as one note; dropping the wrapped key forgets its words."""

    __tablename__ = "thread"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    wrapped_key: Mapped[bytes]
    is_sealed: Mapped[bool] = mapped_column(default=False)
    door_desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"))
    """The desk its writer was told: where it would have gone unsealed, and raised by nobody."""
    is_guarded: Mapped[bool] = mapped_column(default=False)
    """Its writer named somebody who is not to see it: whether anybody of that name reads here
    they are not to learn, so that they are told what a sealed note's writer is told."""
    stays_at_door: Mapped[bool] = mapped_column(default=False)
    """It went past its door for what its reporter is not to learn, a conflict of interest or what
    was sealed since: the door stands for it all the same."""
    told_desk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"))
    """Of what was sealed later: the desk its reporter was told until then, and still is."""
    language: Mapped[str] = mapped_column(sa.String(12), default="ja")
    made_at: Mapped[dt.datetime]

    door_desk: Mapped[Desk] = relationship(foreign_keys=door_desk_id)
    told_desk: Mapped[Desk | None] = relationship(foreign_keys=told_desk_id)
    observation: Mapped[Observation] = relationship(back_populates="thread")
    reporter: Mapped[Reporter] = relationship(back_populates="thread")
    handoffs: Mapped[list[Handoff]] = relationship(back_populates="thread", order_by="Handoff.step")
    replies: Mapped[list[Reply]] = relationship(
        back_populates="thread", order_by="(Reply.at, Reply.position)"
    )

    @staticmethod
    def open(
        session: Session, *, door_desk: Desk, sealed: bool, language: str, now: dt.datetime
    ) -> Thread:
        """A new thread with a fresh data key, for the caller to save."""
        thread_id = uuid.uuid4()
        key, wrapped = keys_of(session).new_data_key(_kind(sealed), thread_id)
        thread = Thread(
            id=thread_id,
            wrapped_key=wrapped,
            is_sealed=sealed,
            door_desk_id=door_desk.id,
            language=language,
            made_at=now,
        )
        thread.key = key
        return thread

    @cached_property
    def key(self) -> DataKey:
        """The thread's data key; raises Unreadable where it was dropped."""
        return key_of(self.keys, self.id, self.wrapped_key, sealed=self.is_sealed)

    def change_seal(self, *, sealed: bool) -> None:
        """Wrap the data key anew for those who may open it from now on."""
        # Forgotten words stay forgotten.
        with suppress(Unreadable):
            was, becomes = _kind(self.is_sealed), _kind(sealed)
            self.wrapped_key = self.keys.rewrap(was, becomes, self.id, self.wrapped_key)
        self.is_sealed = sealed

    def told(self, now: dt.datetime) -> list[Reply]:
        """The words that its reporter may see; what can still be undone is not among them."""
        return [reply for reply in self.replies if reply.is_told(now)]

    @property
    def handoff(self) -> Handoff:
        """The handoff that owes the answer now, or the one that ended last."""
        owing = next((handoff for handoff in self.handoffs if handoff.is_open), None)
        return owing or max(self.handoffs, key=lambda handoff: handoff.last_at)

    @property
    def keeps_door(self) -> bool:
        """Whether no other desk than the door is named to the reporter.

        Sealed notes always keep it; others as long as only what somebody else noted, or their
        own signs, or a conflict of interest, moved them past it.
        """
        return self.is_sealed or self.kept_door

    @property
    def kept_door(self) -> bool:
        """The same without a seal, or before there was one."""
        if self.is_guarded:
            return True
        handoff = self.handoff
        if handoff.step > 1:
            return False
        is_raised = came_raised(handoff.raised_why)
        return self.stays_at_door or (is_raised and not self.door_desk.takes(handoff.urgency))

    @property
    def shown_desk(self) -> Desk:
        """The desk the reporter is told."""
        if self.is_sealed and self.told_desk is not None:
            return self.told_desk
        return self.door_desk if self.keeps_door else self.handoff.desk


def key_of(keys: KeyRing, thread_id: uuid.UUID, wrapped: bytes, *, sealed: bool) -> DataKey:
    """The data key of a thread; raises Unreadable where it was dropped."""
    return keys.data_key(_kind(sealed), thread_id, wrapped)


def _kind(sealed: bool) -> str:
    return "sealed" if sealed else "thread"

"""What is known of a phone beside its key: how far its notes have come, and when it was heard."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base
from models.credential import Credential
from models.gaps import Gaps
from models.town_time import hour_of

MOST_WAITING = 10_000
MISSING_TOLD = 1000


@dataclass(frozen=True)
class Contact:
    """What a phone says of itself: the last number it gave out, and how many items wait there."""

    sequence: int
    waiting: int
    deleted: frozenset[int] = frozenset()
    """Numbers whose notes the person took off the phone before they were sent."""


class Phone(Base):
    """One device key's register. Its numbers never go down, whatever is said again."""

    __tablename__ = "phone"

    device_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("credential.id", ondelete="CASCADE"), primary_key=True
    )
    family: Mapped[str] = mapped_column(sa.String(24), default="")
    """The browser's family, so that its owner can tell phones apart."""
    sequence: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The highest number known to be given out."""
    missing: Mapped[str] = mapped_column(sa.Text, default="")
    waiting: Mapped[int] = mapped_column(default=0)
    """How many items the phone still held at its last contact."""
    heard_at: Mapped[dt.datetime] = mapped_column(index=True)
    """The hour and no more: the very moment would join it to the note that it sent."""
    desk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"), index=True)
    """The desk that was asked to telephone, as long as the phone owes something."""
    silent_at: Mapped[dt.datetime | None]
    """When that desk was asked."""
    called_at: Mapped[dt.datetime | None]
    """When it last telephoned."""

    device: Mapped[Credential] = relationship()

    @property
    def gaps(self) -> Gaps:
        """The numbers that never came."""
        return Gaps.read(self.missing)

    @property
    def owed(self) -> int:
        """How many items are known to have stayed on the phone, as far as one counts."""
        return min(max(self.waiting, self.gaps.count), MOST_WAITING)

    @property
    def waits_for_call(self) -> bool:
        """Whether the desk has still to telephone."""
        if self.desk_id is None or self.silent_at is None:
            return False
        return self.called_at is None or self.called_at < self.silent_at

    @staticmethod
    def waiting_for_call() -> sa.ColumnElement[bool]:
        """The same as a condition."""
        called = sa.or_(Phone.called_at.is_(None), Phone.called_at < Phone.silent_at)
        return sa.and_(Phone.desk_id.is_not(None), called)

    def take(self, sequence: int | None, waiting: int | None, now: dt.datetime) -> None:
        """A signed envelope came. A number that came before changes nothing."""
        gaps = self.gaps
        if sequence is None or sequence < 1:
            self._hear(gaps, self.waiting, now)
        elif sequence > self.sequence:
            gaps = gaps.opened(self.sequence + 1, sequence - 1)
            self.sequence = sequence
            self._hear(gaps, waiting, now)
        elif sequence in gaps:
            self._hear(gaps.closed(sequence), waiting, now)

    def learn(self, said: Contact, now: dt.datetime) -> None:
        """The phone made contact. What an earlier contact said, said again, changes no number.

        Behind the last number nothing waits, so more cannot wait than is missing.
        """
        gaps, waiting = self.gaps, self.waiting
        if said.sequence >= self.sequence:
            gaps = gaps.opened(self.sequence + 1, said.sequence)
            self.sequence = said.sequence
            waiting = said.waiting
        for number in said.deleted:
            gaps = gaps.closed(number)
        if said.sequence >= self.sequence:
            waiting = min(waiting, gaps.count)
        self._hear(gaps, waiting, now)

    def _hear(self, gaps: Gaps, waiting: int | None, now: dt.datetime) -> None:
        self.missing = str(gaps)
        if waiting is not None:
            self.waiting = min(waiting, MOST_WAITING)
        self.heard_at = max(self.heard_at, hour_of(now))
        if not self.waits_for_call:
            # Heard since the call: the next silence asks anew.
            self.desk_id = self.called_at = None
        if not self.owed:
            self.desk_id = None


def heard(
    session: Session,
    device_id: uuid.UUID,
    sequence: int | None,
    waiting: int | None,
    now: dt.datetime,
) -> None:
    """A signed envelope of this phone was taken, in the transaction that took it.

    `sequence`: the number inside, None where it has none that can be read; `waiting`: how many
    items wait behind it, None where the phone did not say.
    """
    phone = session.get(Phone, device_id, with_for_update=True)
    if phone is not None:
        phone.take(sequence, waiting, now)

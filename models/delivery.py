"""お知らせの送信: one word to one recipient, from the transaction that owes it until it is seen.

queued → accepted → shown → opened, or undeliverable. A push service's 201 is `accepted` and
no more; only the phone's own sighting, or the reader opening the thread, says it arrived.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, insert, keys_of, words_of
from models.delivery_state import TRYING, Channel, DeliveryKind, DeliveryState, Sighting

__all__ = [
    "CHANNEL_NAME",
    "TRYING",
    "Channel",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Sighting",
    "unseen",
]

CHANNEL_NAME = "kizuki_delivery"
"""What PostgreSQL notifies the worker under."""
_ADDRESS_BYTES = 16


# Few among very many; the words of the index and of `unreached` have to be the same.
_UNREACHED = sa.text("state = 'undeliverable' AND settled_at IS NULL")
_WHERE_UNREACHED: dict[str, Any] = {"sqlite_where": _UNREACHED, "postgresql_where": _UNREACHED}
# The same with those of `summary`.
_KEPT = sa.text("state = 'kept' AND settled_at IS NULL")
_WHERE_KEPT: dict[str, Any] = {"sqlite_where": _KEPT, "postgresql_where": _KEPT}


class Delivery(Base):
    """One word to one recipient: a person, or the reporter of a thread.

    Who the reporter is stands only, encrypted, in the reporter table: such a row names the
    thread and no person. `sent_to` holds codes that mean nothing without the key file.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("ix_delivery_due", "high", "next_at"),
        sa.Index("ix_delivery_recipient", "thread_id", "person_id"),
        sa.Index("ix_delivery_unreached", "desk_id", "handoff_id", **_WHERE_UNREACHED),
        sa.Index("ix_delivery_kept", "release_at", "person_id", **_WHERE_KEPT),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    address: Mapped[str] = mapped_column(sa.String(24), unique=True)
    """Random and url-safe; what a tap on the notification opens, after unlock."""
    kind: Mapped[DeliveryKind] = mapped_column(words_of(DeliveryKind))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    thread_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE")
    )
    subscription_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("subscription.id", ondelete="CASCADE"), index=True
    )
    """Only this phone, where it is set."""
    reply_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("reply.id", ondelete="CASCADE"), index=True
    )
    handoff_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    desk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"))
    """Of a reply, the desk that owns its handoff: it telephones where no channel served. Of what
    a desk is told about no note of its own: that desk, whose list it leads to."""
    high: Mapped[bool] = mapped_column(default=False)
    """Somebody waits for it: wakes a dozing phone, and the next channel comes sooner."""
    state: Mapped[DeliveryState] = mapped_column(words_of(DeliveryState))
    channel: Mapped[Channel | None] = mapped_column(words_of(Channel))
    created_at: Mapped[dt.datetime]
    release_at: Mapped[dt.datetime]
    """Before then nothing of it leaves, and it may still be undone; a summary of it at the
    earliest, where it was kept back."""
    next_at: Mapped[dt.datetime | None]
    """When the worker looks at it again; while it works on it, when its lease lapses."""
    expires_at: Mapped[dt.datetime | None]
    """When this channel gives up and the next one begins."""
    lease_token: Mapped[str | None] = mapped_column(sa.String(24))
    attempts: Mapped[int] = mapped_column(default=0)
    sent_to: Mapped[list[str]] = mapped_column(default=list)
    accepted_at: Mapped[dt.datetime | None]
    shown_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    """When the desk told the answer itself, by telephone, its reader left, or the note was taken
    back."""
    failure: Mapped[str | None] = mapped_column(sa.String(24))

    @staticmethod
    def queue(
        session: Session,
        kind: DeliveryKind,
        *,
        now: dt.datetime,
        person_id: uuid.UUID | None = None,
        thread_id: uuid.UUID | None = None,
        subscription_id: uuid.UUID | None = None,
        reply_id: uuid.UUID | None = None,
        handoff_id: uuid.UUID | None = None,
        desk_id: uuid.UUID | None = None,
        high: bool = False,
    ) -> Delivery:
        """Owe a word, in the caller's transaction; without a person, to the thread's reporter."""
        delivery = Delivery(
            **_owed(kind, now, now),
            person_id=person_id,
            thread_id=thread_id,
            subscription_id=subscription_id,
            reply_id=reply_id,
            handoff_id=handoff_id,
            desk_id=desk_id,
            high=high,
        )
        session.add(delivery)
        _wake_worker(session)
        return delivery

    @staticmethod
    def queue_for(
        session: Session,
        people: Iterable[uuid.UUID | None],
        kind: DeliveryKind,
        *,
        now: dt.datetime,
        thread_id: uuid.UUID | None = None,
        reply_id: uuid.UUID | None = None,
        handoff_id: uuid.UUID | None = None,
        desk_id: uuid.UUID | None = None,
        high: bool = False,
        release_at: dt.datetime | None = None,
        kept: Mapping[uuid.UUID, dt.datetime] | None = None,
    ) -> None:
        """Owe the same word to several; what it names has to be written already.

        `release_at`: nothing of it leaves before then. `kept`: people who hear of it in a summary
        only, and from when on.
        """
        kept = kept or {}
        rows = [
            {
                **_owed(kind, now, release_at or now),
                **_kept_until(kept.get(person_id) if person_id else None),
                "person_id": person_id,
                "thread_id": thread_id,
                "reply_id": reply_id,
                "handoff_id": handoff_id,
                "desk_id": desk_id,
                "high": high,
            }
            for person_id in (*people, *kept)
        ]
        insert(session, Delivery, rows)
        if len(rows) > len(kept):
            _wake_worker(session)

    @staticmethod
    def at(session: Session, address: str) -> Delivery | None:
        """The delivery behind an address that a notification or a mail opened."""
        return session.scalar(sa.select(Delivery).where(Delivery.address == address))

    @staticmethod
    def sight(
        session: Session, delivery_id: uuid.UUID, code: str, kind: Sighting, now: dt.datetime
    ) -> bool:
        """Take a phone's sighting; False where the code is not that delivery's own."""
        if not keys_of(session).is_message_code("sighting", str(delivery_id), code):
            return False
        delivery = session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is not None:
            delivery.see(kind, now)
        return True

    @staticmethod
    def read(
        session: Session, *, thread_id: uuid.UUID, person_id: uuid.UUID | None, now: dt.datetime
    ) -> None:
        """The recipient opened the thread: everything sent about it has been seen.

        `person_id`: the member of staff who opened it; None for the thread's reporter. What is
        not released yet was seen by nobody.
        """
        is_out = sa.or_(Delivery.release_at <= now, Delivery.state == DeliveryState.KEPT)
        released = unseen(thread_id, person_id).where(is_out)
        rows = session.scalars(released.with_for_update())
        for delivery in rows:
            delivery.see(Sighting.OPENED, now)

    def see(self, kind: Sighting, now: dt.datetime) -> None:
        """Note what the phone showed; the same again, or less than known, changes nothing."""
        if kind is Sighting.OPENED:
            self.opened_at = self.opened_at or now
            self.state = DeliveryState.OPENED
        elif self.state is not DeliveryState.OPENED:
            self.state = DeliveryState.SHOWN
        self.shown_at = self.shown_at or now
        self.next_at = self.lease_token = self.failure = None


def unseen(thread_id: uuid.UUID, person_id: uuid.UUID | None) -> sa.Select[Delivery]:
    """Select what was sent to one reader about a thread and not opened since."""
    return sa.select(Delivery).where(
        Delivery.thread_id == thread_id,
        Delivery.person_id == person_id,
        Delivery.state != DeliveryState.OPENED,
    )


def _owed(kind: DeliveryKind, now: dt.datetime, release_at: dt.datetime) -> dict[str, Any]:
    """The columns of a new delivery that do not say to whom."""
    return {
        "id": uuid.uuid4(),
        "address": secrets.token_urlsafe(_ADDRESS_BYTES),
        "kind": kind,
        "state": DeliveryState.QUEUED,
        "created_at": now,
        "release_at": release_at,
        "next_at": release_at,
        "attempts": 0,
        "sent_to": [],
    }


def _kept_until(at: dt.datetime | None) -> dict[str, Any]:
    if at is None:
        return {}
    return {"state": DeliveryState.KEPT, "release_at": at, "next_at": None}


def _wake_worker(session: Session) -> None:
    """On PostgreSQL, notify the worker when this transaction commits (SQLite's sees it itself)."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(sa.select(sa.func.pg_notify(CHANNEL_NAME, "")))

"""A phone's push address: whose it is, how it is checked, moved to another person and removed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, keys_of
from models.delivery import Delivery, DeliveryKind
from models.endpoint import PushAddress, PushHosts, checked
from models.errors import Invalid
from models.keys import KeyRing

PHONES_PER_OWNER = 10
_PLACE = "subscription.address"


class Subscription(Base):
    """One phone of a person, or of a note without an account (bound by its receipt).

    The endpoint is a secret: it stands encrypted, and is found by its blind index, which for a note
    without an account is bound to that note: nothing joins two notes of one phone. The instants are
    kept to the day, so that they do not join a reporter to the moment of an answer.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        sa.CheckConstraint("person_id IS NULL OR thread_id IS NULL", name="one_owner"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    thread_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True
    )
    sign_in_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("sign_in.id", ondelete="SET NULL"), index=True
    )
    """The session in which it was given: it ends with that phone."""
    sealed_address: Mapped[bytes]
    endpoint_hash: Mapped[bytes] = mapped_column(unique=True)
    vapid_key_id: Mapped[str] = mapped_column(sa.String(16))
    family: Mapped[str] = mapped_column(sa.String(12), default="other")
    is_discreet: Mapped[bool] = mapped_column(default=False)
    """Says only that there is news, whatever the news is."""
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Refusals since the last acceptance; the page asks to subscribe anew where there are any."""

    @property
    def address(self) -> PushAddress:
        """Endpoint and keys, decrypted."""
        return open_address(self.keys, self.id, self.sealed_address)

    @staticmethod
    def put(
        session: Session,
        hosts: PushHosts,
        endpoint: str,
        p256dh: str,
        auth: str,
        *,
        now: dt.datetime,
        person_id: uuid.UUID | None = None,
        thread_id: uuid.UUID | None = None,
        sign_in_id: uuid.UUID | None = None,
        family: str = "other",
        key: str = "",
    ) -> Subscription:
        """Store what a browser gave, or renew it; raises Invalid where it is not usable.

        `key`: the public key it was made with, where the browser tells; without it, the present
        one. An address made with a key that is no longer kept can be pushed to by nobody.
        An endpoint is one person's: turned up under another, it moves there. Beside that it may
        stand once for each note without an account that was written on this phone.
        """
        if (person_id is None) == (thread_id is None):
            raise ValueError("a subscription has one owner")
        address = checked(endpoint, p256dh, auth, hosts)
        key_id = _key_id(keys_of(session), key)
        found = Subscription.at(session, endpoint, thread_id) or _new(
            session, endpoint, thread_id, now
        )
        found.endpoint_hash = _hash_of(keys_of(session), endpoint, thread_id)
        found.person_id, found.thread_id, found.sign_in_id = person_id, thread_id, sign_in_id
        found._keep(address, key_id)
        found.family, found.seen_at, found.failures = family[:12], day_of(now), 0
        session.flush()
        _drop_oldest(session, found)
        return found

    @staticmethod
    def at(
        session: Session, endpoint: str, thread_id: uuid.UUID | None = None
    ) -> Subscription | None:
        """The row of an endpoint: the thread's, or else a person's, whoever that is."""
        keys = keys_of(session)
        own = Subscription.endpoint_hash == _hash_of(keys, endpoint, thread_id)
        if thread_id is not None:
            # 0.2.0 wrote a row under its endpoint alone, whosever it was.
            shared = Subscription.endpoint_hash == _hash_of(keys, endpoint, None)
            own = sa.or_(own, sa.and_(shared, Subscription.thread_id == thread_id))
        return session.scalar(sa.select(Subscription).where(own).limit(1))

    @staticmethod
    def remove(
        session: Session,
        endpoint: str,
        *,
        person_id: uuid.UUID | None = None,
        thread_id: uuid.UUID | None = None,
    ) -> bool:
        """Delete an own subscription; somebody else's stays and the answer does not tell."""
        found = Subscription.at(session, endpoint, thread_id)
        if found is None or (found.person_id, found.thread_id) != (person_id, thread_id):
            return False
        session.delete(found)
        return True

    @staticmethod
    def owned_by(
        *, person_id: uuid.UUID | None = None, thread_id: uuid.UUID | None = None
    ) -> sa.Select[Subscription]:
        """Select an owner's phones, the most recently seen first."""
        mine = (
            Subscription.person_id == person_id
            if person_id is not None
            else Subscription.thread_id == thread_id
        )
        return (
            sa.select(Subscription)
            .where(mine)
            .order_by(Subscription.seen_at.desc(), Subscription.created_at.desc(), Subscription.id)
        )

    def end(self, now: dt.datetime) -> None:
        """Take the phone from its owner: it gets one last word, and then the worker removes it."""
        Delivery.queue(
            self.session,
            DeliveryKind.REVOKED,
            now=now,
            person_id=self.person_id,
            subscription_id=self.id,
        )
        self.person_id = self.thread_id = None

    def _keep(self, address: PushAddress, key_id: str | None) -> None:
        """Hold the address; where nobody tells its key, that changes only when its own keys do."""
        if self.sealed_address and self.address == address:
            self.vapid_key_id = key_id or self.vapid_key_id
            return
        self.vapid_key_id = key_id or self.keys.vapid_key_id
        self.sealed_address = self.keys.seal("column", _PLACE, self.id, json.dumps(address))


def open_address(keys: KeyRing, row_id: uuid.UUID, sealed: bytes) -> PushAddress:
    """The address of a row that was read without its entity; raises Unreadable."""
    return PushAddress(*json.loads(keys.unseal("column", _PLACE, row_id, sealed)))


def note_answers(
    session: Session,
    *,
    accepted: Collection[uuid.UUID],
    refused: Collection[uuid.UUID],
    gone: Collection[uuid.UUID],
    now: dt.datetime,
) -> None:
    """Write what the push services said of phones: taken, refused, or gone for good."""
    table = Base.metadata.tables["subscription"]
    today = day_of(now)
    if accepted:
        is_news = sa.or_(
            table.c.accepted_at.is_(None), table.c.accepted_at < today, table.c.failures > 0
        )
        session.execute(
            sa.update(table)
            .where(table.c.id.in_(accepted), is_news)
            .values(accepted_at=today, failures=0)
        )
    if refused:
        session.execute(
            sa.update(table).where(table.c.id.in_(refused)).values(failures=table.c.failures + 1)
        )
    if gone:
        session.execute(sa.delete(table).where(table.c.id.in_(gone)))


def day_of(instant: dt.datetime) -> dt.datetime:
    """The start of the instant's day, UTC."""
    return instant.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _key_id(keys: KeyRing, public: str) -> str | None:
    found = keys.vapid_id_of(public) if public else None
    if public and found is None:
        raise Invalid("push.problem.key", "key")
    return found


def _hash_of(keys: KeyRing, endpoint: str, thread_id: uuid.UUID | None) -> bytes:
    told = endpoint if thread_id is None else f"{endpoint} {thread_id}"
    return keys.index("subscription.endpoint", told, size=32)


def _new(
    session: Session, endpoint: str, thread_id: uuid.UUID | None, now: dt.datetime
) -> Subscription:
    """A row for the endpoint; if another transaction made it meanwhile, that one."""
    keys = keys_of(session)
    made = Subscription(
        id=uuid.uuid4(),
        sealed_address=b"",
        endpoint_hash=_hash_of(keys, endpoint, thread_id),
        vapid_key_id=keys.vapid_key_id,
        created_at=day_of(now),
        seen_at=day_of(now),
        failures=0,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError:
        other = Subscription.at(session, endpoint, thread_id)
        if other is None:
            raise Invalid("push.problem.endpoint", "endpoint") from None
        return other
    return made


def _drop_oldest(session: Session, kept: Subscription) -> None:
    """Keep an owner's phones to the limit; the one least recently seen goes first."""
    rows = session.scalars(
        Subscription.owned_by(person_id=kept.person_id, thread_id=kept.thread_id)
    ).all()
    others = [row for row in rows if row is not kept]
    for row in others[PHONES_PER_OWNER - 1 :]:
        session.delete(row)

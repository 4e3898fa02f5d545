"""How a delivery moves: claimed by lease, sent, and what the outcome makes of it.

At-least-once: an outcome is written after the sending, never before. The lease token fences it:
a worker that stalled past its lease can no longer write over the one that took its place.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.delivery import TRYING, Channel, Delivery, DeliveryKind, DeliveryState
from models.recipient import Recipient, Target

LEASE = dt.timedelta(seconds=120)
BATCH = 200
MAX_WINDOW = dt.timedelta(hours=72)
_UNTIL_MAIL = {True: dt.timedelta(minutes=5), False: dt.timedelta(hours=4)}
_UNTIL_DESK = {True: dt.timedelta(hours=1), False: MAX_WINDOW}
_TABLE = Delivery.metadata.tables["delivery"]
_COLUMNS = (
    "id",
    "address",
    "kind",
    "person_id",
    "thread_id",
    "subscription_id",
    "high",
    "state",
    "channel",
    "expires_at",
    "lease_token",
    "next_at",
    "attempts",
    "sent_to",
    "accepted_at",
    "failure",
)


class Job(NamedTuple):
    """A claimed delivery, as it stands; `next_at` is when the lease lapses."""

    id: uuid.UUID
    address: str
    kind: DeliveryKind
    person_id: uuid.UUID | None
    thread_id: uuid.UUID | None
    subscription_id: uuid.UUID | None
    high: bool
    state: DeliveryState
    channel: Channel | None
    expires_at: dt.datetime | None
    lease_token: str | None
    next_at: dt.datetime | None
    attempts: int
    sent_to: Sequence[str]
    accepted_at: dt.datetime | None
    failure: str | None

    def is_leased(self, now: dt.datetime) -> bool:
        """Whether the claim still holds: nothing is sent after it lapsed."""
        return self.next_at is not None and now < self.next_at

    def chosen(self, to: Recipient, now: dt.datetime) -> Job:
        """The delivery with the channel it uses now, the next one where a window lapsed.

        Undeliverable, with the reason, where no channel is left; unwanted where none is wanted.
        """
        if to.wants_none:
            return self._replace(state=DeliveryState.UNWANTED, next_at=None, failure=None)
        if self.channel is not None and self.expires_at is not None and now < self.expires_at:
            return self
        if self.channel is None and to.targets:
            return self._through(Channel.PUSH, _window(self, to, Channel.PUSH), now)
        if self.channel is not Channel.MAIL and to.has_email and self.says_news:
            return self._through(Channel.MAIL, _window(self, to, Channel.MAIL), now)
        was_sent = self.state is DeliveryState.ACCEPTED or self.accepted_at is not None
        return self.lost("unseen" if was_sent else self.failure or "no_channel")

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is tried."""
        return self.next_at is None

    @property
    def says_news(self) -> bool:
        """Whether there is anything to read: a test or a farewell goes to a phone only."""
        return self.kind not in (DeliveryKind.TEST, DeliveryKind.REVOKED)

    def remaining(self, targets: Iterable[Target]) -> list[Target]:
        """The phones that have not taken it yet, so that a retry never doubles."""
        return [target for target in targets if target.code not in self.sent_to]

    def accepted(self, codes: Iterable[str], now: dt.datetime) -> Job:
        """Taken by a channel; until something is seen, the window goes on."""
        return self._replace(
            state=DeliveryState.ACCEPTED,
            sent_to=[*self.sent_to, *codes],
            accepted_at=self.accepted_at or now,
            next_at=self.expires_at,
            failure=None,
        )

    def again_at(self, at: dt.datetime, failure: str, *, counts: bool = True) -> Job:
        """Try the rest at an instant, or when the window ends, whichever is first."""
        until = at if self.expires_at is None else min(at, self.expires_at)
        return self._replace(
            next_at=until, failure=failure, attempts=self.attempts + (1 if counts else 0)
        )

    def given_up(self, failure: str, now: dt.datetime) -> Job:
        """This channel will not do: the next one, at once."""
        return self._replace(expires_at=now, next_at=now, failure=failure)

    def lost(self, failure: str) -> Job:
        """No channel is left: the desk's task from here on."""
        return self._replace(
            state=DeliveryState.UNDELIVERABLE,
            next_at=None,
            failure=failure,
        )

    def _through(self, channel: Channel, window: dt.timedelta, now: dt.datetime) -> Job:
        return self._replace(channel=channel, expires_at=now + window, attempts=0)


def _window(job: Job, to: Recipient, channel: Channel) -> dt.timedelta:
    """How long a channel has before the next one begins; at most 72 hours."""
    mail_follows = channel is Channel.PUSH and to.has_email and job.says_news
    return (_UNTIL_MAIL if mail_follows else _UNTIL_DESK)[job.high]


def claim(
    session: Session, now: dt.datetime, *, limit: int = BATCH, lease: dt.timedelta = LEASE
) -> list[Job]:
    """Take deliveries that are due, the high ones first; nobody else gets them meanwhile."""
    jobs: list[Job] = []
    for high in (True, False):
        if len(jobs) < limit:
            jobs += _claim(session, now, high, limit - len(jobs), lease)
    return jobs


def _claim(
    session: Session, now: dt.datetime, high: bool, limit: int, lease: dt.timedelta
) -> list[Job]:
    due = (
        sa.select(_TABLE.c.id)
        .where(_TABLE.c.high == high, _TABLE.c.next_at <= now, _TABLE.c.release_at <= now)
        .order_by(_TABLE.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = session.connection().execute(
        sa.update(_TABLE)
        .where(_TABLE.c.id.in_(sa.select(due.c.id)))
        .values(lease_token=secrets.token_urlsafe(12), next_at=now + lease)
        .returning(*(_TABLE.c[name] for name in _COLUMNS))
    )
    return [Job(*row) for row in rows]


def next_due(session: Session) -> dt.datetime | None:
    """When the next delivery is due; None where nothing waits."""
    found = [
        session.scalar(sa.select(sa.func.min(_TABLE.c.next_at)).where(_TABLE.c.high == high))
        for high in (True, False)
    ]
    return min((at for at in found if at is not None), default=None)


def record(session: Session, jobs: Sequence[Job]) -> None:
    """Write outcomes; one that lost its lease, or was seen meanwhile, stays as it is."""
    if jobs:
        session.connection().execute(_OUTCOME, [_outcome(job) for job in jobs])


def give_back(session: Session, jobs: Iterable[Job], now: dt.datetime) -> None:
    """Return unsent deliveries: they are due again at once."""
    record(session, [job._replace(next_at=now) for job in jobs])


_WRITTEN = ("state", "channel", "expires_at", "next_at", "attempts", "sent_to", "accepted_at")
_OUTCOME = (
    sa.update(_TABLE)
    .where(
        _TABLE.c.id == sa.bindparam("of_id"),
        _TABLE.c.lease_token == sa.bindparam("of_lease"),
        # Not in_(): the statement runs once for many outcomes.
        sa.or_(*(_TABLE.c.state == state for state in TRYING)),
    )
    .values(
        lease_token=None,
        failure=sa.bindparam("to_failure"),
        **{name: sa.bindparam(f"to_{name}") for name in _WRITTEN},
    )
)


def _outcome(job: Job) -> dict[str, Any]:
    values: dict[str, Any] = {f"to_{name}": getattr(job, name) for name in _WRITTEN}
    return values | {
        "of_id": job.id,
        "of_lease": job.lease_token,
        "to_failure": job.failure,
        "to_sent_to": list(job.sent_to),
    }

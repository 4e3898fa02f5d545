"""What the worker does by itself beside sending; each step may run twice without harm."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    audit_following,
    audit_watch,
    developing,
    mirror_keeping,
    own_clue,
    photo_joining,
    silence,
    summary,
    tally,
    watch,
)
from models.audit_forgetting import forget_lines
from models.delivery import TRYING, Delivery, DeliveryState
from models.reveal import watching
from models.settings import Settings
from models.store import Store
from models.subscription import Subscription, day_of
from models.unreached import is_owed
from models.words import Words
from pwa.develop import develop_photos
from pwa.head_keeping import Keeping
from pwa.worker import Step

DELIVERY_KEPT = dt.timedelta(days=30)
PHONE_KEPT = dt.timedelta(days=180)
"""A phone that neither took a push nor checked in for so long is somebody else's by now."""
_AT_ONCE = 500


def forget_deliveries(store: Store, now: dt.datetime) -> int:
    """Delete deliveries that ended a month ago; gives how many.

    A reply that reached nobody stays the desk's to telephone until it was told or read.
    """
    return _delete_in_parts(
        store,
        sa.select(Delivery.id).where(
            Delivery.created_at < now - DELIVERY_KEPT,
            Delivery.state.not_in((*TRYING, DeliveryState.KEPT)) | Delivery.settled_at.is_not(None),
            ~is_owed(),
        ),
        Delivery,
    )


def forget_phones(store: Store, now: dt.datetime) -> int:
    """Delete subscriptions without a sign of life for half a year; gives how many."""
    before = day_of(now) - PHONE_KEPT
    return _delete_in_parts(
        store,
        sa.select(Subscription.id).where(
            Subscription.seen_at < before,
            sa.func.coalesce(Subscription.accepted_at, Subscription.created_at) < before,
        ),
        Subscription,
    )


def give_up_photos(store: Store, now: dt.datetime) -> int:
    """Tell desks of pictures whose rest did not come, each in its own write; gives how many."""
    with store.read() as session:
        found = developing.incomplete(session, now, _AT_ONCE)
    settled = 0
    for one in found:
        with store.write() as session:
            settled += developing.give_up_rest(session, one, now)
    return settled


def forget_orphans(store: Store, now: dt.datetime) -> int:
    """Delete parts of pictures whose note never came; gives how many."""
    deleted = 0
    while True:
        with store.write() as session:
            part = photo_joining.forget_orphans(session, now, _AT_ONCE)
        deleted += part
        if part < _AT_ONCE:
            return deleted


def forget_former_addresses(store: Store, now: dt.datetime) -> None:
    """Delete where staff lived or worked more than a year ago."""
    with store.write() as session:
        own_clue.forget_former(session, now)


HOUSEKEEPING = (
    Step("watch deadlines", dt.timedelta(seconds=20), watch.watch),
    Step("watch the audit", dt.timedelta(seconds=20), audit_watch.watch),
    Step("watch what was opened in danger", dt.timedelta(minutes=1), watching.watch),
    Step("gather summaries", dt.timedelta(seconds=20), summary.gather),
    Step("develop photos", dt.timedelta(seconds=1), develop_photos),
    Step("forget deliveries", dt.timedelta(hours=1), forget_deliveries),
    Step("forget phones", dt.timedelta(hours=1), forget_phones),
    Step("give up photos", dt.timedelta(hours=1), give_up_photos),
    Step("keep the mirror", dt.timedelta(hours=1), mirror_keeping.keep),
    Step("forget the mirror", dt.timedelta(days=1), mirror_keeping.forget),
    Step("forget orphans", dt.timedelta(hours=1), forget_orphans),
    Step("forget tries", dt.timedelta(hours=1), tally.forget_over),
    Step("forget former addresses", dt.timedelta(days=1), forget_former_addresses),
    Step("follow the log", dt.timedelta(days=1), audit_following.follow),
)


def steps_of(settings: Settings, words: Words) -> tuple[Step, ...]:
    """Every step, with what these settings say."""
    keeping = Keeping(settings, words)

    def forget_audit(store: Store, now: dt.datetime) -> int:
        return forget_lines(store, settings.audit_years, now)

    def watch_silence(store: Store, now: dt.datetime) -> int:
        return silence.watch(store, settings.silent_days, now)

    return (
        *HOUSEKEEPING,
        Step("watch the log's end", dt.timedelta(seconds=20), audit_following.Following().look),
        Step("watch silent phones", dt.timedelta(hours=1), watch_silence),
        Step("keep the audit's head", dt.timedelta(minutes=1), keeping.keep),
        Step("forget audit lines", dt.timedelta(days=1), forget_audit),
    )


def _delete_in_parts(
    store: Store, found: sa.Select[uuid.UUID], kind: type[Delivery | Subscription]
) -> int:
    """Small writes, so that nobody waits for a large one."""
    deleted = 0
    while True:
        with store.write() as session:
            part = _delete(session, found.limit(_AT_ONCE), kind)
        deleted += part
        if part < _AT_ONCE:
            return deleted


def _delete(
    session: Session, found: sa.Select[uuid.UUID], kind: type[Delivery | Subscription]
) -> int:
    ids = session.scalars(found).all()
    if ids:
        session.execute(sa.delete(kind).where(kind.id.in_(ids)))
    return len(ids)

"""Claims and outcomes: nobody else gets what is claimed, and nobody writes without the lease."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.delivery import Channel, Delivery, DeliveryKind, DeliveryState, Sighting
from models.dispatch import LEASE, MAX_WINDOW, Job, claim, give_back, next_due, record
from models.keys import KeyRing
from models.person import Person
from models.recipient import Recipient
from models.store import Store
from tests.support.deliveries import NOW, a_job, a_person, a_target
from tests.support.push_peer import Phone

SECOND = dt.timedelta(seconds=1)
RING = KeyRing.ephemeral()
TARGET = a_target(Phone("a", "http://127.0.0.1:1/a"), RING)


def queue(session: Session, person: Person, **of: object) -> Delivery:
    return Delivery.queue(
        session,
        DeliveryKind.NEW_NOTE,
        person_id=person.id,
        **({"now": NOW} | of),  # type: ignore[arg-type]
    )


def only(session: Session) -> Delivery:
    return session.scalars(sa.select(Delivery)).one()


def test_what_is_due_is_claimed_once_and_again_only_when_its_lease_lapses(
    either: Store,
) -> None:
    with either.write() as session:
        queue(session, a_person(session))
        queue(session, a_person(session), now=NOW + SECOND)
    with either.write() as session:
        [job] = claim(session, NOW)
        assert (job.state, job.next_at) == (DeliveryState.QUEUED, NOW + LEASE)
    with either.write() as session:
        assert claim(session, NOW) == []
        assert len(claim(session, NOW + SECOND)) == 1
    with either.write() as session:
        [again] = [j for j in claim(session, NOW + LEASE) if j.id == job.id]
        assert again.lease_token != job.lease_token


def test_the_hurried_ones_come_first_then_the_oldest(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        for number, high in enumerate((False, True, False, True)):
            queue(session, person, high=high, now=NOW - number * SECOND)
    with either.write() as session:
        found = claim(session, NOW, limit=3)
        assert sorted(job.high for job in found) == [False, True, True]
        assert next_due(session) == NOW
        [last] = claim(session, NOW)
        assert not last.high
        assert next_due(session) == NOW + LEASE


def test_no_more_is_claimed_than_asked_for(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        for high in (True, False):
            queue(session, person, high=high)
    with either.write() as session:
        assert [job.high for job in claim(session, NOW, limit=1)] == [True]


def test_two_workers_at_once_get_different_deliveries(either: Store) -> None:
    with either.write() as session:
        person = a_person(session)
        for _ in range(20):
            queue(session, person)
    if either.is_sqlite:
        claims = []
        for _ in range(2):
            with either.write() as session:
                claims.append(claim(session, NOW, limit=10))
    else:
        with either.write() as one, either.write() as two:
            claims = [claim(one, NOW, limit=10), claim(two, NOW, limit=10)]
    ids = [job.id for jobs in claims for job in jobs]
    assert len(ids) == len(set(ids)) == 20


def test_an_outcome_is_written_under_its_lease(either: Store) -> None:
    with either.write() as session:
        queue(session, a_person(session))
    with either.write() as session:
        [job] = claim(session, NOW)
        job = job.chosen(Recipient(targets=(TARGET,)), NOW).accepted(["x"], NOW)
        record(session, [job])
        record(session, [])
    with either.read() as session:
        row = only(session)
        assert (row.state, row.channel) == (DeliveryState.ACCEPTED, Channel.PUSH)
        assert (row.sent_to, row.accepted_at, row.lease_token) == (["x"], NOW, None)
        assert row.next_at == row.expires_at == NOW + MAX_WINDOW


def test_a_worker_that_stalled_past_its_lease_writes_nothing(either: Store) -> None:
    with either.write() as session:
        queue(session, a_person(session))
    with either.write() as session:
        [stalled] = claim(session, NOW)
    with either.write() as session:
        [fresh] = claim(session, NOW + LEASE)
    with either.write() as session:
        record(session, [stalled.lost("stalled")])
        assert only(session).state is DeliveryState.QUEUED
        record(session, [fresh.accepted(["x"], NOW)])
        record(session, [fresh.lost("again")])
    with either.read() as session:
        assert only(session).state is DeliveryState.ACCEPTED


def test_a_clock_that_steps_back_in_a_lease_neither_sends_twice_nor_loses_the_outcome(
    either: Store,
) -> None:
    with either.write() as session:
        queue(session, a_person(session))
    with either.write() as session:
        [job] = claim(session, NOW)
    with either.write() as session:
        yesterday = NOW - dt.timedelta(days=1)
        assert claim(session, yesterday) == []
        record(
            session,
            [job.chosen(Recipient(targets=(TARGET,)), yesterday).accepted(["x"], yesterday)],
        )
    with either.read() as session:
        assert only(session).state is DeliveryState.ACCEPTED


def test_an_outcome_does_not_take_back_what_was_seen(either: Store) -> None:
    with either.write() as session:
        queue(session, a_person(session))
    with either.write() as session:
        [job] = claim(session, NOW)
        only(session).see(Sighting.SHOWN, NOW)
        session.flush()
        record(session, [job.accepted(["x"], NOW)])
    with either.read() as session:
        assert only(session).state is DeliveryState.SHOWN
        assert only(session).next_at is None


def test_a_delivery_that_ended_takes_no_outcome_even_under_its_lease(either: Store) -> None:
    with either.write() as session:
        queue(session, a_person(session))
    with either.write() as session:
        [job] = claim(session, NOW)
        only(session).state = DeliveryState.OPENED
        session.flush()
        record(session, [job.lost("late")])
    with either.read() as session:
        assert only(session).state is DeliveryState.OPENED


def test_what_is_given_back_is_due_at_once(either: Store) -> None:
    with either.write() as session:
        queue(session, a_person(session))
    with either.write() as session:
        give_back(session, claim(session, NOW), NOW)
    with either.write() as session:
        assert len(claim(session, NOW)) == 1


@pytest.mark.parametrize(
    ("high", "email", "window"),
    [
        (True, True, dt.timedelta(minutes=5)),
        (True, False, dt.timedelta(hours=1)),
        (False, True, dt.timedelta(hours=4)),
        (False, False, dt.timedelta(hours=72)),
    ],
)
def test_a_push_has_until_the_next_channel(high: bool, email: bool, window: dt.timedelta) -> None:
    job = a_job(high=high).chosen(Recipient(targets=(TARGET,), has_email=email), NOW)
    assert (job.channel, job.expires_at) == (Channel.PUSH, NOW + window)


def test_mail_follows_a_push_that_nobody_saw_and_the_desk_follows_the_mail() -> None:
    to = Recipient(targets=(TARGET,), has_email=True)
    pushed = a_job().chosen(to, NOW).accepted(["x"], NOW)
    late = NOW + dt.timedelta(hours=4)
    mailed = pushed.chosen(to, late)
    assert (mailed.channel, mailed.expires_at) == (Channel.MAIL, late + MAX_WINDOW)
    lost = mailed.accepted(["mail"], late).chosen(to, late + MAX_WINDOW)
    assert (lost.state, lost.failure) == (DeliveryState.UNDELIVERABLE, "unseen")


def test_without_a_phone_the_mail_goes_at_once() -> None:
    assert a_job().chosen(Recipient(has_email=True), NOW).channel is Channel.MAIL


SPANS = st.integers(0, 100 * 3600).map(lambda seconds: dt.timedelta(seconds=seconds))


@given(
    st.lists(st.tuples(SPANS, st.sampled_from(["accepted", "later", "refused"])), max_size=12),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_every_delivery_ends_within_two_windows_whatever_happens(
    events: list[tuple[dt.timedelta, str]], high: bool, phone: bool, email: bool
) -> None:
    to = Recipient(targets=(TARGET,) if phone else (), has_email=email)
    job, now = a_job(high=high), NOW
    for span, event in [*events, *[(MAX_WINDOW, "accepted")] * 3]:
        job = job.chosen(to, now)
        if job.state is DeliveryState.UNDELIVERABLE:
            assert job.next_at is None
            break
        job = happened(job, event, now)
        assert job.next_at is not None
        assert job.expires_at is not None
        assert now <= job.next_at <= max(now, job.expires_at)
        now = max(now + span, job.next_at)
        job = job._replace(next_at=now + LEASE)
    assert job.state is DeliveryState.UNDELIVERABLE


def happened(job: Job, event: str, now: dt.datetime) -> Job:
    if event == "accepted":
        return job.accepted(["x"], now)
    if event == "later":
        return job.again_at(now + SECOND, "unreachable")
    return job.given_up("refused", now)

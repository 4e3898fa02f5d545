"""What is owed is sent to whom it is owed, once, and written down; on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from models.delivery import Delivery, DeliveryKind, DeliveryState, Sighting
from models.dispatch import LEASE, record
from models.endpoint import PushHosts
from models.errors import Busy
from models.person import Person, PersonState
from models.store import Store
from models.subscription import Subscription
from pwa.courier import Courier
from pwa.transport import Transport
from tests.support.deliveries import a_person, a_thread, subscribe
from tests.support.mailbox import Inbox, Post
from tests.support.office import Office
from tests.support.push_peer import PushPeer
from tests.support.sending import until_quiet

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def office(either: Store) -> Iterator[Office]:
    with PushPeer() as peer:
        yield Office(either, peer)


def test_a_word_to_a_member_of_staff_arrives_on_each_phone(office: Office) -> None:
    clerk, phones = office.reader(phones=2, language="en")
    [owed] = office.owe(clerk, high=True)
    office.send()
    for phone in phones:
        [post] = office.peer.accepted(phone)
        assert post.message["notification"]["title"] == "A new worry has come"
    row = office.row(owed)
    assert (row.state, len(row.sent_to)) == (DeliveryState.ACCEPTED, 2)
    office.send()
    assert len(office.peer.posts) == 2


def test_a_reply_finds_the_reporter_by_the_reporter_table_alone(office: Office) -> None:
    reader, [phone] = office.reader(language="ja@easy")
    with office.store.write() as session:
        thread = a_thread(session, session.get(Person, reader))
        owed = Delivery.queue(session, DeliveryKind.REPLY, now=office.now, thread_id=thread.id)
        owed_id = owed.id
    office.send()
    [post] = office.peer.accepted(phone)
    assert post.message["notification"]["title"] == "返事が きました"
    row = office.row(owed_id)
    with office.store.read() as session:
        subscription = session.scalars(sa.select(Subscription)).one()
        known = str([getattr(row, column.key) for column in Delivery.__table__.columns])
        assert str(subscription.id) not in known
        assert str(reader) not in known


def test_a_note_without_an_account_is_answered_on_its_own_phone(office: Office) -> None:
    phone, other = office.peer.phone(), office.peer.phone()
    with office.store.write() as session:
        thread, elsewhere = a_thread(session, language="en"), a_thread(session)
        subscribe(session, phone, thread=thread)
        subscribe(session, other, thread=elsewhere)
        Delivery.queue(session, DeliveryKind.REPLY, now=office.now, thread_id=thread.id)
    office.send()
    [post] = office.peer.accepted()
    assert post.phone is phone
    assert post.message["notification"]["title"] == "A reply has come"


@pytest.mark.parametrize("state", [PersonState.SUSPENDED, PersonState.LEFT])
def test_who_takes_no_part_any_more_is_told_nothing(office: Office, state: PersonState) -> None:
    clerk, _ = office.reader()
    [owed] = office.owe(clerk)
    office.suspend(clerk, state=state)
    office.send()
    assert not office.peer.posts
    assert office.row(owed).failure == "no_channel"


def test_what_no_key_opens_reaches_nobody_and_stops_nothing(office: Office) -> None:
    """A phone's address and a reporter's identity that were moved to another row."""
    clerk, [broken, whole] = office.reader(phones=2)
    with office.store.write() as session:
        found = Subscription.at(session, broken.endpoint)
        assert found is not None
        found.sealed_address = b"x" * 40
        thread = a_thread(session, session.get(Person, clerk))
        thread.reporter.sealed_identity = b"x" * 40
        lost = Delivery.queue(session, DeliveryKind.REPLY, now=office.now, thread_id=thread.id).id
    office.owe(clerk)
    office.send()
    assert [post.phone for post in office.peer.posts] == [whole]
    assert office.row(lost).failure == "no_channel"


def test_nothing_goes_out_before_it_is_due(office: Office) -> None:
    clerk, _ = office.reader()
    office.owe(clerk, now=office.now + dt.timedelta(seconds=10))
    office.send()
    assert not office.peer.posts
    office.now += dt.timedelta(seconds=10)
    office.send()
    assert len(office.peer.accepted()) == 1


def test_a_phone_that_is_gone_is_removed_and_the_other_still_told(office: Office) -> None:
    clerk, [gone, there] = office.reader(phones=2)
    office.peer.uninstall(gone)
    [owed] = office.owe(clerk)
    office.send()
    assert office.row(owed).state is DeliveryState.ACCEPTED
    assert len(office.peer.accepted(there)) == 1
    with office.store.read() as session:
        assert len(session.scalars(Subscription.owned_by(person_id=clerk)).all()) == 1
    office.owe(clerk)
    office.send()
    assert [post.status for post in office.peer.posts].count(410) == 1


def test_a_farewell_goes_to_the_phone_that_was_taken_and_then_it_is_forgotten(
    office: Office,
) -> None:
    clerk, [lost, kept] = office.reader(phones=2, language="en")
    with office.store.write() as session:
        found = Subscription.at(session, lost.endpoint)
        assert found is not None
        found.end(office.now)
    office.owe(clerk)
    office.send()
    [post] = office.peer.accepted(lost)
    assert post.message["notification"]["title"] == "This phone was signed out"
    assert len(office.peer.accepted(kept)) == 1
    with office.store.read() as session:
        assert Subscription.at(session, lost.endpoint) is None
        assert Subscription.at(session, kept.endpoint) is not None


def test_a_sighting_ends_the_tries(office: Office) -> None:
    clerk, [phone] = office.reader()
    [owed] = office.owe(clerk)
    office.send()
    data = office.peer.accepted(phone)[0].message["notification"]["data"]
    assert data["see"] == f"/api/v1/deliveries/{owed}/sightings"
    with office.store.write() as session:
        assert Delivery.sight(session, owed, data["code"], Sighting.SHOWN, office.now)
    office.now += 100 * HOUR
    office.send()
    assert office.row(owed).state is DeliveryState.SHOWN
    assert len(office.peer.posts) == 1


def test_two_workers_send_each_word_once(office: Office) -> None:
    clerk, [phone] = office.reader()
    owed = office.owe(clerk, times=450)

    async def both() -> None:
        async with (
            Transport(PushHosts(["loopback"])) as way,
            office.sender(way) as one,
            office.sender(way) as two,
        ):
            await asyncio.gather(until_quiet(one), until_quiet(two))

    asyncio.run(both())
    posts = Counter(p.message["notification"]["navigate"] for p in office.peer.accepted(phone))
    assert len(posts) == len(owed)
    assert set(posts.values()) == {1}
    assert office.states() == {DeliveryState.ACCEPTED: len(owed)}


def test_outcomes_wait_for_a_busy_store_and_nothing_is_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, [phone] = office.reader()
    office.owe(clerk, times=3)
    real, turns = office.store.write, iter([False, True, True])

    @contextlib.contextmanager
    def busy() -> Iterator[Any]:
        if next(turns, False):
            raise Busy
        with real() as session:
            yield session

    monkeypatch.setattr(office.store, "write", busy)
    monkeypatch.setattr("pwa.sender.STUMBLE_SECONDS", 0.01)
    office.send()
    assert len(office.peer.accepted(phone)) == 3
    assert office.states() == {DeliveryState.ACCEPTED: 3}


def test_one_delivery_that_cannot_be_carried_does_not_stop_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, [phone] = office.reader()
    broken, *others = office.owe(clerk, times=3)
    carry = Courier.carry

    async def stumble(self: Courier, job: Any, to: Any) -> Any:
        if job.id == broken:
            raise ZeroDivisionError
        return await carry(self, job, to)

    monkeypatch.setattr(Courier, "carry", stumble)
    office.send()
    assert len(office.peer.accepted(phone)) == len(others)
    monkeypatch.undo()
    office.now += LEASE
    office.send()
    assert len(office.peer.accepted(phone)) == 3


def test_unseen_it_goes_by_mail_and_unopened_it_is_the_desks_task(office: Office) -> None:
    inbox = Inbox()
    post = Post(inbox)
    post.start()
    office.settings = replace(
        office.settings,
        smtp_url=f"smtp://127.0.0.1:{post.port}",
        mail_from="kizuki@town.example.jp",
    )
    try:
        clerk, _ = office.reader(email="clerk@town.example.jp")
        [owed] = office.owe(clerk)
        office.send()
        assert not inbox.letters
        office.now += 4 * HOUR
        office.send()
        [(recipients, letter)] = inbox.letters
        assert recipients == ["clerk@town.example.jp"]
        assert office.row(owed).address in letter.get_content()
        office.now += 72 * HOUR
        office.send()
    finally:
        post.stop()
    assert len(inbox.letters) == 1
    assert office.row(owed).state is DeliveryState.UNDELIVERABLE


def test_somebody_new_without_any_channel_is_the_desks_task_at_once(office: Office) -> None:
    with office.store.write() as session:
        thread = a_thread(session, a_person(session))
        owed = Delivery.queue(session, DeliveryKind.REPLY, now=office.now, thread_id=thread.id).id
    office.send()
    assert office.row(owed).state is DeliveryState.UNDELIVERABLE


def test_an_outcome_that_cannot_be_written_does_not_hold_up_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, _ = office.reader()
    broken, *others = office.owe(clerk, times=5)
    real = record

    def stumble(session: Any, jobs: Any) -> None:
        if any(job.id == broken for job in jobs):
            raise ZeroDivisionError
        real(session, jobs)

    monkeypatch.setattr("pwa.sender.record", stumble)
    office.send()
    assert office.states() == {
        DeliveryState.QUEUED: 1,
        DeliveryState.ACCEPTED: len(others),
    }

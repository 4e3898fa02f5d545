"""One delivery on its way: what each answer of a push service makes of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.delivery import Channel, DeliveryKind, DeliveryState
from models.dispatch import LEASE, Job
from models.endpoint import PushHosts
from models.keys import KeyRing
from models.recipient import Recipient, Target
from models.words import Words
from pwa.courier import Carried, Courier
from pwa.hosts import Hosts
from pwa.mail import MailServer, Security
from pwa.message import Voice
from pwa.push import Pusher
from pwa.transport import Transport
from tests.support.deliveries import NOW, a_job, a_target
from tests.support.mailbox import Inbox, Post
from tests.support.push_peer import HANG, RESET, Phone, PushPeer

RING = KeyRing.ephemeral()
SUBJECT = "mailto:push@town.example.jp"
WORDS = Words(Path(__file__).parents[2] / "translations", strict=True)
HOUR = dt.timedelta(hours=1)


class Way:
    """A courier, the push service at its end, and a clock that stands still."""

    def __init__(self, peer: PushPeer) -> None:
        self.peer = peer
        self.now = NOW
        peer.clock = lambda: self.now
        self.hosts = Hosts(random.Random(1))
        self.allowed = PushHosts(["loopback"])
        self.timeout = 10.0
        self.mail: MailServer | None = None
        self.address: str | None = "reader@home.example.jp"

    def carry(self, job: Job, *targets: Target, **to: Any) -> Carried:
        async def once() -> Carried:
            async with Transport(self.allowed, timeout=self.timeout) as transport:
                courier = Courier(
                    pusher=Pusher(RING, SUBJECT, self.now.timestamp),
                    transport=transport,
                    voice=Voice(WORDS, RING, "https://kizuki.town.example.jp"),
                    hosts=self.hosts,
                    clock=lambda: self.now,
                    address_of=lambda _: self.address,
                    mail=self.mail,
                )
                return await courier.carry(job, Recipient(targets=targets, **to))

        return asyncio.run(once())

    def phone(self, *script: Any) -> tuple[Phone, Target]:
        phone = self.peer.phone()
        self.peer.script(phone, list(script))
        return phone, a_target(phone, RING)


@pytest.fixture
def way() -> Iterator[Way]:
    with PushPeer() as peer:
        yield Way(peer)


def test_a_push_is_accepted_and_waits_to_be_seen(way: Way) -> None:
    phone, target = way.phone()
    carried = way.carry(a_job(), target)
    job = carried.job
    assert (job.state, job.channel) == (DeliveryState.ACCEPTED, Channel.PUSH)
    assert (job.accepted_at, job.expires_at) == (NOW, NOW + 72 * HOUR)
    assert job.next_at == job.expires_at
    assert (list(job.sent_to), carried.accepted) == ([target.code], [target.id])
    [post] = way.peer.accepted(phone)
    assert post.message["notification"]["title"] == "お返事が届きました"
    assert post.headers["Topic"] == post.message["notification"]["tag"]
    assert (post.headers["TTL"], post.headers["Urgency"]) == (str(72 * 3600), "normal")


def test_what_somebody_waits_for_is_urgent_and_the_next_channel_comes_sooner(way: Way) -> None:
    phone, target = way.phone()
    job = way.carry(a_job(high=True), target).job
    assert job.expires_at == NOW + HOUR
    [post] = way.peer.accepted(phone)
    assert (post.headers["TTL"], post.headers["Urgency"]) == ("3600", "high")


def test_every_phone_gets_it_in_the_readers_language_and_its_own_discretion(way: Way) -> None:
    (one, first), (two, second) = way.phone(), way.phone()
    carried = way.carry(a_job(), first, second._replace(is_discreet=True), language="en")
    assert set(carried.job.sent_to) == {first.code, second.code}
    [said] = [post.message["notification"] for post in way.peer.accepted(one)]
    [discreet] = [post.message["notification"] for post in way.peer.accepted(two)]
    assert said["lang"] == discreet["lang"] == "en"
    assert said["title"] != discreet["title"]
    assert said["tag"] == discreet["tag"]


def test_a_retry_goes_only_to_the_phone_that_has_not_taken_it(way: Way) -> None:
    (one, first), (two, second) = way.phone(), way.phone(503)
    job = way.carry(a_job(), first, second).job
    assert job.state is DeliveryState.ACCEPTED
    assert job.next_at is not None
    assert job.next_at <= NOW + dt.timedelta(seconds=1)
    again = way.carry(job._replace(next_at=NOW + LEASE), first, second).job
    assert set(again.sent_to) == {first.code, second.code}
    assert again.next_at == again.expires_at
    assert len(way.peer.accepted(one)) == len(way.peer.accepted(two)) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_named_and_the_next_channel_follows(way: Way, status: int) -> None:
    _, target = way.phone(status)
    carried = way.carry(a_job(), target)
    assert carried.gone == [target.id]
    assert (carried.job.failure, carried.job.next_at) == ("gone", NOW)
    assert carried.job.state is DeliveryState.QUEUED
    assert way.carry(carried.job).job.state is DeliveryState.UNDELIVERABLE


@pytest.mark.parametrize("status", [429, 406])
def test_a_service_that_asks_for_patience_gets_exactly_that_and_no_try_is_lost(
    way: Way, status: int
) -> None:
    _, target = way.phone((status, {"Retry-After": "37"}))
    _, other = way.phone()
    job = way.carry(a_job(), target).job
    assert job.next_at == NOW + dt.timedelta(seconds=37)
    assert (job.attempts, job.state) == (0, DeliveryState.QUEUED)
    paused = way.carry(a_job(), other).job
    assert paused.next_at == NOW + dt.timedelta(seconds=37), "the whole host is left alone"
    assert not way.peer.accepted()
    way.now += dt.timedelta(seconds=37)
    assert way.carry(job._replace(next_at=way.now + LEASE), target).job.accepted_at == way.now


def test_a_service_in_trouble_is_tried_again_after_its_own_time_or_ours(way: Way) -> None:
    _, asking = way.phone((503, {"Retry-After": "90"}))
    assert way.carry(a_job(), asking).job.next_at == NOW + dt.timedelta(seconds=90)
    _, silent = way.phone(500, 502)
    tried = a_job(attempts=3, channel=Channel.PUSH, expires_at=NOW + HOUR)
    job = way.carry(tried, silent).job
    assert job.attempts == 4
    assert job.next_at is not None
    assert NOW < job.next_at <= NOW + dt.timedelta(seconds=60)


@pytest.mark.parametrize("fault", [HANG, RESET])
def test_no_answer_is_tried_again(way: Way, fault: str) -> None:
    way.timeout = 0.3
    _, target = way.phone(fault)
    job = way.carry(a_job(), target).job
    assert (job.state, job.attempts, job.failure) == (DeliveryState.QUEUED, 1, "unreachable")


def test_no_retry_goes_beyond_the_window(way: Way) -> None:
    _, target = way.phone((503, {"Retry-After": "7200"}))
    job = way.carry(a_job(high=True), target).job
    assert job.next_at == job.expires_at == NOW + HOUR


@pytest.mark.parametrize("status", [301, 307, 400, 413, 418])
def test_our_own_mistake_is_said_loudly_and_not_repeated(
    way: Way, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    _, target = way.phone((status, {"Location": "http://127.0.0.1:1/"}))
    carried = way.carry(a_job(), target)
    assert (carried.job.failure, carried.gone) == ("refused", [])
    ours = [record.levelno for record in caplog.records if record.name == "pwa.courier"]
    assert ours == [logging.ERROR]
    assert target.address.endpoint not in caplog.text, "an endpoint is a secret"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_renewed_once_and_then_the_phone_is_suspect(
    way: Way, status: int
) -> None:
    phone, target = way.phone(status)
    assert way.carry(a_job(), target).accepted == [target.id]
    first, second = (post.headers["Authorization"] for post in way.peer.posts)
    assert first != second
    _, refused = way.phone(status, status)
    carried = way.carry(a_job(), refused)
    assert (carried.suspect, carried.gone) == ([refused.id], [])
    assert carried.job.failure == "refused"
    assert len(way.peer.accepted(phone)) == 1


def test_a_phone_whose_key_was_lost_is_suspect(way: Way) -> None:
    phone = way.peer.phone()
    target = a_target(phone, RING, key_id="lost")
    assert way.carry(a_job(), target).suspect == [target.id]


def test_a_host_that_is_no_longer_allowed_is_not_posted_to_and_its_phone_stays(way: Way) -> None:
    _, target = way.phone()
    way.allowed = PushHosts(["fcm.googleapis.com"])
    carried = way.carry(a_job(), target)
    assert (carried.job.failure, carried.gone) == ("refused", [])
    assert not way.peer.posts


def test_a_claim_that_lapsed_sends_nothing(way: Way) -> None:
    _, target = way.phone()
    way.now = NOW + LEASE
    assert way.carry(a_job(), target).job.state is DeliveryState.QUEUED
    assert not way.peer.posts


def test_nobody_to_send_to_is_undeliverable_at_once(way: Way) -> None:
    job = way.carry(a_job()).job
    assert (job.state, job.failure, job.next_at) == (
        DeliveryState.UNDELIVERABLE,
        "no_channel",
        None,
    )


@pytest.fixture
def inbox(way: Way) -> Iterator[Inbox]:
    letters = Inbox()
    post = Post(letters)
    post.start()
    way.mail = MailServer("127.0.0.1", post.port, "k@town.example.jp", Security.NONE)
    yield letters
    post.stop()


READER = {"has_email": True, "person_id": uuid.uuid4()}


def test_without_a_phone_a_mail_goes_and_a_repeat_does_not(way: Way, inbox: Inbox) -> None:
    job = way.carry(a_job(), **READER).job
    assert (job.state, job.channel) == (DeliveryState.ACCEPTED, Channel.MAIL)
    again = way.carry(job._replace(next_at=NOW + LEASE), **READER).job
    assert (again.state, again.next_at) == (DeliveryState.ACCEPTED, job.expires_at)
    assert len(inbox.letters) == 1


def test_a_mail_not_taken_now_is_tried_again(way: Way, inbox: Inbox) -> None:
    inbox.recipient_answer = "450 later"
    job = way.carry(a_job(), **READER).job
    assert (job.state, job.attempts, job.failure) == (DeliveryState.QUEUED, 1, "mail_delayed")


@pytest.mark.parametrize("why", ["refused", "no address", "no reader", "no server"])
def test_a_mail_that_cannot_go_is_the_end_of_the_channels(way: Way, inbox: Inbox, why: str) -> None:
    inbox.recipient_answer = "550 no such user"
    to, job = dict(READER), a_job()
    if why == "no address":
        way.address = None
    elif why == "no reader":
        job, to["person_id"] = job.chosen(Recipient(has_email=True), NOW), None
    elif why == "no server":
        job, way.mail = job.chosen(Recipient(has_email=True), NOW), None
    given_up = way.carry(job, **to).job
    assert given_up.next_at == NOW
    assert way.carry(given_up, **to).job.state is DeliveryState.UNDELIVERABLE
    assert not inbox.letters


def test_mail_without_a_mail_server_is_no_channel(way: Way) -> None:
    job = way.carry(a_job(), has_email=True, person_id=uuid.uuid4()).job
    assert job.state is DeliveryState.UNDELIVERABLE


def test_a_test_push_never_becomes_a_mail(way: Way) -> None:
    job = a_job(kind=DeliveryKind.TEST)
    assert not job.says_news
    assert way.carry(job, has_email=True).job.state is DeliveryState.UNDELIVERABLE


def test_a_push_that_nobody_saw_is_undeliverable_when_its_window_ends(way: Way) -> None:
    _, target = way.phone()
    job = way.carry(a_job(), target).job
    assert job.expires_at is not None
    way.now = job.expires_at
    late = way.carry(job._replace(next_at=way.now + LEASE), target).job
    assert (late.state, late.failure) == (DeliveryState.UNDELIVERABLE, "unseen")
    assert len(way.peer.posts) == 1


def test_a_phone_that_went_away_after_taking_it_changes_nothing(way: Way) -> None:
    _, target = way.phone()
    job = way.carry(a_job(), target).job
    again = way.carry(job._replace(next_at=NOW + LEASE)).job
    assert (again.state, again.next_at) == (DeliveryState.ACCEPTED, job.expires_at)

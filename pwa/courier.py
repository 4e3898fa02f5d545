"""Carries one claimed delivery: to every phone at once, or by e-mail, and says what came of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from models.delivery import Channel, DeliveryState
from models.dispatch import Job
from models.recipient import Recipient, Target
from pwa.hosts import Hosts
from pwa.mail import MailDelayed, MailRefused, MailServer
from pwa.message import Voice
from pwa.push import Parcel, Pusher, UnknownKey, audience_of
from pwa.transport import Answer, Forbidden, Transport, Unreachable

_log = logging.getLogger(__name__)
_SLOW_DOWN = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.NOT_ACCEPTABLE)
"""429, and Microsoft's 406."""
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_KEY_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Fate(StrEnum):
    """What became of one phone's parcel."""

    ACCEPTED = "accepted"
    LATER = "later"
    GONE = "gone"
    SUSPECT = "suspect"
    DEAD = "dead"


class Landing(NamedTuple):
    """One phone's fate; `at` is when to try again, `counts` whether the try was one."""

    target: Target
    fate: Fate
    at: dt.datetime | None = None
    counts: bool = True


@dataclass(slots=True)
class Carried:
    """A delivery's outcome, and what the push services said of its phones."""

    job: Job
    accepted: list[UUID] = field(default_factory=list)
    suspect: list[UUID] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Courier:
    """Everything needed on the way; `address_of` opens an e-mail address, off the event loop."""

    pusher: Pusher
    transport: Transport
    voice: Voice
    hosts: Hosts
    clock: Callable[[], dt.datetime]
    address_of: Callable[[UUID], str | None]
    mail: MailServer | None = None

    async def carry(self, job: Job, to: Recipient) -> Carried:
        """Send by the channel whose turn it is; never raises for what the network does."""
        if self.mail is None:
            to = to.without_mail()
        job = job.chosen(to, self.clock())
        if job.is_finished:
            return Carried(job)
        if job.channel is Channel.MAIL:
            return Carried(await self._write(job, to, self.mail))
        targets = job.remaining(to.targets)
        landings = (
            [await self._post(job, to, targets[0])]
            if len(targets) == 1
            else (await asyncio.gather(*(self._post(job, to, target) for target in targets)))
        )
        return self._outcome(job, landings)

    def _outcome(self, job: Job, landings: list[Landing]) -> Carried:
        def of(fate: Fate) -> list[Target]:
            return [landing.target for landing in landings if landing.fate is fate]

        now, accepted = self.clock(), of(Fate.ACCEPTED)
        if accepted or job.state is DeliveryState.ACCEPTED:
            job = job.accepted([target.code for target in accepted], now)
        later = [landing for landing in landings if landing.at is not None]
        if later:
            first = min(landing.at for landing in later if landing.at is not None)
            job = job.again_at(first, "unreachable", counts=any(item.counts for item in later))
        elif job.state is not DeliveryState.ACCEPTED:
            job = job.given_up("gone" if of(Fate.GONE) or not landings else "refused", now)
        return Carried(
            job,
            accepted=[target.id for target in accepted],
            suspect=[target.id for target in of(Fate.SUSPECT)],
            gone=[target.id for target in of(Fate.GONE)],
        )

    async def _post(self, job: Job, to: Recipient, target: Target) -> Landing:
        host, now = audience_of(target.address.endpoint), self.clock()
        until = self.hosts.paused_until(host, now)
        if until is not None:
            return Landing(target, Fate.LATER, until, counts=False)
        if not job.is_leased(now):
            return Landing(target, Fate.LATER, now, counts=False)
        try:
            answer = await self._answer(job, to, target)
        except UnknownKey:
            return Landing(target, Fate.SUSPECT)
        except Forbidden:
            _log.error("push: an endpoint of %s may not be posted to", host)
            return Landing(target, Fate.DEAD)
        except Unreachable as error:
            _log.info("push: %s gave no answer (%s)", host, error)
            self.hosts.silent(host, self.clock())
            return Landing(target, Fate.LATER, self.clock() + self.hosts.backoff(job.attempts))
        self.hosts.answered(host)
        return self._landing(job, target, host, answer)

    async def _answer(self, job: Job, to: Recipient, target: Target) -> Answer:
        """The push service's answer; a refused token is signed anew, once."""
        answer = await self.transport.post(self._parcel(job, to, target))
        if answer.status in _KEY_REFUSED:
            self.pusher.refresh(target.address.endpoint, target.key_id)
            answer = await self.transport.post(self._parcel(job, to, target))
        return answer

    def _parcel(self, job: Job, to: Recipient, target: Target) -> Parcel:
        left = (job.expires_at or self.clock()) - self.clock()
        topic = self.voice.topic(job)
        return self.pusher.parcel(
            target.address,
            target.key_id,
            self.voice.payload(job, to.language, topic, discreet=target.is_discreet),
            ttl=int(left.total_seconds()),
            topic=topic,
            high=job.high,
        )

    def _landing(self, job: Job, target: Target, host: str, answer: Answer) -> Landing:
        status, now = answer.status, self.clock()
        if status in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
            return Landing(target, Fate.ACCEPTED)
        if status in _GONE:
            return Landing(target, Fate.GONE)
        if status in _KEY_REFUSED:
            _log.warning("push: %s refused our key (%d)", host, status)
            return Landing(target, Fate.SUSPECT)
        if status in _SLOW_DOWN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._later(job, target, host, answer, now)
        # What is left is our own mistake: it would fail again, and somebody should look at it.
        _log.error("push: %s answered %d to a request of ours", host, status)
        return Landing(target, Fate.DEAD)

    def _later(
        self, job: Job, target: Target, host: str, answer: Answer, now: dt.datetime
    ) -> Landing:
        asked = answer.retry_after is not None
        wait = self.hosts.backoff(job.attempts)
        if answer.retry_after is not None:
            wait = dt.timedelta(seconds=answer.retry_after)
        if answer.status in _SLOW_DOWN:
            self.hosts.pause(host, now + wait)
        return Landing(target, Fate.LATER, now + wait, counts=not asked)

    async def _write(self, job: Job, to: Recipient, mail: MailServer | None) -> Job:
        if mail is None or to.person_id is None:
            return job.given_up("no_channel", self.clock())
        if Channel.MAIL in job.sent_to:
            return job.accepted([], self.clock())
        try:
            await asyncio.to_thread(self._hand_in, mail, job, to, to.person_id)
        except MailRefused as refusal:
            _log.warning("mail: refused (%s)", refusal)
            return job.given_up("mail_refused", self.clock())
        except MailDelayed as delay:
            _log.info("mail: not taken now (%s)", delay)
            return job.again_at(self.clock() + self.hosts.backoff(job.attempts), "mail_delayed")
        return job.accepted([Channel.MAIL], self.clock())

    def _hand_in(self, mail: MailServer, job: Job, to: Recipient, person_id: UUID) -> None:
        address = self.address_of(person_id)
        if address is None:
            raise MailRefused("no address")
        subject, text = self.voice.letter(job, to.language)
        code = self.voice.keys.message_code("mail", str(job.id))
        mail.send(address, subject, text, code=code, now=self.clock())

"""Whom a delivery reaches and how: phones, language, and whether there is an e-mail address.

Resolved when it is sent, and kept nowhere: for a reporter this opens the reporter table.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import keys_of
from models.endpoint import PushAddress
from models.errors import Unreadable
from models.identity import Identity
from models.keys import KeyRing
from models.person import AnswerBy, Person, PersonState
from models.reporter import Reporter
from models.subscription import Subscription, open_address
from models.thread import Thread

_CODE_BYTES = 9


class Addressed(Protocol):
    """The columns of a delivery that name its recipient."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def person_id(self) -> uuid.UUID | None: ...
    @property
    def thread_id(self) -> uuid.UUID | None: ...
    @property
    def subscription_id(self) -> uuid.UUID | None: ...


class Target(NamedTuple):
    """One phone, opened for sending. `code` stands for it in the delivery's `sent_to`."""

    id: uuid.UUID
    address: PushAddress
    key_id: str
    is_discreet: bool
    code: str


class Recipient(NamedTuple):
    """A reader; nobody at all where the account is gone or suspended."""

    language: str = "ja"
    targets: tuple[Target, ...] = ()
    person_id: uuid.UUID | None = None
    has_email: bool = False
    spare: tuple[Target, ...] = ()
    """The phones of somebody who chose e-mail: used where the town sends no e-mail."""
    wants_none: bool = False
    """Asked not to be told: the answer waits in the thread, and is nobody's task."""

    def asked(self, answer_by: AnswerBy | None, *, refuses_calls: bool = False) -> Recipient:
        """The same reader of an answer, by the ways that they asked for.

        Where no call is wanted about a note, the phone and e-mail are the only way left.
        """
        if answer_by is AnswerBy.NONE:
            return self._replace(targets=(), has_email=False, wants_none=True)
        if answer_by is AnswerBy.TELEPHONE and not refuses_calls:
            return self._replace(targets=(), has_email=False)
        if answer_by is AnswerBy.EMAIL and self.has_email:
            return self._replace(targets=(), spare=self.targets)
        return self

    def without_mail(self) -> Recipient:
        """The same reader in a town that sends no e-mail: by the phones, whatever was chosen."""
        if not self.has_email:
            return self
        return self._replace(has_email=False, targets=self.targets or self.spare)


class _Told(NamedTuple):
    """Who reads the answers of a thread: an account, if any, and in which language."""

    person_id: uuid.UUID | None = None
    language: str = "ja"
    refuses_calls: bool = False


def recipients(session: Session, jobs: Sequence[Addressed]) -> dict[uuid.UUID, Recipient]:
    """The recipient of each delivery, in three queries however many there are."""
    told = _reporters(session, {j.thread_id for j in jobs if j.thread_id and not j.person_id})
    who = {job.id: _reader(job, told) for job in jobs}
    people = _people(session, {one.person_id for one in who.values() if one.person_id})
    rows = _phones(session, jobs, people)
    keys = keys_of(session)
    found = {}
    for job in jobs:
        one = who[job.id]
        person = people.get(one.person_id) if one.person_id else None
        owner = job.subscription_id or (one.person_id or job.thread_id)
        reader = Recipient(
            language=person.language if person else one.language,
            targets=_targets(keys, job.id, rows[owner]),
            person_id=one.person_id if person else None,
            has_email=person is not None and person.has_email and job.subscription_id is None,
        )
        if person and job.person_id is None and job.subscription_id is None:
            reader = reader.asked(person.answer_by, refuses_calls=one.refuses_calls)
        found[job.id] = reader
    return found


def email_of(session: Session, person_id: uuid.UUID) -> str | None:
    """The address to write to, opened only when a mail is due."""
    identity = session.get(Identity, person_id)
    return None if identity is None else identity.email


def _reader(job: Addressed, told: dict[uuid.UUID, _Told]) -> _Told:
    if job.person_id is not None or job.thread_id is None:
        return _Told(job.person_id)
    return told.get(job.thread_id, _Told())


def _reporters(session: Session, thread_ids: set[uuid.UUID]) -> dict[uuid.UUID, _Told]:
    """By thread: its reader, by the language it was written in where there is no account."""
    if not thread_ids:
        return {}
    rows = session.execute(
        sa.select(Reporter, Thread.language, Thread.is_sealed)
        .join(Thread, Thread.id == Reporter.thread_id)
        .where(Reporter.thread_id.in_(thread_ids))
    )
    return {row[0].thread_id: _told(*row) for row in rows}


def _told(reporter: Reporter, language: str, is_sealed: bool) -> _Told:
    try:
        # No desk telephones about what is sealed.
        return _Told(reporter.person_id, language, is_sealed or reporter.refuses_calls)
    except Unreadable:
        return _Told(None, language)


def _people(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    rows = session.execute(
        sa.select(
            Person.id,
            Person.language,
            Person.answer_by,
            Identity.sealed_email.is_not(None).label("has_email"),
        )
        .join(Identity, Identity.person_id == Person.id, isouter=True)
        .where(Person.id.in_(ids), Person.state == PersonState.ACTIVE)
    )
    return {row.id: row for row in rows}


def _phones(
    session: Session, jobs: Sequence[Addressed], people: Iterable[uuid.UUID]
) -> defaultdict[uuid.UUID | None, list[Any]]:
    """Subscriptions by owner: a person, a thread without an account, or the phone itself."""
    table = Subscription.metadata.tables["subscription"].c
    named = {j.subscription_id for j in jobs if j.subscription_id}
    rows = session.execute(
        sa.select(
            table.id,
            table.person_id,
            table.thread_id,
            table.sealed_address,
            table.vapid_key_id,
            table.is_discreet,
        ).where(
            sa.or_(
                table.person_id.in_(people),
                table.thread_id.in_({j.thread_id for j in jobs if j.person_id is None}),
                table.id.in_(named),
            )
        )
    )
    found: defaultdict[uuid.UUID | None, list[Any]] = defaultdict(list)
    for row in rows:
        # One that was taken from its owner is nobody's, and has its last word by its own id.
        if owner := row.person_id or row.thread_id:
            found[owner].append(row)
        if row.id in named:
            found[row.id].append(row)
    return found


def _targets(keys: KeyRing, delivery_id: uuid.UUID, rows: Iterable[Any]) -> tuple[Target, ...]:
    found = []
    for row in rows:
        try:
            address = open_address(keys, row.id, row.sealed_address)
        except Unreadable:
            continue
        code = keys.message_code("sent", f"{delivery_id}|{row.id}", _CODE_BYTES)
        found.append(Target(row.id, address, row.vapid_key_id, row.is_discreet, code))
    return tuple(found)

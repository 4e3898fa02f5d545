"""A session, a key and a push address are one phone, and end together."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import device, lost_phone
from models.assurance import Assurance
from models.audit import AuditLine
from models.credential import Credential, SignIn
from models.delivery import Delivery, DeliveryKind
from models.person import Person
from models.phone import Phone
from models.store import Store
from models.subscription import Subscription
from models.town_time import hour_of
from tests import town
from tests.support.deliveries import subscribe
from tests.support.phone import Phone as Key
from tests.support.phone import point_of
from tests.support.push_peer import Phone as PushPhone
from tests.town import MORNING, Cast

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def begin(session: Session, person: Person, at: dt.datetime, family: str) -> SignIn:
    token = SignIn.begin(session, person, Assurance.DEVICE, at, family)
    session.flush()
    found = SignIn.find(session, token, at)
    assert found is not None
    return found


def two_phones(session: Session, cast: Cast) -> tuple[uuid.UUID, uuid.UUID]:
    """鈴木's: one with session, key and push address, one with a session alone."""
    suzuki = session.get_one(Person, cast.suzuki)
    first = begin(session, suzuki, MORNING, "Android")
    other = begin(session, suzuki, MORNING - HOUR, "iPhone")
    made = device.register(session, suzuki, point_of(Key()), MORNING, "Android")
    session.flush()
    first.device_id = made.id
    session.get_one(Phone, made.id).take(3, 1, MORNING + HOUR)
    pushed = subscribe(session, PushPhone("one", "http://127.0.0.1:1/one"), person=suzuki)
    pushed.sign_in_id = first.id
    session.flush()
    return made.id, other.id


def test_a_session_and_its_key_are_listed_as_one(either: Store, cast: Cast) -> None:
    with either.write() as session:
        key, other = two_phones(session, cast)
        found = lost_phone.phones_of(session, session.get_one(Person, cast.suzuki), MORNING)
    assert [(one.id, one.family, one.heard_at, one.owed) for one in found] == [
        (key, "Android", hour_of(MORNING + HOUR), 2),
        (other, "iPhone", hour_of(MORNING - HOUR), 0),
    ]


def test_ending_it_ends_session_key_and_push_address_and_nothing_else(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        key, other = two_phones(session, cast)
    for _ in range(2):
        with either.write() as session:
            suzuki = session.get_one(Person, cast.suzuki)
            assert lost_phone.end(session, suzuki, key, by=suzuki, now=MORNING + HOUR)
    with either.read() as session:
        assert session.get_one(Credential, key).revoked_at == MORNING + HOUR
        rows = session.scalars(sa.select(SignIn)).all()
        unlocked = [row.id for row in rows if row.is_live(MORNING + HOUR)]
        assert unlocked == [other]
        assert session.scalars(sa.select(Subscription.person_id)).all() == [None]
        words = sa.select(Delivery.kind).where(Delivery.subscription_id.is_not(None))
        assert session.scalars(words).all() == [DeliveryKind.REVOKED]
        acts = sa.select(AuditLine.object_id).where(AuditLine.act == "end_phone")
        assert session.scalars(acts).all() == [str(key)]


def test_a_page_from_before_the_key_was_known_ends_it_too(either: Store, cast: Cast) -> None:
    with either.write() as session:
        key, _ = two_phones(session, cast)
        suzuki = session.get_one(Person, cast.suzuki)
        held = session.scalars(sa.select(SignIn).where(SignIn.device_id == key)).one()
        assert lost_phone.end(session, suzuki, held.id, by=suzuki, now=MORNING)
        assert session.get_one(Credential, key).revoked_at == MORNING


def test_nobody_ends_anybody_elses_phone_or_a_password(either: Store, cast: Cast) -> None:
    with either.write() as session:
        key, other = two_phones(session, cast)
        sato = session.get_one(Person, cast.sato)
        for phone_id in (key, other, uuid.uuid4()):
            assert not lost_phone.end(session, sato, phone_id, by=sato, now=MORNING)
        session.get_one(Credential, key).kind = "password"  # type: ignore[assignment]
        session.flush()
        suzuki = session.get_one(Person, cast.suzuki)
        assert not lost_phone.end(session, suzuki, key, by=suzuki, now=MORNING)


def test_a_phone_that_was_signed_out_is_listed_as_long_as_its_key_counts(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        key, _ = two_phones(session, cast)
        SignIn.end_all(session, cast.suzuki, MORNING)
        suzuki = session.get_one(Person, cast.suzuki)
        (found,) = lost_phone.phones_of(session, suzuki, MORNING)
        assert (found.id, found.sign_in_ids) == (key, frozenset())
        session.get_one(Credential, key).revoked_at = MORNING
        session.flush()
        assert lost_phone.phones_of(session, suzuki, MORNING) == []

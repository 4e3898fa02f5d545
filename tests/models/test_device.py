"""One key too many: the phone that is used least gives way, whatever its age."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy.orm import Session

from models import device
from models.assurance import Assurance
from models.credential import Credential, SignIn
from models.person import Person
from models.phone import Contact, Phone
from models.store import Store
from tests import town
from tests.support.phone import Phone as Key
from tests.support.phone import point_of
from tests.town import MORNING

DAY = dt.timedelta(days=1)


def ten_keys(session: Session, person: Person) -> list[uuid.UUID]:
    """One made each day; the first is in use to this day."""
    made = [
        device.register(session, person, point_of(Key()), MORNING + day * DAY) for day in range(10)
    ]
    session.flush()
    session.get_one(Phone, made[0].id).learn(Contact(sequence=0, waiting=0), MORNING + 9 * DAY)
    return [key.id for key in made]


def read_on(session: Session, person: Person, key: uuid.UUID) -> None:
    token = SignIn.begin(session, person, Assurance.DEVICE, MORNING)
    session.flush()
    found = SignIn.find(session, token, MORNING)
    assert found is not None
    found.device_id = key


@pytest.mark.parametrize(("signed_in", "ended"), [(1, 1), (3, 3), (10, 1)])
def test_the_eleventh_key_ends_the_longest_silent_first_those_nobody_is_signed_in_on(
    either: Store, signed_in: int, ended: int
) -> None:
    with either.write() as session:
        suzuki = session.get_one(Person, town.build(session, noise=False).suzuki)
        keys = ten_keys(session, suzuki)
        for key in keys[:signed_in]:
            read_on(session, suzuki, key)
        device.register(session, suzuki, point_of(Key()), MORNING + 10 * DAY)
    with either.read() as session:
        gone = [key for key in keys if session.get_one(Credential, key).revoked_at is not None]
    assert gone == [keys[ended]]

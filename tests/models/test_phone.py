"""A phone's numbers: leaps, repeats, wraps, and words said again (SAFETY 6 E1, E3)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from models import device
from models.assurance import Assurance
from models.credential import SignIn
from models.gaps import LARGEST
from models.person import Person
from models.phone import MOST_WAITING, Contact, Phone, heard
from models.store import Store
from models.town_time import hour_of
from tests import town
from tests.conftest import NOW
from tests.support.phone import Phone as Key
from tests.support.phone import point_of

LATER = hour_of(NOW + dt.timedelta(hours=1))


def fresh() -> Phone:
    return Phone(family="", sequence=0, missing="", waiting=0, heard_at=NOW)


def took(*numbers: int | None, waiting: int | None = 0) -> Phone:
    phone = fresh()
    for n in numbers:
        phone.take(n, waiting, LATER)
    return phone


@pytest.mark.parametrize(
    ("numbers", "sequence", "missing"),
    [
        ((1, 2, 3), 3, ""),
        ((1, 4), 4, "2-3"),
        ((3, 1, 2), 3, ""),
        ((1, 4, 2), 4, "3"),
        ((2, 2, 1, 1, 2), 2, ""),
        ((LARGEST,), LARGEST, f"1-{LARGEST - 1}"),
        ((5, 1), 5, "2-4"),
        ((1, None, 0, 2), 2, ""),
    ],
)
def test_numbers_come_in_any_order(
    numbers: tuple[int | None, ...], sequence: int, missing: str
) -> None:
    phone = took(*numbers)
    assert (phone.sequence, phone.missing) == (sequence, missing)


def test_a_number_that_came_before_changes_nothing() -> None:
    phone = took(1, 2)
    phone.take(1, 7, LATER + dt.timedelta(days=365))
    assert (phone.sequence, phone.waiting, phone.heard_at) == (2, 0, LATER)


def test_an_envelope_tells_how_many_wait_behind_it() -> None:
    phone = took(1, waiting=4)
    assert (phone.waiting, phone.owed) == (4, 4)
    phone.take(2, None, LATER)
    assert phone.waiting == 4
    phone.take(3, 10**15, LATER)
    assert phone.waiting == MOST_WAITING


def test_a_contact_opens_gaps_up_to_the_last_number_given_out() -> None:
    phone = took(1, 2)
    phone.learn(Contact(sequence=5, waiting=3), LATER)
    assert (phone.sequence, phone.missing, phone.waiting) == (5, "3-5", 3)


def test_what_waits_on_the_phone_but_came_is_not_missed() -> None:
    phone = took(1, 2)
    phone.learn(Contact(sequence=2, waiting=1), LATER)
    assert phone.owed == 0


def test_what_was_said_earlier_and_is_said_again_brings_no_number_down() -> None:
    earlier, phone = Contact(sequence=4, waiting=2), took(1, 2, 3, 4, 6, waiting=5)
    phone.learn(earlier, LATER)
    assert (phone.sequence, phone.missing, phone.waiting) == (6, "5", 5)
    phone.learn(Contact(sequence=6, waiting=0), LATER)
    phone.take(5, 0, LATER)
    phone.learn(Contact(sequence=6, waiting=1), LATER)
    assert phone.owed == 0
    assert phone.heard_at == LATER


def test_what_the_person_deleted_is_not_waited_for() -> None:
    phone = took(1, 2)
    phone.learn(Contact(sequence=5, waiting=1, deleted=frozenset({3, 4, 900})), LATER)
    assert (phone.missing, phone.waiting) == ("5", 1)


def test_the_time_of_the_last_contact_does_not_go_back() -> None:
    phone = took(1)
    phone.learn(Contact(1, 0), NOW - dt.timedelta(days=1))
    assert phone.heard_at == LATER


def test_a_registered_phone_is_heard_in_the_callers_transaction(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        made = device.register(
            session, session.get_one(Person, cast.suzuki), point_of(Key()), NOW, "Android"
        )
        session.flush()
        heard(session, made.id, 3, 2, LATER)
        heard(session, uuid.uuid4(), 3, 2, LATER)
    with either.read() as session:
        phone = session.get_one(Phone, made.id)
        assert (phone.family, phone.sequence, phone.missing) == ("Android", 3, "1-2")
        assert (phone.waiting, phone.heard_at) == (2, LATER)


def test_no_time_of_a_phone_is_the_moment_of_its_note(either: Store) -> None:
    moment = NOW.replace(minute=7, second=23, microsecond=421)
    with either.write() as session:
        cast = town.build(session, noise=False)
        suzuki = session.get_one(Person, cast.suzuki)
        made = device.register(session, suzuki, point_of(Key()), NOW)
        token = SignIn.begin(session, suzuki, Assurance.DEVICE, moment)
        session.flush()
        heard(session, made.id, 1, 0, moment)
        sign_in = SignIn.find(session, token, moment)
        assert sign_in is not None
        sign_in.touch(moment)
        assert not sign_in.wants_touch(moment + dt.timedelta(minutes=50))
    with either.read() as session:
        phone = session.get_one(Phone, made.id)
        assert (phone.heard_at, session.get_one(SignIn, sign_in.id).seen_at) == (
            hour_of(moment),
            hour_of(moment),
        )


def test_a_call_and_a_contact_in_one_hour_let_the_next_silence_ask_anew() -> None:
    phone = took(1, waiting=2)
    phone.desk_id, phone.silent_at = uuid.uuid4(), LATER
    phone.called_at = LATER + dt.timedelta(minutes=5)
    phone.learn(Contact(sequence=1, waiting=2), LATER + dt.timedelta(minutes=9))
    assert (phone.called_at, phone.waits_for_call) == (None, False)

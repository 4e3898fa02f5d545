"""A phone that fell silent with something still to come is a desk's task, told of once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
import sqlalchemy as sa

from models import device, silence, staffing
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.membership import Membership
from models.person import AnswerBy, Person
from models.phone import Contact, Phone
from models.settings import Settings
from models.store import Store
from models.words import Words
from pwa.steps import HOUSEKEEPING, steps_of
from tests import town
from tests.support.phone import Phone as Key
from tests.support.phone import point_of
from tests.town import MORNING, Cast

DAYS = 3
LATER = MORNING + dt.timedelta(days=DAYS, minutes=1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def phone_of(store: Store, person: uuid.UUID, *, waiting: int = 1, sequence: int = 1) -> uuid.UUID:
    """A phone that was heard this morning, with so much still to come."""
    with store.write() as session:
        row = session.get_one(Person, person)
        made = device.register(session, row, point_of(Key()), MORNING)
        session.flush()
        session.get_one(Phone, made.id).take(sequence, waiting, MORNING)
        return made.id


def look(store: Store, phone: uuid.UUID) -> Phone:
    with store.read() as session:
        return session.get_one(Phone, phone)


def watch(store: Store, now: dt.datetime = LATER) -> int:
    return silence.watch(store, DAYS, now)


def told(store: Store) -> set[uuid.UUID | None]:
    """Whoever was pushed to, each once."""
    with store.read() as session:
        asked = sa.select(Delivery.person_id).where(Delivery.kind == DeliveryKind.CONFIRM)
        found = session.scalars(asked).all()
    assert len(found) == len(set(found))
    return set(found)


def test_the_desk_of_the_persons_area_is_asked_once(either: Store, cast: Cast) -> None:
    phone = phone_of(either, cast.suzuki)
    assert watch(either, LATER - dt.timedelta(hours=1)) == 0
    assert [watch(either), watch(either)] == [1, 0]
    found = look(either, phone)
    assert (found.desk_id, found.silent_at, found.waits_for_call) == (cast.north_desk, LATER, True)
    assert told(either) == {cast.okada, cast.kato}
    with either.read() as session:
        line = session.scalars(sa.select(AuditLine).where(AuditLine.act == "silent")).one()
        assert (line.object_id, line.chain) == (str(phone), str(cast.north_desk))


def test_several_workers_tell_once(either: Store, cast: Cast) -> None:
    phone_of(either, cast.suzuki)
    counts: list[int] = []
    workers = [threading.Thread(target=lambda: counts.append(watch(either))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 1
    assert told(either) == {cast.okada, cast.kato}


@pytest.mark.parametrize(
    ("waiting", "sequence", "is_silent"), [(0, 1, False), (2, 1, True), (0, 3, True)]
)
def test_only_a_phone_from_which_something_has_still_to_come(
    either: Store, cast: Cast, waiting: int, sequence: int, is_silent: bool
) -> None:
    phone_of(either, cast.suzuki, waiting=waiting, sequence=sequence)
    assert watch(either) == is_silent


def test_without_a_desk_of_the_area_the_core_is_asked(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Person, cast.suzuki).area_id = cast.shima
        session.get_one(Person, cast.tanaka).area_id = None
    phones = [phone_of(either, who) for who in (cast.suzuki, cast.tanaka)]
    assert watch(either) == 2
    assert {look(either, phone).desk_id for phone in phones} == {cast.core}


def test_a_task_does_not_stay_with_a_desk_without_staff(either: Store, cast: Cast) -> None:
    phone = phone_of(either, cast.tanaka)
    watch(either)
    assert look(either, phone).desk_id == cast.south_desk
    with either.write() as session:
        kimura = sa.select(Membership).where(Membership.person_id == cast.kimura)
        by = session.get_one(Person, cast.yamamoto)
        staffing.end_membership(session, session.scalars(kimura).one(), by, LATER)
    assert watch(either) == 1
    assert look(either, phone).desk_id == cast.core


def test_the_task_ends_by_itself_when_nothing_is_missing(either: Store, cast: Cast) -> None:
    phone = phone_of(either, cast.suzuki)
    watch(either)
    with either.write() as session:
        session.get_one(Phone, phone).learn(Contact(2, 1), LATER)
    assert look(either, phone).waits_for_call
    with either.write() as session:
        session.get_one(Phone, phone).take(2, 0, LATER)
    assert not look(either, phone).waits_for_call


def test_after_the_call_it_is_asked_again_only_when_the_phone_was_heard_since(
    either: Store, cast: Cast
) -> None:
    phone, day = phone_of(either, cast.suzuki), dt.timedelta(days=1)
    watch(either)
    for _ in range(2):
        with either.write() as session:
            by = session.get_one(Person, cast.okada)
            silence.telephoned(session.get_one(Phone, phone), by, LATER)
    assert not look(either, phone).waits_for_call
    assert watch(either, LATER + 30 * day) == 0
    with either.write() as session:
        session.get_one(Phone, phone).learn(Contact(2, 1), LATER + day)
        acts = sa.select(AuditLine.actor_id).where(AuditLine.act == "telephone")
        assert session.scalars(acts).all() == [cast.okada]
    assert watch(either, LATER + 30 * day) == 1
    assert look(either, phone).waits_for_call


def test_nobody_is_called_who_does_not_take_part(either: Store, cast: Cast) -> None:
    phone_of(either, cast.suzuki)
    with either.write() as session:
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
    assert watch(either) == 0


def test_a_number_is_shown_only_where_calls_are_wanted(either: Store, cast: Cast) -> None:
    phone = phone_of(either, cast.suzuki)
    with either.write() as session:
        row, person = session.get_one(Phone, phone), session.get_one(Person, cast.suzuki)
        assert person.identity is not None
        assert silence.number_of(row) is None
        person.identity.telephone = "09000000000"
        assert silence.number_of(row) is None
        person.answer_by = AnswerBy.TELEPHONE
        assert silence.number_of(row) == "09000000000"


def test_the_worker_watches_as_long_as_the_settings_say(either: Store, cast: Cast) -> None:
    phone_of(either, cast.suzuki)
    own = set(steps_of(Settings(silent_days=5), Words())) - set(HOUSEKEEPING)
    (step,) = (one for one in own if one.name == "watch silent phones")
    assert step.run(either, LATER) == 0
    assert step.run(either, LATER + dt.timedelta(days=2)) == 1

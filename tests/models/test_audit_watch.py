"""The audit's questions: many opens beyond the desk's work, and opens while it is closed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_views import SEE, SEE_PAST, SEE_PAST_NUMBER, SEE_PAST_SEALED, View
from models.audit_watch import MOST_OPENS, watch
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.errors import NotAllowed
from models.membership import Membership
from models.person import Person, Role
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

TICK = dt.timedelta(seconds=20)
NIGHT = MORNING + dt.timedelta(hours=14)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def auditor(either: Store, cast: Cast) -> uuid.UUID:
    with either.write() as session:
        return Person.enrol(session, role=Role.AUDITOR, name="浜田", now=MORNING).id


def opens(
    store: Store, who: uuid.UUID, desk: uuid.UUID, *, times: int, at: dt.datetime, act: str
) -> None:
    with store.write() as session:
        for n in range(times):
            when = at + dt.timedelta(seconds=n)
            View(act, "thread", str(uuid.uuid4()), who, when, desk).write(session)


def alarms(store: Store) -> list[AuditAlarm]:
    with store.read() as session:
        found = list(session.scalars(sa.select(AuditAlarm).order_by(AuditAlarm.at)))
        session.expunge_all()
        return found


def told(store: Store) -> set[uuid.UUID | None]:
    with store.read() as session:
        kind = Delivery.kind == DeliveryKind.AUDIT_ALARM
        return set(session.scalars(sa.select(Delivery.person_id).where(kind)))


def test_one_open_too_many_is_told_within_a_tick_and_once(
    either: Store, cast: Cast, auditor: uuid.UUID
) -> None:
    opens(either, cast.okada, cast.north_desk, times=MOST_OPENS, at=MORNING, act=SEE_PAST)
    assert watch(either, MORNING + TICK * 2) == 0
    later = MORNING + dt.timedelta(minutes=1)
    opens(either, cast.okada, cast.north_desk, times=1, at=later, act=SEE_PAST)
    assert watch(either, later + TICK) == 1
    assert watch(either, later + TICK * 2) == 0
    (alarm,) = alarms(either)
    assert (alarm.kind, alarm.actor_id, alarm.count) == (AlarmKind.MANY, cast.okada, 31)
    assert told(either) == {auditor, cast.aoki, cast.ishii, cast.ueda}
    again = later + dt.timedelta(minutes=5)
    opens(either, cast.okada, cast.north_desk, times=31, at=again, act=SEE_PAST)
    assert watch(either, again + TICK * 3) == 1


def test_numbers_are_opens_as_the_notes_are(either: Store, cast: Cast) -> None:
    opens(either, cast.okada, cast.north_desk, times=40, at=NIGHT, act=SEE_PAST_NUMBER)
    watch(either, NIGHT + TICK * 3)
    assert {one.kind for one in alarms(either)} == {AlarmKind.MANY, AlarmKind.OFF_HOURS}


def test_a_special_look_counts_as_many_as_it_shows(either: Store, cast: Cast) -> None:
    with either.write() as session:
        for minute in range(2):
            at, met = MORNING + minute * TICK, tuple(uuid.uuid4() for _ in range(20))
            View("see_threads", "reveal", "x", cast.ueda, at, cast.core, met).write(session)
    assert watch(either, MORNING + TICK * 2) == 1
    assert alarms(either)[0].count == 40


def test_a_desk_s_own_work_is_no_question_however_much_there_is(either: Store, cast: Cast) -> None:
    opens(either, cast.okada, cast.north_desk, times=99, at=MORNING, act=SEE)
    assert watch(either, MORNING + dt.timedelta(minutes=2)) == 0


def test_as_many_over_a_longer_time_are_no_question(either: Store, cast: Cast) -> None:
    for half in range(4):
        at = MORNING + dt.timedelta(minutes=35 * half)
        opens(either, cast.okada, cast.north_desk, times=15, at=at, act=SEE_PAST)
        assert watch(either, at + TICK * 2) == 0


def test_whom_it_is_about_is_not_told_and_sealed_ones_stay_in_the_team(
    either: Store, cast: Cast, auditor: uuid.UUID
) -> None:
    opens(either, cast.aoki, cast.core, times=31, at=MORNING, act=SEE_PAST_SEALED)
    assert watch(either, MORNING + TICK * 2) == 1
    assert alarms(either)[0].is_sealed
    assert told(either) == {auditor, cast.ishii}


def test_sealed_and_other_notes_count_together_and_the_team_hears_of_it(
    either: Store, cast: Cast
) -> None:
    opens(either, cast.aoki, cast.core, times=15, at=MORNING, act=SEE_PAST_SEALED)
    at = MORNING + dt.timedelta(minutes=1)
    opens(either, cast.aoki, cast.core, times=16, at=at, act=SEE_PAST)
    assert watch(either, at + TICK * 2) == 1
    (alarm,) = alarms(either)
    assert (alarm.count, alarm.is_sealed) == (31, True)
    assert told(either) == {cast.ishii}


def test_what_is_opened_while_the_desk_is_closed_is_told_once_a_day(
    either: Store, cast: Cast
) -> None:
    for n in range(3):
        at = NIGHT + dt.timedelta(minutes=10 * n)
        opens(either, cast.okada, cast.north_desk, times=1, at=at, act=SEE)
        watch(either, at + TICK)
    (alarm,) = alarms(either)
    assert (alarm.kind, alarm.at) == (AlarmKind.OFF_HOURS, NIGHT)


def test_who_is_on_duty_is_no_question_at_night(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).has_duty = True
        own = sa.update(Membership).where(Membership.person_id == cast.okada)
        session.execute(own.values(on_duty=True))
    opens(either, cast.okada, cast.north_desk, times=1, at=NIGHT, act=SEE)
    assert watch(either, NIGHT + TICK) == 0
    opens(either, cast.kato, cast.north_desk, times=1, at=NIGHT, act=SEE)
    assert watch(either, NIGHT + TICK) == 1


def test_the_first_answer_stands(either: Store, cast: Cast) -> None:
    opens(either, cast.okada, cast.north_desk, times=1, at=NIGHT, act=SEE)
    watch(either, NIGHT + TICK)
    with either.write() as session:
        alarm = session.scalars(sa.select(AuditAlarm)).one()
        by = session.get_one(Person, cast.ueda)
        alarm.acknowledge(by, "夜間の相談でした。", NIGHT)
        with pytest.raises(NotAllowed):
            alarm.acknowledge(by, "ちがいます。", NIGHT)
        assert alarm.note == "夜間の相談でした。"
        assert alarm.sealed_note is not None
        assert "夜間".encode() not in alarm.sealed_note

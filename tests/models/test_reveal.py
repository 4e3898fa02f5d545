"""特別な確認 at the model: two people, half an hour, never sealed, never against a conflict."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit import AuditLine
from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_forgetting import forget_lines
from models.delivery import Delivery, DeliveryKind
from models.desk import DeskKind
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff
from models.person import Person, Role
from models.policy import Permission
from models.reveal import told, watching
from models.reveal.entity import LASTS, WITHIN, Progress, Reveal, RevealKind
from models.store import Store
from models.thread import Thread
from models.town import Town
from pwa.steps import HOUSEKEEPING
from tests import town
from tests.support.glass import NAME, Glass
from tests.town import MORNING, Cast

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def glass(store: Store, cast: Cast) -> Glass:
    with store.write() as session:
        sent = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **NAME)
        return Glass(store, cast, sent.id)


def alarms(store: Store) -> list[tuple[AlarmKind, uuid.UUID, bool, int]]:
    with store.read() as session:
        found = session.scalars(sa.select(AuditAlarm).order_by(AuditAlarm.found_at))
        return [(one.kind, one.actor_id, one.is_sealed, one.count) for one in found]


def told_of_it(store: Store) -> set[uuid.UUID | None]:
    with store.read() as session:
        kind = Delivery.kind == DeliveryKind.REVEAL
        return set(session.scalars(sa.select(Delivery.person_id).where(kind)))


def test_it_opens_for_half_an_hour_when_a_second_person_agrees(glass: Glass, cast: Cast) -> None:
    asked = glass.ask()
    assert not glass.sees()
    assert told_of_it(glass.store) == {cast.kato, cast.aoki, cast.ishii, cast.ueda}
    glass.agree(asked)
    assert glass.sees()
    assert glass.sees(now=MORNING + LASTS - MINUTE)
    assert not glass.sees(now=MORNING + LASTS)
    assert not glass.sees("kato")
    assert cast.okada in told_of_it(glass.store)


def test_nobody_is_the_second_person_of_their_own(glass: Glass) -> None:
    asked = glass.ask()
    assert not glass.may("okada", Permission.REVEAL_DECIDE, asked)
    for decide in (glass.agree, glass.refuse):
        with pytest.raises(Invalid, match="own"):
            decide(asked, "okada")
    assert not glass.sees()


@pytest.mark.parametrize("later", [MINUTE, WITHIN + MINUTE])
def test_it_is_decided_once_and_within_a_day(glass: Glass, later: dt.timedelta) -> None:
    asked = glass.ask()
    if later < WITHIN:
        glass.refuse(asked)
    with pytest.raises(NotAllowed):
        glass.agree(asked, "ueda", MORNING + later)
    assert not glass.sees(now=MORNING + later)


def test_with_a_life_in_danger_it_opens_at_once_and_is_confirmed_after(glass: Glass) -> None:
    asked = glass.ask(danger=True)
    assert glass.sees()
    glass.agree(asked, now=MORNING + 20 * MINUTE)
    assert not glass.sees(now=MORNING + LASTS)
    assert watching.watch(glass.store, MORNING + WITHIN) == 0


def test_what_nobody_confirmed_in_a_day_alarms_once(glass: Glass, cast: Cast) -> None:
    with glass.store.write() as session:
        reader = Person.enrol(session, role=Role.AUDITOR, name="浜田", now=MORNING).id
    glass.ask(danger=True)
    assert watching.watch(glass.store, MORNING + WITHIN - MINUTE) == 0
    (step,) = (step for step in HOUSEKEEPING if step.run is watching.watch)
    for count in (1, 0):
        assert step.run(glass.store, MORNING + WITHIN) == count
    assert alarms(glass.store) == [(AlarmKind.UNCONFIRMED, cast.okada, False, 1)]
    with glass.store.read() as session:
        kind = Delivery.kind == DeliveryKind.AUDIT_ALARM
        heard = set(session.scalars(sa.select(Delivery.person_id).where(kind)))
    assert heard == {reader, cast.aoki, cast.ishii, cast.ueda}


def test_two_of_one_moment_are_one_question(glass: Glass, cast: Cast) -> None:
    glass.ask(danger=True)
    glass.ask(danger=True, why="もう一つ")
    assert watching.watch(glass.store, MORNING + WITHIN) == 2
    assert alarms(glass.store) == [(AlarmKind.UNCONFIRMED, cast.okada, False, 2)]


def test_a_second_person_who_says_no_ends_it_at_once_and_it_is_asked_about(
    glass: Glass, cast: Cast
) -> None:
    asked = glass.ask(danger=True)
    glass.refuse(asked, now=MORNING + MINUTE)
    assert not glass.sees(now=MORNING + MINUTE)
    assert alarms(glass.store) == [(AlarmKind.REFUSED, cast.okada, False, 1)]
    assert watching.watch(glass.store, MORNING + WITHIN) == 0
    with glass.store.read() as session:
        reveal = session.get_one(Reveal, asked)
        assert reveal.progress(MORNING + MINUTE) is Progress.REFUSED


def test_a_seal_ends_it_at_once_for_everybody(glass: Glass, cast: Cast) -> None:
    asked = glass.ask(danger=True)
    assert glass.sees()
    glass.seal()
    assert not glass.sees()
    for who in ("okada", "kato", "ueda", "aoki"):
        for permission in (Permission.REVEAL_READ, Permission.REVEAL_DECIDE):
            assert not glass.may(who, permission, asked)
    watching.watch(glass.store, MORNING + WITHIN)
    assert alarms(glass.store) == [(AlarmKind.UNCONFIRMED, cast.okada, True, 1)]


def test_what_is_sealed_meanwhile_cannot_be_asked_for(glass: Glass) -> None:
    glass.seal()
    with pytest.raises(NotAllowed):
        glass.ask()


def test_a_conflict_ends_it_and_lets_nobody_decide(glass: Glass) -> None:
    asked = glass.ask(danger=True)
    glass.deny("ueda")
    glass.deny("okada")
    assert not glass.sees()
    assert not glass.may("okada", Permission.REVEAL_READ, asked)
    assert not glass.may("ueda", Permission.REVEAL_DECIDE, asked)
    assert glass.may("kato", Permission.REVEAL_DECIDE, asked)


def test_whoever_leaves_the_desk_sees_nothing_any_more(glass: Glass, cast: Cast) -> None:
    glass.agree(glass.ask())
    with glass.store.write() as session:
        for place in session.get_one(Person, cast.okada).memberships:
            place.ended_at = MORNING
    assert not glass.sees()


def test_the_core_finds_a_note_by_a_whole_name_or_place_and_no_other(
    glass: Glass, store: Store
) -> None:
    for typed, count in (("竹内フミ", 1), ("北町1-2-3", 1), ("竹内", 0)):
        asked = glass.search(typed)
        with store.read() as session:
            assert len(session.get_one(Reveal, asked).threads) == count, typed
    assert glass.sees("ueda")
    assert not glass.sees("aoki")


def test_what_is_sealed_or_near_is_never_found(glass: Glass, store: Store, cast: Cast) -> None:
    with store.write() as session:
        town.note(session, MORNING, area=cast.kitamachi, not_nearby=True, **NAME)
    glass.deny("ueda")
    for who, count in (("ueda", 0), ("aoki", 1)):
        asked = glass.search("竹内フミ", who)
        with store.read() as session:
            assert len(session.get_one(Reveal, asked).threads) == count, who


def test_a_form_that_came_twice_is_one_asking(glass: Glass) -> None:
    assert glass.ask() == glass.ask()
    assert glass.ask(danger=True) != glass.ask()


def test_each_step_is_a_line_and_the_note_s_desk_reads_who_opened_it(
    glass: Glass, store: Store, cast: Cast
) -> None:
    glass.agree(glass.ask())
    acts = ("ask_reveal", "agree_reveal", "reveal_reporter")
    with store.read() as session:
        lines = session.scalars(sa.select(AuditLine).where(AuditLine.act.in_(acts))).all()
        assert {(one.act, one.actor_id, one.object_kind) for one in lines} == {
            ("ask_reveal", cast.okada, "handoff"),
            ("agree_reveal", cast.kato, "reveal"),
            ("reveal_reporter", cast.okada, "handoff"),
        }


def test_the_reporter_is_told_by_the_kind_of_desk_and_the_same_with_a_seal(glass: Glass) -> None:
    def told_now() -> list[tuple[RevealKind, DeskKind]]:
        with glass.store.read() as session:
            thread: Thread = session.get_one(Handoff, glass.handoff_id).thread
            return sorted((one.kind, one.desk) for one in told.told(thread))

    asked = glass.ask()
    assert told_now() == []
    glass.agree(asked)
    glass.search("竹内フミ")
    seen = [(RevealKind.REPORTER, DeskKind.INTAKE_POINT), (RevealKind.THREADS, DeskKind.CORE)]
    assert told_now() == seen
    glass.seal()
    assert told_now() == seen
    with glass.store.write() as session:
        session.get_one(Handoff, glass.handoff_id).thread.is_guarded = True
    assert {desk for _, desk in told_now()} == {DeskKind.INTAKE_POINT}


def test_it_is_forgotten_as_its_lines_are(glass: Glass, store: Store) -> None:
    glass.ask()
    later = MORNING + dt.timedelta(days=366 * 11)
    with store.write() as session:
        here = session.scalars(sa.select(Town)).one()
        audit.record(session, "change", here, now=later - dt.timedelta(days=7))
    forget_lines(store, 10, later)
    with store.read() as session:
        assert _count(session) == 0


def _count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Reveal)) or 0

"""What was kept back comes once, together, and only as long as there is something to do."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from models import declaring, staffing, summary, telling, watch
from models.conflict import Relation
from models.delivery import TRYING, Delivery, DeliveryKind, DeliveryState
from models.desk import Desk
from models.dispatch import claim, record
from models.handoff import RELEASE, Handoff
from models.membership import Membership
from models.person import Person, TellOf
from models.reply import Said
from models.store import Store
from tests import town
from tests.models.test_watch import at
from tests.town import MORNING, Cast

EVENING, OPENING = at("2026-11-24T20:00"), at("2026-11-25T08:30")
NOON = at("2026-11-24T13:00")


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        cast = town.build(session, noise=False)
        session.get_one(Person, cast.kato).tell_of = TellOf.TWICE
        return cast


def send(store: Store, cast: Cast, now: dt.datetime = EVENING, **fields: object) -> uuid.UUID:
    with store.write() as session:
        return town.note(session, now, by=cast.suzuki, area=cast.kitamachi, **fields).id


def change(store: Store, handoff_id: uuid.UUID, act: Callable[[Handoff], object]) -> None:
    with store.write() as session:
        act(session.get_one(Handoff, handoff_id))


def acknowledge(cast: Cast, now: dt.datetime) -> Callable[[Handoff], object]:
    def act(handoff: Handoff) -> None:
        by = handoff.session.get_one(Person, cast.okada)
        handoff.acknowledge(by, Said("check"), now)

    return act


def summaries(store: Store, cast: Cast, *states: DeliveryState) -> list[str]:
    """Whom a summary goes to, by name; once for each."""
    names = {value: name for name, value in vars(cast).items()}
    with store.read() as session:
        found = sa.select(Delivery.person_id).where(Delivery.kind == DeliveryKind.SUMMARY)
        found = found.where(Delivery.state.in_(states)) if states else found
        return sorted(names[one] for one in session.scalars(found) if one is not None)


def due(store: Store, now: dt.datetime) -> int:
    """How many deliveries to staff leave now."""
    with store.read() as session:
        leaving = sa.select(Delivery.id).where(
            Delivery.next_at <= now, Delivery.person_id.is_not(None)
        )
        return len(session.scalars(leaving).all())


def test_at_night_nothing_leaves_and_in_the_morning_one_word_for_all(
    either: Store, cast: Cast
) -> None:
    for _ in range(3):
        send(either, cast)
    assert due(either, EVENING) == 0
    assert summary.gather(either, OPENING - dt.timedelta(seconds=1)) == 0
    assert [summary.gather(either, OPENING) for _ in range(3)] == [2, 0, 0]
    assert summaries(either, cast) == ["kato", "okada"]
    assert due(either, OPENING) == 2


def test_what_many_holidays_kept_back_is_one_word(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "BATCH", 1)
    ids = [send(either, cast) for _ in range(3)]
    for handoff_id in ids[:2]:
        change(either, handoff_id, acknowledge(cast, EVENING))
    summary.gather(either, OPENING)
    assert summaries(either, cast) == ["kato", "okada"]
    with either.read() as session:
        kept = sa.select(Delivery.id).where(Delivery.state == DeliveryState.KEPT)
        assert session.scalars(kept.where(Delivery.release_at <= OPENING)).all() == []


def test_the_summary_leads_to_its_desk_and_is_as_pressing_as_what_is_in_it(
    either: Store, cast: Cast
) -> None:
    send(either, cast)
    send(either, cast, urgency="now")
    summary.gather(either, OPENING)
    with either.read() as session:
        found = session.scalars(sa.select(Delivery).where(Delivery.kind == DeliveryKind.SUMMARY))
        assert {(one.desk_id, one.high, one.thread_id) for one in found} == {
            (cast.north_desk, True, None)
        }


def test_twice_a_day_takes_the_place_of_each_note(either: Store, cast: Cast) -> None:
    for minutes in (0, 5, 10):
        send(either, cast, MORNING + dt.timedelta(minutes=minutes))
    assert due(either, NOON) == 3, "okada hears of each"
    assert summary.gather(either, NOON) == 1
    assert summaries(either, cast) == ["kato"]


def test_a_newer_summary_takes_the_formers_place(either: Store, cast: Cast) -> None:
    for hour in (9, 14):
        send(either, cast, at(f"2026-11-24T{hour:02}:00"))
        summary.gather(either, NOON if hour < 12 else at("2026-11-25T08:30"))
    assert summaries(either, cast) == ["kato", "kato"]
    assert summaries(either, cast, *TRYING) == ["kato"]


def test_it_leads_to_what_the_former_told_of_as_pressingly(either: Store, cast: Cast) -> None:
    with either.write() as session:
        kato, south = session.get_one(Person, cast.kato), session.get_one(Desk, cast.south_desk)
        place = Membership(person=kato, desk=south, made_at=MORNING)
        session.add(place)
        place.confirm(None, MORNING)
    send(either, cast, urgency="now")
    with either.write() as session:
        town.note(session, at("2026-11-25T09:00"), by=cast.suzuki, area=cast.minamimachi)
    own = Delivery.kind == DeliveryKind.SUMMARY, Delivery.person_id == cast.kato
    newest, found = sa.select(Delivery).where(*own, Delivery.state.in_(TRYING)), []
    for now in (OPENING, at("2026-11-25T13:00")):
        summary.gather(either, now)
        with either.read() as session:
            found += [(one.desk_id, one.high) for one in session.scalars(newest)]
    assert found == [(cast.north_desk, True), (None, True)]


def test_a_summary_on_its_way_writes_nothing_over_the_newer_one(either: Store, cast: Cast) -> None:
    send(either, cast, MORNING)
    summary.gather(either, NOON)
    with either.write() as session:
        jobs = [job for job in claim(session, NOON) if job.kind is DeliveryKind.SUMMARY]
    send(either, cast, at("2026-11-24T14:00"))
    summary.gather(either, OPENING)
    with either.write() as session:
        record(session, [job.accepted(["one"], OPENING) for job in jobs])
    assert summaries(either, cast, DeliveryState.GATHERED) == ["kato"]


def test_what_is_over_by_then_is_told_of_no_more(either: Store, cast: Cast) -> None:
    change(either, send(either, cast), acknowledge(cast, EVENING + dt.timedelta(minutes=1)))
    assert summary.gather(either, OPENING) == 0
    note = send(either, cast)
    change(either, note, lambda handoff: handoff.take_back(EVENING))
    assert summary.gather(either, OPENING) == 0


def test_what_was_passed_on_is_told_where_it_is_now(either: Store, cast: Cast) -> None:
    def pass_on(handoff: Handoff) -> None:
        by = handoff.session.get_one(Person, cast.okada)
        handoff.pass_on(by, handoff.session.get_one(Desk, cast.south_desk), "南のほう", EVENING)

    change(either, send(either, cast), pass_on)
    assert summary.gather(either, OPENING) == 1
    assert summaries(either, cast) == ["kimura"]


def test_an_acknowledgement_that_can_be_undone_is_not_over_yet(either: Store, cast: Cast) -> None:
    change(either, send(either, cast), acknowledge(cast, OPENING))
    assert summary.gather(either, OPENING + RELEASE - dt.timedelta(seconds=1)) == 2


def test_who_read_it_before_needs_no_word(either: Store, cast: Cast) -> None:
    note = send(either, cast)
    with either.write() as session:
        thread_id = session.get_one(Handoff, note).thread_id
        Delivery.read(session, thread_id=thread_id, person_id=cast.okada, now=EVENING)
    assert summary.gather(either, OPENING) == 1
    assert summaries(either, cast) == ["kato"]


def test_who_stands_there_no_more_is_told_nothing(either: Store, cast: Cast) -> None:
    send(either, cast)
    with either.write() as session:
        found = sa.select(Membership).where(Membership.person_id == cast.kato)
        by = session.get_one(Person, cast.yamamoto)
        staffing.end_membership(session, session.scalars(found).one(), by, EVENING)
    assert summary.gather(either, OPENING) == 1
    assert summaries(either, cast) == ["okada"]


def test_what_moved_on_at_closing_is_told_to_both_desks_in_the_morning(
    either: Store, cast: Cast
) -> None:
    send(either, cast, MORNING)
    closing, morning = at("2026-11-26T17:15"), at("2026-11-27T08:30")
    watch.watch(either, closing)
    assert summary.gather(either, morning) == 5
    assert summaries(either, cast) == ["aoki", "ishii", "kato", "okada", "ueda"]


def test_a_sealed_note_is_kept_for_its_team_alone(either: Store, cast: Cast) -> None:
    send(either, cast, not_nearby=True)
    assert summary.gather(either, OPENING) == 2
    assert summaries(either, cast) == ["aoki", "ishii"]


def test_the_reporters_word_and_a_passed_day_are_kept_until_they_are_met(
    either: Store, cast: Cast
) -> None:
    note = send(either, cast, MORNING)
    change(either, note, acknowledge(cast, MORNING))
    change(either, note, lambda handoff: setattr(handoff, "answered_at", EVENING))
    change(either, note, lambda handoff: telling.answered(handoff, EVENING))
    night = at("2026-12-08T20:00")
    change(either, note, lambda handoff: telling.date_passed(handoff, night))
    assert summary.gather(either, OPENING) == 2
    assert summary.gather(either, at("2026-12-09T08:30")) == 2
    change(either, note, lambda handoff: telling.date_passed(handoff, night))
    change(either, note, lambda handoff: handoff._promise(dt.date(2026, 12, 20)))
    change(either, note, lambda handoff: telling.answered(handoff, night))
    change(either, note, lambda handoff: setattr(handoff, "answered_at", None))
    assert summary.gather(either, at("2026-12-09T08:30")) == 0


def test_what_is_about_no_note_is_kept_as_well(either: Store, cast: Cast) -> None:
    with either.write() as session:
        telling.silent_phone(session, cast.north_desk, EVENING)
    assert summary.gather(either, OPENING) == 2


def test_a_deputy_hears_of_what_was_left_to_them_at_night(either: Store, cast: Cast) -> None:
    with either.write() as session:
        found = sa.select(Membership).where(Membership.person_id == cast.ueda)
        place = session.scalars(found).one()
        place.is_deputy = place.in_sealed_team = True
        sealed = town.note(session, MORNING, area=cast.kitamachi, not_nearby=True)
        for who in (cast.aoki, cast.ishii):
            declaring.declare(sealed, session.get_one(Person, who), Relation.SELF, EVENING)
    assert summary.gather(either, OPENING) == 1
    assert summaries(either, cast) == ["ueda"]

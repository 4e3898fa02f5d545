"""Signs, other voices and one place raise a note's urgency, and never show a sealed one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown
from models.arrival import accept
from models.clue import Clue
from models.desk import Desk
from models.handoff import Handoff, HeldReason, State
from models.person import Person
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.models.test_arrival import arriving, cast
from tests.town import MORNING, Cast

__all__ = ["cast"]


@pytest.mark.parametrize(
    ("chosen", "signs", "urgency", "why"),
    [
        ("memo", ["garden"], Urgency.MEMO, []),
        ("memo", ["garden", "greeting_stop", "group_stop"], Urgency.SOON, ["three_signs"]),
        ("memo", ["recovered", "can_help", "wants_place"], Urgency.MEMO, []),
        ("memo", ["mail_pile"], Urgency.TODAY, []),
        ("soon", ["not_seen", "thin"], Urgency.SOON, []),
        ("soon", ["not_seen", "thin", "repeats"], Urgency.TODAY, ["three_signs"]),
    ],
)
def test_the_highest_of_choice_and_signs_counts_and_three_signs_raise_it(
    either: Store, cast: Cast, chosen: str, signs: list[str], urgency: Urgency, why: list[str]
) -> None:
    with either.write() as session:
        accept(session, arriving(session, cast, urgency=chosen, signs=signs), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
    assert (handoff.urgency, handoff.raised_why) == (urgency, why)


@pytest.mark.parametrize(
    ("by", "days", "raised"), [("tanaka", 1, True), ("suzuki", 1, False), ("tanaka", 15, False)]
)
def test_a_second_reporter_at_one_place_within_fourteen_days_raises_it(
    either: Store, cast: Cast, by: str, days: int, raised: bool
) -> None:
    with either.write() as session:
        first = replace(
            arriving(session, cast, place_detail="１丁目２番地"),
            by=session.get(Person, getattr(cast, by)),
        )
        accept(session, first, MORNING.replace(day=24 - days))
        arrival = arriving(session, cast, place_detail="1-2")
        accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert handoff.raised_why == (["two_reporters"] if raised else [])


def test_three_signs_at_one_place_raise_it_though_one_person_noted_them(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        place = {"place_detail": "1-2"}
        accept(session, arriving(session, cast, signs=["not_seen", "thin"], **place), MORNING)
        arrival = arriving(session, cast, signs=["repeats"], **place)
        accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert (handoff.urgency, handoff.raised_why) == (Urgency.TODAY, ["three_signs"])


def second_of(session: Session, cast: Cast, *notes: tuple[int | None, str]) -> Handoff:
    """What two people noted, each with its area and the house as it was typed; gives the second."""
    for by, (area, typed) in zip(("tanaka", "suzuki"), notes, strict=True):
        arrival = replace(
            arriving(session, cast, place_detail=typed),
            by=session.get(Person, getattr(cast, by)),
            area_id=area,
            held=None if area else HeldReason.UNKNOWN_AREA,
        )
        accept(session, arrival, MORNING)
    return town.thread_of(session, arrival.note_id).handoff


def widen(session: Session, cast: Cast, *names: str) -> None:
    """The north has other towns, too."""
    for name in ("島", *names):
        area = session.scalar(sa.select(Area).where(Area.name == name))
        area = area or Area(kind=AreaKind.TOWN, code=name, name=name)
        session.add(area)
        session.flush()
        session.add(AreaTown(area_id=cast.north, town_id=area.id))


@pytest.mark.parametrize("area", ["north", None])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5-3", "5-3"),
        ("コーポ桜", "コーポ桜"),
        ("北町5-3", "島5-3"),
        ("北町5-3", "5-3"),
        ("丘1丁目2-3", "丘12-3"),
        ("北町西5-3", "北町5-3"),
        ("北町", "北町"),
    ],
)
def test_houses_that_may_stand_in_different_towns_are_no_one_place(
    either: Store, cast: Cast, area: str | None, one: str, other: str
) -> None:
    found = None if area is None else cast.north
    with either.write() as session:
        widen(session, cast, "丘1丁目", "丘", "北町西")
        for typed in ((one, other), (other, one)):
            handoff = second_of(session, cast, *((found, each) for each in typed))
            assert (handoff.urgency, handoff.raised_why) == (Urgency.SOON, [])
            session.execute(sa.delete(Clue))


@pytest.mark.parametrize("typed", ["北町一丁目2番地", "みさき市北町1-2", "１ー２", "北町1-2"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_a_house_in_ones_own_area_is_the_one_that_others_noted_in_its_town(
    either: Store, cast: Cast, typed: str, is_alone: bool
) -> None:
    with either.write() as session:
        if not is_alone:
            widen(session, cast)
        own, in_town = (cast.north, typed), (cast.kitamachi, "1-2")
        is_told = is_alone or "北町" in typed
        for notes in ((own, in_town), (in_town, own)):
            raised = second_of(session, cast, *notes).raised_why
            assert raised == (["two_reporters"] if is_told else [])
            session.execute(sa.delete(Clue))


def test_two_who_name_the_town_in_their_own_areas_raise_it(either: Store, cast: Cast) -> None:
    with either.write() as session:
        widen(session, cast)
        beat = Area(kind=AreaKind.BEAT, code="1", name="第1担当区域")
        session.add(beat)
        session.flush()
        session.add_all(
            AreaTown(area_id=beat.id, town_id=one) for one in (cast.kitamachi, cast.minamimachi)
        )
        notes = (cast.north, "北町の桜コーポ"), (beat.id, "北町 桜コーポ")
        assert second_of(session, cast, *notes).raised_why == ["two_reporters"]


@pytest.mark.parametrize("by", ["tanaka", "suzuki"])
def test_what_was_taken_back_raises_no_other(either: Store, cast: Cast, by: str) -> None:
    with either.write() as session:
        place = {"place_detail": "1-2", "signs": ["not_seen", "thin"]}
        writer = session.get_one(Person, getattr(cast, by))
        gone = replace(arriving(session, cast, **place), by=writer)
        accept(session, gone, MORNING)
        town.thread_of(session, gone.note_id).handoff.take_back(MORNING)
        session.flush()
        arrival = arriving(session, cast, **place)
        accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert (handoff.urgency, handoff.raised_why) == (Urgency.SOON, [])


def test_a_second_voice_is_heard_behind_any_number_of_the_first(either: Store, cast: Cast) -> None:
    with either.write() as session:
        place = {"place_detail": "1-2", "signs": [], "words": "心配です。"}
        other = replace(arriving(session, cast, **place), by=session.get(Person, cast.tanaka))
        accept(session, other, MORNING)
        for _ in range(20):
            arrival = arriving(session, cast, **place)
            accept(session, arrival, MORNING)
        assert town.thread_of(session, arrival.note_id).handoff.raised_why == ["two_reporters"]


def test_other_words_under_one_id_are_no_second_voice(either: Store, cast: Cast) -> None:
    with either.write() as session:
        first = arriving(session, cast, place_detail="1-2")
        accept(session, first, MORNING)
        other = arriving(session, cast, place_detail="1-2", words="別の言葉")
        accept(session, replace(other, note_id=first.note_id, by=None), MORNING)
        held = session.scalars(sa.select(Handoff).where(Handoff.state == State.HELD)).one()
        assert held.raised_why == []


def test_a_raised_note_passes_a_desk_that_takes_no_hurried_ones(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        session.flush()
        signs = ["not_seen", "thin", "repeats"]
        accept(session, arriving(session, cast, signs=signs), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
        assert (handoff.desk_id, handoff.thread.shown_desk.id) == (cast.core, cast.north_desk)
        handoff.acknowledge(session.get_one(Person, cast.ueda), Said("check"), MORNING)
        handoff.pass_on(
            session.get_one(Person, cast.ueda), session.get_one(Desk, cast.south_desk), "", MORNING
        )
        session.expire_all()
        assert handoff.thread.shown_desk.id == cast.south_desk


def test_beside_another_voice_a_seal_does_not_show_either(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        first = arriving(session, cast, place_detail="1-2")
        accept(session, replace(first, by=session.get(Person, cast.tanaka)), MORNING)
        told, shown = [], []
        for sealed in (False, True):
            note = arriving(session, cast, place_detail="1-2", not_nearby=sealed)
            answer = accept(session, note, MORNING)[1]
            thread = town.thread_of(session, note.note_id)
            assert (thread.is_sealed, thread.handoff.desk_id) == (sealed, cast.core)
            told.append({name: answer[name] for name in answer.keys() - {"id", "hash"}})
            shown.append((thread.door_desk.name, thread.shown_desk.name))
    assert told[0] == told[1]
    assert shown == [("北の相談室", "北の相談室")] * 2


def test_a_sealed_note_never_raises_an_unsealed_one(either: Store, cast: Cast) -> None:
    with either.write() as session:
        sealed = arriving(session, cast, place_detail="1-2", not_nearby=True)
        accept(session, replace(sealed, by=session.get(Person, cast.tanaka)), MORNING)
        arrival = arriving(session, cast, place_detail="1-2")
        accept(session, arrival, MORNING)
        assert town.thread_of(session, arrival.note_id).handoff.raised_why == []

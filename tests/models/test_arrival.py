"""A note is taken exactly once, whole, with everything it owes, and never refused for its place."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.arrival import Arrival, Outcome, accept
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.draft import content_hash, read_draft
from models.handoff import Handoff, HeldReason, State
from models.observation import Observation
from models.person import Person
from models.receipt import Receipt
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def _arrival(session: Session, cast: Cast, area: int | None = None, **changed: object) -> Arrival:
    raw = town.fields(**changed)
    draft, problems = read_draft(raw)
    assert not problems
    assert draft.id is not None
    return Arrival(
        note_id=draft.id,
        content_hash=content_hash(raw),
        draft=draft,
        area_id=area or cast.kitamachi,
        by=session.get(Person, cast.suzuki),
    )


def _count(session: Session, kind: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def test_a_note_comes_with_its_handoff_deliveries_and_audit_line(either: Store, cast: Cast) -> None:
    with either.write() as session:
        before = _count(session, AuditLine)
        outcome, acceptance = accept(session, _arrival(session, cast), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
        told = session.scalars(sa.select(Delivery).where(Delivery.kind == DeliveryKind.NEW_NOTE))
        assert {d.person_id for d in told} == {cast.okada, cast.kato}
        assert _count(session, AuditLine) == before + 1
    assert outcome is Outcome.CREATED
    assert (handoff.state, handoff.desk_id) == (State.SENT, cast.north_desk)
    assert acceptance["desk"]["name"] == "北の相談室"
    assert acceptance["state"] == "arrived"


def test_the_same_note_again_is_answered_as_at_first(either: Store, cast: Cast) -> None:
    with either.write() as session:
        arrival = _arrival(session, cast)
        _, first = accept(session, arrival, MORNING)
    with either.write() as session:
        again = replace(arrival, area_id=cast.minamimachi, by=session.get(Person, cast.tanaka))
        outcome, second = accept(session, again, MORNING.replace(hour=5))
        assert _count(session, Observation) == 1
    assert (outcome, second) == (Outcome.REPEATED, first)


def test_other_words_under_one_id_are_kept_beside_it_once(either: Store, cast: Cast) -> None:
    with either.write() as session:
        arrival = _arrival(session, cast)
        accept(session, arrival, MORNING)
        other = replace(_arrival(session, cast, words="別の言葉"), note_id=arrival.note_id)
        answers = [accept(session, other, MORNING) for _ in range(3)]
        held = session.scalars(sa.select(Handoff).where(Handoff.state == State.HELD)).one()
        assert _count(session, Observation) == 2
    assert {(outcome, told["held"]) for outcome, told in answers} == {(Outcome.CONFLICT, True)}
    assert (held.desk_id, held.held_reason) == (cast.core, HeldReason.CONFLICT)


@pytest.mark.parametrize("held", [None, HeldReason.UNKNOWN_AREA, HeldReason.TOO_LONG])
def test_the_acceptance_tells_whether_the_core_holds_the_note_sealed_or_not(
    either: Store, cast: Cast, held: HeldReason | None
) -> None:
    with either.write() as session:
        plain = replace(_arrival(session, cast), held=held)
        twin = replace(plain, note_id=uuid.uuid4(), draft=replace(plain.draft, not_nearby=True))
        answers = [accept(session, one, MORNING)[1] | {"id": ""} for one in (plain, twin)]
        again = accept(session, plain, MORNING)[1] | {"id": ""}
    assert answers[0] == answers[1] == again
    assert answers[0]["held"] is (held is not None)
    assert answers[0]["desk"]["id"] == str(cast.core if held else cast.north_desk)


def test_a_receipt_code_in_use_is_left_out_and_said(either: Store, cast: Cast) -> None:
    with either.write() as session:
        code = b"c" * 32
        _, first = accept(session, replace(_arrival(session, cast), receipt_hash=code), MORNING)
        _, second = accept(session, replace(_arrival(session, cast), receipt_hash=code), MORNING)
        thread = Receipt.open(session, code)
        assert thread is not None
        assert str(thread.observation.client_id) == first["id"]
    assert (first["receipt"], second["receipt"]) == (True, False)


@pytest.mark.parametrize(
    "seal",
    [{"not_nearby": True}, {"signs": ["dv"]}, {"signs": ["cry"]}, {"signs": ["medical_child"]}],
)
def test_a_sealed_note_is_told_to_the_sealed_team_alone(
    either: Store, cast: Cast, seal: dict[str, object]
) -> None:
    with either.write() as session:
        _, acceptance = accept(session, _arrival(session, cast, **seal), MORNING)
        handoff = session.scalars(sa.select(Handoff)).one()
        told = {d.person_id for d in session.scalars(sa.select(Delivery))}
        lines = session.scalars(sa.select(AuditLine.chain)).all()
    assert (handoff.desk_id, handoff.is_sealed) == (cast.core, True)
    assert told == {cast.aoki, cast.ishii}
    assert str(cast.north_desk) not in lines
    assert acceptance["desk"]["name"] == "北の相談室"


def test_a_sealed_note_is_accepted_in_the_same_words_as_any_other(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        open_note = _arrival(session, cast)
        sealed = replace(
            open_note, note_id=uuid.uuid4(), draft=replace(open_note.draft, not_nearby=True)
        )
        answers = [accept(session, arrival, MORNING)[1] for arrival in (open_note, sealed)]
    for answer in answers:
        answer.pop("id")
    assert answers[0] == answers[1]


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
        accept(session, _arrival(session, cast, urgency=chosen, signs=signs), MORNING)
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
            _arrival(session, cast, place_detail="１丁目２番地"),
            by=session.get(Person, getattr(cast, by)),
        )
        accept(session, first, MORNING.replace(day=24 - days))
        arrival = _arrival(session, cast, place_detail="1-2")
        accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert handoff.raised_why == (["two_reporters"] if raised else [])


def test_three_signs_at_one_place_raise_it_though_one_person_noted_them(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        place = {"place_detail": "1-2"}
        accept(session, _arrival(session, cast, signs=["not_seen", "thin"], **place), MORNING)
        arrival = _arrival(session, cast, signs=["repeats"], **place)
        accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert (handoff.urgency, handoff.raised_why) == (Urgency.TODAY, ["three_signs"])


@pytest.mark.parametrize("area", ["north", None])
def test_one_house_number_in_an_area_of_several_towns_is_no_one_place(
    either: Store, cast: Cast, area: str | None
) -> None:
    found = None if area is None else cast.north
    held = None if area else HeldReason.UNKNOWN_AREA
    with either.write() as session:
        for by, typed in (("tanaka", "森"), ("suzuki", "林")):
            arrival = replace(
                _arrival(session, cast, place=typed, place_detail="5-3"),
                by=session.get(Person, getattr(cast, by)),
                area_id=found,
                held=held,
            )
            accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert (handoff.urgency, handoff.raised_why) == (Urgency.SOON, [])


@pytest.mark.parametrize("by", ["tanaka", "suzuki"])
def test_what_was_taken_back_raises_no_other(either: Store, cast: Cast, by: str) -> None:
    with either.write() as session:
        place = {"place_detail": "1-2", "signs": ["not_seen", "thin"]}
        writer = session.get_one(Person, getattr(cast, by))
        gone = replace(_arrival(session, cast, **place), by=writer)
        accept(session, gone, MORNING)
        town.thread_of(session, gone.note_id).handoff.take_back(MORNING)
        session.flush()
        arrival = _arrival(session, cast, **place)
        accept(session, arrival, MORNING)
        handoff = town.thread_of(session, arrival.note_id).handoff
    assert (handoff.urgency, handoff.raised_why) == (Urgency.SOON, [])


def test_a_second_voice_is_heard_behind_any_number_of_the_first(either: Store, cast: Cast) -> None:
    with either.write() as session:
        place = {"place_detail": "1-2", "signs": [], "words": "心配です。"}
        other = replace(_arrival(session, cast, **place), by=session.get(Person, cast.tanaka))
        accept(session, other, MORNING)
        for _ in range(20):
            arrival = _arrival(session, cast, **place)
            accept(session, arrival, MORNING)
        assert town.thread_of(session, arrival.note_id).handoff.raised_why == ["two_reporters"]


def test_other_words_under_one_id_are_no_second_voice(either: Store, cast: Cast) -> None:
    with either.write() as session:
        first = _arrival(session, cast, place_detail="1-2")
        accept(session, first, MORNING)
        other = _arrival(session, cast, place_detail="1-2", words="別の言葉")
        accept(session, replace(other, note_id=first.note_id, by=None), MORNING)
        held = session.scalars(sa.select(Handoff).where(Handoff.state == State.HELD)).one()
        assert held.raised_why == []


def test_a_raised_note_passes_a_desk_that_takes_no_hurried_ones(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        session.flush()
        signs = ["not_seen", "thin", "repeats"]
        accept(session, _arrival(session, cast, signs=signs), MORNING)
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
        first = _arrival(session, cast, place_detail="1-2")
        accept(session, replace(first, by=session.get(Person, cast.tanaka)), MORNING)
        told, shown = [], []
        for sealed in (False, True):
            note = _arrival(session, cast, place_detail="1-2", not_nearby=sealed)
            answer = accept(session, note, MORNING)[1]
            thread = town.thread_of(session, note.note_id)
            assert (thread.is_sealed, thread.handoff.desk_id) == (sealed, cast.core)
            told.append({name: answer[name] for name in answer.keys() - {"id", "hash"}})
            shown.append((thread.door_desk.name, thread.shown_desk.name))
    assert told[0] == told[1]
    assert shown == [("北の相談室", "北の相談室")] * 2


def test_a_sealed_note_never_raises_an_unsealed_one(either: Store, cast: Cast) -> None:
    with either.write() as session:
        sealed = _arrival(session, cast, place_detail="1-2", not_nearby=True)
        accept(session, replace(sealed, by=session.get(Person, cast.tanaka)), MORNING)
        arrival = _arrival(session, cast, place_detail="1-2")
        accept(session, arrival, MORNING)
        assert town.thread_of(session, arrival.note_id).handoff.raised_why == []


def test_nothing_of_a_note_lies_readable_in_the_database(store: Store) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        words = {
            "words": "カナリア一号",
            "called": "カナリア二号",
            "place_detail": "カナリア三号9-9",
        }
        accept(
            session,
            _arrival(session, cast, **words, contact="telephone", telephone="0901112222"),
            MORNING,
        )
    path = store.url.database
    assert path is not None
    raw = b"".join(Path(path + suffix).read_bytes() for suffix in ("", "-wal"))
    for canary in ("カナリア", "0901112222", "not_seen", "鈴木"):
        assert canary.encode() not in raw

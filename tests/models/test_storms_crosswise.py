"""On PostgreSQL what gathers, answers, takes back and empties a desk holds all in one order."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import hearing, staffing
from models.handoff import Handoff, Outcome, State
from models.person import Person
from models.speech import SpeechKind, read, say
from models.store import Store
from tests import town
from tests.models.household.test_gathering import gather
from tests.models.test_storms import flood, tell
from tests.models.test_storms_at_once import acknowledge, folded
from tests.support.at_once import meeting, together
from tests.town import MORNING, Cast

SOON: dict[str, Any] = {"urgency": "soon", "signs": ()}


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def told(shared: Store, cast: Cast) -> list[uuid.UUID]:
    """Many of one place; one that is folded stands before the head in the order of rows."""
    with shared.write() as session:
        notes = flood(session, cast, 6, **SOON)
        while min(notes, key=lambda one: one.id) is notes[0]:
            notes.append(tell(session, cast, len(notes), **SOON))
        return [one.id for one in notes]


@pytest.fixture
def beside(shared: Store, cast: Cast, told: list[uuid.UUID]) -> tuple[uuid.UUID, uuid.UUID]:
    """What the head is gathered with, and another voice about it."""
    with shared.write() as session:
        same = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, signs=()).id
        other = town.note(session, MORNING, by=cast.sato, area=cast.kitamachi, signs=()).id
        gather(session, cast, told[0], same)
        return same, other


def test_no_row_is_lost_under_one_that_a_colleague_acknowledges_meanwhile(
    shared: Store, cast: Cast, told: list[uuid.UUID], beside: tuple[uuid.UUID, uuid.UUID]
) -> None:
    def raise_all(session: Session) -> None:
        gather(session, cast, *beside)

    assert together(shared, acknowledge(cast, told[1]), raise_all) == []
    found = folded(shared)
    assert found[told[0]] is None
    assert {found[one] for one in told[3:]} == {told[2]}


def test_no_newcomer_is_folded_under_a_head_that_is_raised_meanwhile(
    shared: Store, cast: Cast, told: list[uuid.UUID], beside: tuple[uuid.UUID, uuid.UUID]
) -> None:
    new: list[uuid.UUID] = []

    def come(session: Session) -> None:
        new.append(tell(session, cast, 30, **SOON).id)

    def raise_all(session: Session) -> None:
        gather(session, cast, *beside)

    assert together(shared, come, raise_all) == []
    assert folded(shared)[new[0]] == told[1]


def test_who_gathers_a_head_and_who_answers_it_hold_its_rows_in_one_order(
    shared: Store, cast: Cast, told: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared.write() as session:
        other = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, signs=()).id
    answer = acknowledge(cast, told[0], "kato")
    meets = meeting(shared, monkeypatch, (Handoff, "lock_unmoved"), answer)
    with meets as refused, shared.write() as session:
        gather(session, cast, told[0], other)
    assert refused == []
    assert told[0] not in folded(shared)


def test_who_takes_a_note_back_is_not_in_the_way_of_a_suspension(
    shared: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared.write() as session:
        note = town.note(session, MORNING, by=cast.tanaka, area=cast.minamimachi, place="南町").id

    def suspend(session: Session) -> None:
        kimura, admin = (session.get_one(Person, one) for one in (cast.kimura, cast.yamamoto))
        staffing.suspend(session, kimura, admin, MORNING)

    meets = meeting(shared, monkeypatch, (hearing, "owing"), suspend)
    with meets as refused, shared.write() as session:
        thread = session.get_one(Handoff, note).thread
        say(thread, read(SpeechKind.WITHDRAWAL, {"how": "back"}), MORNING)
    assert refused == []
    with shared.read() as session:
        back = session.get_one(Handoff, note)
        assert (back.state, back.outcome) == (State.CLOSED, Outcome.TAKEN_BACK)

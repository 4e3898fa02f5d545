"""What a note leaves behind with others as it is sealed: what they are told is still true."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import sealing
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.handoff import storms
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.models.sealing.test_seal import HOUSE, MINUTE, noted, sealed, who
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def told(session: Session, cast: Cast) -> list[tuple[uuid.UUID | None, uuid.UUID | None]]:
    """Which pushes of a new note the staff of the door have, by person and handoff."""
    kind, there = DeliveryKind.NEW_NOTE, (cast.okada, cast.kato)
    own = sa.select(Delivery.person_id, Delivery.handoff_id)
    rows = session.execute(own.where(Delivery.kind == kind, Delivery.person_id.in_(there)))
    return [(row.person_id, row.handoff_id) for row in rows]


def test_who_was_told_of_a_row_in_its_name_is_told_of_what_is_left(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        notes = [
            noted(session, cast, MORNING + n * MINUTE, signs=[]) for n in range(storms.MANY + 1)
        ]
        assert [one.storm_id for one in notes] == [None, *[notes[0].id] * storms.MANY]
        before = told(session, cast)
        assert {of for _, of in before} == {one.id for one in notes[: storms.MANY - 1]}
        sealed(session, cast, notes[0])
        after = told(session, cast)
        assert len(after) == len(before)
        assert {(who, notes[1].id) for who in (cast.okada, cast.kato)} <= set(after)
        assert {of for _, of in after} == {one.id for one in notes[1 : storms.MANY - 1]}


def test_a_reporter_past_whose_door_it_raised_theirs_is_told_the_door_still(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        case = noted(session, cast, signs=[])
        other = noted(session, cast, MORNING + MINUTE, by=cast.sato, signs=[])
        assert (other.desk_id, other.thread.shown_desk.id) == (cast.core, cast.north_desk)
        sealed(session, cast, case)
        assert (other.raised_why, other.urgency) == ([], Urgency.SOON)
        assert other.thread.shown_desk.id == cast.north_desk


def test_the_team_is_told_where_it_would_go(store: Store, cast: Cast) -> None:
    with store.write() as session:
        told = {**HOUSE, "not_nearby": True}
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **told)
        assert sealing.goes_to(handoff).id == cast.north_desk
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        sealing.propose(handoff, who(session, cast, "aoki"), "本人の希望", MORNING)
        handoff.urgency = Urgency.TODAY
        goes_to = sealing.goes_to(handoff)
        sealing.unseal(handoff, who(session, cast, "ishii"), MORNING + MINUTE)
        assert handoff.desk is goes_to
        assert goes_to.id != cast.north_desk

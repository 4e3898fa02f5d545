"""What a note leaves behind with others as it is sealed: what they are told is still true."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import sealing
from models.arrival import Arrival, accept
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.draft import Draft
from models.handoff import HeldReason, storms
from models.observation import Observation
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.models.sealing.test_seal import HOUSE, MINUTE, noted, readers, sealed, who
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


def test_what_followed_its_other_content_is_sealed_with_the_copy(store: Store, cast: Cast) -> None:
    with store.write() as session:
        first = noted(session, cast)
        name = first.thread.observation.client_id
        assert name is not None
        note_id, follows = uuid.uuid4(), {"kind": "addition", "follows": str(name)}
        words, late = Draft(words="夫のこと"), HeldReason.TOO_LATE
        accept(session, Arrival(note_id, "x", words, held=late, follows=follows), MORNING + MINUTE)
        held = town.thread_of(session, note_id).handoff
        accept(session, Arrival(name, "y", words), MORNING + 2 * MINUTE)
        of_root = sa.select(Observation).where(Observation.conflicts_with == name)
        copy = session.scalars(of_root).one().thread.handoff
        assert "ueda" in readers(session, cast, held)
        sealed(session, cast, copy, by="aoki")
        for one in (first, held, copy):
            assert readers(session, cast, one) == {"aoki", "ishii"}


def test_words_that_never_went_out_are_the_teams(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff, then = noted(session, cast), MORNING + 30 * MINUTE
        handoff.acknowledge(who(session, cast, "kato"), Said(words="明日うかがいます。"), then)
        sealed(session, cast, handoff)
        assert handoff.thread.replies == []
        assert [(one.by_id, one.words) for one in handoff.inside_notes] == [
            (cast.kato, "明日うかがいます。")
        ]


def test_who_seals_it_second_is_written_down_with_their_words(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        sealing.seal(handoff, who(session, cast, "okada"), MORNING, "夫が役場にいます。")
        for _ in range(2):
            sealing.seal(handoff, who(session, cast, "kato"), MORNING + MINUTE, "近所の人です。")
        session.flush()
        lines = session.scalars(sa.select(AuditLine).where(AuditLine.act == "note_inside")).all()
        assert [(one.actor_id, one.chain) for one in lines] == [(cast.kato, str(cast.core))]

"""A person's mark sorts a note last in its urgency, and changes nothing that its reporter sees."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit import AuditLine
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Doubt, Handoff, Outcome
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.support import promises
from tests.town import MORNING, Cast

MARKED = {"is_marked", "doubt", "claim_at"}


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def told(session: Session, cast: Cast, *, is_beyond: bool = False) -> tuple[Handoff, Person]:
    handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
    handoff.is_beyond = handoff.is_marked = is_beyond
    session.flush()
    return handoff, session.get_one(Person, cast.okada)


def acts(session: Session, handoff: Handoff) -> list[str]:
    lines = sa.select(AuditLine).where(AuditLine.object_id == str(handoff.id))
    return [line.act for line in session.scalars(lines.order_by(AuditLine.id))]


def test_a_mark_changes_where_it_stands_and_nothing_else(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast)
        before = promises.row(handoff)
        handoff.mark(okada, Doubt.NOT_SO, "先月から空き家です", MORNING + dt.timedelta(hours=1))
        session.flush()
        after = promises.row(handoff)
        assert {name for name in after if after[name] != before[name]} == MARKED
        assert (handoff.is_marked, handoff.doubt) == (True, Doubt.NOT_SO)
        session.expire_all()
        assert [note.words for note in handoff.inside_notes] == ["先月から空き家です"]
        assert acts(session, handoff) == ["accept", "mark"]


@pytest.mark.parametrize("is_taken_away", [True, False])
def test_what_is_returned_is_marked_as_the_other_desk_left_it(
    either: Store, cast: Cast, *, is_taken_away: bool
) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast)
        kimura = session.get_one(Person, cast.kimura)
        if is_taken_away:
            handoff.mark(okada, Doubt.NOT_SO, "", MORNING)
        south = session.get_one(Desk, cast.south_desk)
        away = handoff.pass_on(okada, south, "南部です", MORNING)
        session.flush()
        if is_taken_away:
            away.unmark(kimura, MORNING)
        else:
            away.mark(kimura, Doubt.AGAIN, "", MORNING)
        earlier = away.return_back(kimura, "北部です", MORNING)
        expected = (None, False) if is_taken_away else (Doubt.AGAIN, True)
        assert (earlier.doubt, earlier.is_marked) == expected


@pytest.mark.parametrize("is_beyond", [True, False])
def test_without_it_the_mark_of_the_limits_stands_again(
    either: Store, cast: Cast, is_beyond: bool
) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast, is_beyond=is_beyond)
        handoff.mark(okada, Doubt.AGAIN, "", MORNING)
        handoff.unmark(okada, MORNING)
        assert (handoff.is_marked, handoff.doubt) == (is_beyond, None)
        assert acts(session, handoff) == ["accept", "mark", "unmark"]


def test_the_same_mark_and_its_removal_are_written_down_once(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast)
        for _ in range(2):
            handoff.mark(okada, Doubt.TO_TROUBLE, "", MORNING)
        for _ in range(2):
            handoff.unmark(okada, MORNING)
        assert acts(session, handoff) == ["accept", "mark", "unmark"]


def test_a_mark_lets_no_acknowledgement_go_out_and_can_be_followed_by_its_undo(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast)
        handoff.acknowledge(okada, Said("check"), MORNING)
        handoff.mark(okada, Doubt.AGAIN, "同じ文です", MORNING)
        assert handoff.is_withheld(MORNING)
        handoff.undo(okada, lambda: MORNING)
        assert handoff.doubt is Doubt.AGAIN


def test_it_goes_along_when_the_note_is_passed_on(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast, is_beyond=True)
        handoff.mark(okada, Doubt.AGAIN, "", MORNING)
        to = session.get_one(Desk, cast.south_desk)
        following = handoff.pass_on(okada, to, "南部です", MORNING)
        assert (following.doubt, following.is_beyond) == (Doubt.AGAIN, True)


@pytest.mark.parametrize("who", ["okada", None])
def test_what_ended_is_not_marked(either: Store, cast: Cast, who: str | None) -> None:
    with either.write() as session:
        handoff, okada = told(session, cast)
        if who is None:
            handoff.take_back(MORNING)
        else:
            handoff.acknowledge(okada, Said("check"), MORNING)
            handoff.close(okada, Outcome.UNFOUNDED, Said("closed"), MORNING)
        with pytest.raises(NotAllowed):
            handoff.mark(okada, Doubt.NOT_SO, "", MORNING)

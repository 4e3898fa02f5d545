"""What somebody has, and what its household raises, stands by itself among those of its place."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import paging
from models.desk import Desk
from models.handoff import UNDO, Handoff
from models.narrowing import Narrowing
from models.person import Person
from models.queue import View
from models.reply import Said
from models.store import Store
from tests import town
from tests.models.household.test_gathering import gather, undo
from tests.models.test_storms import MINUTE, cast, flood, okada, rows, tell, under
from tests.support import promises
from tests.town import MORNING, Cast

__all__ = ["cast"]


@pytest.mark.parametrize("which", [0, 2])
def test_what_somebody_claims_is_theirs_alone_and_the_rest_is_nobodys(
    either: Store, cast: Cast, which: int
) -> None:
    with either.write() as session:
        told = flood(session, cast)
        by, one = okada(session, cast), told[which]
        one.claim(by, MORNING)
        session.flush()
        session.expire_all()
        rest = [other.id for other in told if other is not one]
        head = session.get_one(Handoff, rest[0])
        assert under(session, head) == rest[1:]
        assert (one.storm_id, under(session, one)) == (None, [])
        desk = session.get_one(Desk, cast.north_desk)
        for narrowing, expected in (
            (Narrowing(person_id=by.id), [one.id]),
            (Narrowing(is_nobodys=True), [head.id]),
        ):
            page, asked = paging.page(
                sa.select(Handoff), View.TO_ACKNOWLEDGE, desk, MORNING, narrowing=narrowing
            )
            assert [row.id for row in session.scalars(page, asked)] == expected
        promises.no_row_is_lost_under_another(session)


def test_what_somebody_has_makes_no_storm_and_joins_none(either: Store, cast: Cast) -> None:
    with either.write() as session:
        told = flood(session, cast, 4)
        by = okada(session, cast)
        told[0].claim(by, MORNING)
        assert tell(session, cast, 4).storm_id is None
        sixth = tell(session, cast, 5)
        assert sixth.storm_id == told[1].id
        told[0].put_down(by, MORNING)
        assert (told[0].storm_id, tell(session, cast, 6).storm_id) == (None, told[1].id)


def test_what_was_somebodys_before_the_tap_is_theirs_after_its_undo(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        told, by = flood(session, cast), okada(session, cast)
        told[1].claim(by, MORNING)
        for one in told[1:3]:
            one.acknowledge(by, Said("check"), MORNING)
            one.undo(by, lambda: MORNING + UNDO / 2, is_of_several=True)
        session.flush()
        session.expire_all()
        assert [one.storm_id for one in told[1:3]] == [None, told[0].id]
        assert (told[1].claimed_by_id, told[2].claimed_by_id) == (by.id, None)


def test_what_is_given_to_a_colleague_stands_by_itself(either: Store, cast: Cast) -> None:
    with either.write() as session:
        told, kato = flood(session, cast), session.get_one(Person, cast.kato)
        told[3].assign(okada(session, cast), kato, MORNING)
        session.flush()
        session.expire_all()
        assert (told[3].storm_id, told[4].storm_id) == (None, told[0].id)


@pytest.mark.parametrize("which", [0, 2])
def test_what_its_household_raises_stands_by_itself_and_stays_so(
    either: Store, cast: Cast, which: int
) -> None:
    with either.write() as session:
        told = flood(session, cast, urgency="soon", signs=())
        other = town.note(session, MORNING + MINUTE, by=cast.sato, area=cast.kitamachi)
        made = gather(session, cast, told[which].id, other.id)
        session.flush()
        session.expire_all()
        assert told[which].raised_why == ["household_two_reporters"]
        assert rows(session, cast)[-1] == told[1 if which == 0 else 0].id
        assert (told[which].storm_id, under(session, told[which])) == (None, [])
        promises.no_row_is_lost_under_another(session)
        late = tell(session, cast, 6, urgency="today", signs=())
        more = [tell(session, cast, 7 + n, urgency="today", signs=()) for n in range(2)]
        undo(session, cast, made)
        session.flush()
        session.expire_all()
        assert told[which].raised_why == []
        assert len({one.storm_id or one.id for one in (late, *more)}) <= 2
        promises.no_row_is_lost_under_another(session)

"""担当 ends with what the desk owes, and in the transaction in which its person goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from models import staffing
from models.handoff import Handoff
from models.membership import Membership
from models.store import Store
from tests.models.test_claims import Office
from tests.town import MORNING

MOVES: dict[str, Callable[[Office, Handoff], Handoff]] = {
    "passed on": lambda o, h: h.pass_on(o.okada, o.desk("south_desk"), "南町です", MORNING),
    "escalated": lambda o, h: h.escalate(o.desk("core"), MORNING) or h,
    "handed over": lambda o, h: h.hand_to_backup(o.desk("core"), MORNING) or h,
    "taken back": lambda o, h: h.take_back(MORNING) or h,
}


@pytest.mark.parametrize("how", MOVES)
def test_it_ends_when_another_desk_owns_it(store: Store, how: str) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.claim(office.okada, MORNING)
        there = MOVES[how](office, handoff)
        assert (handoff.claimed_by_id, there.claimed_by_id) == (None, None)


def test_it_ends_on_both_sides_where_it_is_returned(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        there = handoff.pass_on(office.okada, office.desk("south_desk"), "南町です", MORNING)
        session.flush()
        there.claim(office.kimura, MORNING)
        back = there.return_back(office.kimura, "北町です", MORNING)
        assert (there.claimed_by_id, back.claimed_by_id) == (None, None)


def _suspend(office: Office) -> None:
    staffing.suspend(office.session, office.okada, office.admin, MORNING)


def _end(office: Office) -> None:
    [place] = [m for m in office.okada.memberships if m.is_active]
    staffing.end_membership(office.session, place, office.admin, MORNING)


def _leave(office: Office) -> None:
    staffing.leave(office.session, office.okada, MORNING)


def _again(office: Office) -> None:
    """Readmitted to the same desk, to be confirmed by somebody inside."""
    _end(office)
    north = office.desk("north_desk")
    staffing.put_at_desk(office.session, office.okada, north, office.admin, MORNING, sealed=False)


@pytest.mark.parametrize("go", [_suspend, _end, _leave, _again])
def test_it_ends_in_the_transaction_in_which_its_person_leaves_the_desk(
    either: Store, go: Callable[[Office], None]
) -> None:
    with either.write() as session:
        office = Office(session)
        his, hers = office.note(), office.note()
        his.claim(office.okada, MORNING)
        hers.claim(office.kato, MORNING)
        go(office)
        assert (his.claimed_by_id, hers.claimed_by_id) == (None, office.kato.id)
        assert office.lines(his)[-1] == ("end_claim", None, office.okada.id)
        assert his.desk_id == office.cast.north_desk


def test_who_leaves_the_sealed_team_has_nothing_sealed_any_more(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        session.add(
            Membership(
                person=office.kimura,
                desk=office.desk("core"),
                in_sealed_team=True,
                made_at=MORNING,
                confirmed_at=MORNING,
            )
        )
        sealed, plain = office.note(not_nearby=True), office.note()
        plain.hand_to_backup(office.desk("core"), MORNING)
        session.flush()
        for handoff in (sealed, plain):
            handoff.claim(office.aoki, MORNING)
        session.scalars(
            sa.select(Membership).where(Membership.person_id == office.aoki.id)
        ).one().in_sealed_team = False
        staffing.hand_over(session, [office.desk("core")], MORNING)
        assert (sealed.claimed_by_id, plain.claimed_by_id) == (None, office.aoki.id)

"""担当: one person of the desk has a note, and nobody outside the desk hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import staffing
from models.audit import AuditLine, broken_chains
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.errors import Claimed, Invalid, NotAllowed
from models.handoff import Handoff, Outcome, State, Verb
from models.person import Person, TellOf
from models.reply import Said
from models.store import Store
from tests import town
from tests.support.at_once import together
from tests.town import MORNING, Cast

SECOND = dt.timedelta(seconds=1)


class Office:
    """The north desk, with okada and kato at it, and kimura in the south."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cast: Cast = town.build(session, noise=False)
        self.okada, self.kato, self.kimura, self.aoki, self.ueda, self.admin = (
            session.get_one(Person, getattr(self.cast, name))
            for name in ("okada", "kato", "kimura", "aoki", "ueda", "yamamoto")
        )

    def note(self, **changed: object) -> Handoff:
        return town.note(
            self.session, MORNING, by=self.cast.suzuki, area=self.cast.kitamachi, **changed
        )

    def desk(self, name: str) -> Desk:
        return self.session.get_one(Desk, getattr(self.cast, name))

    def lines(self, handoff: Handoff) -> list[tuple[str, object, object]]:
        """Who did what to whom."""
        found = self.session.scalars(
            sa.select(AuditLine)
            .where(AuditLine.object_id == str(handoff.id))
            .order_by(AuditLine.id)
        )
        return [(line.act, line.actor_id, line.to_id) for line in found]

    def told(self) -> list[object]:
        """Who was told that something was given to them."""
        kind = Delivery.kind == DeliveryKind.ASSIGNED
        return list(self.session.scalars(sa.select(Delivery.person_id).where(kind)))


def test_whoever_claims_has_it_and_the_line_says_to_whom(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        handoff = office.note()
        before = (handoff.last_at, handoff.last_by_id, handoff.opened_at)
        handoff.claim(office.okada, MORNING + SECOND)
        handoff.claim(office.okada, MORNING + 2 * SECOND)
        assert (handoff.claimed_by_id, handoff.claim_at) == (office.okada.id, MORNING + SECOND)
        # The reporter's ladder and what they may do know nothing of it.
        assert (handoff.last_at, handoff.last_by_id, handoff.opened_at) == before
        assert handoff.may_take_back(MORNING + SECOND)
        assert office.lines(handoff)[1:] == [("claim", office.okada.id, office.okada.id)]
        assert office.told() == []
        session.flush()
        assert broken_chains(session) == []


def test_a_line_does_not_hold_once_it_names_somebody_else(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        office.note().claim(office.okada, MORNING)
        session.execute(sa.update(AuditLine).values(to_id=office.kato.id))
        assert broken_chains(session) == [str(office.cast.north_desk)]


def test_who_comes_second_is_told_whose_it_is(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.claim(office.okada, MORNING)
        for second in (
            lambda: handoff.claim(office.kato, MORNING),
            lambda: handoff.assign(office.kato, office.kato, MORNING),
            lambda: handoff.claim(office.kato, MORNING, office.kimura.id),
            lambda: handoff.put_down(office.kato, MORNING),
        ):
            with pytest.raises(Claimed) as why:
                second()
            assert why.value.params["name"] == "岡田"
        assert handoff.claimed_by_id == office.okada.id


def test_of_two_at_once_one_wins(shared: Store) -> None:
    with shared.write() as session:
        office = Office(session)
        handoff_id, cast = office.note().id, office.cast

    def claim(who: object) -> Callable[[Session], object]:
        def act(session: Session) -> None:
            session.get_one(Handoff, handoff_id).claim(session.get_one(Person, who), MORNING)

        return act

    [refused] = together(shared, claim(cast.kato), claim(cast.okada))
    assert (type(refused), refused.params["name"]) == (Claimed, "加藤")
    with shared.read() as session:
        assert session.get_one(Handoff, handoff_id).claimed_by_id == cast.kato


def _suspended_while(shared: Store, act: Callable[[Handoff, Person], object]) -> object:
    """Whose it is where somebody leaves in the same moment as they take it."""
    with shared.write() as session:
        office = Office(session)
        handoff_id, cast = office.note().id, office.cast

    def suspend(session: Session) -> None:
        okada, admin = (session.get_one(Person, one) for one in (cast.okada, cast.yamamoto))
        staffing.suspend(session, okada, admin, MORNING)

    def take(session: Session) -> None:
        act(session.get_one(Handoff, handoff_id), session.get_one(Person, cast.okada))

    for first, second in ((suspend, take), (take, suspend)):
        with shared.write() as session:
            session.get_one(Person, cast.okada).state = "active"
            session.get_one(Handoff, handoff_id).claimed_by_id = None
        together(shared, first, second)
        with shared.read() as session:
            yield session.get_one(Handoff, handoff_id).claimed_by_id


def test_nobody_takes_a_note_in_the_moment_in_which_they_leave(shared: Store) -> None:
    assert list(_suspended_while(shared, lambda h, by: h.claim(by, MORNING))) == [None, None]


def test_nobody_is_given_it_by_acknowledging_in_that_moment(shared: Store) -> None:
    with_words = _suspended_while(shared, lambda h, by: h.acknowledge(by, Said("check"), MORNING))
    assert next(with_words) is None


def test_a_colleague_who_is_given_it_is_told_and_nobody_else(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.assign(office.okada, office.kato, MORNING)
        handoff.assign(office.okada, office.kato, MORNING)
        assert (handoff.claimed_by_id, office.told()) == (office.kato.id, [office.kato.id])
        handoff.assign(office.kato, office.okada, MORNING, office.kato.id)
        assert office.told() == [office.kato.id, office.okada.id]
        assert office.lines(handoff)[1:] == [
            ("entrust", office.okada.id, office.kato.id),
            ("entrust", office.kato.id, office.okada.id),
        ]


def test_who_hears_of_what_is_in_a_hurry_alone_is_told_of_what_they_are_given(
    either: Store,
) -> None:
    with either.write() as session:
        office = Office(session)
        office.kato.tell_of = TellOf.HURRIED
        handoff = office.note(urgency="memo")
        handoff.assign(office.okada, office.kato, MORNING)
        assert office.told() == [office.kato.id]


def test_only_who_may_read_it_can_be_given_it(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        plain, sealed = office.note(), office.note(not_nearby=True)
        for handoff, to in ((plain, office.kimura), (sealed, office.okada), (sealed, office.ueda)):
            with pytest.raises(Invalid):
                handoff.assign(office.aoki, to, MORNING)
            assert handoff.claimed_by_id is None
        sealed.assign(office.ueda, office.aoki, MORNING)
        assert sealed.claimed_by_id == office.aoki.id


def test_put_down_it_is_nobodys(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.claim(office.okada, MORNING)
        handoff.put_down(office.okada, MORNING)
        handoff.put_down(office.okada, MORNING)
        assert handoff.claimed_by_id is None
        assert [act for act, *_ in office.lines(handoff)[1:]] == ["claim", "put_down"]


def test_what_ended_or_waits_for_its_desk_nobody_can_have(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        held = town.note(session, MORNING, area=None, by=office.cast.suzuki)
        held.state = State.HELD
        closed = office.note()
        closed.acknowledge(office.okada, Said("check"), MORNING)
        assert closed.claimed_by_id == office.okada.id
        closed.close(office.okada, Outcome.SETTLED, Said("closed"), MORNING)
        assert closed.claimed_by_id is None
        for handoff in (held, closed):
            with pytest.raises(NotAllowed):
                handoff.claim(office.okada, MORNING)


def test_what_is_claimed_can_still_be_worked_on_by_everybody(store: Store) -> None:
    with store.write() as session:
        office = Office(session)
        handoff = office.note()
        handoff.claim(office.kato, MORNING)
        handoff.acknowledge(office.okada, Said("check"), MORNING)
        handoff.act(Verb.VISIT, office.okada, Said("visited"), MORNING)
        assert handoff.claimed_by_id == office.kato.id

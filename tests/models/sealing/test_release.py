"""Unsealing takes two of the sealed team, and gives a note to the desk its reporter knows."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import passing, sealing, staffing
from models.audit import AuditLine
from models.clue import Clue
from models.delivery import Delivery
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, State, Verb
from models.membership import Membership
from models.person import Person, Role
from models.reply import Said
from models.sealing import Unsealing
from models.speech import SpeechKind, read, say
from models.store import Store
from tests import town
from tests.models.sealing.test_seal import HOUSE, MINUTE, readers, who
from tests.town import MORNING, Cast

LATER = MORNING + dt.timedelta(hours=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def kept(session: Session, cast: Cast) -> Handoff:
    """Sealed as it came."""
    told = {**HOUSE, "not_nearby": True}
    return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **told)


def test_one_proposes_and_another_confirms(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        aoki, ishii = who(session, cast, "aoki"), who(session, cast, "ishii")
        sealing.propose(handoff, aoki, "本人が望んでいます。", MORNING + MINUTE)
        asked = sa.select(Delivery.person_id).where(Delivery.created_at == MORNING + MINUTE)
        assert list(session.scalars(asked)) == [cast.ishii]
        with pytest.raises(Invalid, match="unseal_own"):
            sealing.unseal(handoff, aoki, LATER)
        with pytest.raises(Invalid, match="unseal_waits"):
            sealing.propose(handoff, ishii, "わたしも", LATER)
        sealing.unseal(handoff, ishii, LATER)
        session.flush()
        session.expire_all()
        assert readers(session, cast, handoff) == {"okada", "kato"}
        assert handoff.due_at > LATER
        assert [one.words for one in handoff.inside_notes] == ["本人が望んでいます。"]
        acts = session.scalars(sa.select(AuditLine.act).order_by(AuditLine.id)).all()
        assert acts[-3:] == ["propose_unseal", "unseal", "unsealed_here"]
        told = sa.select(Delivery.person_id).where(Delivery.thread_id == handoff.thread_id)
        assert set(session.scalars(told)) == {cast.okada, cast.kato}
        assert session.scalars(sa.select(Unsealing)).all() == []


def test_unsealed_it_is_found_and_counted_as_any_other(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        other = town.note(session, MORNING, by=cast.sato, area=cast.kitamachi, **HOUSE)
        sealing.propose(handoff, who(session, cast, "aoki"), "もう安全です。", MORNING)
        sealing.unseal(handoff, who(session, cast, "ishii"), LATER)
        session.flush()
        tokens = [
            set(session.scalars(sa.select(Clue.token).where(Clue.observation_id == one)))
            for one in (handoff.thread.observation.id, other.thread.observation.id)
        ]
        assert tokens[0] == tokens[1]
    with store.read() as session:
        handoff = session.get_one(Handoff, handoff.id)
        assert handoff.thread.observation.body["called"] == HOUSE["called"]


def test_its_reporter_sees_the_desk_that_spoke_all_along(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        handoff.acknowledge(who(session, cast, "aoki"), Said("check"), MORNING)
        sealing.propose(handoff, who(session, cast, "aoki"), "もう安全です。", MORNING + MINUTE)
        sealing.unseal(handoff, who(session, cast, "ishii"), LATER)
        session.flush()
        session.expire_all()
        assert handoff.state is State.RECEIVED
        assert handoff.next_on == LATER.date() + dt.timedelta(1)
        assert handoff.thread.replies[0].told_desk_id == cast.north_desk
        assert handoff.thread.shown_desk.id == cast.north_desk


def test_what_was_sealed_at_another_desk_goes_back_there(store: Store, cast: Cast) -> None:
    with store.write() as session:
        first = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        south = session.get_one(Desk, cast.south_desk)
        second = first.pass_on(who(session, cast, "okada"), south, "", MORNING)
        sealing.seal(second, who(session, cast, "kimura"), MORNING)
        sealing.propose(second, who(session, cast, "aoki"), "まちがいでした。", MORNING)
        sealing.unseal(second, who(session, cast, "ishii"), LATER)
        session.flush()
        session.expire_all()
        assert readers(session, cast, second) == {"kimura"}


def test_what_other_desks_kept_inside_stays_closed_and_times_stay_days(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        first = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada, south = who(session, cast, "okada"), session.get_one(Desk, cast.south_desk)
        first.note_inside(okada, "兄は役場の人です。", MORNING)
        second = first.pass_on(okada, south, "", MORNING + MINUTE)
        sealing.seal(second, who(session, cast, "kimura"), MORNING + MINUTE)
        sealing.propose(second, who(session, cast, "aoki"), "まちがいでした。", LATER)
        sealing.unseal(second, who(session, cast, "ishii"), LATER)
        session.flush()
        session.expire_all()
        assert readers(session, cast, first) == {"aoki", "ishii"}
        assert passing.told_day(second, MORNING) == MORNING.date()
        assert not second.can(Verb.RETURN_BACK)
        with pytest.raises(NotAllowed, match="not_passed_on"):
            second.return_back(who(session, cast, "kimura"), "", LATER)
        with pytest.raises(Invalid, match="unseal_none"):
            sealing.propose(first, who(session, cast, "aoki"), "もう一度", LATER)
        sealing.seal(second, who(session, cast, "kimura"), LATER)
        assert readers(session, cast, second) == {"aoki", "ishii"}


def test_its_reporters_fresh_wish_ends_a_proposal(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        sealing.propose(handoff, who(session, cast, "aoki"), "もう安全です。", MORNING)
        speech = read(SpeechKind.ADDITION, {"words": "", "not_nearby": "1"})
        say(handoff.thread, speech, LATER)
        session.flush()
        line = session.scalars(sa.select(AuditLine).where(AuditLine.act == "withdraw_unseal")).one()
        assert (line.actor_id, line.chain) == (None, str(cast.core))
        with pytest.raises(Invalid, match="unseal_none"):
            sealing.unseal(handoff, who(session, cast, "ishii"), LATER)
        assert handoff.is_sealed


def test_a_proposal_can_be_withdrawn_and_ends_with_its_person(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        ishii, yamamoto = who(session, cast, "ishii"), who(session, cast, "yamamoto")
        sealing.propose(handoff, who(session, cast, "aoki"), "もう安全です。", MORNING)
        sealing.withdraw(handoff, ishii, MORNING)
        with pytest.raises(Invalid, match="unseal_none"):
            sealing.unseal(handoff, ishii, MORNING)
        third = Person.enrol(session, role=Role.STAFF, name="三田", now=MORNING)
        place = Membership(person=third, desk_id=cast.core, in_sealed_team=True, made_at=MORNING)
        session.add(place)
        place.confirm(None, MORNING)
        sealing.propose(handoff, who(session, cast, "aoki"), "もう安全です。", MORNING)
        staffing.suspend(session, who(session, cast, "aoki"), yamamoto, MORNING)
        with pytest.raises(Invalid, match="unseal_left"):
            sealing.unseal(handoff, ishii, MORNING)
        assert handoff.is_sealed

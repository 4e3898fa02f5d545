"""A seal and a conflict of interest: neither opens what the other closes."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit_views, conflict, sealing
from models.audit_views import View, act_of, told
from models.conflict import ConflictKind
from models.delivery import Delivery
from models.desk import DeskKind
from models.errors import Invalid
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from models.thread import Thread
from tests import town
from tests.models.sealing.test_seal import HOUSE, MINUTE, noted, readers, sealed, who
from tests.town import MORNING, Cast

LATER = MORNING + dt.timedelta(hours=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def near(session: Session, cast: Cast, handoff: Handoff, *names: str) -> None:
    people = [getattr(cast, name) for name in names]
    conflict.write(session, handoff.thread_id, people, ConflictKind.FOUND, MORNING)


def kept(session: Session, cast: Cast) -> Handoff:
    told = {**HOUSE, "not_nearby": True}
    return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **told)


def look(session: Session, handoff: Handoff, by: Person) -> None:
    act, key = act_of(handoff, LATER), str(handoff.thread_id)
    kind = Thread.__tablename__
    View(act, kind, key, by=by.id, at=LATER, desk_id=handoff.desk_id).write(session)


def test_unsealed_it_goes_round_a_desk_that_is_all_in_conflict(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        near(session, cast, handoff, "okada", "kato")
        sealing.propose(handoff, who(session, cast, "aoki"), "本人の希望", MORNING + MINUTE)
        sealing.unseal(handoff, who(session, cast, "ishii"), LATER)
        session.flush()
        session.expire_all()
        assert not handoff.is_sealed
        assert handoff.desk_id == cast.core
        assert {"okada", "kato"}.isdisjoint(readers(session, cast, handoff))
        assert handoff.thread.shown_desk.id == cast.north_desk
        assert handoff.place_token is None


def test_of_the_team_who_is_in_conflict_hears_and_decides_nothing(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = kept(session, cast)
        sealing.propose(handoff, who(session, cast, "aoki"), "本人の希望", MORNING + MINUTE)
        near(session, cast, handoff, "aoki")
        with pytest.raises(Invalid, match="unseal_left"):
            sealing.unseal(handoff, who(session, cast, "ishii"), LATER)
        other = kept(session, cast)
        near(session, cast, other, "ishii")
        sealing.propose(other, who(session, cast, "aoki"), "本人の希望", LATER)
        asked = sa.select(Delivery.person_id).where(Delivery.created_at == LATER)
        assert cast.ishii not in set(session.scalars(asked))


def test_sealed_later_it_still_stands_by_itself(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        near(session, cast, handoff, "kato")
        handoff.place_token = None
        sealed(session, cast, handoff)
        assert (handoff.is_sealed, handoff.place_token) == (True, None)


def test_a_note_near_somebody_is_no_voice_again_because_of_a_seal(store: Store, cast: Cast) -> None:
    with store.write() as session:
        case, apart = noted(session, cast, signs=[]), noted(session, cast, by=cast.sato, signs=[])
        near(session, cast, apart, "kato")
        later = noted(session, cast, MORNING + MINUTE, by=cast.nakamura, signs=[])
        sealed(session, cast, apart)
        session.refresh(later)
        assert later.raised_why == ["two_reporters"]
        sealed(session, cast, case)
        session.refresh(later)
        assert later.raised_why == []


def test_its_reporter_is_told_the_same_of_who_opened_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        look(session, handoff, who(session, cast, "okada"))
        session.flush()
        before = told(handoff.thread)
        sealed(session, cast, handoff)
        assert told(handoff.thread) == before
        look(session, handoff, who(session, cast, "aoki"))
        session.flush()
        assert [(one.kind, one.times) for one in told(handoff.thread)] == [
            (DeskKind.INTAKE_POINT, 2)
        ]
        assert len(audit_views.looks(session, handoff.thread_id, [cast.north_desk])) == 1


def test_what_others_at_the_core_opened_is_not_told_as_the_desks(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        handoff.hand_to_backup(handoff.desk.backup, MORNING)
        look(session, handoff, who(session, cast, "ueda"))
        session.flush()
        before = told(handoff.thread)
        assert [one.kind for one in before] == [DeskKind.CORE]
        sealing.seal(handoff, who(session, cast, "ueda"), LATER)
        session.flush()
        assert told(handoff.thread) == before

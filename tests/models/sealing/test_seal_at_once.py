"""Sealing on PostgreSQL while others have the note in hand: they find it gone, none crosses."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import arrival, mirror_keeping, sealing
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff
from models.household import gathering
from models.household.entity import Gathering
from models.mirror import MirrorMonth
from models.person import Person
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.support.at_once import Act, meeting, together
from tests.town import MORNING, Cast

LATER = MORNING + dt.timedelta(minutes=30)
SAID = Said("check")


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def told(shared: Store, cast: Cast) -> list[uuid.UUID]:
    with shared.write() as session:
        notes = [town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi) for _ in "12"]
        return [one.id for one in notes]


def seal(cast: Cast, handoff_id: uuid.UUID, by: str = "okada") -> Act:
    def act(session: Session) -> None:
        who = session.get_one(Person, getattr(cast, by))
        sealing.seal(session.get_one(Handoff, handoff_id), who, LATER)

    return act


def _verbs(cast: Cast, told: list[uuid.UUID]) -> dict[str, Act]:
    def at(name: str) -> Act:
        def act(session: Session) -> None:
            one, other = (session.get_one(Handoff, each) for each in told)
            kato = session.get_one(Person, cast.kato)
            if name == "acknowledge":
                one.acknowledge(kato, SAID, LATER)
            elif name == "claim":
                one.claim(kato, LATER)
            elif name == "gather":
                gathering.gather(one, other, kato, LATER)
            elif name == "pass_on":
                one.pass_on(kato, session.get_one(Desk, cast.south_desk), "", LATER)
            else:
                one.open(kato, LATER)

        return act

    return {one: at(one) for one in ("acknowledge", "claim", "gather", "pass_on", "open")}


@pytest.mark.parametrize("verb", ["acknowledge", "claim", "gather", "pass_on", "open"])
def test_who_comes_while_it_is_sealed_finds_it_gone(
    shared: Store, cast: Cast, told: list[uuid.UUID], verb: str
) -> None:
    refused = together(shared, seal(cast, told[0]), _verbs(cast, told)[verb])
    assert [type(one) for one in refused] == ([] if verb == "open" else [NotAllowed])
    with shared.read() as session:
        handoff = session.get_one(Handoff, told[0])
        assert (handoff.desk_id, handoff.is_sealed) == (cast.core, True)
        assert (handoff.acknowledged_at, handoff.claimed_by_id) == (None, None)
        assert len(handoff.thread.handoffs) == 1
        assert session.scalars(sa.select(Gathering)).all() == []


@pytest.mark.parametrize("verb", ["acknowledge", "gather", "open"])
def test_what_is_done_first_is_sealed_with_it(
    shared: Store, cast: Cast, told: list[uuid.UUID], verb: str
) -> None:
    assert together(shared, _verbs(cast, told)[verb], seal(cast, told[0])) == []
    with shared.read() as session:
        handoff = session.get_one(Handoff, told[0])
        assert (handoff.desk_id, handoff.is_sealed) == (cast.core, True)
        assert session.scalars(sa.select(Gathering)).all() == []


def test_who_passes_it_on_first_is_not_undone_by_the_seal(
    shared: Store, cast: Cast, told: list[uuid.UUID]
) -> None:
    refused = together(shared, _verbs(cast, told)["pass_on"], seal(cast, told[0]))
    assert [type(one) for one in refused] == [NotAllowed]
    with shared.read() as session:
        assert not session.get_one(Handoff, told[0]).is_sealed


def test_at_the_core_others_than_the_team_find_it_gone(shared: Store, cast: Cast) -> None:
    with shared.write() as session:
        note = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        core = session.get_one(Desk, cast.core)
        handoff_id = note.pass_on(session.get_one(Person, cast.okada), core, "", MORNING).id

    def acknowledge(session: Session) -> None:
        ueda = session.get_one(Person, cast.ueda)
        session.get_one(Handoff, handoff_id).acknowledge(ueda, SAID, LATER)

    refused = together(shared, seal(cast, handoff_id, "aoki"), acknowledge)
    assert [type(one) for one in refused] == [NotAllowed]


def test_figures_counted_before_it_are_not_written_after_it(
    shared: Store, cast: Cast, told: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared.write() as session:
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, told[0]).acknowledge(okada, SAID, MORNING)
    then = MORNING + dt.timedelta(days=40)
    with meeting(shared, monkeypatch, (mirror_keeping, "_hold"), seal(cast, told[0])):
        mirror_keeping.keep(shared, then)
    with shared.read() as session:
        north = sa.select(MirrorMonth).where(MirrorMonth.desk_id == cast.north_desk)
        assert session.scalars(north).all() == []


def test_what_comes_while_its_voice_is_sealed_is_not_raised_by_it(
    shared: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"area": cast.kitamachi, "signs": [], "place_detail": "１丁目２番地"}
    with shared.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        case = town.note(session, MORNING, by=cast.suzuki, **told).id
    meets = meeting(shared, monkeypatch, (arrival, "route"), seal(cast, case))
    with meets as refused, shared.write() as session:
        later = town.note(session, LATER, by=cast.sato, **told)
        assert (later.raised_why, later.urgency) == ([], Urgency.SOON)
        assert later.thread.shown_desk.id == cast.north_desk
    assert refused == []

"""What two transactions hold on PostgreSQL never crosses, and what moved is nobody's any more."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import staffing, telling, watch
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff, State
from models.person import Person, PersonState
from models.reply import Said
from models.store import Store
from tests import town
from tests.models.test_watch import DUE, look
from tests.support.at_once import Act, meeting, together
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def note(shared: Store, cast: Cast) -> uuid.UUID:
    """A note at the south desk, where kimura is alone."""
    with shared.write() as session:
        return town.note(session, MORNING, by=cast.tanaka, area=cast.minamimachi, place="南町").id


def _suspend(name: str, cast: Cast) -> Act:
    def suspend(session: Session) -> None:
        person = session.get_one(Person, getattr(cast, name))
        staffing.suspend(session, person, session.get_one(Person, cast.yamamoto), MORNING)

    return suspend


def test_an_answer_is_not_in_the_way_of_a_suspension(
    shared: Store, cast: Cast, note: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    meets = meeting(shared, monkeypatch, (telling, "reply"), _suspend("kimura", cast))
    with meets as refused, shared.write() as session:
        by = session.get_one(Person, cast.kimura)
        session.get_one(Handoff, note).acknowledge(by, Said("check"), MORNING)
    assert refused == []
    moved = look(shared, note)
    assert (moved.desk_id, moved.state) == (cast.core, State.RECEIVED)


def test_a_note_that_comes_is_not_in_the_way_of_who_leaves(
    shared: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(session: Session) -> None:
        staffing.leave(session, session.get_one(Person, cast.kimura), MORNING)

    meets = meeting(shared, monkeypatch, (telling, "first_note"), leave)
    with meets as refused, shared.write() as session:
        town.note(session, MORNING, area=cast.minamimachi, place="南町")
    assert refused == []
    with shared.read() as session:
        assert session.get_one(Person, cast.kimura).state is PersonState.LEFT
        assert session.query(Handoff).one().desk_id == cast.core


def test_what_is_returned_while_its_desk_empties_stays_returned(shared: Store, cast: Cast) -> None:
    with shared.write() as session:
        first = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada, south = session.get_one(Person, cast.okada), session.get_one(Desk, cast.south_desk)
        passed = first.pass_on(okada, south, "理由", MORNING)
        session.flush()
        first_id, passed_id = first.id, passed.id

    def give_back(session: Session) -> None:
        kimura = session.get_one(Person, cast.kimura)
        session.get_one(Handoff, passed_id).return_back(kimura, "理由", MORNING)

    assert together(shared, give_back, _suspend("kimura", cast)) == []
    assert look(shared, first_id).desk_id == cast.north_desk
    assert look(shared, passed_id).desk_id == cast.south_desk
    with shared.read() as session:
        assert session.get_one(Person, cast.kimura).state is PersonState.SUSPENDED


@pytest.mark.parametrize("how", ["acknowledge", "ask"])
def test_what_moved_while_somebody_waited_is_not_theirs_to_answer(
    shared: Store, cast: Cast, note: uuid.UUID, how: str
) -> None:
    def move(session: Session) -> None:
        assert watch._look(session, note, DUE)

    def answer(session: Session) -> None:
        handoff, by = session.get_one(Handoff, note), session.get_one(Person, cast.kimura)
        assert handoff.desk_id == cast.south_desk
        getattr(handoff, how)(by, Said("check"), DUE)

    [refused] = together(shared, move, answer)
    assert isinstance(refused, NotAllowed)
    moved = look(shared, note)
    assert (moved.desk_id, moved.state) == (cast.core, State.SENT)


def test_what_moved_while_somebody_read_is_still_news_to_its_new_desk(
    shared: Store, cast: Cast, note: uuid.UUID
) -> None:
    def move(session: Session) -> None:
        assert watch._look(session, note, DUE)

    def read(session: Session) -> None:
        handoff = session.get_one(Handoff, note)
        assert not handoff.open(session.get_one(Person, cast.kimura), DUE)

    assert together(shared, move, read) == []
    assert look(shared, note).opened_at is None


@pytest.mark.parametrize("tables", [["desk"], ["desk", "handoff"]])
def test_a_row_that_somebody_holds_silences_no_other_deadline(
    shared: Store, cast: Cast, note: uuid.UUID, tables: list[str]
) -> None:
    with shared.write() as session:
        south, north = (session.get_one(Desk, one) for one in (cast.south_desk, cast.north_desk))
        south.back_up_by(north)
        other = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id

    @sa.event.listens_for(shared.engine, "begin")
    def hurry(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = 100")

    with shared.write() as session:
        for table, held in zip(tables, (cast.north_desk, note), strict=False):
            rows = sa.table(table, sa.column("id", sa.Uuid))
            session.execute(
                sa.select(rows).where(rows.c.id == held).with_for_update(key_share=True)
            )
        assert watch.watch(shared, DUE) == 1
        owners = [look(shared, one).desk_id for one in (note, other)]
        assert owners == [cast.south_desk, cast.core]
    assert watch.watch(shared, DUE + dt.timedelta(minutes=1)) == 1
    assert look(shared, note).desk_id == cast.north_desk

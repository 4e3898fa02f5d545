"""Two transactions at one moment on PostgreSQL: whoever comes second sees what the first did."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, staffing
from models.desk import Desk
from models.errors import Invalid
from models.furnishing import Begins, Furnishing, furnish
from models.handoff import Handoff, Outcome
from models.invitation import Secrets
from models.membership import Membership
from models.person import Person, PersonState, Role
from models.reply import Said
from models.reporter import Reporter
from models.routing import is_staffed
from models.store import Store
from tests import town
from tests.support.at_once import Act, together
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


def _suspend(cast: Cast, who: str) -> Act:
    def act(session: Session) -> None:
        person = session.get_one(Person, getattr(cast, who))
        staffing.suspend(session, person, session.get_one(Person, cast.yamamoto), MORNING)

    return act


def test_a_note_never_stays_at_a_desk_that_empties(shared: Store, cast: Cast) -> None:
    def note(session: Session) -> None:
        town.note(session, MORNING, by=cast.tanaka, area=cast.minamimachi, place="南町")

    together(shared, note, _suspend(cast, "kimura"))
    _owned(shared)


def test_a_desk_that_empties_takes_no_note(shared: Store, cast: Cast) -> None:
    def note(session: Session) -> None:
        town.note(session, MORNING, by=cast.tanaka, area=cast.minamimachi, place="南町")

    together(shared, _suspend(cast, "kimura"), note)
    _owned(shared)


def test_what_is_added_while_the_last_one_goes_reaches_whoever_stands_in(
    shared: Store, cast: Cast
) -> None:
    with shared.write() as session:
        handoff = town.note(session, MORNING, by=cast.tanaka, area=cast.minamimachi)
        kimura = session.get_one(Person, cast.kimura)
        handoff.acknowledge(kimura, Said("check"), MORNING)
        handoff.close(kimura, Outcome.SETTLED, Said("closed"), MORNING)
        session.flush()
        assert hearing.read(handoff.thread, MORNING)
        handoff_id = handoff.id

    def add(session: Session) -> None:
        hearing.add(session.get_one(Handoff, handoff_id).thread, "また倒れています", MORNING)

    together(shared, add, _suspend(cast, "kimura"))
    with shared.read() as session:
        assert session.get_one(Handoff, handoff_id).desk_id == cast.core


def test_a_desk_that_becomes_one_of_volunteers_gets_nothing_hurried(
    shared: Store, cast: Cast
) -> None:
    def change(session: Session) -> None:
        session.get_one(Desk, cast.south_desk).is_volunteer = True

    def note(session: Session) -> None:
        town.note(session, MORNING, area=cast.minamimachi, place="南町", urgency="today")

    together(shared, change, note)
    with shared.read() as session:
        assert session.scalars(sa.select(Handoff)).one().desk_id == cast.core


@pytest.mark.parametrize(("second", "field"), [("西の課", "backup"), ("東の課", "name")])
def test_of_two_first_desks_one_is_the_core_and_the_other_is_asked_again(
    shared: Store, second: str, field: str
) -> None:
    with shared.write() as session:
        by_id = Person.enrol(session, role=Role.ADMINISTRATOR, name="山本", now=MORNING).id

    def furnish_first(name: str) -> Act:
        def act(session: Session) -> None:
            hours = {"0": [["08:30", "17:15"]]}
            wanted = Furnishing(name=name, telephone="059-000-0001", hours=hours)
            begins = Begins(name="青木", told=Secrets.draw(shared.keys)[0], code_hash=name.encode())
            furnish(session, None, wanted, begins, session.get_one(Person, by_id), MORNING)

        return act

    [refused] = together(shared, furnish_first("東の課"), furnish_first(second))
    assert isinstance(refused, Invalid)
    assert refused.field in ("backup", field)
    with shared.read() as session:
        assert session.scalars(sa.select(Desk.name)).all() == ["東の課"]


def test_of_two_that_make_a_circle_of_backups_the_second_is_refused(
    shared: Store, cast: Cast
) -> None:
    def backed_up(desk_id: uuid.UUID, by_id: uuid.UUID) -> Act:
        def act(session: Session) -> None:
            desk, other = session.get_one(Desk, desk_id), session.get_one(Desk, by_id)
            assert other.backup_id == cast.core
            wanted = Furnishing(
                name=desk.name, telephone=desk.telephone, backup_id=by_id, hours=desk.hours
            )
            admin = session.get_one(Person, cast.yamamoto)
            furnish(session, desk, wanted, Begins(), admin, MORNING)

        return act

    north, south = cast.north_desk, cast.south_desk
    [refused] = together(shared, backed_up(north, south), backed_up(south, north))
    assert refused.key == "office.problem.backup_circle"
    with shared.read() as session:
        backups = [session.get_one(Desk, one).backup_id for one in (north, south)]
    assert backups == [south, cast.core]


def _owned(store: Store) -> None:
    with store.read() as session:
        handoff = session.scalars(sa.select(Handoff)).one()
        assert handoff.is_open
        assert is_staffed(session, handoff.desk)


def test_the_last_two_of_the_core_cannot_leave_at_once(shared: Store, cast: Cast) -> None:
    refused = together(shared, _suspend(cast, "ueda"), _suspend(cast, "aoki"))
    with shared.read() as session:
        assert len(Membership.active(session, cast.core)) == 2
    assert len(refused) == 1


def test_an_answer_follows_the_thread_to_its_new_desk(shared: Store, cast: Cast) -> None:
    with shared.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        thread_id, handoff_id = handoff.thread_id, handoff.id

    def pass_on(session: Session) -> None:
        by, to = session.get_one(Person, cast.okada), session.get_one(Desk, cast.south_desk)
        session.get_one(Handoff, handoff_id).pass_on(by, to, "理由", MORNING)

    def answer(session: Session) -> None:
        thread = session.get_one(Handoff, handoff_id).thread
        hearing.add(thread, "土曜からです。", MORNING)

    together(shared, pass_on, answer)
    with shared.read() as session:
        marked = session.scalars(sa.select(Handoff).where(Handoff.answered_at.is_not(None))).one()
        assert (marked.thread_id, marked.desk_id) == (thread_id, cast.south_desk)


def test_who_leaves_while_noting_is_forgotten_all_the_same(shared: Store, cast: Cast) -> None:
    def note(session: Session) -> None:
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)

    def leave(session: Session) -> None:
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)

    together(shared, note, leave)
    with shared.read() as session:
        assert session.get_one(Person, cast.suzuki).state is PersonState.LEFT
        assert session.scalars(sa.select(Reporter)).one().is_forgotten


def test_a_note_that_is_being_opened_cannot_be_taken_back(shared: Store, cast: Cast) -> None:
    with shared.write() as session:
        handoff_id = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id

    def open_it(session: Session) -> None:
        session.get_one(Handoff, handoff_id).open(session.get_one(Person, cast.okada), MORNING)

    def take_back(session: Session) -> None:
        session.get_one(Handoff, handoff_id).take_back(MORNING + dt.timedelta(minutes=1))

    assert len(together(shared, open_it, take_back)) == 1
    with shared.read() as session:
        assert session.get_one(Handoff, handoff_id).is_open

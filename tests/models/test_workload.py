"""Who has how much, and what those have who are absent: counted along indexes, by who may read."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

import pytest
import sqlalchemy as sa

from models import absence, queue, workload
from models.audit import AuditLine
from models.errors import Invalid
from models.handoff import Handoff
from models.membership import Membership
from models.person import Person
from models.reply import Said
from models.store import Store
from models.town_time import local_date
from models.workload import Load
from tests.models.test_claims import Office
from tests.models.test_list_plans import UNDER_A_ROW, sorted_whole
from tests.town import MORNING

ALL = sa.select(Handoff)
DAY = dt.timedelta(days=1)
TODAY = local_date(MORNING)


def member(office: Office, person: Person) -> Membership:
    [found] = [one for one in person.memberships if one.is_active]
    return found


def test_each_has_what_they_claimed_or_acknowledged(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        desk, people = office.desk("north_desk"), [office.okada.id, office.kato.id]
        office.note()
        late = office.note()
        late.due_at = MORNING - DAY
        late.claim(office.okada, MORNING)
        office.note().claim(office.okada, MORNING)
        for days in (0, 6, 7):
            handoff = office.note()
            handoff.acknowledge(office.okada, Said("check"), MORNING, TODAY + days * DAY)
        passed = office.note()
        passed.acknowledge(office.kato, Said("check"), MORNING)
        passed.next_on = TODAY - DAY
        unclaimed = office.note()
        unclaimed.acknowledge(office.kato, Said("check"), MORNING)
        unclaimed.put_down(office.kato, MORNING)
        session.flush()
        nobodys, each = workload.loads(session, ALL, desk, people, MORNING)
        assert nobodys == Load(1, 1, 0, 0)
        assert each == {
            office.okada.id: Load(2, 3, 1, 2),
            office.kato.id: Load(0, 1, 1, 0),
        }
        unsealed = ALL.where(Handoff.id != late.id)
        _, each = workload.loads(session, unsealed, desk, people, MORNING)
        assert each[office.okada.id].waiting == 1


def test_counting_stops_at_its_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNT_LIMIT", 2)
    with store.write() as session:
        office = Office(session)
        for _ in range(5):
            office.note().claim(office.okada, MORNING)
        session.flush()
        desk = office.desk("north_desk")
        _, each = workload.loads(session, ALL, desk, [office.okada.id], MORNING)
        assert each[office.okada.id].waiting == 3


def test_every_count_is_found_by_who_has_it(store: Store) -> None:
    with store.write() as session:
        desk = Office(session).desk("north_desk")
        people = [uuid.uuid4() for _ in range(3)]
        ask = partial(workload.loads, session, ALL, desk, people, MORNING)
        steps = sorted_whole(session, ask, "claimed_by_id=?")
        others = [step for step in steps if UNDER_A_ROW not in step]
        assert [step for step in others if "_nobodys_" not in step] == []
        ask = partial(workload.is_left_behind, session, ALL, desk, people[0], MORNING)
        assert sorted_whole(session, ask, "claimed_by_id=?") == []
        statement, asked = workload.left_behind(ALL, desk, people)
        # A few rows are put in their order; none of anybody else's is looked at.
        steps = sorted_whole(session, partial(session.execute, statement, asked))
        assert all("claimed_by_id=?" in step for step in steps)


def test_what_absent_members_have_stands_there_for_the_others(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        desk = office.desk("north_desk")
        absence.mark(member(office, office.kato), TODAY, TODAY + DAY, office.okada, MORNING)
        soon, today = office.note(), office.note(urgency="today")
        for handoff in (soon, today):
            handoff.claim(office.kato, MORNING)
        office.note().claim(office.okada, MORNING)
        session.flush()
        left = partial(workload.is_left_behind, session, ALL, desk)
        assert left(office.okada.id, MORNING)
        assert left(office.okada.id, MORNING + DAY)
        assert not left(office.okada.id, MORNING + 2 * DAY)
        assert not left(office.kato.id, MORNING)
        statement, asked = workload.left_behind(ALL, desk, [office.kato.id])
        assert list(session.scalars(statement, asked)) == [today, soon]


def test_days_away_are_said_by_whom_and_of_whom_and_can_be_ended(either: Store) -> None:
    with either.write() as session:
        office = Office(session)
        place = member(office, office.kato)
        absence.mark(place, TODAY - DAY, TODAY, office.okada, MORNING)
        assert [place.is_away(TODAY + n * DAY) for n in (-2, -1, 0, 1)] == [0, 1, 1, 0]
        absence.end(place, office.kato, MORNING)
        absence.end(place, office.kato, MORNING)
        assert not place.is_away(TODAY)
        lines = session.scalars(sa.select(AuditLine).order_by(AuditLine.id.desc()).limit(2)).all()
        assert [(line.act, line.actor_id, line.to_id) for line in lines] == [
            ("end_away", office.kato.id, office.kato.id),
            ("mark_away", office.okada.id, office.kato.id),
        ]


@pytest.mark.parametrize(("first", "last"), [(-2, -1), (1, 0), (0, 367), (367, 368)])
def test_days_that_cannot_be_away_are_refused(store: Store, first: int, last: int) -> None:
    with store.write() as session:
        office = Office(session)
        place = member(office, office.kato)
        days = (TODAY + first * DAY, TODAY + last * DAY)
        with pytest.raises(Invalid):
            absence.mark(place, *days, office.okada, MORNING)
        assert place.away_until is None

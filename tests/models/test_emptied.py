"""A desk that emptied: what comes to it later, and what it still had to tell, has an owner."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import confirmation, hearing, paging, photo_part, staffing
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk
from models.errors import Invalid
from models.handoff import Handoff, Outcome
from models.membership import Membership
from models.person import Person, TellOf
from models.photo_part import read_slice
from models.queue import View
from models.reply import Said
from models.routing import is_staffed
from models.store import Store
from models.unreached import unreached
from pwa import darkroom
from pwa.develop import develop_photos
from tests import town
from tests.support.photos import jpeg, parts_of
from tests.town import MORNING, Cast


class South:
    """The south desk, where kimura is alone, with one closed note."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cast: Cast = town.build(session, noise=False)
        self.kimura = session.get_one(Person, self.cast.kimura)
        self.admin = session.get_one(Person, self.cast.yamamoto)
        self.core = session.get_one(Desk, self.cast.core)
        self.handoff = town.note(session, MORNING, by=self.cast.tanaka, area=self.cast.minamimachi)
        self.handoff.acknowledge(self.kimura, Said("check"), MORNING)
        self.handoff.close(self.kimura, Outcome.SETTLED, Said("closed"), MORNING)
        session.flush()

    def empty(self) -> None:
        staffing.suspend(self.session, self.kimura, self.admin, MORNING)
        self.session.flush()

    def read_everything(self) -> None:
        hearing.read(self.handoff.thread, MORNING)
        self.session.flush()

    def told(self) -> set[object]:
        confirm = sa.select(Delivery.person_id).where(
            Delivery.kind == DeliveryKind.CONFIRM, Delivery.handoff_id == self.handoff.id
        )
        return set(self.session.scalars(confirm))

    def at_core(self, view: View) -> list[Handoff]:
        page, asked = paging.page(sa.select(Handoff), view, self.core, MORNING)
        return list(self.session.scalars(page, asked))


def test_what_is_added_after_the_end_reaches_whoever_stands_in(either: Store) -> None:
    with either.write() as session:
        south = South(session)
        south.read_everything()
        south.empty()
        assert south.handoff.desk_id == south.cast.south_desk
        hearing.add(south.handoff.thread, "また倒れています", MORNING)
        session.flush()
        assert south.at_core(View.ANSWERED) == [south.handoff]
        assert south.told() == {south.cast.aoki, south.cast.ishii, south.cast.ueda}


def test_an_answer_that_nobody_opened_goes_with_the_desk(either: Store) -> None:
    with either.write() as session:
        south = South(session)
        hearing.add(south.handoff.thread, "また倒れています", MORNING)
        south.read_everything()
        south.empty()
        assert south.at_core(View.ANSWERED) == [south.handoff]
        assert south.told() >= {south.cast.aoki, south.cast.ishii, south.cast.ueda}


@pytest.mark.parametrize("before", [True, False])
def test_what_no_watch_minds_is_told_to_whoever_hears_of_little(
    either: Store, *, before: bool
) -> None:
    with either.write() as session:
        south = South(session)
        core = {south.cast.aoki, south.cast.ishii, south.cast.ueda}
        few = sa.update(Person).where(Person.id.in_(core))
        session.execute(few.values(tell_of=TellOf.HURRIED))
        if before:
            hearing.add(south.handoff.thread, "また倒れています", MORNING)
        south.empty()
        if not before:
            hearing.add(south.handoff.thread, "また倒れています", MORNING)
            session.flush()
        assert south.handoff.watch_at is None
        assert south.told() >= core


def test_of_an_answer_to_what_the_watch_minds_each_hears_as_they_chose(either: Store) -> None:
    with either.write() as session:
        south = South(session)
        south.kimura.tell_of = TellOf.HURRIED
        note = {"by": south.cast.tanaka, "area": south.cast.minamimachi, "urgency": "memo"}
        south.handoff = town.note(session, MORNING, **note)
        hearing.add(south.handoff.thread, "元気でした", MORNING)
        session.flush()
        assert south.handoff.watch_at is not None
        assert south.told() == set()


def test_a_picture_that_is_drawn_later_is_seen_by_whoever_stands_in(
    either: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "draw", lambda _data: darkroom.Drawn(jpeg(8, 4), (8, 4)))
    with either.write() as session:
        south = South(session)
        south.read_everything()
        note = south.handoff.thread.observation.client_id
        for raw in parts_of(jpeg(), str(note)):
            part = read_slice(raw)
            assert part is not None
            photo_part.take(session, part, south.cast.tanaka, MORNING)
        south.empty()
        assert south.at_core(View.ANSWERED) == []
    assert develop_photos(either, MORNING) == 1
    with either.read() as session:
        south.session = session
        assert [one.id for one in south.at_core(View.ANSWERED)] == [south.handoff.id]


@pytest.mark.parametrize("before", [True, False])
def test_replies_that_reached_nobody_go_with_the_desk(either: Store, *, before: bool) -> None:
    with either.write() as session:
        south = South(session)
        lost = sa.update(Delivery).where(Delivery.reply_id.is_not(None))
        if before:
            session.execute(lost.values(state=DeliveryState.UNDELIVERABLE))
        ended_at = south.handoff.last_at
        south.empty()
        session.execute(lost.values(state=DeliveryState.UNDELIVERABLE))
        assert not session.scalars(unreached(south.cast.south_desk)).all()
        of = {one.handoff_id for one in session.scalars(unreached(south.core.id))}
        assert of == {south.handoff.id}
        assert south.handoff.last_at == ended_at


def test_what_ended_and_was_read_stays_where_it_ended(either: Store) -> None:
    with either.write() as session:
        south = South(session)
        south.read_everything()
        south.empty()
        assert south.handoff.desk_id == south.cast.south_desk


def test_whoever_is_readmitted_staffs_no_desk_before_coming_in_again(either: Store) -> None:
    with either.write() as session:
        south = South(session)
        south.empty()
        staffing.readmit(session, south.kimura, south.admin, MORNING)
        session.flush()
        desk = session.get_one(Desk, south.cast.south_desk)
        assert not is_staffed(session, desk)
        membership = south.kimura.memberships[0]
        assert membership not in session.scalars(confirmation.waiting(sa.select(Membership)))
        with pytest.raises(Invalid):
            confirmation.confirm(session, membership, south.admin, MORNING)
        following = town.note(session, MORNING, area=south.cast.minamimachi)
        assert following.desk_id == south.cast.core

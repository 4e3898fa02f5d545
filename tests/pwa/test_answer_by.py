"""お返事の受け取り方: an answer goes the way its reader asked for, and no other."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from models import hearing, paging
from models.answer_way import Given, choose_answer_by
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.desk import Desk
from models.handoff import RELEASE, Handoff
from models.person import AnswerBy, Person
from models.queue import View
from models.reply import Said
from models.store import Store
from pwa.steps import DELIVERY_KEPT, forget_deliveries
from tests import town
from tests.support.deliveries import subscribe
from tests.support.mailbox import Inbox, Post
from tests.support.office import Office
from tests.support.push_peer import Phone, PushPeer

NUMBER = "090-0000-0001"
ADDRESS = "suzuki@home.example.jp"


class Answered:
    """A town where a note of 鈴木 was answered, and what reached her."""

    def __init__(self, office: Office, inbox: Inbox) -> None:
        self.office = office
        self.inbox = inbox
        self.phone: Phone = office.peer.phone()
        self.handoff_id: uuid.UUID
        with office.store.write() as session:
            self.cast = town.build(session, town.MORNING)
            suzuki = session.get_one(Person, self.cast.suzuki)
            subscribe(session, self.phone, person=suzuki)
            assert suzuki.identity is not None
            suzuki.identity.write_to(ADDRESS)
            suzuki.identity.telephone = NUMBER
            self.handoff_id = town.note(
                session, town.MORNING, by=suzuki.id, area=self.cast.kitamachi, words="心配です"
            ).id
        office.now = town.MORNING + dt.timedelta(minutes=1)

    def answer(self, by: AnswerBy | None, *, is_sealed: bool = False) -> Delivery:
        with self.office.store.write() as session:
            suzuki = session.get_one(Person, self.cast.suzuki)
            if by is not None:
                choose_answer_by(session, suzuki, by, Given(), self.office.now)
            handoff = session.get_one(Handoff, self.handoff_id)
            okada = session.get_one(Person, self.cast.okada)
            handoff.acknowledge(okada, Said("accepted"), self.office.now)
            handoff.is_sealed = handoff.thread.is_sealed = is_sealed
        self.office.send()
        assert (self.pushes, self.letters, self.tasks) == (0, [], 0), "it can still be undone"
        self.office.now += RELEASE
        self.office.send()
        with self.office.store.read() as session:
            [owed] = session.query(Delivery).filter_by(kind=DeliveryKind.REPLY).all()
            session.expunge(owed)
            return owed

    @property
    def pushes(self) -> int:
        return len(self.office.peer.accepted(self.phone))

    @property
    def letters(self) -> list[list[str]]:
        """To whom letters went, beside those to the staff."""
        return [to for to, _ in self.inbox.letters if not to[0].endswith("@misaki.example")]

    @property
    def tasks(self) -> int:
        """How many replies the desk has to tell by telephone."""
        with self.office.store.read() as session:
            desk = session.get_one(Desk, self.cast.north_desk)
            page, asked = paging.page(sa.select(Handoff), View.TO_TELEPHONE, desk, self.office.now)
            return len(session.scalars(page, asked).all())

    @property
    def number(self) -> str | None:
        """The number that the desk sees."""
        with self.office.store.read() as session:
            return session.get_one(Handoff, self.handoff_id).thread.reporter.telephone


@pytest.fixture
def answered(store: Store) -> Iterator[Answered]:
    inbox = Inbox()
    post = Post(inbox)
    post.start()
    try:
        with PushPeer() as peer:
            office = Office(store, peer)
            office.settings = replace(
                office.settings,
                smtp_url=f"smtp://127.0.0.1:{post.port}",
                mail_from="kizuki@town.example.jp",
            )
            yield Answered(office, inbox)
    finally:
        post.stop()


@pytest.mark.parametrize("chosen", [AnswerBy.PHONE, None])
def test_by_phone_it_is_pushed_and_unseen_it_goes_by_mail(
    answered: Answered, chosen: AnswerBy | None
) -> None:
    owed = answered.answer(chosen)
    assert (owed.state, answered.pushes) == (DeliveryState.ACCEPTED, 1)
    assert not answered.letters
    answered.office.now += dt.timedelta(hours=4)
    answered.office.send()
    assert answered.letters == [[ADDRESS]]
    assert answered.number is None


def test_by_mail_it_is_written_at_once_and_not_pushed(answered: Answered) -> None:
    owed = answered.answer(AnswerBy.EMAIL)
    assert owed.state is DeliveryState.ACCEPTED
    assert (answered.pushes, answered.letters) == (0, [[ADDRESS]])


def test_by_mail_it_is_pushed_where_the_town_sends_none(answered: Answered) -> None:
    answered.office.settings = replace(answered.office.settings, smtp_url="")
    owed = answered.answer(AnswerBy.EMAIL)
    assert (owed.state, answered.pushes) == (DeliveryState.ACCEPTED, 1)


def test_by_telephone_it_is_the_desks_task_with_the_number(answered: Answered) -> None:
    owed = answered.answer(AnswerBy.TELEPHONE)
    assert owed.state is DeliveryState.UNDELIVERABLE
    assert (answered.pushes, answered.letters) == (0, [])
    assert (answered.tasks, answered.number) == (1, NUMBER)


def test_nobody_is_telephoned_about_what_is_sealed_and_the_phone_tells_of_it(
    answered: Answered,
) -> None:
    owed = answered.answer(AnswerBy.TELEPHONE, is_sealed=True)
    assert (owed.state, answered.pushes) == (DeliveryState.ACCEPTED, 1)
    assert (answered.tasks, answered.number) == (0, None)


def test_whoever_stops_the_calls_of_a_thread_is_not_telephoned_about_it(
    answered: Answered,
) -> None:
    answered.answer(AnswerBy.TELEPHONE)
    with answered.office.store.write() as session:
        thread = session.get_one(Handoff, answered.handoff_id).thread
        hearing.stop_contact(thread, answered.office.now)
    assert (answered.tasks, answered.number) == (0, None)


def test_whoever_stopped_the_calls_of_a_thread_hears_of_it_by_phone_and_mail(
    answered: Answered,
) -> None:
    with answered.office.store.write() as session:
        thread = session.get_one(Handoff, answered.handoff_id).thread
        hearing.stop_contact(thread, answered.office.now)
    owed = answered.answer(AnswerBy.TELEPHONE)
    assert (owed.state, answered.pushes, answered.tasks) == (DeliveryState.ACCEPTED, 1, 0)
    answered.office.now += dt.timedelta(hours=4)
    answered.office.send()
    assert answered.letters == [[ADDRESS]]


def test_whoever_wants_no_answer_gets_none_and_is_nobodys_task(answered: Answered) -> None:
    owed = answered.answer(AnswerBy.NONE)
    assert (owed.state, owed.next_at) == (DeliveryState.UNWANTED, None), "not tried again"
    assert (answered.pushes, answered.letters, answered.tasks) == (0, [], 0)
    assert forget_deliveries(answered.office.store, answered.office.now + 2 * DELIVERY_KEPT) == 1

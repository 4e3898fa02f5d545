"""Sealed later, a note is the sealed team's alone, and its reporter is told the same as before."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, mirror, mirror_keeping, owners, sealing, telling
from models.arrival import Arrival, accept
from models.audit import AuditLine, broken_chains
from models.clue import Clue
from models.delivery import Delivery
from models.desk import Desk
from models.draft import Draft
from models.errors import NotAllowed
from models.handoff import Handoff, HeldReason, State, storms
from models.household import gathering
from models.household.entity import Gathering
from models.ladder import rungs
from models.mirror import MirrorLine, MirrorMonth
from models.person import Person
from models.policy import Actor, Permission, allow
from models.reply import Said
from models.speech import SpeechKind, read, say
from models.store import Store
from models.thread import Thread
from models.urgency import Urgency
from tests import town
from tests.town import MORNING, Cast

MINUTE = dt.timedelta(minutes=1)
HOUSE = {"place_detail": "１丁目２番地", "called": "田所さん"}


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def who(session: Session, cast: Cast, name: str) -> Person:
    return session.get_one(Person, getattr(cast, name))


def noted(session: Session, cast: Cast, at: dt.datetime = MORNING, **changed: object) -> Handoff:
    by = changed.pop("by", cast.suzuki)
    assert isinstance(by, uuid.UUID)
    return town.note(session, at, by=by, area=cast.kitamachi, **HOUSE, **changed)


def sealed(
    session: Session, cast: Cast, handoff: Handoff, by: str = "okada", after: int = 30
) -> None:
    sealing.seal(handoff, who(session, cast, by), MORNING + after * MINUTE)
    session.flush()
    session.expire_all()


def readers(session: Session, cast: Cast, handoff: Handoff) -> set[str]:
    staff = ("aoki", "ishii", "ueda", "okada", "kato", "kimura", "yamamoto")
    return {
        name
        for name in staff
        if allow(Actor.of(session, who(session, cast, name)), Permission.HANDOFF_READ, handoff)
    }


def test_it_goes_to_the_sealed_team_alone_with_a_new_deadline(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        before, words = handoff.due_at, handoff.thread.observation.body["words"]
        sealing.seal(
            handoff, who(session, cast, "okada"), MORNING + 30 * MINUTE, "夫が役場にいます。"
        )
        handoff_id = handoff.id
    with store.read() as session:
        handoff = session.get_one(Handoff, handoff_id)
        assert readers(session, cast, handoff) == {"aoki", "ishii"}
        assert handoff.due_at < before
        assert handoff.came_at == MORNING + 30 * MINUTE
        assert handoff.thread.observation.body["words"] == words
        assert [note.words for note in handoff.inside_notes] == ["夫が役場にいます。"]
        with pytest.raises(NotAllowed):
            handoff.escalate(session.get_one(Desk, cast.north_desk), MORNING)


def test_the_whole_chain_of_desks_goes_with_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        first = noted(session, cast)
        south = session.get_one(Desk, cast.south_desk)
        second = first.pass_on(who(session, cast, "okada"), south, "そちらで", MORNING)
        sealed(session, cast, second, by="kimura")
        for one in (first, second):
            assert readers(session, cast, one) == {"aoki", "ishii"}
        with pytest.raises(NotAllowed):
            second.return_back(who(session, cast, "aoki"), "", MORNING)
        lines = session.scalars(sa.select(AuditLine).where(AuditLine.act == "seal")).all()
        assert [one.chain for one in lines] == [str(cast.core)]
        assert broken_chains(session) == []


def test_who_passed_it_on_seals_it_no_more(store: Store, cast: Cast) -> None:
    with store.write() as session:
        first = noted(session, cast)
        south = session.get_one(Desk, cast.south_desk)
        first.pass_on(who(session, cast, "okada"), south, "そちらで", MORNING)
        with pytest.raises(NotAllowed):
            sealing.seal(first, who(session, cast, "okada"), MORNING)
        assert not first.thread.is_sealed


def test_its_indexes_meet_no_other_note_any_more(store: Store, cast: Cast) -> None:
    with store.write() as session:
        one, other = noted(session, cast), noted(session, cast)
        sealed(session, cast, one)
        tokens = [
            set(session.scalars(own.where(Clue.observation_id == each.thread.observation.id)))
            for each in (one, other)
            for own in [sa.select(Clue.token)]
        ]
        assert [len(found) for found in tokens] == [2, 2]
        assert not tokens[0] & tokens[1]
        later = noted(session, cast, MORNING + 60 * MINUTE, by=cast.sato, signs=[])
        assert later.raised_why == ["two_reporters"]
        sealed(session, cast, other, after=90)
        session.refresh(later)
        assert (later.raised_why, later.urgency) == ([], Urgency.SOON)
        hour = MORNING + 60 * MINUTE
        beside = town.note(session, hour, by=cast.suzuki, area=cast.kitamachi, signs=[])
        assert later.due_at == beside.due_at


def test_what_its_household_raised_goes_back_and_itself_stays_raised(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        case = noted(session, cast, signs=[])
        other = town.note(session, MORNING, by=cast.sato, area=cast.kitamachi, signs=[])
        due_at = other.due_at
        gathering.gather(case, other, who(session, cast, "okada"), MORNING + MINUTE)
        assert (case.urgency, other.urgency) == (Urgency.TODAY, Urgency.TODAY)
        raised = sa.select(Delivery).where(Delivery.created_at == MORNING + MINUTE)
        assert session.scalars(raised).all()
        sealed(session, cast, case)
        assert (case.urgency, other.urgency) == (Urgency.TODAY, Urgency.SOON)
        assert (other.raised_why, other.due_at) == ([], due_at)
        assert session.scalars(sa.select(Gathering)).all() == []
        assert session.scalars(raised).all() == []


def test_many_of_its_place_stand_apart_again(store: Store, cast: Cast) -> None:
    with store.write() as session:
        notes = [noted(session, cast, signs=[]) for _ in range(storms.MANY)]
        assert len({one.storm_id for one in notes}) == 2
        sealed(session, cast, notes[2])
        assert {one.storm_id for one in notes} == {None}


def test_nothing_is_on_its_way_to_the_earlier_desk(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        handoff.claim(who(session, cast, "okada"), MORNING)
        telling.due_soon(handoff, MORNING)
        sealed(session, cast, handoff)
        told = Delivery.thread_id == handoff.thread_id, Delivery.person_id.is_not(None)
        people = session.scalars(sa.select(Delivery.person_id).where(*told)).all()
        assert set(people) == {cast.aoki, cast.ishii}
        assert (handoff.claimed_by_id, handoff.claim_at) == (None, None)


def test_an_acknowledgement_that_was_not_sent_is_taken_back(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        okada, then = who(session, cast, "okada"), MORNING + 30 * MINUTE
        handoff.acknowledge(okada, Said("look", date="2026-12-08"), then - MINUTE / 10)
        sealed(session, cast, handoff)
        assert (handoff.state, handoff.acknowledged_at) == (State.SENT, None)
        assert handoff.thread.replies == []
        assert [one.code for one in rungs(handoff.thread, then + MINUTE)] == ["arrived", "opened"]


def test_what_its_reporter_was_told_stays_and_what_comes_sounds_alike(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        first = noted(session, cast)
        okada, kimura = who(session, cast, "okada"), who(session, cast, "kimura")
        first.acknowledge(okada, Said("look", date="2026-12-08"), MORNING)
        second = first.pass_on(okada, session.get_one(Desk, cast.south_desk), "", MORNING + MINUTE)
        second.ask(kimura, Said(words="いつですか。"), MORNING + 2 * MINUTE)
        session.flush()
        session.expire_all()
        thread, now = second.thread, MORNING + 60 * MINUTE
        before = owners.speakers(thread), rungs(thread, now), thread.shown_desk.name
        sealed(session, cast, second, by="kimura")
        assert (owners.speakers(thread), rungs(thread, now), thread.shown_desk.name) == before
        second.acknowledge(who(session, cast, "aoki"), Said("check"), now)
        session.flush()
        session.expire_all()
        assert set(owners.speakers(thread).values()) == {"北の相談室", "南の相談室"}
        assert owners.speakers(thread)[thread.replies[-1].id] == "南の相談室"


def test_a_month_that_is_over_counts_it_no_more(store: Store, cast: Cast) -> None:
    with store.write() as session:
        notes = [noted(session, cast, signs=[]) for _ in range(2)]
        for one in notes:
            one.acknowledge(who(session, cast, "okada"), Said("check"), MORNING)
        ids = [one.id for one in notes]
    then = MORNING + dt.timedelta(days=30)
    mirror_keeping.keep(store, then)
    for left, one in zip((1, 0), ids, strict=True):
        with store.write() as session:
            handoff = session.get_one(Handoff, one)
            sealing.seal(handoff, who(session, cast, "okada"), then)
        with store.read() as session:
            months = session.scalars(sa.select(MirrorMonth)).all()
            north = [row for row in months if row.desk_id == cast.north_desk]
            assert sum(row.acknowledged for row in north) == left
            assert not any(row.is_sealed for row in north)
            lines = sa.select(MirrorLine).where(MirrorLine.desk_id == cast.north_desk)
            assert len(session.scalars(lines).all()) == left
    assert mirror.FEW > 1


def test_what_was_held_because_it_followed_it_is_sealed_with_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        name = str(handoff.thread.observation.client_id)
        follows = {"kind": "addition", "follows": name}
        note_id = uuid.uuid4()
        arrival = Arrival(
            note_id, "x", Draft(words="夫のこと"), held=HeldReason.TOO_LATE, follows=follows
        )
        accept(session, arrival, MORNING + MINUTE)
        held, other = town.thread_of(session, note_id).handoff, noted(session, cast)
        assert "ueda" in readers(session, cast, held)
        sealed(session, cast, handoff)
        assert readers(session, cast, held) == {"aoki", "ishii"}
        assert held.state is State.HELD
        assert not other.is_sealed


@pytest.mark.parametrize("words", ["", "玄関の鍵が変わりました。"])
def test_its_reporter_may_ask_for_it(store: Store, cast: Cast, words: str) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        speech = read(SpeechKind.ADDITION, {"words": words, "not_nearby": "1"})
        for _ in range(2):
            say(handoff.thread, speech, MORNING + MINUTE)
        session.flush()
        session.expire_all()
        assert readers(session, cast, handoff) == {"aoki", "ishii"}
        said = [one.said for one in handoff.thread.replies]
        assert said == [Said("not_nearby"), *([Said(words=words)] if words else [])]
        assert handoff.may_take_back(MORNING + MINUTE)
        told = sa.select(Delivery.person_id).where(Delivery.person_id.is_not(None))
        assert set(session.scalars(told)) == {cast.aoki, cast.ishii}


def test_what_is_said_later_is_heard_by_the_team_alone(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        sealed(session, cast, handoff)
        hearing.add(handoff.thread, "また声がしました。", MORNING + 60 * MINUTE)
        told = sa.select(Delivery.person_id).where(Delivery.created_at == MORNING + 60 * MINUTE)
        assert set(session.scalars(told)) == {cast.aoki, cast.ishii}


def test_forgotten_words_stay_forgotten_and_are_sealed_all_the_same(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        handoff = noted(session, cast)
        handoff.thread.wrapped_key = b""
        thread_id = handoff.thread_id
    with store.write() as session:
        thread = session.get_one(Thread, thread_id)
        sealing.seal(thread.handoff, who(session, cast, "okada"), MORNING)
        assert thread.is_sealed
        assert session.scalars(sa.select(Clue)).all() == []

"""Calls and visits: kept for the desk, ready for the next reply, and nothing by themselves."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit import AuditLine
from models.contact import LOGGED, ContactKind, untold
from models.delivery import Delivery, DeliveryState
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, State
from models.person import Person
from models.reply import Reply, ReplyKind, Said
from models.reply_text import Audience, offered
from models.store import Store
from models.unreached import unreached
from tests import town
from tests.town import MORNING, Cast

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def sent(session: Session, cast: Cast, **changed: object) -> tuple[Handoff, Person]:
    note = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **changed)
    return note, session.get_one(Person, cast.okada)


@pytest.mark.parametrize("kind", LOGGED)
def test_a_call_changes_no_state_and_tells_the_reporter_nothing(
    either: Store, cast: Cast, kind: ContactKind
) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        note = handoff.log_contact(okada, kind, MORNING, words="玄関先で。")
        assert (note.contact, note.contact_at, note.words) == (kind, MORNING, "玄関先で。")
        assert (handoff.state, handoff.thread.replies) == (State.SENT, [])
        told = sa.select(Delivery).where(Delivery.thread_id == handoff.thread_id)
        assert not session.scalars(told.where(Delivery.person_id.is_(None))).all()
        assert untold(handoff) is note
        line = sa.select(AuditLine).where(AuditLine.act == "log_contact")
        assert session.scalars(line).one().actor_id == cast.okada


def test_it_has_the_time_at_which_it_was_done(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        earlier = MORNING - dt.timedelta(days=2)
        assert (
            handoff.log_contact(okada, ContactKind.VISITED, MORNING, at=earlier).contact_at
            == earlier
        )


@pytest.mark.parametrize("at", [MORNING + MINUTE, MORNING - dt.timedelta(days=367)])
def test_no_call_lies_ahead_or_long_ago(either: Store, cast: Cast, at: dt.datetime) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        with pytest.raises(Invalid) as refused:
            handoff.log_contact(okada, ContactKind.AWAY, MORNING, at=at)
        assert refused.value.field == "contact_at"
        assert handoff.inside_notes == []


def test_the_newest_is_told_until_the_desk_has_said_something(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        assert untold(handoff) is None
        handoff.note_inside(okada, "ただのメモ", MORNING)
        assert untold(handoff) is None
        handoff.log_contact(okada, ContactKind.AWAY, MORNING)
        newest = handoff.log_contact(okada, ContactKind.VISITED, MORNING + MINUTE)
        assert untold(handoff) is newest
        handoff.acknowledge(okada, Said("check"), MORNING + 2 * MINUTE)
        session.expire_all()
        assert untold(handoff) is None
        again = handoff.log_contact(okada, ContactKind.AWAY, MORNING + 3 * MINUTE)
        session.expire_all()
        assert untold(handoff) is again


def test_what_the_watch_says_by_itself_has_told_of_no_visit(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        handoff.acknowledge(okada, Said("check"), MORNING)
        visit = handoff.log_contact(okada, ContactKind.VISITED, MORNING + MINUTE)
        still = Said("still_on_it")
        Reply.to_reporter(handoff, ReplyKind.PROGRESS, None, still, MORNING + 2 * MINUTE)
        session.flush()
        session.expire_all()
        assert untold(handoff) is visit


def test_an_acknowledgement_that_could_be_undone_goes_out_with_it(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        handoff.acknowledge(okada, Said("check"), MORNING)
        assert handoff.before is not None
        handoff.log_contact(okada, ContactKind.VISITED, MORNING)
        assert handoff.before is None


def test_who_was_not_reached_is_still_to_be_telephoned(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast, contact="telephone", telephone="0590000111")
        handoff.acknowledge(okada, Said("check"), MORNING)
        session.execute(
            sa.update(Delivery)
            .where(Delivery.reply_id.is_not(None))
            .values(state=DeliveryState.UNDELIVERABLE)
        )
        owed = unreached(cast.north_desk)
        missed = handoff.miss_by_telephone(okada, MORNING + MINUTE)
        assert (missed.contact, missed.words) == (ContactKind.NO_ANSWER, "")
        assert b"0590000111" not in missed.sealed_words
        assert session.scalars(owed).one()
        assert untold(handoff) is None
        handoff.tell_by_telephone(okada, MORNING + 2 * MINUTE)
        assert session.scalars(owed).first() is None
        acts = sa.select(AuditLine.act).where(AuditLine.act.like("%by_telephone"))
        found = list(session.scalars(acts.order_by(AuditLine.id)))
        assert found == ["miss_by_telephone", "tell_by_telephone"]


def test_another_desk_s_call_is_not_for_this_one(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with either.write() as session:
        handoff, okada = sent(session, cast)
        monkeypatch.setattr(Handoff, "lock", lambda one: setattr(one, "desk_id", cast.south_desk))
        with pytest.raises(NotAllowed):
            handoff.miss_by_telephone(okada, MORNING)
        assert handoff.inside_notes == []


@pytest.mark.parametrize("kind", LOGGED)
@pytest.mark.parametrize("verb", ["acknowledge", "reply"])
def test_what_tells_of_a_call_stands_first_for_every_reader_but_a_sealed_one(
    kind: ContactKind, verb: str
) -> None:
    for reader in Audience:
        usual, now = offered(verb, reader), offered(verb, reader, after=kind)
        if reader is Audience.SEALED:
            assert now == usual
        else:
            assert "on" in now[0].variables
            assert now[1:] == usual
    assert offered("close", Audience.PUBLIC, after=kind) == offered("close", Audience.PUBLIC)


def test_no_neighbour_is_told_that_nobody_was_at_home() -> None:
    said = offered("reply", Audience.PUBLIC, after=ContactKind.AWAY)[0]
    assert said.code == "went_again"
    assert offered("reply", Audience.COMMISSIONER, after=ContactKind.AWAY)[0].code == "away"

"""Whether a reporter can be telephoned stands in a column, and says what opening would say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, staffing
from models.answer_way import Given, choose_answer_by
from models.person import AnswerBy, Person
from models.reporter import Reporter, learn_numbers
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

NUMBER = "09000000001"


def _note(session: Session, cast: Cast, **fields: object) -> Reporter:
    given = {"by": cast.suzuki} | fields
    handoff = town.note(session, MORNING, area=cast.kitamachi, **given)  # type: ignore[arg-type]
    return handoff.thread.reporter


def _reporters(session: Session, cast: Cast) -> list[Reporter]:
    """Of 鈴木 and of nobody known, with a number and without, wanting a call and not."""
    return [
        _note(session, cast, contact=contact, telephone=telephone, by=by)
        for contact in ("telephone", "reply")
        for telephone in (NUMBER, None)
        for by in (cast.suzuki, None)
    ]


@pytest.mark.parametrize("number", [NUMBER, None])
@pytest.mark.parametrize("chosen", [None, *AnswerBy])
def test_what_the_column_says_is_what_opening_gives(
    store: Store, chosen: AnswerBy | None, number: str | None
) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        suzuki = session.get_one(Person, cast.suzuki)
        before = _reporters(session, cast)
        if chosen is not None:
            choose_answer_by(session, suzuki, chosen, Given(number), MORNING)
        for reporter in (*before, *_reporters(session, cast)):
            assert reporter.has_number is (reporter.telephone is not None)


def test_a_wish_to_be_called_without_a_number_is_met_at_the_account_s(store: Store) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        one = _note(session, cast, contact="telephone")
        assert (one.telephone, one.has_number) == (None, False)
        suzuki = session.get_one(Person, cast.suzuki)
        choose_answer_by(session, suzuki, AnswerBy.PHONE, Given(NUMBER), MORNING)
        assert (one.telephone, one.has_number) == (NUMBER, True)


def test_who_stops_the_calls_or_leaves_is_telephoned_no_more(store: Store) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
        one, other = (_note(session, cast, contact="telephone", telephone=NUMBER) for _ in "ab")
        assert one.has_number
        hearing.stop_contact(one.thread, MORNING)
        assert (one.has_number, other.has_number) == (False, True)
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
        assert not other.has_number


def test_after_an_update_it_is_found_out_of_every_thread(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        known = {one.thread_id: one.has_number for one in _reporters(session, cast)}
        session.execute(sa.update(Reporter).values(has_number=None))
    for _ in range(2):
        learn_numbers(either)
        with either.read() as session:
            rows = session.execute(sa.select(Reporter.thread_id, Reporter.has_number))
            assert dict(tuple(row) for row in rows) == known
    assert set(known.values()) == {True, False}

"""What may be gathered at all, and what waits for whom when two tap at once."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from blueprints.intake import repeats
from models.desk import Desk
from models.handoff import Handoff
from models.household import gathering
from models.person import Person
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.blueprints.intake.test_household import HOUSE, SAME, TITLE, made, shown
from tests.support.at_once import following
from tests.town import MORNING


def test_what_was_passed_on_is_neither_proposed_nor_gathered(
    okada: FlaskClient, notes: Notes, post: Post, store: Store
) -> None:
    one, other = notes.send(**HOUSE), notes.send(**SAME)
    with store.write() as session:
        by, south = session.get_one(Person, notes.cast.okada), notes.cast.south_desk
        session.get_one(Handoff, other).pass_on(by, session.get_one(Desk, south), "", MORNING)
    assert TITLE not in shown(okada, one)
    assert 'name="other"' not in shown(okada, other)
    for pair in ((one, other), (other, one)):
        assert post(pair[0], "gathering", other=str(pair[1])).status_code == 409
    assert made(store) == []


def test_whoever_taps_waits_for_the_household_before_the_note(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
        one, other = (
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id for _ in range(2)
        )

    def tap(session: Session, mine: uuid.UUID, its: uuid.UUID) -> None:
        handoff, by = session.get_one(Handoff, mine), session.get_one(Person, cast.okada)
        with repeats.said_once(handoff, "gathering"):
            gathering.gather(handoff, session.get_one(Handoff, its), by, MORNING)

    meeting = following(shared, lambda session: tap(session, other, one))
    with meeting as (begin, refused), shared.write() as session:
        handoff = session.get_one(Handoff, one)
        with repeats.said_once(handoff, "gathering"):
            begin()
            by = session.get_one(Person, cast.okada)
            gathering.gather(handoff, session.get_one(Handoff, other), by, MORNING)
    assert refused == []
    assert len(made(shared)) == 1

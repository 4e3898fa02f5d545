"""The doors of the lock on PostgreSQL, where a row is held by its name alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.credential import SignIn
from models.store import Store
from tests.blueprints.join.locking import at_once, suzuki
from tests.support.unlocking import PIN, choose, opening, put_down
from tests.town import Cast

__all__ = ["at_once", "suzuki"]


@pytest.fixture
def store(shared: Store) -> Store:
    return shared


def test_digits_are_chosen_tried_and_changed(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    put_down(suzuki)
    assert opening(suzuki, "593021").status_code == 422
    with store.read() as session:
        own = sa.select(SignIn.wrong_pins).where(SignIn.person_id == cast.suzuki)
        assert session.scalars(own).one() == 1
    assert opening(suzuki).status_code == 303
    assert choose(suzuki, "593027", present=PIN).status_code == 303
    for _ in range(10):
        last = opening(put_down(suzuki), "593021")
    assert last.status_code == 409

"""A town of several servers on PostgreSQL limits tries as one; on SQLite nothing is written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import create_app
from blueprints.gate import limiter
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from models.tally import Tally
from tests import town
from tests.conftest import SetClock
from tests.support.invitations import post

SETTINGS = Settings(signins_per_minute=3)
WRONG = {"email": "okada@misaki.example", "password": "wrong wrong wrong"}


def _server(store: Store, keys: KeyRing, clock: SetClock) -> FlaskClient:
    """A server of the town; what the one before has in its memory, it has not."""
    client = create_app(SETTINGS, store=store, keys=keys, clock=clock).test_client()
    limiter.reset()
    return client


def _tries(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Tally)) or 0


@pytest.mark.parametrize(("kind", "status"), [("store", 422), ("shared", 429)])
def test_the_next_server_knows_what_was_tried_at_the_one_before(
    kind: str, status: int, request: pytest.FixtureRequest, keys: KeyRing, clock: SetClock
) -> None:
    store: Store = request.getfixturevalue(kind)
    with store.write() as session:
        town.build(session, noise=False)
    for _ in range(SETTINGS.signins_per_minute):
        assert post(_server(store, keys, clock), "/signin", **WRONG).status_code == 422
    assert post(_server(store, keys, clock), "/signin", **WRONG).status_code == status
    assert (_tries(store) > 0) is (kind == "shared")
    clock.forward(minutes=1)
    assert post(_server(store, keys, clock), "/signin", **WRONG).status_code == 422

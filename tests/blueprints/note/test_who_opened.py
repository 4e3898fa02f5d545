"""A reporter is told who opened their note: by the kind of desk, and the same with a seal."""

from __future__ import annotations

import re
import uuid

from flask import Flask
from flask.testing import FlaskClient

from models import declaring
from models.conflict import Relation
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

PANEL = re.compile(r'<div class="stack stack--tight" id="looks">.*?</div>', re.DOTALL)


def _note(store: Store, cast: Cast, **fields: object) -> tuple[uuid.UUID, uuid.UUID]:
    with store.write() as session:
        sent = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **fields)
        return sent.id, sent.thread_id


def _told(client: FlaskClient, thread: uuid.UUID) -> str:
    found = PANEL.search(client.get(f"/notes/{thread}").text)
    return "" if found is None else found[0]


def test_the_same_is_told_with_and_without_a_seal(app: Flask, store: Store) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    okada = town.signed_in(app.test_client(), store, cast.okada)
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    plain, plain_thread = _note(store, cast)
    sealed, sealed_thread = _note(store, cast, not_nearby=True)
    assert _told(suzuki, plain_thread) == _told(suzuki, sealed_thread) == ""
    for _ in range(2):
        assert okada.get(f"/desk/handoffs/{plain}").status_code == 200
        assert aoki.get(f"/desk/handoffs/{sealed}").status_code == 200
    told = _told(suzuki, plain_thread)
    assert "窓口の人：2回（最後は11月24日" in told
    assert "岡田" not in told
    assert _told(suzuki, sealed_thread) == told


def test_the_same_is_told_whether_who_was_named_is_somebody_here_or_not(
    app: Flask, store: Store
) -> None:
    with store.write() as session:
        cast = town.build(session, noise=False)
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    told = []
    for words in ("岡田と加藤", "隣の人"):
        handoff, thread = _note(store, cast, not_to=words)
        assert aoki.get(f"/desk/handoffs/{handoff}").status_code == 200
        told.append(_told(suzuki, thread))
    assert "窓口の人：1回" in told[0]
    assert told[0] == told[1]
    handoff, thread = _note(store, cast)
    with store.write() as session:
        people = [session.get_one(Person, who) for who in (cast.okada, cast.kato)]
        for who in people:
            declaring.declare(session.get_one(Handoff, handoff), who, Relation.SELF, MORNING)
    assert aoki.get(f"/desk/handoffs/{handoff}").status_code == 200
    assert _told(suzuki, thread) == told[0]

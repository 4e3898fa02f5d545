"""Somebody who told has left: the desk knows it, and nothing waits for a reader any more."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from models import staffing
from models.delivery import Delivery, DeliveryKind
from models.person import Person
from models.reply import Said
from models.store import Store
from tests.blueprints.intake.conftest import Notes
from tests.town import MORNING, Cast

GONE = "やめた方です。お返事を読む人はいません"


def leave(store: Store, cast: Cast, name: str) -> None:
    with store.write() as session:
        staffing.leave(session, session.get_one(Person, getattr(cast, name)), MORNING)


def test_the_desk_sees_that_nobody_reads_and_is_not_asked_to_telephone(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    handoff_id = notes.acknowledged()
    assert GONE not in okada.get(f"/desk/handoffs/{handoff_id}").text
    leave(store, cast, "suzuki")
    notes.change(handoff_id, lambda h, who: h.reply(who, Said("check"), MORNING))
    page = okada.get(f"/desk/handoffs/{handoff_id}").text
    assert GONE in page
    assert "お返事はまだ読まれていません" not in page
    with store.read() as session:
        owed = sa.select(Delivery).where(
            Delivery.kind == DeliveryKind.REPLY, Delivery.settled_at.is_(None)
        )
        assert session.scalars(owed).all() == []


def test_nothing_of_who_it_was_stays_not_even_the_role(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    handoff_id = notes.send(by="sato")
    assert "民生委員" in okada.get(f"/desk/handoffs/{handoff_id}").text
    leave(store, cast, "sato")
    assert "民生委員" not in okada.get(f"/desk/handoffs/{handoff_id}").text

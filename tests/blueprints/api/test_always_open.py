"""Writing is always open: whatever became of the sender or the desk, what was sealed arrives."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from models.handoff import HeldReason, State
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import Send
from tests.support.envelope import item, sealed
from tests.support.phone import Phone
from tests.support.worlds import (
    World,
    became_a_commissioner,
    desk_without_area,
    desk_without_staff,
    left,
    locked_out,
    moved,
    signed_out,
    suspended,
)
from tests.town import Cast, fields


@pytest.mark.parametrize(
    ("world", "desk", "is_own", "why"),
    [
        (signed_out, "north_desk", True, None),
        (moved, "north_desk", True, None),
        (became_a_commissioner, "north_desk", True, None),
        (desk_without_staff, "core", True, None),
        (desk_without_area, "core", True, None),
        (locked_out, "core", True, HeldReason.REVOKED_KEY),
        (suspended, "core", False, HeldReason.REVOKED_KEY),
        (left, "core", False, HeldReason.REVOKED_KEY),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_what_was_sealed_before_arrives_whatever_became_of_its_sender_and_its_desk(
    store: Store,
    cast: Cast,
    send: Send,
    world: World,
    desk: str,
    is_own: bool,
    why: HeldReason | None,
) -> None:
    earlier, note = fields(), fields(area=str(cast.kitamachi))
    assert send(earlier).status_code == 201
    said = item("addition", earlier["id"], words="窓があきました")
    with store.write() as session:
        world(session, cast)
    answers = [send(raw) for raw in (note, said, note, said)]
    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    with store.read() as session:
        thread = town.thread_of(session, note["id"])
        assert thread.handoff.desk_id == getattr(cast, desk)
        assert thread.reporter.person_id == (cast.suzuki if is_own else None)
        assert thread.handoff.held_reason is why
        heard = town.thread_of(session, earlier["id"]).replies
        held = town.thread_of(session, said["id"]).handoff if why else None
        assert len(heard) == (0 if why else 1)
        assert held is None or (held.state, held.held_reason) == (State.HELD, why)


def test_whoever_is_signed_in_on_the_phone_meanwhile_the_signature_decides(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any], phone: Phone
) -> None:
    town.signed_in(client, store, cast.nakamura)
    token = town.csrf(client)
    note = fields()
    said = item("addition", note["id"], words="窓があきました")
    for raw in (note, said):
        assert phone.send(client, sealed(key, raw), **token).status_code == 201
    with store.read() as session:
        thread = town.thread_of(session, note["id"])
        assert thread.reporter.person_id == cast.suzuki
        assert [reply.said.words for reply in thread.replies] == ["窓があきました"]


def test_a_session_with_its_header_speaks_in_its_own_thread_too(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any]
) -> None:
    town.signed_in(client, store, cast.sato)
    token = town.csrf(client)
    note = fields()
    said = item("addition", note["id"], words="窓があきました")
    for raw in (note, said):
        assert Phone().send(client, sealed(key, raw), **token).status_code == 201
    with store.read() as session:
        assert len(town.thread_of(session, note["id"]).replies) == 1


@pytest.mark.parametrize("hour", [0, 12])
def test_the_acceptance_tells_the_hours_of_the_door_sealed_or_not(
    store: Store, cast: Cast, clock: Any, send: Send, hour: int
) -> None:
    clock.forward(hours=hour)
    raw, twin = fields(urgency="today"), fields(urgency="today", not_nearby=True)
    answers = [send(one).get_json() for one in (raw, twin)]
    for answer, one in zip(answers, (raw, twin), strict=True):
        clock.forward(days=1)
        assert send(one).get_json() == answer
        del answer["id"], answer["hash"]
    assert answers[0] == answers[1]
    assert answers[0]["hours"] == {
        "is_closed": hour == 12,
        "is_closing": False,
        "opens_at": "2026-11-24T23:30:00+00:00" if hour == 12 else None,
        "telephone": "059-000-0002",
        "is_duty": False,
    }

"""A phone's sealed envelope is never refused for what it holds."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.area import Area, AreaKind, AreaTown, PostalCode
from models.draft import content_hash
from models.handoff import HeldReason, State
from models.observation import Observation
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import also, both
from tests.support.envelope import sealed, sealed_bytes
from tests.town import Cast, fields

PATH = "/api/v1/observations"
TYPES = ("application/octet-stream", "application/vnd.kizuki.note.v1")


def post(
    client: FlaskClient, envelope: bytes, kind: str = "application/octet-stream"
) -> TestResponse:
    return client.post(PATH, data=envelope, content_type=kind)


@pytest.mark.parametrize("kind", TYPES)
def test_an_envelope_is_opened_and_answered_as_a_plain_note(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any], kind: str
) -> None:
    raw = fields(words="𠮷田さんの葛󠄀が のびています👨‍👩‍👧")
    answer = post(client, sealed(key, raw), kind)
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["id"], answer.json["hash"]) == (raw["id"], content_hash(raw))
    with store.read() as session:
        thread = town.thread_of(session, raw["id"])
        assert thread.observation.body["words"] == raw["words"]
        assert (thread.handoff.desk_id, thread.handoff.state) == (cast.north_desk, State.SENT)


@both
def test_the_same_note_in_another_envelope_is_the_same_note(
    client: FlaskClient, cast: Cast, key: dict[str, Any]
) -> None:
    raw = fields()
    first, again = (post(client, sealed(key, raw)) for _ in range(2))
    plain = client.post(PATH, json=raw)
    assert (first.status_code, again.status_code, plain.status_code) == (201, 200, 200)
    assert first.json == again.json == plain.json


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"place": "どこにもない町"}, HeldReason.UNKNOWN_AREA),
        ({"place": None}, HeldReason.UNKNOWN_AREA),
        ({"area": "999999"}, HeldReason.UNKNOWN_AREA),
        ({"signs": ["sign_of_next_year"]}, HeldReason.UNKNOWN_SIGN),
        ({"signs": "not_seen"}, HeldReason.UNKNOWN_SIGN),
        ({"urgency": "at_once"}, HeldReason.UNKNOWN_ROLE),
        ({"relation": "landlord"}, HeldReason.UNKNOWN_ROLE),
        ({"words": "あ" * 2500}, HeldReason.TOO_LONG),
        ({"words": ["一つ", {"二つ": 3}]}, HeldReason.UNKNOWN_ROLE),
    ],
)
def test_what_cannot_be_placed_is_held_at_the_core(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    key: dict[str, Any],
    changed: dict[str, Any],
    reason: HeldReason,
) -> None:
    raw, twin = fields(**changed), fields(**changed, not_nearby=True)
    answers = [post(client, sealed(key, one)).get_json() for one in (raw, twin)]
    named = [(one.pop("id"), one.pop("hash")) for one in answers]
    assert named == [(one["id"], content_hash(one)) for one in (raw, twin)]
    assert answers[0] == answers[1]
    assert (answers[0]["held"], answers[0]["desk"]["id"]) == (True, str(cast.core))
    with store.read() as session:
        handoff = town.thread_of(session, raw["id"]).handoff
        assert (handoff.state, handoff.held_reason) == (State.HELD, reason)
        assert handoff.desk_id == cast.core


@both
def test_a_place_of_several_towns_goes_to_their_one_desk_and_stays_as_it_was_typed(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any]
) -> None:
    with store.write() as session:
        mori = Area(kind=AreaKind.TOWN, code="森", name="森", kana="モリ", folded="森")
        session.add(mori)
        session.flush()
        session.add(AreaTown(area_id=cast.north, town_id=mori.id))
        session.add(PostalCode(code=town.NORTH_POSTAL, town_id=mori.id))
    raw = fields(place=town.NORTH_POSTAL)
    answer = post(client, sealed(key, raw)).get_json()
    assert (answer["held"], answer["desk"]["id"]) == (False, str(cast.north_desk))
    with store.read() as session:
        observation = town.thread_of(session, raw["id"]).observation
        assert (observation.area_id, observation.body["place"]) == (cast.north, raw["place"])
    raw = fields(place="町")
    answer = post(client, sealed(key, raw)).get_json()
    assert (answer["held"], answer["desk"]["id"]) == (True, str(cast.core))


# No column of PostgreSQL could hold this as it came.
UNSTORABLE = {"words": "\ud800半分 \u0000 \u0007"}


@also(
    "changed",
    [
        {"noted_at": "2999-01-01T00:00:00Z"},
        {"noted_at": "yesterday"},
        {"receipt": "12"},
        {"telephone": "???"},
        {"language": "tlh"},
        {"words": None, "signs": None},
        UNSTORABLE,
        {"unheard": {"of": ["field"]}},
    ],
    UNSTORABLE,
)
def test_what_does_not_change_its_way_is_taken(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any], changed: dict[str, Any]
) -> None:
    import json

    raw = fields(**changed)
    plain = json.dumps(raw).encode() + b" " * 100
    answer = post(client, sealed_bytes(key, plain))
    assert answer.status_code == 201
    assert (answer.json or {})["hash"] == content_hash(raw)
    with store.read() as session:
        assert town.thread_of(session, raw["id"]).handoff.state is State.SENT


@both
def test_a_second_content_under_one_id_is_held_and_never_refused(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any]
) -> None:
    raw = fields()
    other = raw | {"words": "べつの言葉"}
    answers = [post(client, sealed(key, each)) for each in (raw, other, other)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[1].json == answers[2].json
    with store.read() as session:
        kept = session.scalars(
            sa.select(Observation).where(Observation.conflicts_with == uuid.UUID(raw["id"]))
        ).one()
        assert kept.thread.handoff.held_reason is HeldReason.CONFLICT
        assert kept.thread.handoff.desk_id == cast.core


BROKEN: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "noise": lambda _key: b"\x01" + b"noise" * 40,
    "one byte": lambda _key: b"\x02",
    "cut off": lambda key: sealed(key, fields())[:-7],
    "another key": lambda key: sealed({**key, "id": 7}, fields()),
    "no json": lambda key: sealed_bytes(key, "気づき".encode()),
    "cp932": lambda key: sealed_bytes(key, '{"words": "気づき"}'.encode("cp932")),
    "a list": lambda key: sealed_bytes(key, b"[1, 2]"),
    "depth": lambda key: sealed_bytes(key, b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "nothing": lambda key: sealed_bytes(key, b"   "),
    "long number": lambda key: sealed_bytes(key, b'{"a":' + b"9" * 10_000 + b"}"),
}


@also("how", BROKEN, "noise")
def test_what_cannot_be_opened_is_kept_as_it_came_for_the_sealed_team(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any], how: str
) -> None:
    envelope = BROKEN[how](key)
    answers = [post(client, envelope) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json
    assert answers[0].json is not None
    assert answers[0].json["hash"] == hashlib.sha256(envelope).hexdigest()
    with store.read() as session:
        thread = town.thread_of(session, answers[0].json["id"])
        assert thread.observation.raw == envelope
        assert thread.is_sealed
        assert thread.handoff.held_reason is HeldReason.UNREADABLE
        assert thread.handoff.desk_id == cast.core


@both
def test_an_envelope_without_an_id_is_kept_once(
    client: FlaskClient, cast: Cast, key: dict[str, Any]
) -> None:
    envelope = sealed(key, fields(id="not-an-id"))
    answers = [post(client, envelope) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json


def test_an_individual_number_is_masked_before_it_is_stored(
    client: FlaskClient, store: Store, cast: Cast, key: dict[str, Any]
) -> None:
    raw = fields(words="番号は１２３４ 5678-9018 です", called="123456789018")
    assert post(client, sealed(key, raw)).status_code == 201
    with store.read() as session:
        body = town.thread_of(session, raw["id"]).observation.body
    assert body["words"] == "番号は●●●● ●●●●-●●●● です"
    assert body["called"] == "●" * 12

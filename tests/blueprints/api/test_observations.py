"""A phone's plain note: taken once, answered as first given, and told field by field if not."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.draft import content_hash
from models.handoff import Handoff, HeldReason
from models.observation import Observation
from models.store import Store
from models.thread import Thread
from models.town import Town
from tests import town
from tests.blueprints.api.conftest import both
from tests.town import Cast, fields

PATH = "/api/v1/observations"
RARE = (
    "𠮷田さんと髙﨑さん",
    "葛󠄀城のおばあさん",
    "か゛き゛く゛ がぎぐ",
    "👨‍👩‍👧‍👦🏠 心配",
    "\u202eうら\u202c <script>alert(1)</script> {{7*7}} %s ' OR 1=1",
)


def send(client: FlaskClient, **changed: Any) -> TestResponse:
    return client.post(PATH, json=fields(**changed))


def count(store: Store, kind: type = Observation) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


@both
def test_a_note_is_accepted_with_its_id_hash_epoch_desk_and_state(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    raw = fields()
    answer = client.post(PATH, json=raw)
    assert answer.status_code == 201
    with store.read() as session:
        epoch = str(session.scalars(sa.select(Town.epoch)).one())
    assert answer.json is not None
    assert answer.json["id"] == raw["id"]
    assert answer.json["hash"] == content_hash(raw)
    assert answer.json["epoch"] == answer.headers["Kizuki-Epoch"] == epoch
    assert answer.json["desk"]["name"] == "北の相談室"
    assert answer.json["state"] == "arrived"


@both
def test_the_same_note_again_gets_the_acceptance_as_first_given(
    client: FlaskClient, store: Store, cast: Cast, clock: Any
) -> None:
    raw = fields()
    first = client.post(PATH, json=raw)
    before = count(store)
    clock.forward(days=3)
    again = client.post(PATH, json=raw)
    assert (again.status_code, again.json) == (200, first.json)
    assert count(store) == before


@both
def test_other_content_under_the_same_id_is_a_conflict_and_both_are_kept(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    raw = fields()
    client.post(PATH, json=raw)
    before = count(store)
    other = raw | {"words": "べつのことを書いた"}
    answers = [client.post(PATH, json=other) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert {answer.mimetype for answer in answers} == {"application/problem+json"}
    assert answers[0].json == answers[1].json
    assert answers[0].json is not None
    assert answers[0].json["type"] == "urn:kizuki:problem:note.problem.conflict"
    assert answers[0].json["title"].startswith("前に送ったものと")
    assert (answers[0].json["status"], answers[0].json["state"]) == (409, "arrived")
    assert answers[0].json["hash"] == content_hash(other)
    assert count(store) == before + 1
    with store.read() as session:
        kept = session.scalars(
            sa.select(Observation).where(Observation.conflicts_with == uuid.UUID(raw["id"]))
        ).one()
        assert kept.body["words"] == "べつのことを書いた"
        assert kept.thread.handoff.held_reason is HeldReason.CONFLICT
        assert kept.thread.handoff.desk_id == cast.core


@pytest.mark.parametrize("words", RARE)
@both
def test_rare_letters_come_back_equal(
    client: FlaskClient, store: Store, cast: Cast, words: str
) -> None:
    raw = fields(words=words, wish=words)
    assert client.post(PATH, json=raw).status_code == 201
    with store.read() as session:
        body = town.thread_of(session, raw["id"]).observation.body
    assert (body["words"], body["wish"]) == (words, words)


@both
def test_a_place_that_nobody_knows_goes_to_the_core_and_is_not_refused(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    raw = fields(place="どこにもない町")
    answer = client.post(PATH, json=raw)
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["desk"]["name"] == "つながり支援課"
    with store.read() as session:
        handoff = town.thread_of(session, raw["id"]).handoff
        assert (handoff.state, handoff.held_reason) == ("held", HeldReason.UNKNOWN_AREA)


@both
def test_a_sealed_note_is_answered_as_any_other(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    open_one, sealed_one = fields(), fields(not_nearby=True)
    answers = [client.post(PATH, json=raw) for raw in (open_one, sealed_one)]
    shapes = [
        {**(answer.json or {}), "id": 0, "hash": 0} | {"status": answer.status_code}
        for answer in answers
    ]
    assert shapes[0] == shapes[1]
    with store.read() as session:
        assert town.thread_of(session, sealed_one["id"]).handoff.desk_id == cast.core


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"id": None}, "/id"),
        ({"id": ""}, "/id"),
        ({"id": "no-uuid"}, "/id"),
        ({"id": 7}, "/id"),
        ({"place": None}, "/place"),
        ({"place": ["北町"]}, "/place"),
        ({"words": None, "signs": None}, "/words"),
        ({"words": " 　\u200b\n", "signs": []}, "/words"),
        ({"words": "あ" * 2001}, "/words"),
        ({"words": {"a": 1}}, "/words"),
        ({"called": "あ" * 101}, "/called"),
        ({"place_detail": "あ" * 201}, "/place_detail"),
        ({"wish": "あ" * 301}, "/wish"),
        ({"not_to": "あ" * 101}, "/not_to"),
        ({"signs": "not_seen"}, "/signs"),
        ({"signs": ["no_such_sign"]}, "/signs"),
        ({"signs": [1, None]}, "/signs"),
        ({"urgency": "yesterday"}, "/urgency"),
        ({"urgency": 3}, "/urgency"),
        ({"relation": "boss"}, "/relation"),
        ({"about": True}, "/about"),
        ({"area": "kitamachi"}, "/area"),
        ({"area": "9" * 30}, "/area"),
        ({"noted_at": "2999-01-01T00:00:00Z"}, "/noted_at"),
        ({"noted_at": "1899-01-01T00:00:00Z"}, "/noted_at"),
        ({"noted_at": "2026-02-30T00:00:00Z"}, "/noted_at"),
        ({"receipt": "1234"}, "/receipt"),
        ({"telephone": "abc"}, "/telephone"),
        ({"language": "tlh"}, "/language"),
        ({"not_nearby": "maybe"}, "/not_nearby"),
        ({"words": "番号は123456789018です"}, "/words"),
    ],
)
def test_a_bad_field_is_pointed_to_and_nothing_is_written(
    client: FlaskClient, store: Store, cast: Cast, changed: dict[str, Any], pointer: str
) -> None:
    before = count(store), count(store, Thread), count(store, Handoff)
    answer = send(client, **changed)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert all(error["detail"] for error in answer.json["errors"])
    assert (count(store), count(store, Thread), count(store, Handoff)) == before


@both
def test_beyond_the_limit_a_note_is_taken_marked_and_sorted_last(
    client: FlaskClient, store: Store, cast: Cast, settings: Any
) -> None:
    last = fields()
    for _ in range(settings.notes_per_hour):
        assert send(client).status_code == 201
    assert client.post(PATH, json=last).status_code == 201
    with store.read() as session:
        assert town.thread_of(session, last["id"]).handoff.is_marked
        marked = sa.select(sa.func.count()).select_from(Handoff).where(Handoff.is_marked)
        assert session.scalar(marked) == 1


@both
def test_a_receipt_code_in_use_leaves_the_note_without_one(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    from models import receipt_code

    code = receipt_code.generate()
    answers = [send(client, receipt=code) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [(answer.json or {})["receipt"] for answer in answers] == [True, False]


@both
def test_a_writer_reads_own_notes_only(client: FlaskClient, store: Store, cast: Cast) -> None:
    town.signed_in(client, store, cast.suzuki)
    raw = fields(area=str(cast.kitamachi))
    client.post(PATH, json=raw, headers=town.csrf(client))
    listed = client.get(PATH).get_json()["observations"]
    assert [one["id"] for one in listed] == [raw["id"]]
    one = client.get(f"{PATH}/{raw['id']}").get_json()
    assert one["note"]["words"] == raw["words"]
    assert [rung["code"] for rung in one["ladder"]] == ["arrived"]
    town.signed_in(client, store, cast.nakamura)
    assert client.get(PATH).get_json()["observations"] == []
    assert client.get(f"{PATH}/{raw['id']}").status_code == 404


@both
def test_the_list_leads_on_to_the_oldest_note_and_tells_each_once(
    client: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.api.observations.LISTED", 2)
    with store.write() as session:
        # Of two at one moment, each is told, too.
        times = [town.MORNING + dt.timedelta(microseconds=n) for n in (0, 1, 1, 1, 2)]
        notes = [town.note(session, at, by=cast.suzuki, area=cast.kitamachi) for at in times]
        made = {str(note.thread.observation.client_id): note.thread.made_at for note in notes}
    told, after = [], ""
    town.signed_in(client, store, cast.suzuki)
    for size in (2, 2, 1):
        answer = client.get(PATH, query_string={"after": after}).get_json()
        assert len(answer["observations"]) == size
        told += [one["id"] for one in answer["observations"]]
        after = answer["next"]
    assert after is None
    assert sorted(told) == sorted(made)
    assert [made[one] for one in told] == sorted(made.values(), reverse=True)


@pytest.mark.parametrize(
    "after", ["x", "~", "2026-11-24T00:20:00Z~x", "0001-01-01T00:00+23:00~" + str(uuid.UUID(int=1))]
)
def test_a_place_that_is_none_is_pointed_to(
    client: FlaskClient, store: Store, cast: Cast, after: str
) -> None:
    answer = town.signed_in(client, store, cast.suzuki).get(PATH, query_string={"after": after})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == ["/after"]


def test_reading_is_locked_without_a_sign_in(client: FlaskClient, cast: Cast) -> None:
    assert client.get(PATH).status_code == 401
    assert client.get(f"{PATH}/{uuid.uuid4()}").status_code == 401

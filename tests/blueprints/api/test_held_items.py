"""What fits nowhere is held at the core with its words and its author, and never refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import receipt_code
from models.credential import Credential
from models.desk import Desk
from models.handoff import HeldReason, State
from models.observation import Observation
from models.person import Person
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import Send, also, both
from tests.support.envelope import item
from tests.support.phone import Phone
from tests.town import Cast, fields

WORDS = "土曜からだと思います。"
CODE = receipt_code.generate()


@pytest.fixture
def written(send: Send) -> str:
    """鈴木's note; its id."""
    raw = fields()
    assert send(raw).status_code == 201
    return str(raw["id"])


def held(store: Store, raw: dict[str, Any]) -> dict[str, Any]:
    """What the core has of an item."""
    with store.read() as session:
        thread = town.thread_of(session, raw["id"])
        handoff = thread.handoff
        assert (handoff.state, handoff.desk.is_core) == (State.HELD, True)
        return {
            "why": handoff.held_reason,
            "by": thread.reporter.person_id,
            "body": thread.observation.body,
            "raw": thread.observation.raw,
            "is_sealed": thread.is_sealed,
        }


def replies(store: Store, note: str) -> int:
    with store.read() as session:
        return len(town.thread_of(session, note).replies)


@both
def test_a_note_nobody_has_is_the_sealed_teams_until_somebody_knows(
    store: Store, cast: Cast, send: Send
) -> None:
    raw = item("answer", str(uuid.uuid4()), words=WORDS)
    first, again = send(raw), send(raw)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    found = held(store, raw)
    assert (found["why"], found["by"]) == (HeldReason.UNMATCHED, cast.suzuki)
    assert (found["body"]["words"], found["body"]["follows"]) == (WORDS, raw["note"])
    assert found["is_sealed"]


@pytest.mark.parametrize("note", [None, "no id", 7, ["a"]])
def test_what_names_no_note_is_held(store: Store, cast: Cast, send: Send, note: object) -> None:
    raw = item("addition", "", words=WORDS) | {"note": note}
    assert send(raw).status_code == 201
    found = held(store, raw)
    assert (found["why"], found["body"]["words"]) == (HeldReason.UNMATCHED, WORDS)


@also("who", ["nobody", "another", "wrong signature", "wrong code"], "wrong code")
def test_only_its_writer_speaks_in_a_thread(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, send: Send, written: str, who: str
) -> None:
    raw = item("addition", written, words=WORDS)
    by = Phone()
    if who == "another":
        by.registered(town.signed_in(client, store, cast.nakamura))
    elif who == "wrong signature":
        by.device = phone.device
    elif who == "wrong code":
        raw["code"] = receipt_code.generate()
    answer = send(raw, by)
    assert (answer.status_code, (answer.json or {})["state"]) == (201, "arrived")
    found = held(store, raw)
    author = cast.nakamura if who == "another" else None
    assert (found["why"], found["by"]) == (HeldReason.UNMATCHED, author)
    assert found["body"]["words"] == WORDS
    assert replies(store, written) == 0


def test_a_stranger_is_not_told_whether_a_note_is_there(
    store: Store, cast: Cast, send: Send, written: str
) -> None:
    sealed_one = fields(not_nearby=True)
    assert send(sealed_one).status_code == 201
    told = []
    for note in (written, sealed_one["id"], str(uuid.uuid4())):
        answer = send(item("addition", note, words=WORDS), Phone())
        told.append((answer.status_code, (answer.json or {}) | {"id": "", "hash": ""}))
    assert told[0] == told[1] == told[2]


@both
def test_a_code_opens_its_own_thread_alone(store: Store, cast: Cast, send: Send) -> None:
    mine, other = fields(receipt=CODE), fields()
    assert [send(raw, Phone()).status_code for raw in (mine, other)] == [201, 201]
    raw = item("addition", other["id"], words=WORDS, code=CODE)
    assert send(raw, Phone()).status_code == 201
    assert held(store, raw)["why"] is HeldReason.UNMATCHED
    assert replies(store, mine["id"]) == replies(store, other["id"]) == 0


def test_what_follows_a_sealed_note_and_fits_nowhere_stays_sealed(
    store: Store, cast: Cast, send: Send
) -> None:
    for not_nearby in (True, False):
        note = fields(not_nearby=not_nearby)
        assert send(note).status_code == 201
        raw = item("addition", note["id"], words=WORDS)
        assert send(raw, Phone()).status_code == 201
        assert held(store, raw)["is_sealed"] is not_nearby


@both
def test_what_comes_after_a_note_was_taken_back_is_held(
    store: Store, cast: Cast, send: Send, written: str
) -> None:
    assert send(item("withdrawal", written)).status_code == 201
    for kind in ("answer", "addition", "stop_contact"):
        raw = item(kind, written, words=WORDS)
        assert send(raw).status_code == (201)
        if kind != "stop_contact":
            assert held(store, raw)["why"] is HeldReason.TOO_LATE
            assert held(store, raw)["body"]["words"] == WORDS
    assert send(item("withdrawal", written)).status_code == 201
    assert replies(store, written) == 0


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("answer", {"words": "あ" * 2001}, HeldReason.TOO_LONG),
        ("addition", {"right_place": "あ" * 201}, HeldReason.TOO_LONG),
        ("addition", {}, HeldReason.UNKNOWN_ROLE),
        ("addition", {"words": ["a", "b"]}, HeldReason.UNKNOWN_ROLE),
        ("answer", {}, HeldReason.UNKNOWN_ROLE),
        ("called", {"called_first": "never"}, HeldReason.UNKNOWN_ROLE),
        ("dream", {"words": WORDS}, HeldReason.UNKNOWN_KIND),
        ("Answer", {"words": WORDS}, HeldReason.UNKNOWN_KIND),
        (7, {"words": WORDS}, HeldReason.UNKNOWN_KIND),
        (["note"], {"words": WORDS}, HeldReason.UNKNOWN_KIND),
        ("長" * 5000, {"words": WORDS}, HeldReason.UNKNOWN_KIND),
    ],
)
def test_what_cannot_be_said_is_held_whole(
    store: Store,
    cast: Cast,
    send: Send,
    written: str,
    kind: Any,
    more: dict[str, Any],
    why: HeldReason,
) -> None:
    raw = item(kind, written, **more)
    answers = [send(raw) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json
    found = held(store, raw)
    assert (found["why"], found["by"]) == (why, cast.suzuki)
    if isinstance(more.get("words"), str):
        assert found["body"]["words"] == more["words"]
    assert found["body"].get("right_place", "") == more.get("right_place", "")
    assert (found["raw"] is not None) is (why is HeldReason.UNKNOWN_KIND)
    assert replies(store, written) == 0


@both
def test_what_a_revoked_key_signs_is_held_under_its_author(
    store: Store, cast: Cast, phone: Phone, send: Send, written: str
) -> None:
    with store.write() as session:
        session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = town.MORNING
    raw = item("addition", written, words=WORDS)
    assert send(raw).status_code == 201
    found = held(store, raw)
    assert (found["why"], found["by"]) == (HeldReason.REVOKED_KEY, cast.suzuki)
    assert found["body"]["words"] == WORDS
    assert replies(store, written) == 0


@both
def test_other_content_under_one_id_is_kept_beside_it(
    store: Store, cast: Cast, send: Send, written: str
) -> None:
    raw = item("addition", written, words="はじめの言葉")
    other = raw | {"words": "べつの言葉"}
    answers = [send(one) for one in (raw, other, other, raw)]
    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    assert (answers[1].json, answers[0].json) == (answers[2].json, answers[3].json)
    found = held(store, raw)
    assert (found["why"], found["body"]["words"]) == (HeldReason.CONFLICT, "べつの言葉")
    assert replies(store, written) == 1


def test_an_id_that_a_note_has_hides_neither(
    store: Store, cast: Cast, send: Send, written: str
) -> None:
    said = item("addition", written, words=WORDS, id=written)
    fits_nowhere = item("addition", str(uuid.uuid4()), words="どこにも", id=written)
    assert [send(one).status_code for one in (said, fits_nowhere, said)] == [201, 201, 200]
    assert replies(store, written) == 1
    with store.read() as session:
        second = Observation.conflicts_with == uuid.UUID(written)
        kept = session.scalars(sa.select(Observation).where(second)).one()
        assert kept.body["words"] == "どこにも"


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("answer", {"words": WORDS}, "前に届いた気になることへの、お返事です。"),
        ("withdrawal", {}, "取り下げたいです"),
        ("addition", {"right_place": "北町3-2"}, "正しい場所：北町3-2"),
        ("called", {"called_first": "done"}, "電話しました。"),
        ("dream", {}, "新しい形で届き、まだ読めません。"),
    ],
)
def test_the_core_reads_what_it_is_and_what_to_do(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    send: Send,
    written: str,
    kind: str,
    more: dict[str, str],
    told: str,
) -> None:
    raw = item(kind, written, **more)
    assert send(raw, Phone()).status_code == 201
    town.signed_in(client, store, cast.ueda)
    page = client.get("/core/held").text
    assert told in page
    with store.read() as session:
        path = f"/desk/handoffs/{town.thread_of(session, raw['id']).handoff.id}"
    assert client.get(path).status_code == 200


@also("not_nearby", [False, True], True)
def test_the_desk_it_was_placed_at_finds_the_earlier_note_and_nobody_else_does(
    client: FlaskClient, store: Store, cast: Cast, send: Send, not_nearby: bool
) -> None:
    note = fields(not_nearby=not_nearby)
    assert send(note).status_code == 201
    raw = item("answer", note["id"], words=WORDS)
    assert send(raw, Phone()).status_code == 201
    with store.write() as session:
        held_there = town.thread_of(session, raw["id"]).handoff
        earlier = f"/desk/handoffs/{town.thread_of(session, note['id']).handoff.id}"
        path = f"/desk/handoffs/{held_there.id}"
        place = session.get_one(Desk, cast.core if not_nearby else cast.north_desk)
        held_there.place(session.get_one(Person, cast.aoki), place, town.MORNING)
    reader, other = (cast.aoki, cast.ueda) if not_nearby else (cast.okada, cast.kimura)
    town.signed_in(client, store, reader)
    assert f'href="{earlier}"' in client.get(path).text
    assert client.get(earlier).status_code == 200
    town.signed_in(client, store, other)
    assert client.get(path).status_code == 404

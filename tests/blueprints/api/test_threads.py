"""After the note: words back and forth, with a session or with the receipt code."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import receipt_code
from models.desk import Desk
from models.handoff import RELEASE, Handoff, State
from models.inbox import InboxEntry
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import both
from tests.conftest import SetClock
from tests.town import MORNING, Cast, fields


def a_code(first: str) -> str:
    return first + receipt_code.check_digits(first)


CODE, UNUSED = a_code("1234567890123456"), a_code("6543210987654321")


def path(note_id: str) -> str:
    return f"/api/v1/observations/{note_id}"


@pytest.fixture
def written(client: FlaskClient, store: Store, cast: Cast) -> str:
    """鈴木's note, by an account; its id."""
    raw = fields()
    with store.write() as session:
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **raw)
    return str(raw["id"])


@pytest.fixture
def anonymous(client: FlaskClient, cast: Cast) -> str:
    """A note without an account, under the code; its id."""
    raw = fields(receipt=CODE)
    assert client.post("/api/v1/observations", json=raw).get_json()["receipt"] is True
    return str(raw["id"])


def desk_says(store: Store, cast: Cast, note_id: str, *verbs: str) -> None:
    with store.write() as session:
        handoff = town.thread_of(session, note_id).handoff
        by = session.get_one(Person, cast.okada)
        for verb in verbs:
            _say(session, cast, handoff, by, verb)


def _say(session: Session, cast: Cast, handoff: Handoff, by: Person, verb: str) -> None:
    match verb:
        case "acknowledge":
            on = dt.date(2026, 12, 1)
            handoff.acknowledge(by, Said("look", date=on.isoformat()), MORNING, on)
        case "ask":
            handoff.ask(by, Said(words="いつからですか。"), MORNING)
        case "pass_on":
            handoff.pass_on(by, session.get_one(Desk, cast.south_desk), "担当です", MORNING)
        case "open":
            handoff.open(by, MORNING)


@both
def test_replies_come_in_the_readers_language(
    client: FlaskClient, store: Store, cast: Cast, written: str, clock: SetClock
) -> None:
    desk_says(store, cast, written, "open", "acknowledge")
    clock.now += RELEASE
    town.signed_in(client, store, cast.suzuki)
    spoken = {}
    for language in ("ja", "ja@easy", "en"):
        with store.write() as session:
            session.get_one(Person, cast.suzuki).language = language
        spoken[language] = client.get(path(written)).get_json()["replies"][0]["words"]
    assert spoken["ja"] == (
        "受け止めました。教えてくれて、ありがとうございます。\n12月1日(火)までに様子を見ます。"
    )
    assert spoken["ja@easy"].endswith("ようすを 見ます。")
    assert spoken["en"].startswith("Acknowledged. Thank you for telling us.")


@both
def test_the_ladder_shows_what_happened_and_reading_marks_as_read(
    client: FlaskClient, store: Store, cast: Cast, written: str, clock: SetClock
) -> None:
    desk_says(store, cast, written, "open", "acknowledge")
    clock.now += RELEASE
    town.signed_in(client, store, cast.suzuki)
    listed = client.get("/api/v1/observations").get_json()["observations"][0]
    assert (listed["unread"], listed["rung"]) == (1, "acknowledged")
    first, second = (client.get(path(written)).get_json() for _ in range(2))
    assert [rung["code"] for rung in first["ladder"]] == ["arrived", "opened", "acknowledged"]
    assert (first["replies"][0]["is_unread"], second["replies"][0]["is_unread"]) == (True, False)
    with store.read() as session:
        assert session.scalars(sa.select(InboxEntry.read_at)).all() == [clock.now]


@both
def test_a_question_is_answered_once_and_further_words_are_an_addition(
    client: FlaskClient, store: Store, cast: Cast, written: str
) -> None:
    desk_says(store, cast, written, "ask")
    town.signed_in(client, store, cast.suzuki)
    token = town.csrf(client)
    assert client.get(path(written)).get_json()["is_asked"]
    for words in ("二週間まえからです", "夜も暗いです"):
        said = {"kind": "answer", "words": words}
        answer = client.post(path(written) + "/replies", json=said, headers=token)
        assert answer.status_code == 201
    kinds = [(reply["kind"], reply["from"]) for reply in answer.get_json()["replies"]]
    assert kinds == [("question", "desk"), ("answer", "reporter"), ("addition", "reporter")]


def test_an_empty_answer_says_that_one_does_not_know(
    client: FlaskClient, store: Store, cast: Cast, written: str
) -> None:
    desk_says(store, cast, written, "ask")
    town.signed_in(client, store, cast.suzuki)
    answer = client.post(
        path(written) + "/replies", json={"kind": "answer"}, headers=town.csrf(client)
    )
    assert answer.get_json()["replies"][-1]["words"] == "わからない"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "shout"}, "/kind"),
        ({"kind": ["addition"]}, "/kind"),
        ({"kind": "addition"}, "/words"),
        ({"kind": "addition", "words": " 　\n"}, "/words"),
        ({"kind": "addition", "words": "あ" * 2001}, "/words"),
        ({"kind": "addition", "words": ["a"]}, "/words"),
        ({"kind": "addition", "words": "番号は123456789018です"}, "/words"),
        ({"kind": "addition", "right_place": "あ" * 201}, "/right_place"),
        ({"kind": "answer", "words": ""}, "/words"),
        ({"kind": "called", "called_first": "never"}, "/called_first"),
    ],
)
def test_a_bad_reply_is_pointed_to(
    client: FlaskClient, store: Store, cast: Cast, written: str, said: Any, pointer: str
) -> None:
    town.signed_in(client, store, cast.suzuki)
    answer = client.post(path(written) + "/replies", json=said, headers=town.csrf(client))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer


@both
def test_a_note_is_taken_back_while_fresh_and_unopened_and_later_only_asked_for(
    client: FlaskClient, store: Store, cast: Cast, written: str, clock: Any
) -> None:
    town.signed_in(client, store, cast.suzuki)
    token, say = town.csrf(client), {"kind": "withdrawal"}
    clock.forward(minutes=11)
    late = client.post(path(written) + "/replies", json=say, headers=token).get_json()
    assert late["replies"][-1]["kind"] == "withdrawal"
    assert late["rung"] == "arrived"
    raw = fields()
    client.post("/api/v1/observations", json=raw, headers=token)
    clock.forward(minutes=9)
    fresh = client.post(path(raw["id"]) + "/replies", json=say, headers=token).get_json()
    assert fresh["rung"] == "taken_back"
    with store.read() as session:
        assert town.thread_of(session, raw["id"]).handoff.state is State.CLOSED


def test_the_right_place_is_read_in_the_readers_language(
    client: FlaskClient, store: Store, cast: Cast, written: str
) -> None:
    town.signed_in(client, store, cast.suzuki)
    said = {"kind": "addition", "right_place": "北町3-2", "words": "窓が\nあきました"}
    answer = client.post(path(written) + "/replies", json=said, headers=town.csrf(client))
    assert answer.get_json()["replies"][-1]["words"] == "正しい場所：北町3-2\n窓が\nあきました"


def test_how_a_call_went_is_told_once(client: FlaskClient, store: Store, cast: Cast) -> None:
    raw = fields(signs=["unconscious"])
    with store.write() as session:
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **raw)
    town.signed_in(client, store, cast.suzuki)
    said, token = {"kind": "called", "called_first": "later"}, town.csrf(client)
    for _ in range(2):
        answer = client.post(path(raw["id"]) + "/replies", json=said, headers=token)
    assert [reply["words"] for reply in answer.get_json()["replies"]] == ["これから電話します。"]


def test_nobody_else_writes_to_a_thread(
    client: FlaskClient, store: Store, cast: Cast, written: str
) -> None:
    say = {"kind": "addition", "words": "のぞき見"}
    assert client.post(path(written) + "/replies", json=say).status_code == 401
    town.signed_in(client, store, cast.suzuki)
    assert client.post(path(written) + "/replies", json=say).status_code == 403
    for name in (cast.nakamura, cast.okada, cast.yamamoto):
        town.signed_in(client, store, name)
        token = town.csrf(client)
        answer = client.post(path(written) + "/replies", json=say, headers=token)
        assert answer.status_code == 404


@both
def test_a_code_reads_and_answers_its_own_thread(
    client: FlaskClient, store: Store, cast: Cast, anonymous: str
) -> None:
    desk_says(store, cast, anonymous, "acknowledge", "ask")
    shown = f"{CODE[:4]} {CODE[4:8]}-{CODE[8:12]}－{CODE[12:16]} {CODE[16:]}"
    read = client.post("/api/v1/receipts", json={"code": shown})
    assert read.status_code == 200
    thread = read.get_json()
    assert (thread["id"], thread["is_asked"], thread["unread"]) == (anonymous, True, 2)
    say = {"code": CODE, "kind": "answer", "words": "はい"}
    answer = client.post(path(anonymous) + "/replies", json=say)
    assert answer.status_code == 201
    assert answer.get_json()["replies"][-1]["words"] == "はい"
    other = client.post(path(str(uuid.uuid4())) + "/replies", json=say)
    assert other.status_code == 404
    stop = client.post(
        path(anonymous) + "/replies", json={"code": CODE, "kind": "stop_contact"}
    ).get_json()
    assert stop["may_call"] is False


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (UNUSED, 404),
        (CODE[:-1] + str((int(CODE[-1]) + 1) % 10), 422),
        ("", 422),
        (None, 422),
        (1234, 422),
        ("1" * 5000, 422),
        ("a-b", 422),
    ],
)
def test_another_code_opens_nothing(
    client: FlaskClient, anonymous: str, code: object, status: int
) -> None:
    answer = client.post("/api/v1/receipts", json={"code": code})
    assert answer.status_code == status
    assert answer.get_json()["errors"][0]["pointer"] == "/code"


def test_codes_cannot_be_tried_without_end(
    client: FlaskClient, anonymous: str, settings: Any
) -> None:
    paths = ("/api/v1/receipts", "/api/v1/push/test", path(anonymous) + "/replies")
    tries = [
        client.post(
            paths[n % 3],
            json={"code": receipt_code.generate(), "kind": "answer", "endpoint": "x"},
        ).status_code
        for n in range(settings.codes_per_minute + 1)
    ]
    assert tries == [404] * settings.codes_per_minute + [429]
    assert client.post("/api/v1/receipts", json={"code": CODE}).status_code == 429


@both
def test_a_passed_on_thread_keeps_its_address_and_says_where_it_is(
    client: FlaskClient, store: Store, cast: Cast, written: str
) -> None:
    desk_says(store, cast, written, "pass_on")
    town.signed_in(client, store, cast.suzuki)
    thread = client.get(path(written)).get_json()
    assert thread["desk"]["name"] == "南の相談室"
    assert thread["replies"][-1]["words"].startswith("南の相談室へつなぎました")


def test_a_thread_whose_reply_cannot_be_opened_is_read_without_it(
    client: FlaskClient, store: Store, cast: Cast, written: str
) -> None:
    desk_says(store, cast, written, "acknowledge", "ask")
    with store.write() as session:
        town.thread_of(session, written).replies[0].sealed_said = b"\0" * 64
    town.signed_in(client, store, cast.suzuki)
    answer = client.get(path(written))
    assert answer.status_code == 200
    assert [reply["words"] for reply in answer.get_json()["replies"]] == ["", "いつからですか。"]

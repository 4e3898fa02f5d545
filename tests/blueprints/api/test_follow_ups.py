"""Answers, additions and withdrawals out of a phone's outbox: said once, in the right thread."""

from __future__ import annotations

from typing import Any

import pytest

from models import receipt_code
from models.draft import content_hash
from models.handoff import Outcome, State
from models.person import Person
from models.reply import ReplyKind, Said
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import Send, both
from tests.support.envelope import item
from tests.support.phone import Phone
from tests.town import MORNING, Cast, fields

CODE = receipt_code.generate()


@pytest.fixture
def written(store: Store, cast: Cast) -> str:
    """鈴木's note, about which the desk has asked; its id."""
    raw = fields(contact="telephone", telephone="09012345678", signs=["unconscious"])
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **raw)
        handoff.ask(session.get_one(Person, cast.okada), Said(words="いつからですか。"), MORNING)
    return str(raw["id"])


def heard(store: Store, note: str) -> list[tuple[ReplyKind, Said]]:
    with store.read() as session:
        replies = town.thread_of(session, note).replies
        return [(reply.kind, reply.said) for reply in replies if reply.kind.is_from_reporter]


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("answer", {"words": "土曜からです。"}, (ReplyKind.ANSWER, Said(words="土曜からです。"))),
        ("answer", {}, (ReplyKind.ANSWER, Said("unknown"))),
        ("addition", {"words": "窓が"}, (ReplyKind.ADDITION, Said(words="窓が"))),
        (
            "addition",
            {"words": "窓が", "right_place": "北町3-2"},
            (ReplyKind.ADDITION, Said("added_place", "窓が", place="北町3-2")),
        ),
        ("stop_contact", {}, (ReplyKind.WITHDRAWAL, Said("stop_contact"))),
        ("called", {"called_first": "done"}, (ReplyKind.ADDITION, Said("called_done"))),
        ("withdrawal", {"how": "ask"}, (ReplyKind.WITHDRAWAL, Said("withdraw"))),
    ],
)
def test_each_kind_is_said_in_its_thread_once(
    store: Store,
    cast: Cast,
    clock: Any,
    send: Send,
    written: str,
    kind: str,
    more: dict[str, str],
    expected: tuple[ReplyKind, Said],
) -> None:
    raw = item(kind, written, **more)
    first = send(raw)
    clock.forward(days=3)
    again = send(raw)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json is not None
    assert (first.json["id"], first.json["hash"]) == (raw["id"], content_hash(raw))
    assert (first.json["state"], first.json["desk"]["name"]) == ("arrived", "北の相談室")
    assert first.json["epoch"] == first.headers["Kizuki-Epoch"]
    assert heard(store, written) == [expected]


@both
def test_a_withdrawal_takes_the_note_back_while_that_is_possible_and_asks_later(
    store: Store, cast: Cast, clock: Any, send: Send
) -> None:
    fresh, old = fields(), fields()
    for raw in (fresh, old):
        assert send(raw).status_code == 201
    assert send(item("withdrawal", fresh["id"], how="back")).status_code == 201
    clock.forward(hours=3)
    assert send(item("withdrawal", old["id"], how="back")).status_code == 201
    with store.read() as session:
        assert town.thread_of(session, fresh["id"]).handoff.state is State.CLOSED
        assert town.thread_of(session, old["id"]).handoff.state is State.SENT
    assert heard(store, old["id"]) == [(ReplyKind.WITHDRAWAL, Said("withdraw"))]


@both
def test_without_an_account_the_code_within_is_the_key(
    store: Store, cast: Cast, send: Send
) -> None:
    nobody = Phone()
    raw = fields(receipt=CODE)
    assert send(raw, nobody).status_code == 201
    said = item("addition", raw["id"], words="窓があきました", code=receipt_code.show(CODE))
    assert [send(said, nobody).status_code for _ in range(2)] == [201, 200]
    assert heard(store, raw["id"]) == [(ReplyKind.ADDITION, Said(words="窓があきました"))]


@both
def test_further_words_to_a_closed_thread_reach_its_desk(
    store: Store, cast: Cast, send: Send, written: str
) -> None:
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        handoff = town.thread_of(session, written).handoff
        handoff.acknowledge(okada, Said("check"), MORNING)
        handoff.close(okada, Outcome.SETTLED, Said("closed"), MORNING)
    assert send(item("addition", written, words="また見かけません")).status_code == 201
    assert heard(store, written)[-1] == (ReplyKind.ADDITION, Said(words="また見かけません"))


def test_an_individual_number_is_masked_before_it_is_stored(
    store: Store, cast: Cast, send: Send, written: str
) -> None:
    assert send(item("answer", written, words="番号は123456789018です")).status_code == 201
    assert heard(store, written)[-1][1].words == f"番号は{'●' * 12}です"


@both
def test_what_follows_a_sealed_note_is_answered_as_any_other(
    store: Store, cast: Cast, send: Send
) -> None:
    answers = []
    for raw in (fields(), fields(not_nearby=True)):
        assert send(raw).status_code == 201
        answer = send(item("addition", raw["id"], words="窓があきました"))
        held = send(item("addition", raw["id"], words="あ" * 2001))
        assert (answer.status_code, held.status_code) == (201, 201)
        answers.append([(one.json or {}) | {"id": "", "hash": ""} for one in (answer, held)])
    assert answers[0] == answers[1]


@both
def test_in_the_order_of_their_going_all_arrive(store: Store, cast: Cast, send: Send) -> None:
    raw = fields()
    words = [f"その{n}" for n in range(5)]
    assert send(raw).status_code == 201
    for one in words:
        assert send(item("addition", raw["id"], words=one)).status_code == 201
    assert [said.words for _, said in heard(store, raw["id"])] == words
    with store.read() as session:
        assert town.thread_of(session, raw["id"]).handoff.answered_at is not None

"""封をする at the desk's door: one act, no link is left, and its reporter sees no difference."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.delivery import Delivery
from models.handoff import Handoff
from models.reply import Reply
from models.store import Store
from models.thread import Thread
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.conftest import SetClock
from tests.town import Cast

_TOKEN = re.compile(r'"\.?[\w-]+\.[\w-]{6}\.[\w-]{27}"')


def post(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    return client.post(path, data=typed, headers=town.csrf(client))


def path_of(handoff: uuid.UUID, noun: str = "") -> str:
    return f"/desk/handoffs/{handoff}{'/' if noun else ''}{noun}"


@pytest.fixture
def kato(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(app.test_client(), store, cast.kato)


@pytest.fixture
def aoki(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(app.test_client(), store, cast.aoki)


@pytest.fixture
def ishii(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(app.test_client(), store, cast.ishii)


def test_the_page_says_what_will_happen_and_the_answer_leads_to_nothing_of_it(
    okada: FlaskClient, cast: Cast, notes: Notes, aoki: FlaskClient
) -> None:
    handoff = notes.send()
    assert "元に戻すことはできません" in okada.get(path_of(handoff)).text
    answer = post(okada, path_of(handoff, "sealing"), seal_words="夫が役場にいます。")
    assert answer.headers["Location"] == f"/desk?desk={cast.north_desk}&done=sealing"
    page = okada.get(answer.headers["Location"]).text
    assert "市の決まった担当に引き継ぎました" in page
    assert str(handoff) not in page
    assert "夫が役場にいます。" in aoki.get(path_of(handoff)).text


def test_old_ways_to_it_lead_where_there_never_was_anything(
    okada: FlaskClient, store: Store, notes: Notes, clock: SetClock
) -> None:
    handoff = notes.acknowledged()
    with store.read() as session:
        told = sa.select(Delivery.address).where(Delivery.handoff_id == handoff)
        address = session.scalars(told.where(Delivery.person_id.is_not(None))).first()
    never, nowhere = uuid.uuid4(), "x" * len(address or "")
    post(okada, path_of(handoff, "sealing"))
    clock.forward(minutes=2)
    nouns = ("", "acknowledgement", "undoing", "sealing", "gathering", "memo", "passing-on")
    ways = [(path_of(handoff, noun), path_of(never, noun), noun) for noun in nouns]
    ways.append((f"/d/{address}", f"/d/{nowhere}", ""))
    for way, other, noun in ways:
        answers = [post(okada, one) if noun else okada.get(one) for one in (way, other)]
        assert [one.status_code for one in answers] == [404, 404], way
        texts = [_TOKEN.sub("", one.text.replace(str(one.request.path), "")) for one in answers]
        assert texts[0] == texts[1], way


def test_a_second_tap_lands_where_the_first_did_and_nobody_elses(
    okada: FlaskClient, kato: FlaskClient, aoki: FlaskClient, cast: Cast, notes: Notes
) -> None:
    handoff = notes.send()
    typed = {"desk": str(cast.north_desk), "seal_words": "夫が役場にいます。"}
    taps = [post(okada, path_of(handoff, "sealing"), **typed) for _ in range(2)]
    assert len({(one.status_code, one.location) for one in taps}) == 1
    assert taps[0].status_code == 303
    assert post(kato, path_of(handoff, "sealing"), **typed).status_code == 404
    assert aoki.get(path_of(handoff)).text.count("夫が役場にいます。") == 1


def test_a_second_tap_of_who_agrees_lands_where_the_first_did(
    aoki: FlaskClient, ishii: FlaskClient, cast: Cast, notes: Notes
) -> None:
    handoff, reason = notes.send(not_nearby=True), {"unseal_reason": "本人の希望です。"}
    asked = [post(aoki, path_of(handoff, "unsealing-proposal"), **reason) for _ in range(2)]
    assert [one.status_code for one in asked] == [303, 303]
    typed = {"desk": str(cast.core)}
    taps = [post(ishii, path_of(handoff, "unsealing"), **typed) for _ in range(2)]
    assert len({(one.status_code, one.location) for one in taps}) == 1
    assert taps[0].status_code == 303
    assert post(aoki, path_of(handoff, "unsealing"), **typed).status_code == 404


def test_words_too_long_come_back_and_nothing_is_sealed(okada: FlaskClient, notes: Notes) -> None:
    handoff = notes.send()
    answer = post(okada, path_of(handoff, "sealing"), seal_words="長" * 2001)
    assert answer.status_code == 422
    assert "長長長" in answer.text
    assert okada.get(path_of(handoff)).status_code == 200


def test_its_reporter_sees_the_same_page(
    app: Flask, okada: FlaskClient, cast: Cast, store: Store, notes: Notes, clock: SetClock
) -> None:
    handoff = notes.acknowledged()
    clock.forward(minutes=5)
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    with store.read() as session:
        thread = session.get_one(Handoff, handoff).thread_id
    suzuki.get(f"/notes/{thread}")
    before = [_TOKEN.sub("", suzuki.get(f"/notes{way}").text) for way in (f"/{thread}", "")]
    post(okada, path_of(handoff, "sealing"))
    assert before == [_TOKEN.sub("", suzuki.get(f"/notes{w}").text) for w in (f"/{thread}", "")]


def test_its_reporter_may_ask_for_it_and_is_answered_as_ever(
    app: Flask, okada: FlaskClient, cast: Cast, store: Store, notes: Notes
) -> None:
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    answers = []
    for typed in ({"added": "追記です。"}, {"not_nearby": "1"}, {}):
        handoff = notes.send()
        with store.read() as session:
            thread = session.get_one(Handoff, handoff).thread_id
        answer = post(suzuki, f"/notes/{thread}/additions", **typed)
        answers.append((answer.status_code, answer.headers.get("Location") == f"/notes/{thread}"))
        is_sealed = okada.get(path_of(handoff)).status_code == 404
        assert is_sealed is ("not_nearby" in typed)
        if is_sealed:
            assert "近所には知られたくないことです。" in suzuki.get(f"/notes/{thread}").text
    assert answers == [(303, True), (303, True), (422, False)]


def test_a_program_may_ask_for_it_too(
    app: Flask, okada: FlaskClient, cast: Cast, store: Store, notes: Notes
) -> None:
    handoff = notes.send()
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    with store.read() as session:
        note = session.get_one(Handoff, handoff).thread.observation.client_id
    said = {"kind": "addition", "not_nearby": True}
    path = f"/api/v1/observations/{note}/replies"
    answer = suzuki.post(path, json=said, headers=town.csrf(suzuki))
    assert (answer.status_code, answer.get_json()["desk"]["name"]) == (201, "北の相談室")
    assert okada.get(path_of(handoff)).status_code == 404


def test_two_of_the_team_unseal_it(
    okada: FlaskClient, aoki: FlaskClient, ishii: FlaskClient, cast: Cast, notes: Notes
) -> None:
    handoff = notes.send(not_nearby=True)
    assert post(aoki, path_of(handoff, "unsealing")).status_code == 422
    empty = post(aoki, path_of(handoff, "unsealing-proposal"))
    assert empty.status_code == 422
    post(aoki, path_of(handoff, "unsealing-proposal"), unseal_reason="本人の希望です。")
    assert post(aoki, path_of(handoff, "unsealing")).status_code == 422
    assert path_of(handoff) in ishii.get("/desk").text
    page = ishii.get(path_of(handoff)).text
    assert "本人の希望です。" in page
    assert "北の相談室に渡り" in page
    assert okada.get(path_of(handoff)).status_code == 404
    answer = post(ishii, path_of(handoff, "unsealing"))
    assert answer.headers["Location"] == f"/desk?desk={cast.core}&done=unsealing"
    assert ishii.get(path_of(handoff)).status_code == 404
    assert "本人の希望です。" in okada.get(path_of(handoff)).text


def test_a_proposal_can_be_withdrawn(ishii: FlaskClient, aoki: FlaskClient, notes: Notes) -> None:
    handoff = notes.send(not_nearby=True)
    post(aoki, path_of(handoff, "unsealing-proposal"), unseal_reason="本人の希望です。")
    post(ishii, path_of(handoff, "unsealing-withdrawal"))
    assert "本人の希望です。" not in ishii.get(path_of(handoff)).text
    assert post(ishii, path_of(handoff, "unsealing")).status_code == 422


@pytest.mark.parametrize("language", ["ja@easy", "en"])
def test_its_words_are_in_every_language(
    aoki: FlaskClient, okada: FlaskClient, notes: Notes, language: str
) -> None:
    handoff, sealed = notes.send(), notes.send(not_nearby=True)
    for client, one in ((okada, handoff), (aoki, sealed)):
        post(client, "/language", language=language, next="/desk")
        assert client.get(path_of(one)).status_code == 200


def test_nothing_of_it_is_left_among_what_was_said_to_others(
    okada: FlaskClient, store: Store, notes: Notes, aoki: FlaskClient
) -> None:
    handoff = notes.send()
    post(okada, path_of(handoff, "sealing"))
    post(aoki, path_of(handoff, "acknowledgement"), template="check", next_on="")
    with store.read() as session:
        thread = session.get_one(Handoff, handoff).thread
        assert session.get_one(Thread, thread.id).is_sealed
        found = session.scalars(sa.select(Reply).where(Reply.thread_id == thread.id)).all()
        assert {one.said.template for one in found} <= {"check", "still_on_it"}

"""The mark at the desk's door: for a reason, taken away in one tap, and seen by no reporter."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.handoff import Doubt, Handoff
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.town import Cast

SAID = {
    Doubt.NOT_SO: "わかっていることと、ちがうようです",
    Doubt.TO_TROUBLE: "だれかが困るかもしれない書き方です",
    Doubt.AGAIN: "同じことが、また届いたようです",
}
_DRAWN_ANEW = re.compile(r'name="csrf_token" value="[^"]*"|data-csrf="[^"]*"')


@pytest.mark.parametrize("doubt", list(Doubt))
def test_a_mark_is_said_in_the_list_and_on_the_page_until_it_is_taken_away(
    okada: FlaskClient, notes: Notes, post: Post, doubt: Doubt
) -> None:
    handoff_id = notes.send()
    answer = post(handoff_id, "mark", doubt=doubt.value, mark_words="先週と同じ文です")
    page = okada.get(answer.headers["Location"]).text
    for words in (SAID[doubt], "しるしをつけました。", "先週と同じ文です", "しるしを外す"):
        assert words in page
    assert SAID[doubt] in okada.get("/desk").text
    answer = post(handoff_id, "mark-removal")
    page = okada.get(answer.headers["Location"]).text
    for words in ("しるしを外しました。", "岡田さんがしるしをつけました", "先週と同じ文です"):
        assert words in page
    assert SAID[doubt] not in okada.get("/desk").text


def test_what_is_marked_is_last_in_its_urgency(
    okada: FlaskClient, notes: Notes, post: Post
) -> None:
    first, second, memo = notes.send(), notes.send(), notes.send(urgency="memo", signs=["garden"])
    post(first, "mark", doubt="again")
    page = okada.get("/desk").text
    places = [page.index(f"/desk/handoffs/{one}") for one in (second, first, memo)]
    assert places == sorted(places)


def test_what_came_beyond_the_limits_says_so(
    okada: FlaskClient, notes: Notes, store: Store
) -> None:
    handoff_id = notes.send()
    with store.write() as session:
        handoff = session.get_one(Handoff, handoff_id)
        handoff.is_beyond = handoff.is_marked = True
    for path in ("/desk", f"/desk/handoffs/{handoff_id}"):
        assert "短い時間に、たくさん届いた中の一つです" in okada.get(path).text


@pytest.mark.parametrize("doubt", ["", "liar"])
def test_without_a_reason_nothing_is_marked_and_the_words_stay(
    notes: Notes, post: Post, doubt: str
) -> None:
    handoff_id = notes.send()
    answer = post(handoff_id, "mark", doubt=doubt, mark_words="先週と同じ文です")
    assert answer.status_code == 422
    assert "どのように見えるかを選ぶと" in answer.text
    assert "先週と同じ文です</textarea>" in answer.text
    assert notes.look(handoff_id).inside == []


def test_what_closed_meanwhile_is_not_marked_and_the_words_stay(
    notes: Notes, post: Post, store: Store
) -> None:
    handoff_id = notes.acknowledged()
    post(handoff_id, "closure", template="closed", outcome="settled")
    answer = post(handoff_id, "mark", doubt="again", mark_words="先週と同じ文です")
    assert answer.status_code == 409
    assert "先週と同じ文です</textarea>" in answer.text


def test_a_form_that_comes_twice_marks_once(notes: Notes, post: Post) -> None:
    handoff_id = notes.send()
    for _ in range(2):
        answer = post(handoff_id, "mark", doubt="again", mark_words="先週と同じ文です")
        assert answer.status_code == 303
    assert notes.look(handoff_id).inside == ["先週と同じ文です"]


def test_the_same_words_mark_again_what_was_unmarked_and_put_a_reason_right(
    notes: Notes, post: Post, store: Store
) -> None:
    handoff_id, words = notes.send(), "先週と同じ文です"

    def doubt() -> Doubt | None:
        with store.read() as session:
            return session.get_one(Handoff, handoff_id).doubt

    post(handoff_id, "mark", doubt="again", mark_words=words)
    post(handoff_id, "mark-removal")
    post(handoff_id, "mark", doubt="again", mark_words=words)
    assert doubt() is Doubt.AGAIN
    post(handoff_id, "mark", doubt="not_so", mark_words=words)
    assert doubt() is Doubt.NOT_SO


def test_the_fold_is_offered_while_something_is_owed(
    okada: FlaskClient, notes: Notes, post: Post
) -> None:
    handoff_id = notes.acknowledged()
    assert 'id="mark"' in okada.get(f"/desk/handoffs/{handoff_id}").text
    post(handoff_id, "closure", template="closed", outcome="settled")
    assert 'id="mark"' not in okada.get(f"/desk/handoffs/{handoff_id}").text


def test_its_reporter_sees_the_same_world_with_it_and_without(
    app: Flask, store: Store, cast: Cast, notes: Notes, post: Post
) -> None:
    handoff_id = notes.acknowledged()
    suzuki = town.signed_in(app.test_client(), store, cast.suzuki)
    with store.read() as session:
        thread = session.get_one(Handoff, handoff_id).thread
        thread_id, note_id = thread.id, thread.observation.client_id
    seen = []
    for form in (None, {"doubt": "to_trouble", "mark_words": "ひみつの見立て"}, {}):
        if form is not None:
            noun = "mark" if form else "mark-removal"
            assert post(handoff_id, noun, **form).status_code == 303
        seen.append(_world_of(suzuki, thread_id, note_id))
    assert seen[0] == seen[1] == seen[2]


def _world_of(
    client: FlaskClient, thread_id: uuid.UUID, note_id: uuid.UUID | None
) -> list[tuple[int, str, Any]]:
    """Every page and answer about a note, byte for byte but for the tokens drawn anew."""
    paths = (
        "/notes",
        f"/notes/{thread_id}",
        f"/notes/{thread_id}/sent",
        "/api/v1/observations",
        f"/api/v1/observations/{note_id}",
    )
    answers = [client.get(path) for path in paths]
    return [
        (one.status_code, _DRAWN_ANEW.sub("", one.text), one.headers.get("ETag")) for one in answers
    ]

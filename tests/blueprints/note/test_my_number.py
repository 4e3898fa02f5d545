"""What may be a My Number is asked about; one tap masks it and goes on, at every form."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient

from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.conftest import SetClock
from tests.support.notes import last_thread, notes, post, typed
from tests.support.taking import call
from tests.town import MORNING, Cast

NUMBER = "控えは 1234 5678 9018 です"
MASKED = "控えは ●●●● ●●●● ●●●● です"
ASKS = '<button type="submit" class="button button--wide" name="numbers" value="mask">'


def test_a_note_goes_on_masked(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    fields, before = typed(cast.kitamachi, words=NUMBER, not_to=NUMBER), notes(store)
    asked = post(suzuki, "/notes", **fields)
    assert asked.status_code == 422
    assert ASKS in asked.text
    assert f"\n{NUMBER}</textarea>" in asked.text
    assert notes(store) == before
    assert post(suzuki, "/notes", **fields, numbers="mask").status_code == 303
    with store.read() as session:
        body = last_thread(session).observation.body
    assert (body["words"], body["not_to"]) == (MASKED, MASKED)


def test_what_else_is_missing_is_asked_with_the_number_masked(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    fields = typed(None, place=NUMBER, words="")
    asked = post(client, "/notes", **fields, unknown_place=NUMBER, numbers="mask")
    assert asked.status_code == 422
    assert f'value="{MASKED}"' in asked.text
    assert NUMBER not in asked.text
    assert ASKS not in asked.text.partition("<template")[0]
    kept = fields | {"place": MASKED, "unknown_place": MASKED, "words": "夜も暗いままです"}
    assert post(client, "/notes", **kept).status_code == 201


def test_what_is_taken_down_goes_on_masked(client: FlaskClient, store: Store, cast: Cast) -> None:
    okada = town.signed_in(client, store, cast.okada)
    fields = call(caller=NUMBER, called=NUMBER)
    assert ASKS in post(okada, "/desk/notes", **fields).text
    assert post(okada, "/desk/notes", **fields, numbers="mask").status_code == 201
    with store.read() as session:
        thread = last_thread(session)
        assert thread.observation.body["called"] == MASKED


def test_the_plain_json_door_asks_and_stores_none(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    before, path = notes(store), "/api/v1/observations"
    asked = client.post(path, json=town.fields(words=NUMBER))
    assert asked.status_code == 422
    assert [one["pointer"] for one in asked.get_json()["errors"]] == ["/words"]
    assert notes(store) == before
    assert client.post(path, json=town.fields(words=MASKED)).status_code == 201


@pytest.fixture
def thread_id(store: Store, cast: Cast, clock: SetClock) -> uuid.UUID:
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada = session.get_one(Person, cast.okada)
        handoff.acknowledge(okada, Said("check"), clock.now)
        handoff.ask(okada, Said(words="最後に会ったのは、いつですか。"), clock.now)
        return handoff.thread_id


@pytest.mark.parametrize(("noun", "field"), [("answers", "words"), ("additions", "added")])
def test_what_is_said_in_a_thread_goes_on_masked(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID, noun: str, field: str
) -> None:
    path, own = f"/notes/{thread_id}/{noun}", {field: NUMBER}
    asked = post(suzuki, path, **own)
    assert asked.status_code == 422
    assert asked.text.partition("<template")[0].count(ASKS) == 1
    assert post(suzuki, path, **own, numbers="mask").status_code == 303
    with store.read() as session:
        last = session.get_one(Thread, thread_id).replies[-1]
        assert last.said.words == MASKED

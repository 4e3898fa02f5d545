"""What a program sends twice, because no answer came, is said once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.town import MORNING, Cast, fields


@pytest.fixture
def written(store: Store, cast: Cast) -> str:
    """Suzuki's note, which the desk acknowledged with a question; its id."""
    raw = fields(contact="telephone")
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **raw)
        okada = session.get_one(Person, cast.okada)
        handoff.acknowledge(okada, Said("check"), MORNING)
        handoff.ask(okada, Said(words="いつからですか。"), MORNING)
    return str(raw["id"])


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "answer", "words": "先月からです。"},
        {"kind": "answer"},
        {"kind": "addition", "words": "窓があきました。"},
        {"kind": "stop_contact"},
        {"kind": "addition", "right_place": "北町3-2"},
        {"kind": "withdrawal"},
    ],
)
def test_what_comes_twice_is_said_once(
    client: FlaskClient, store: Store, cast: Cast, written: str, said: dict[str, str]
) -> None:
    town.signed_in(client, store, cast.suzuki)
    path, headers = f"/api/v1/observations/{written}/replies", town.csrf(client)
    first = client.post(path, json=said, headers=headers)
    again = client.post(path, json=said, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert len(first.get_json()["replies"]) == 3
    assert again.get_json() == first.get_json()


def test_what_was_taken_back_is_not_asked_to_rest(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    raw = fields()
    with store.write() as session:
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **raw)
    town.signed_in(client, store, cast.suzuki)
    path, headers = f"/api/v1/observations/{raw['id']}/replies", town.csrf(client)
    answers = [client.post(path, json={"kind": "withdrawal"}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].get_json()["replies"] == []

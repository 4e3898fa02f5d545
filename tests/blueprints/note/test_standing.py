"""A page that answers a form names the address at which it may be asked for anew."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.gate import limiter
from models.membership import Membership
from models.store import Store
from tests import town
from tests.support.notes import post, thread_path, typed
from tests.town import MORNING, Cast


@pytest.fixture(autouse=True)
def _nothing_counted(app: Flask) -> None:
    limiter.reset()


def standing(page: str) -> str | None:
    found = re.search(r'data-address="([^"]*)"', page)
    return found and found[1]


def test_what_answers_a_form_stands_at_that_forms_own_page(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    desk = f"/desks/{cast.north_desk}/note"
    expected = {
        "/notes": "/notes/new",
        desk: desk,
        "/receipts": "/receipts",
        "/receipts/answers": "/receipts",
    }
    for posted, address in expected.items():
        assert standing(post(client, posted).text) == address
    assert standing(post(client, desk, **typed(cast.north)).text) == desk
    for asked in {*expected.values()}:
        assert standing(client.get(asked).text) is None
    town.signed_in(client, store, cast.suzuki)
    path = thread_path(post(client, "/notes", **typed(cast.kitamachi)))
    assert standing(post(client, f"{path}/additions").text) == path
    town.signed_in(client, store, cast.okada)
    assert standing(post(client, "/desk/notes").text) == "/desk/notes/new"


def test_who_staffs_several_desks_comes_back_to_the_one_they_wrote_at(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        more = {"desk_id": cast.south_desk, "made_at": MORNING, "confirmed_at": MORNING}
        session.add(Membership(person_id=cast.okada, **more))
    town.signed_in(client, store, cast.okada)
    for desk in (cast.north_desk, cast.south_desk):
        answer = post(client, "/desk/notes", desk=str(desk))
        address = standing(answer.text)
        assert (answer.status_code, address) == (422, f"/desk/notes/new?desk={desk}")
        assert f'name="desk" value="{desk}"' in client.get(address).text

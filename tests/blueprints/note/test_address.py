"""お住まいと勤め先: asked of staff and commissioners until they answered, and shown to nobody."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.own_clue import OwnClue
from models.person import Person
from models.store import Store
from tests import town
from tests.support.authenticator import Authenticator
from tests.support.invitations import post
from tests.support.proofs import ask, give_passkey
from tests.town import MORNING, Cast

PAGE = "/settings/address"
TITLE = "お住まいと勤め先"


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def _unasked(store: Store, cast: Cast, joined_at: dt.datetime = MORNING) -> None:
    """Nobody has answered, and okada came then."""
    with store.write() as session:
        session.execute(sa.delete(OwnClue))
        session.get_one(Person, cast.okada).joined_at = joined_at


def _sign_in(client: FlaskClient, device: Authenticator) -> str:
    options = ask(client, "/signin/passkey/challenges")
    return post(client, "/signin/passkey", answer=device.get(options), next="/desk").location


def test_who_signs_in_is_asked_until_they_have_answered(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    _unasked(store, cast)
    device = give_passkey(store, cast.okada)
    asked = _sign_in(client, device)
    assert asked == f"{PAGE}?next=%2Fdesk"
    page = client.get(asked).text
    assert TITLE in page
    assert 'href="/desk">あとで答える' in page
    form = {"home": "北町1-2-3", "employer": "", "next": "/desk"}
    done = client.post(PAGE, data=form, headers=town.csrf(client))
    assert done.location == f"{PAGE}?done=here&next=%2Fdesk"
    page = client.get(done.location).text
    assert "覚えました" in page
    assert "1-2-3" not in page + client.get("/settings").text
    assert _sign_in(client, device) == "/desk"


def test_an_address_elsewhere_is_kept_and_said_to_be_elsewhere(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    okada = town.signed_in(client, store, cast.okada)
    done = okada.post(PAGE, data={"home": "となりの市1-2"}, headers=town.csrf(okada))
    assert "このまちの住所とは分かりませんでした" in okada.get(done.location).text


def test_an_empty_answer_asks_again_and_leads_to_no_other_site(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    okada = town.signed_in(client, store, cast.okada)
    form = {"home": " ", "employer": "ミナミ商店", "next": "//evil.example"}
    page = okada.post(PAGE, data=form, headers=town.csrf(okada))
    assert page.status_code == 422
    assert "お住まいを書いてください。" in page.text
    assert "ミナミ商店" in page.text
    assert "evil.example" not in page.text


def test_a_commissioner_is_asked_among_their_notes_and_a_resident_nothing(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    _unasked(store, cast)
    sato = town.signed_in(client, store, cast.sato)
    assert TITLE in sato.get("/notes").text
    suzuki = town.signed_in(client.application.test_client(), store, cast.suzuki)
    assert TITLE not in suzuki.get("/notes").text + suzuki.get("/settings").text
    assert suzuki.get(PAGE).status_code == 404


def test_after_the_first_day_nothing_of_a_desk_is_shown_before_the_answer(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    _unasked(store, cast, MORNING - dt.timedelta(days=1))
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi).id
    okada = town.signed_in(client, store, cast.okada)
    path = f"/desk/handoffs/{handoff}"
    asked = okada.get("/desk?view=today")
    assert (asked.status_code, asked.location) == (303, f"{PAGE}?next=%2Fdesk%3Fview%3Dtoday")
    assert "あとで答える" not in okada.get(asked.location).text
    refused = okada.post(f"{path}/memo", data={"memo": "ひと言"}, headers=town.csrf(okada))
    assert refused.status_code == 403
    assert "お住まいと勤め先を教えてください" in refused.text
    assert "ひと言" in refused.text
    assert okada.get("/desk/notes/new").status_code == 200
    assert okada.get(f"{PAGE}?done=here").text.count("覚えました") == 0
    okada.post(PAGE, data={"home": "北町9-9"}, headers=town.csrf(okada))
    assert [okada.get(one).status_code for one in ("/desk", path)] == [200, 200]


def test_on_the_first_day_it_may_wait_and_the_office_counts_who_did_not_answer(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    _unasked(store, cast, MORNING - dt.timedelta(hours=23))
    okada = town.signed_in(client, store, cast.okada)
    assert okada.get("/desk").status_code == 200
    assert "あとで答える" in okada.get(PAGE).text
    office = town.signed_in(client.application.test_client(), store, cast.yamamoto)
    assert f"教えていない人が{len(town.ADDRESSED)}人" in office.get("/office").text


def test_an_employer_that_was_given_stays_until_it_is_ended(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    okada = town.signed_in(client, store, cast.okada)
    assert "no_employer" not in okada.get(PAGE).text
    for more in ({"employer": "ミナミ商店"}, {}):
        okada.post(PAGE, data={"home": "北町1-2-3", **more}, headers=town.csrf(okada))
        assert "no_employer" in okada.get(PAGE).text
    ended = {"home": "北町1-2-3", "no_employer": "1"}
    okada.post(PAGE, data=ended, headers=town.csrf(okada))
    assert "no_employer" not in okada.get(PAGE).text

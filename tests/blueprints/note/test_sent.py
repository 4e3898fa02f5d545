"""GET /notes/<thread>/sent: only what is true now."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models import staffing
from models.desk import Desk
from models.person import Person
from models.store import Store
from tests.conftest import SetClock
from tests.support.notes import last_thread, post, thread_path, typed
from tests.town import Cast, signed_in

HELD = "市の窓口でお預かりしました"


def _sent(client: FlaskClient, cast: Cast, **changed: object) -> str:
    path = thread_path(post(client, "/notes", **typed(cast.kitamachi, **changed)))
    return client.get(path + "/sent").text


def test_the_ladder_has_one_rung_and_what_comes_next(suzuki: FlaskClient, cast: Cast) -> None:
    page = _sent(suzuki, cast)
    ladder = page[page.index('class="ladder"') :]
    assert "届きました" in ladder
    assert "北の相談室" in ladder
    assert "担当の人が読むのを待っています" in ladder
    assert "担当の人が読みました" not in ladder
    assert "閉まっています" not in page


def test_a_closed_desk_says_when_it_opens_and_whom_to_call(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).duty_telephone = "059-000-0099"
    clock.forward(hours=10)
    page = _sent(suzuki, cast)
    assert "11月25日(水) 8:30にあきます。" in page
    assert 'href="tel:0590000099"' in page


@pytest.mark.parametrize(("urgency", "is_told"), [("today", True), ("soon", False)])
def test_shortly_before_closing_whoever_is_in_a_hurry_is_told_to_call(
    suzuki: FlaskClient, cast: Cast, clock: SetClock, urgency: str, is_told: bool
) -> None:
    clock.forward(hours=7, minutes=30)
    assert ("まもなく窓口が閉まります" in _sent(suzuki, cast, urgency=urgency)) is is_told


def test_where_another_desk_took_it_the_page_says_which(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        by = session.get_one(Person, cast.yamamoto)
        for name in (cast.okada, cast.kato):
            staffing.suspend(session, session.get_one(Person, name), by, clock.now)
    page = _sent(suzuki, cast)
    assert "北の相談室のかわりに、つながり支援課が受け止めます。" in page


def test_other_words_under_one_id_are_said_to_be_at_the_core(
    suzuki: FlaskClient, cast: Cast
) -> None:
    first = typed(cast.kitamachi)
    paths = [
        thread_path(post(suzuki, "/notes", **one)) for one in (first, first | {"words": "別の言葉"})
    ]
    pages = [suzuki.get(path + "/sent").text for path in paths]
    assert [HELD in page for page in pages] == [False, True]


@pytest.mark.parametrize(("place", "is_held"), [("", False), ("ない町", True)])
def test_an_acceptance_of_before_did_not_tell_and_the_page_does(
    suzuki: FlaskClient, store: Store, cast: Cast, place: str, is_held: bool
) -> None:
    fields = typed(cast.kitamachi, place=place, unknown_place=place)
    path = thread_path(post(suzuki, "/notes", **fields))
    with store.write() as session:
        note = last_thread(session).observation
        note.acceptance = {name: told for name, told in note.acceptance.items() if name != "held"}
    assert (HELD in suzuki.get(path + "/sent").text) is is_held


def test_the_draft_is_let_go_for_this_very_note(suzuki: FlaskClient, cast: Cast) -> None:
    fields = typed(cast.kitamachi)
    page = suzuki.get(thread_path(post(suzuki, "/notes", **fields)) + "/sent").text
    assert f'data-behaviour="sent" data-draft="note" data-id="{fields["id"]}"' in page


def test_only_whoever_has_an_account_is_shown_the_way_into_the_app(
    client: FlaskClient, suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    without = post(client, "/notes", **typed()).text
    assert "控え番号" in without
    assert 'data-state="ios"' not in without
    own = suzuki.get("/settings").text
    assert 'data-state="ios"' in own
    assert "「12けたの番号を出す」" in own
    assert "12けたの番号を出す</button>" in own
    signed_in(client, store, cast.okada)
    own = client.get("/settings").text
    assert "12けたの番号を出す" not in own
    assert "いつもの入り方で入ってください" in own

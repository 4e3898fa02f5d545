"""GET /notes/new and POST /notes: one form, always open, nothing lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from blueprints.gate import limiter
from models.credential import SignIn
from models.handoff import HeldReason
from models.settings import Settings
from models.store import Store
from tests.conftest import SetClock
from tests.support.notes import code_on, last_thread, notes, post, thread_path, typed
from tests.town import Cast


def test_the_form_knows_ones_own_area_and_its_desk(suzuki: FlaskClient, cast: Cast) -> None:
    page = suzuki.get("/notes/new").text
    assert "北町のこと" in page
    assert "北の相談室に届きます" in page
    assert f'name="own_area" value="{cast.kitamachi}"' in page


def test_a_commissioner_finds_name_and_telephone_chosen(sato: FlaskClient) -> None:
    page = sato.get("/notes/new").text
    assert re.search(r'name="show_name" value="1" checked', page)
    assert re.search(r'name="contact" value="telephone" checked', page)


def test_a_note_goes_to_the_areas_desk(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    before = notes(store)
    answer = post(suzuki, "/notes", **typed(cast.kitamachi, signs=["not_seen", "thin"]))
    assert thread_path(answer)
    assert notes(store) == before + 1
    with store.read() as session:
        thread = last_thread(session)
        assert thread.handoff.desk_id == cast.north_desk
        assert thread.observation.body["signs"] == ["not_seen", "thin"]
        assert thread.reporter.person_id == cast.suzuki


def test_a_repeat_is_the_same_note(suzuki: FlaskClient, store: Store, cast: Cast) -> None:
    fields = typed(cast.kitamachi)
    paths = {thread_path(post(suzuki, "/notes", **fields)) for _ in range(3)}
    assert len(paths) == 1


def test_a_repeat_after_the_sign_in_ended_is_the_same_note(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    fields = typed(cast.kitamachi)
    post(suzuki, "/notes", **fields)
    before = notes(store)
    with store.write() as session:
        SignIn.end_all(session, cast.suzuki, clock.now)
    again = post(suzuki, "/notes", **fields)
    assert again.status_code == 201
    assert "控え番号を出せませんでした" in again.text
    assert notes(store) == before


def test_writing_works_with_an_ended_sign_in_and_gives_a_code(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        SignIn.end_all(session, cast.suzuki, clock.now)
    answer = post(suzuki, "/notes", **typed(cast.kitamachi))
    assert answer.status_code == 201
    code = code_on(answer.text)
    assert "向かいのおばあさん" in post(suzuki, "/receipts", code=code).text


def test_the_same_id_with_other_words_keeps_both(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    first = typed(cast.kitamachi)
    one = thread_path(post(suzuki, "/notes", **first))
    other = thread_path(post(suzuki, "/notes", **first | {"words": "べつのこと"}))
    assert one != other
    assert "べつのこと" in suzuki.get(other).text


def test_without_sign_and_words_everything_typed_comes_back(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    before = notes(store)
    fields = typed(cast.kitamachi, words=" ", wish="家にいたい𠮷", called="髙橋さん")
    answer = post(suzuki, "/notes", **fields)
    assert answer.status_code == 422
    assert "あと1つだけ、教えてください" in answer.text
    assert '<a href="#words">サインを選ぶか' in answer.text
    assert 'value="家にいたい𠮷"' in answer.text
    assert 'value="髙橋さん"' in answer.text
    assert f'value="{fields["id"]}"' in answer.text
    assert notes(store) == before


def test_what_is_too_long_is_said_at_its_field_in_the_open_fold(
    suzuki: FlaskClient, cast: Cast
) -> None:
    answer = post(suzuki, "/notes", **typed(cast.kitamachi, wish="あ" * 305))
    assert answer.status_code == 422
    assert 'id="wish-error">5文字多いようです' in answer.text
    assert '<details class="fold fold--card" id="more" open>' in answer.text


def test_a_town_nobody_knows_is_asked_about_once_and_then_taken(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    fields = typed(cast.kitamachi, place="ない町")
    asked = post(suzuki, "/notes", **fields)
    assert asked.status_code == 422
    assert "その町は見つかりませんでした" in asked.text
    assert 'name="unknown_place" value="ない町"' in asked.text
    sent = post(suzuki, "/notes", **fields, unknown_place="ない町")
    with store.read() as session:
        handoff = last_thread(session).handoff
        assert (handoff.desk_id, handoff.held_reason) == (cast.core, HeldReason.UNKNOWN_AREA)
    assert "市の窓口でお預かりしました" in suzuki.get(thread_path(sent) + "/sent").text


def test_the_towns_that_a_place_may_mean_are_offered(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    asked = post(suzuki, "/notes", **typed(cast.kitamachi, place="町"))
    assert asked.status_code == 422
    assert "あてはまる町がいくつかあります。どれか選んでください。" in asked.text
    assert "南町" in asked.text
    fields = typed(cast.kitamachi, place="町", area=str(cast.minamimachi))
    assert post(suzuki, "/notes", **fields).status_code == 303
    with store.read() as session:
        assert last_thread(session).handoff.desk_id == cast.south_desk


def test_another_place_wins_over_the_own_area(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    post(suzuki, "/notes", **typed(cast.kitamachi, place="510-0002"))
    with store.read() as session:
        assert last_thread(session).observation.area_id == cast.minamimachi


def test_a_town_without_a_desk_goes_to_the_core_and_the_page_says_so(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    sent = post(suzuki, "/notes", **typed(cast.kitamachi, place="島"))
    assert "つながり支援課" in suzuki.get(thread_path(sent) + "/sent").text


@pytest.fixture
def settings() -> Settings:
    return Settings(notes_per_hour=2)


def test_beyond_the_limit_a_note_is_taken_and_marked(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    limiter.reset()
    marks = []
    for _ in range(3):
        thread_path(post(suzuki, "/notes", **typed(cast.kitamachi)))
        with store.read() as session:
            marks.append(sorted(h.is_marked for t in _own(session, cast) for h in t.handoffs))
    limiter.reset()
    assert marks == [[False], [False, False], [False, False, True]]


def _own(session: object, cast: Cast) -> list:  # type: ignore[type-arg]
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from models.thread import Thread

    assert isinstance(session, Session)
    threads = session.scalars(select(Thread))
    return [thread for thread in threads if thread.reporter.person_id == cast.suzuki]


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"urgency": "whenever"}, 'id="urgency-error"'),
        ({"signs": ["not_seen", "nonsense"]}, 'id="signs-error"'),
        ({"about": "cat"}, 'id="relation-error"'),
        ({"contact": "fax"}, 'id="contact-error"'),
        ({"own_area": "9" * 40}, 'id="place-error"'),
        ({"place": "町" * 5000}, 'id="place-error"'),
        ({"words": "あ" * 100_000}, 'id="words-error"'),
        ({"not_to": "い" * 200}, 'id="not_to-error"'),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    suzuki: FlaskClient, store: Store, cast: Cast, changed: dict[str, object], shown: str
) -> None:
    before = notes(store)
    answer = post(suzuki, "/notes", **typed(cast.kitamachi, wish="家にいたい") | changed)
    assert answer.status_code == 422
    assert shown in answer.text
    assert 'value="家にいたい"' in answer.text
    assert notes(store) == before


@pytest.mark.parametrize(
    "words", ["𠮷田・髙橋・葛󠄀城", "か\u3099ぎ", "👨‍👩‍👧‍👦", "あ\x00い\x08う", "<b>&amp;"]
)
def test_rare_letters_come_back_as_they_were(
    suzuki: FlaskClient, store: Store, cast: Cast, words: str
) -> None:
    path = thread_path(post(suzuki, "/notes", **typed(cast.kitamachi, words=words)))
    with store.read() as session:
        kept = last_thread(session).observation.body["words"]
    assert kept == words.replace("\x00", "").replace("\x08", "")
    assert str(escape(kept)) in suzuki.get(path).text


def test_a_note_whose_id_is_no_id_is_taken_all_the_same(
    suzuki: FlaskClient, store: Store, cast: Cast
) -> None:
    for note_id in (None, "", "x", "0" * 500):
        assert thread_path(post(suzuki, "/notes", **typed(cast.kitamachi, id=note_id)))


def test_a_form_without_its_token_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    answer = app.test_client().post("/notes", data=typed(cast.kitamachi))
    assert answer.status_code == 400
    assert "向かいのおばあさん" in answer.text


def test_no_tap_on_a_language_takes_away_what_was_answered_to_a_note(
    client: FlaskClient, cast: Cast
) -> None:
    arrived = post(client, "/notes", **typed(cast.kitamachi))
    returned = post(client, "/notes", **typed(cast.kitamachi, words="", signs=[]))
    opened = post(client, "/receipts", code=code_on(arrived.text))
    assert [one.status_code for one in (arrived, returned, opened)] == [201, 422, 200]
    for answer in (arrived, returned, opened):
        assert 'action="/language"' not in answer.text
    assert 'action="/language"' in client.get("/notes/new").text

"""GET /notes/<thread> and what its writer can say there."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient

from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.owners import speakers
from models.person import Person
from models.reply import ReplyKind, Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.conftest import SetClock
from tests.support.notes import post
from tests.town import Cast


@pytest.fixture
def thread_id(store: Store, cast: Cast, clock: SetClock) -> uuid.UUID:
    """A note of Suzuki's, just sent."""
    with store.write() as session:
        handoff = town.note(
            session, clock.now, by=cast.suzuki, area=cast.kitamachi, contact="telephone"
        )
        return handoff.thread_id


@pytest.fixture
def asked(store: Store, cast: Cast, clock: SetClock, thread_id: uuid.UUID) -> uuid.UUID:
    """The same, acknowledged and with a question."""
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        handoff = session.get_one(Thread, thread_id).handoff
        handoff.acknowledge(okada, Said("look", date="2026-11-27"), clock.now)
        handoff.ask(okada, Said(words="最後に会ったのは、いつですか。"), clock.now)
    return thread_id


def _kinds(store: Store, thread_id: uuid.UUID) -> list[tuple[ReplyKind, str]]:
    with store.read() as session:
        replies = session.get_one(Thread, thread_id).replies
        return [(r.kind, r.said.words) for r in replies if r.kind.is_from_reporter]


def test_a_strangers_thread_does_not_exist(tanaka: FlaskClient, thread_id: uuid.UUID) -> None:
    for path in ("", "/sent"):
        assert tanaka.get(f"/notes/{thread_id}{path}").status_code == 404
    for path in ("answers", "additions", "call", "contact-withdrawal", "withdrawal"):
        assert post(tanaka, f"/notes/{thread_id}/{path}", words="x").status_code == 404


def test_what_a_desk_said_stays_its_own_after_another_has_the_note(
    suzuki: FlaskClient, store: Store, cast: Cast, asked: uuid.UUID, clock: SetClock
) -> None:
    for moves in (True, False):
        clock.forward(days=1)
        with store.write() as session:
            handoff = session.get_one(Thread, asked).handoff
            if moves:
                handoff.hand_to_backup(session.get_one(Desk, cast.core), clock.now)
            else:
                handoff.ask(session.get_one(Person, cast.aoki), Said(words="いま"), clock.now)
    with store.read() as session:
        thread = session.get_one(Thread, asked)
        assert [thread.handoff.desk_id, len(thread.handoffs)] == [cast.core, 1]
        said = sorted(thread.replies, key=lambda reply: reply.at)
        names = speakers(thread)
        core = session.get_one(Desk, cast.core).name
        assert [names[reply.id] for reply in said] == ["北の相談室", "北の相談室", core]
    page = suzuki.get(f"/notes/{asked}").text
    assert "北の相談室からの質問" in page


def test_signed_out_the_reader_is_asked_to_come_in(
    client: FlaskClient, thread_id: uuid.UUID
) -> None:
    answer = client.get(f"/notes/{thread_id}")
    assert answer.headers["Location"] == f"/signin?next=/notes/{thread_id}"


def test_opening_marks_answers_and_deliveries_as_read_once(
    suzuki: FlaskClient, store: Store, asked: uuid.UUID
) -> None:
    first = suzuki.get(f"/notes/{asked}").text
    assert "お返事が届いています" in first
    assert "11月27日(金)までに様子を見ます。" in first
    with store.read() as session:
        thread = session.get_one(Thread, asked)
        assert all(r.inbox.read_at for r in thread.replies if r.inbox)
        sent = session.query(Delivery).filter_by(thread_id=asked, person_id=None).all()
        assert {d.state for d in sent} == {DeliveryState.OPENED}
    assert "お返事が届いています" not in suzuki.get(f"/notes/{asked}").text


def test_the_template_comes_in_the_readers_language(
    suzuki: FlaskClient, store: Store, cast: Cast, asked: uuid.UUID
) -> None:
    with store.write() as session:
        session.get_one(Person, cast.suzuki).language = "en"
    assert "Friday 27 November" in suzuki.get(f"/notes/{asked}").text


def test_a_question_is_answered_with_words(
    suzuki: FlaskClient, store: Store, asked: uuid.UUID
) -> None:
    assert 'name="unknown"' in suzuki.get(f"/notes/{asked}").text
    answer = post(suzuki, f"/notes/{asked}/answers", words="先週の日曜です。")
    assert answer.headers["Location"] == f"/notes/{asked}"
    assert _kinds(store, asked) == [(ReplyKind.ANSWER, "先週の日曜です。")]
    assert 'name="unknown"' not in suzuki.get(f"/notes/{asked}").text


def test_not_knowing_is_an_answer(suzuki: FlaskClient, store: Store, asked: uuid.UUID) -> None:
    post(suzuki, f"/notes/{asked}/answers", words="", unknown="1")
    assert _kinds(store, asked) == [(ReplyKind.ANSWER, "")]
    assert "わからない" in suzuki.get(f"/notes/{asked}").text


def test_an_answer_sent_twice_is_there_once(
    suzuki: FlaskClient, store: Store, asked: uuid.UUID
) -> None:
    for _ in range(2):
        post(suzuki, f"/notes/{asked}/answers", words="先週です。")
    assert len(_kinds(store, asked)) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "一言書くと送れます。"),
        ("あ" * 2003, "3文字多いようです"),
        ("1234 5678 9018", "マイナンバー"),
    ],
)
def test_what_cannot_be_taken_comes_back_in_its_field(
    suzuki: FlaskClient, store: Store, asked: uuid.UUID, words: str, sentence: str
) -> None:
    answer = post(suzuki, f"/notes/{asked}/answers", words=words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f"\n{words}</textarea>" in answer.text
    assert _kinds(store, asked) == []


def test_an_addition_puts_the_place_right(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID
) -> None:
    post(suzuki, f"/notes/{thread_id}/additions", added="窓があきました", right_place="北町3-2")
    assert _kinds(store, thread_id) == [(ReplyKind.ADDITION, "窓があきました")]
    page = suzuki.get(f"/notes/{thread_id}").text
    assert page.index("正しい場所：北町3-2") < page.index("窓があきました")


def test_the_wish_to_be_telephoned_is_withdrawn(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID
) -> None:
    path = f"/notes/{thread_id}"
    assert "窓口からの電話を止める" in suzuki.get(path).text
    post(suzuki, f"{path}/contact-withdrawal")
    with store.read() as session:
        assert session.get_one(Thread, thread_id).reporter.may_call is False
    assert "窓口からの電話を止める" not in suzuki.get(path).text


def test_unread_and_within_ten_minutes_a_note_is_taken_back(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID
) -> None:
    path = f"/notes/{thread_id}"
    post(suzuki, f"{path}/withdrawal", how="now")
    page = suzuki.get(path).text
    assert "取り下げました" in page
    assert f"{path}/additions" not in page


def test_once_it_was_opened_the_desk_is_asked_instead(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock, thread_id: uuid.UUID
) -> None:
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        session.get_one(Thread, thread_id).handoff.open(okada, clock.now)
    path = f"/notes/{thread_id}"
    late = post(suzuki, f"{path}/withdrawal", how="now")
    assert late.status_code == 409
    assert "取り下げたいと伝える" in late.text
    post(suzuki, f"{path}/withdrawal", how="ask")
    assert _kinds(store, thread_id) == [(ReplyKind.WITHDRAWAL, "")]


def test_after_a_sign_of_danger_the_call_is_asked_about_until_told(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    with store.write() as session:
        handoff = town.note(
            session, clock.now, by=cast.suzuki, area=cast.kitamachi, signs=["injury"]
        )
        path = f"/notes/{handoff.thread_id}"
    for page in (suzuki.get(path).text, suzuki.get(f"{path}/sent").text):
        assert 'href="tel:189"' in page
        assert page.index("tel:189") < page.index("電話のかわりにはなりません")
        assert "電話は、どうしましたか" in page
    assert post(suzuki, f"{path}/call").status_code == 422
    post(suzuki, f"{path}/call", called_first="later")
    assert "電話は、どうしましたか" in suzuki.get(path).text
    post(suzuki, f"{path}/call", called_first="done")
    page = suzuki.get(path).text
    assert "電話しました。" in page
    assert "電話は、どうしましたか" not in page


@pytest.mark.parametrize("how", ["now", "ask"])
def test_taking_back_twice_is_done_once(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID, how: str
) -> None:
    path = f"/notes/{thread_id}/withdrawal"
    assert post(suzuki, path, how=how).status_code == 303
    said = _kinds(store, thread_id)
    assert post(suzuki, path, how=how).status_code == 303
    assert _kinds(store, thread_id) == said

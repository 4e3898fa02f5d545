"""One note at the desk: the person first, opening it, and everything a desk does about it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import hearing
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.handoff import Handoff
from models.person import Person, PersonState
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.conftest import SetClock
from tests.town import MORNING, Cast

TOMORROW = "2026-11-25"
"""The usual next date of what is in a hurry: the next opening day."""
IN_TWO_WEEKS = "2026-12-08"


def page_of(client: FlaskClient, handoff_id: uuid.UUID) -> str:
    answer = client.get(f"/desk/handoffs/{handoff_id}")
    assert answer.status_code == 200, answer.status_code
    return answer.text


def test_the_person_stands_before_the_note(okada: FlaskClient, notes: Notes) -> None:
    page = page_of(okada, notes.send(wish="この家にいたい", person_knows="no"))
    assert page.index("この家にいたい") < page.index("向かいのおばあさん")
    assert "知らない" in page


def test_opening_is_written_once_and_what_was_sent_about_it_counts_as_seen(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    handoff_id = notes.send()
    page_of(okada, handoff_id)
    page_of(okada, handoff_id)
    assert notes.look(handoff_id).opened
    with store.read() as session:
        opened = sa.select(sa.func.count()).where(
            AuditLine.act == "open", AuditLine.object_id == str(handoff_id)
        )
        assert session.scalar(opened) == 1
        states = sa.select(Delivery.person_id, Delivery.state).where(
            Delivery.handoff_id == handoff_id
        )
        assert dict(session.execute(states).all()) == {
            cast.okada: DeliveryState.OPENED,
            cast.kato: DeliveryState.QUEUED,
        }


def test_an_answer_is_news_until_the_page_is_opened(okada: FlaskClient, notes: Notes) -> None:
    handoff_id = notes.acknowledged()
    notes.change(handoff_id, lambda h, _by: hearing.add(h.thread, "電気がつきました", MORNING))
    assert "電気がつきました" in page_of(okada, handoff_id)
    assert 'class="panel empty"' in okada.get("/desk?view=answered").text


def test_another_desks_note_is_not_here(okada: FlaskClient, notes: Notes) -> None:
    handoff_id = notes.send(area="minamimachi")
    assert okada.get(f"/desk/handoffs/{handoff_id}").status_code == 404
    assert not notes.look(handoff_id).opened


@pytest.mark.parametrize(
    ("by", "shows", "words"),
    [
        ("suzuki", False, "地域の方"),
        (None, False, "地域の方"),
        ("sato", True, "佐藤さん"),
        ("sato", False, "民生委員"),
        ("takahashi", False, "自治会"),
    ],
)
def test_the_reporter_is_shown_as_far_as_they_allow(
    okada: FlaskClient, notes: Notes, by: str | None, shows: bool, words: str
) -> None:
    page = page_of(okada, notes.send(by=by, show_name=shows))
    assert words in page
    assert ("佐藤" in page) is shows


def test_the_number_is_there_only_as_an_action_and_only_where_contact_is_allowed(
    okada: FlaskClient, notes: Notes
) -> None:
    allowed = notes.send(contact="telephone", telephone="090-0000-0000")
    way = f"/desk/handoffs/{allowed}/telephone"
    assert f'href="{way}"' in page_of(okada, allowed)
    assert 'href="tel:09000000000"' in okada.get(way).text
    assert "/telephone" not in page_of(okada, notes.send())


def test_one_tap_acknowledges_with_the_usual_words_and_leads_back_to_the_list(
    post: Post, notes: Notes
) -> None:
    handoff_id = notes.send()
    answer = post(handoff_id, "acknowledgement", view="waiting")
    assert answer.status_code == 303
    assert answer.location.startswith("/desk?desk=")
    found = notes.look(handoff_id)
    assert (found.state, found.next_on) == ("received", IN_TWO_WEEKS)
    assert found.said == [Said("look", date=IN_TWO_WEEKS)]


def test_what_is_in_a_hurry_is_promised_for_the_next_opening_day(post: Post, notes: Notes) -> None:
    handoff_id = notes.send(urgency="today")
    post(handoff_id, "acknowledgement")
    assert notes.look(handoff_id).said == [Said("look", date=TOMORROW)]


def test_template_date_and_a_sentence_travel_together(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    answer = post(
        handoff_id,
        "acknowledgement",
        template="look",
        next_on="2026-11-27",
        words="新聞店にも聞いてみます。",
    )
    assert answer.location.endswith(
        f"/desk/handoffs/{handoff_id}?done=acknowledgement&of={handoff_id}"
    )
    found = notes.look(handoff_id)
    assert found.next_on == "2026-11-27"
    assert found.said == [Said("look", "新聞店にも聞いてみます。", date="2026-11-27")]


@pytest.mark.parametrize(
    ("noun", "form", "said", "state"),
    [
        ("reply", {}, "still_on_it", "received"),
        ("visit", {"inside": "玄関で話した"}, "visited", "working"),
        ("connection", {}, "connected", "working"),
        ("watch", {}, "watch", "working"),
        ("own-watch", {}, "ours", "working"),
        ("closure", {"outcome": "connected"}, "closed", "closed"),
    ],
)
def test_every_verb_tells_the_reporter_its_own_words(
    post: Post, notes: Notes, noun: str, form: dict[str, str], said: str, state: str
) -> None:
    handoff_id = notes.acknowledged()
    assert post(handoff_id, noun, **form).status_code == 303
    found = notes.look(handoff_id)
    assert (found.said[-1].template, found.state) == (said, state)
    assert found.inside == ([form["inside"]] if "inside" in form else [])
    assert found.outcome == form.get("outcome")


def test_a_question_can_be_asked_before_the_acknowledgement(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    assert post(handoff_id, "question", words="いつからですか。").status_code == 303
    found = notes.look(handoff_id)
    assert (found.said, found.state) == ([Said(words="いつからですか。")], "sent")


def test_a_memo_stays_inside(post: Post, okada: FlaskClient, notes: Notes) -> None:
    handoff_id = notes.send()
    post(handoff_id, "memo", memo="配達店に確認")
    assert (notes.look(handoff_id).inside, notes.look(handoff_id).said) == (["配達店に確認"], [])
    assert "配達店に確認" in page_of(okada, handoff_id)


def test_passing_on_goes_to_the_desk_chosen_and_comes_back_with_a_reason(
    post: Post, client: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    handoff_id = notes.acknowledged()
    post(handoff_id, "passing-on", to_desk=cast.south_desk, reason="お住まいが南です")
    assert notes.look(handoff_id).state == "passed_on"
    with store.read() as session:
        found = sa.select(Handoff.id).where(Handoff.from_id == handoff_id)
        following = session.scalars(found).one()
    town.signed_in(client, store, cast.kimura)
    page = page_of(client, following)
    assert "お住まいが南です" in page
    form = {"reason": "北の世帯でした"}
    path = f"/desk/handoffs/{following}/return"
    assert client.post(path, data=form, headers=town.csrf(client)).status_code == 303
    assert (notes.look(following).state, notes.look(handoff_id).state) == ("returned", "received")
    assert notes.look(handoff_id).inside == ["北の世帯でした"]


@pytest.mark.parametrize("form", [{}, {"view": "waiting"}])
def test_what_is_passed_to_a_desk_without_staff_is_said_to_be_where_it_went(
    post: Post, okada: FlaskClient, notes: Notes, store: Store, cast: Cast, form: dict[str, str]
) -> None:
    handoff_id = notes.acknowledged()
    _suspend(store, cast.kimura)
    answer = post(handoff_id, "passing-on", to_desk=cast.south_desk, reason="南の方", **form)
    page = okada.get(answer.location).text
    assert "南の相談室には、いま担当の人がいません。つながり支援課に届きました。" in page
    assert "<b>つなぎました。" not in page


def test_what_is_given_back_to_a_desk_without_staff_is_said_to_be_where_it_went(
    post: Post, client: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    handoff_id = notes.acknowledged()
    post(handoff_id, "passing-on", to_desk=cast.south_desk, reason="南の方")
    with store.read() as session:
        found = sa.select(Handoff.id).where(Handoff.from_id == handoff_id)
        following = session.scalars(found).one()
    _suspend(store, cast.okada, cast.kato)
    kimura = town.signed_in(client, store, cast.kimura)
    path = f"/desk/handoffs/{following}/return"
    answer = kimura.post(path, data={"reason": "北の世帯でした"}, headers=town.csrf(kimura))
    page = kimura.get(answer.location).text
    assert "北の相談室には、いま担当の人がいません。つながり支援課に届きました。" in page


def _suspend(store: Store, *who: uuid.UUID) -> None:
    with store.write() as session:
        for one in who:
            session.get_one(Person, one).state = PersonState.SUSPENDED


def test_told_by_telephone_settles_what_reached_nobody(
    post: Post, okada: FlaskClient, notes: Notes, store: Store
) -> None:
    handoff_id = notes.acknowledged(contact="telephone", telephone="090-0000-0000")
    with store.write() as session:
        session.execute(sa.update(Delivery).values(state=DeliveryState.UNDELIVERABLE))
    assert "電話で伝えてください" in page_of(okada, handoff_id)
    answer = post(handoff_id, "telephoning", view="telephone")
    assert "view=telephone" in answer.location
    assert 'class="panel empty"' in okada.get("/desk?view=telephone").text
    assert "岡田さんが知らせた人に電話で伝えました" in page_of(okada, handoff_id)


def test_the_history_names_the_desk_that_had_it_then(
    client: FlaskClient, notes: Notes, store: Store, cast: Cast
) -> None:
    handoff_id = notes.send()
    notes.change(handoff_id, lambda h, _by: h.escalate(h.session.get_one(Desk, cast.core), MORNING))
    page = page_of(town.signed_in(client, store, cast.aoki), handoff_id)
    assert "届きました（北の相談室）" in page


def test_the_history_names_who_did_what(post: Post, okada: FlaskClient, notes: Notes) -> None:
    handoff_id = notes.send()
    page_of(okada, handoff_id)
    post(handoff_id, "acknowledgement")
    page = page_of(okada, handoff_id)
    for words in ("届きました（北の相談室）", "岡田さんが読みました", "岡田さんが受け止めました"):
        assert words in page


def test_no_page_says_what_will_happen_at_an_hour_gone_by(
    okada: FlaskClient, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    handoff_id = notes.send(urgency=Urgency.NOW)
    assert "までにお返事がないと" in page_of(okada, handoff_id)
    clock.forward(hours=2)
    page = page_of(town.signed_in(okada, store, cast.okada, clock.now), handoff_id)
    assert "期限を過ぎました" in page
    assert "までにお返事がないと" not in page


def test_whoever_reads_later_sees_which_reply_was_read(
    okada: FlaskClient, notes: Notes, clock: SetClock
) -> None:
    handoff_id = notes.acknowledged()
    clock.forward(seconds=11)
    assert "お返事はまだ読まれていません" in page_of(okada, handoff_id)
    clock.forward(minutes=5)
    notes.change(handoff_id, lambda h, _by: hearing.read(h.thread, clock.now))
    assert "知らせた人が読みました" in page_of(okada, handoff_id)


def test_answers_arrive_in_the_readers_language(okada: FlaskClient, notes: Notes) -> None:
    page = page_of(okada, notes.send(by=None, language="en"))
    assert "お返事は英語で届きます" in page
    assert "Acknowledged. Thank you for telling us." in page
    first = dt.date.fromisoformat(IN_TWO_WEEKS)
    assert f'<span data-part="day">{first.day}</span>' in page


def test_whoever_writes_after_the_end_is_answered_and_it_stays_ended(
    post: Post, okada: FlaskClient, notes: Notes
) -> None:
    handoff_id = notes.acknowledged()
    assert post(handoff_id, "closure", outcome="connected").status_code == 303
    notes.change(handoff_id, lambda h, _: hearing.add(h.thread, "また見かけません", MORNING))
    assert f"/desk/handoffs/{handoff_id}/reply" in page_of(okada, handoff_id)
    assert post(handoff_id, "reply").status_code == 303
    found = notes.look(handoff_id)
    assert (found.said[-1].template, found.state) == ("check", "closed")
    assert found.next_on == "", "what is closed has no next date to mind"

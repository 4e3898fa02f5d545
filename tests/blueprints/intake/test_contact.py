"""電話・訪問の記録, 電話する, where a note may go: one tap each; the reporter sees none of it."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.contact import ContactKind
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.desk_template import Occasion
from models.handoff import Handoff
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.conftest import SetClock
from tests.town import Cast

NUMBER = {"contact": "telephone", "telephone": "090-0000-0000"}


def logged(store: Store, handoff_id: uuid.UUID) -> list[tuple[Any, str, str]]:
    with store.read() as session:
        notes = session.get_one(Handoff, handoff_id).inside_notes
        return [(n.contact, f"{n.contact_at:%d %H:%M}", n.words) for n in notes if n.contact_at]


def page_of(client: FlaskClient, handoff_id: uuid.UUID) -> str:
    return client.get(f"/desk/handoffs/{handoff_id}").text


@pytest.mark.parametrize("kind", ["telephoned", "visited", "away"])
def test_one_tap_keeps_a_call_with_the_present_time(
    okada: FlaskClient, post: Post, notes: Notes, store: Store, kind: str
) -> None:
    handoff_id = notes.acknowledged(**NUMBER)
    answer = post(handoff_id, "contact", contact=kind)
    assert answer.location.endswith(f"{handoff_id}?done=contact")
    assert logged(store, handoff_id) == [(ContactKind(kind), "24 00:20", "")]
    page = okada.get(answer.location).text
    assert "記録に残しました。" in page
    memo = page[page.index('id="memo"') :]
    assert "（きょう 9:20）" in memo
    assert "0900" not in memo.partition("</section>")[0]


def test_a_time_and_words_may_stand_beside_it(post: Post, notes: Notes, store: Store) -> None:
    handoff_id = notes.send()
    post(
        handoff_id,
        "contact",
        contact="visited",
        contact_at="2026-11-23T17:05",
        contact_words="雨戸が閉まっていた。",
    )
    [found] = logged(store, handoff_id)
    assert found == (ContactKind.VISITED, "23 08:05", "雨戸が閉まっていた。")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "どれかを押すと、残せます"),
        ({"contact": "no_answer"}, "どれかを押すと、残せます"),
        ({"contact": "away", "contact_at": "2026-11-25T09:00"}, "いまより前で"),
        ({"contact": "away", "contact_at": "きのう"}, "いまより前で"),
        ({"contact": "away", "contact_words": "123456789018"}, "マイナンバー"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_the_cause(
    post: Post, notes: Notes, store: Store, form: dict[str, str], sentence: str
) -> None:
    handoff_id = notes.send()
    answer = post(handoff_id, "contact", contact_words=form.pop("contact_words", "玄関"), **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert logged(store, handoff_id) == []


def test_a_tap_that_came_twice_is_one_call(
    post: Post, notes: Notes, store: Store, clock: SetClock
) -> None:
    handoff_id = notes.send()
    post(handoff_id, "contact", contact="visited")
    clock.forward(seconds=2)
    post(handoff_id, "contact", contact="visited")
    assert len(logged(store, handoff_id)) == 1
    post(handoff_id, "contact", contact="away")
    assert len(logged(store, handoff_id)) == 2


@pytest.mark.parametrize(
    ("by", "kind", "words"),
    [
        ("suzuki", "visited", "11月23日(月)に様子を見に行きました。"),
        ("suzuki", "away", "11月23日(月)に様子を見に行きました。"),
        ("suzuki", "telephoned", "11月23日(月)に、電話でたしかめました。"),
        ("sato", "away", "11月23日(月)にお訪ねしましたが、お留守でした。"),
    ],
)
def test_the_next_reply_is_ready_to_tell_of_it(
    okada: FlaskClient,
    post: Post,
    notes: Notes,
    clock: SetClock,
    by: str,
    kind: str,
    words: str,
) -> None:
    handoff_id = notes.acknowledged(by="okada") if by == "suzuki" else _of(notes, by)
    post(handoff_id, "contact", contact=kind, contact_at="2026-11-23T10:00")
    page = page_of(okada, handoff_id)
    form = page[page.index('id="reply"') :].partition("</form>")[0]
    assert words in form
    assert "まだ伝えていません" in form
    assert 'id="reply" open' in page
    [first, *_] = form.split('type="radio"')[1:]
    assert "checked" in first.partition(">")[0]
    clock.forward(minutes=1)
    post(handoff_id, "reply", template=first.split('value="')[1].partition('"')[0])
    said = notes.look(handoff_id).said[-1]
    assert said.params["on"] == "2026-11-23"
    assert "まだ伝えていません" not in page_of(okada, handoff_id)


def _of(notes: Notes, by: str) -> uuid.UUID:
    handoff_id = notes.send(by=by)
    return notes.change(handoff_id, lambda h, who: h.acknowledge(who, Said("check"), notes_at(h)))


def notes_at(handoff: Handoff) -> Any:
    return handoff.sent_at


def test_an_acknowledgement_can_tell_of_it_too(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    post(handoff_id, "contact", contact="visited")
    post(handoff_id, "acknowledgement", template="went.2026-11-24", next_on="2026-11-27")
    found = notes.look(handoff_id)
    assert (found.said, found.next_on) == ([Said("went", on="2026-11-24")], "2026-11-27")


def test_what_was_told_meanwhile_is_not_told_as_it_stood_there(post: Post, notes: Notes) -> None:
    handoff_id = notes.acknowledged()
    answer = post(handoff_id, "reply", template="went.2026-11-24")
    assert answer.status_code == 422
    assert "選んだ文が、書いているあいだに変わりました" in answer.text


def test_a_desk_s_own_template_for_after_a_call_stands_before_the_usual_one(
    okada: FlaskClient, post: Post, notes: Notes, make: Any
) -> None:
    make(Occasion.AWAY, ja="{on}にうかがいました。{date}までに、またお知らせします。")
    handoff_id = notes.acknowledged()
    assert "にうかがいました" not in page_of(okada, handoff_id)
    post(handoff_id, "contact", contact="away")
    page = page_of(okada, handoff_id)
    form = page[page.index('id="reply"') :].partition("</form>")[0]
    assert form.index("にうかがいました") < form.index("に様子を見に行きました")
    code = form.split('value="')[2].partition('"')[0]
    post(handoff_id, "reply", template=code, next_on="2026-11-27")
    assert notes.look(handoff_id).said[-1].params == {"on": "2026-11-24", "date": "2026-11-27"}


def test_the_reporter_sees_nothing_of_a_call(
    app: Flask, post: Post, notes: Notes, store: Store, cast: Cast, clock: SetClock
) -> None:
    handoff_id = notes.acknowledged()
    clock.forward(minutes=1)
    with store.read() as session:
        thread_id = session.get_one(Handoff, handoff_id).thread_id
    reader = town.signed_in(app.test_client(), store, cast.suzuki)

    def page() -> str:
        told = reader.get(f"/notes/{thread_id}").text.partition("</main>")[0]
        # A form's token tells the second in which it was made.
        return re.sub(r'"\.?[\w-]+\.[\w-]{6}\.[\w-]{27}"', "", told)

    reader.get(f"/notes/{thread_id}")
    before = page()
    post(handoff_id, "contact", contact="away", contact_words="だれもいない")
    assert page() == before


def test_a_sealed_note_tells_of_no_call(app: Flask, store: Store, cast: Cast, notes: Notes) -> None:
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    handoff_id = notes.acknowledged(by="aoki", not_nearby=True)
    path = f"/desk/handoffs/{handoff_id}"
    aoki.post(f"{path}/contact", data={"contact": "visited"}, headers=town.csrf(aoki))
    page = aoki.get(path).text
    assert "様子を見に行きました" not in page
    assert "まだ伝えていません" not in page
    assert len(logged(store, handoff_id)) == 1


@pytest.fixture
def owed(notes: Notes, store: Store) -> uuid.UUID:
    """A reply that reached nobody, of somebody who may be telephoned."""
    handoff_id = notes.acknowledged(**NUMBER)
    with store.write() as session:
        lost = sa.update(Delivery).where(Delivery.reply_id.is_not(None))
        session.execute(lost.values(state=DeliveryState.UNDELIVERABLE))
    return handoff_id


def test_the_list_to_telephone_says_what_is_owed_and_how_often_it_was_tried(
    okada: FlaskClient, post: Post, notes: Notes, clock: SetClock, owed: uuid.UUID
) -> None:
    page = okada.get("/desk?view=telephone").text
    assert "担当の人がたしかめます。" in page
    assert "tel:" not in page
    assert "回かけて" not in page
    calling = okada.get(f"/desk/handoffs/{owed}/telephone?view=telephone").text
    assert "担当の人がたしかめます。" in calling
    assert "tel:09000000000" in calling
    answer = post(owed, "telephoning", view="telephone", how="missed")
    assert answer.location.endswith("done=missed_call")
    assert "1回かけて、つながっていません（最後は きょう 9:20）" in okada.get(answer.location).text
    clock.forward(minutes=5)
    post(owed, "telephoning", how="missed")
    assert (
        "2回かけて、つながっていません（最後は きょう 9:25）"
        in okada.get("/desk?view=telephone").text
    )
    assert "つながりませんでした" in page_of(okada, owed)
    answer = post(owed, "telephoning", view="telephone", how="heard")
    assert answer.location.endswith("done=telephoning")
    assert 'class="job ' not in okada.get(answer.location).text


def test_words_that_nobody_can_read_are_left_out_of_the_call(
    okada: FlaskClient, store: Store, owed: uuid.UUID
) -> None:
    with store.write() as session:
        session.get_one(Handoff, owed).thread.wrapped_key = b"\0"
    page = okada.get("/desk?view=telephone").text
    assert 'class="job ' in page
    assert "担当の人がたしかめます。" not in page


def test_the_desks_that_fit_stand_first_with_the_reason(
    okada: FlaskClient, post: Post, notes: Notes, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.south_desk).takes_on = ["elderly"]
    handoff_id = notes.send()
    page = page_of(okada, handoff_id)
    form = page[page.index('id="passing-on"') :].partition("</form>")[0]
    assert "「高齢の人」のことを引き受ける窓口" in form
    fold = form.index("ほかの窓口</span>", form.index("合いそうな窓口"))
    assert form.index("南の相談室") < fold < form.index("つながり支援課")
    answer = post(handoff_id, "passing-on", to_desk=cast.south_desk, reason="担当です")
    assert answer.location.endswith("done=passing-on")
    assert notes.look(handoff_id).state == "passed_on"


def test_without_a_desk_that_fits_all_stand_open(okada: FlaskClient, notes: Notes) -> None:
    page = page_of(okada, notes.send())
    form = page[page.index('id="passing-on"') :].partition("</form>")[0]
    assert "合いそうな窓口" not in form
    assert "つながり支援課" in form

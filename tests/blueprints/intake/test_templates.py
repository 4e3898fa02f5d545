"""窓口の文: offered with a desk's verbs, read in the reader's language."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from models.desk import Desk
from models.desk_template import DeskTemplate, Occasion
from models.handoff import Handoff
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes, Post
from tests.blueprints.intake.conftest import send_template as send
from tests.town import MORNING, Cast


def test_a_template_is_offered_with_its_verbs_and_sent_with_its_date(
    post: Post, notes: Notes, make: Any
) -> None:
    code = make(ja="{date}までに、{desk}（{telephone}）から。")
    handoff_id = notes.acknowledged()
    answer = post(handoff_id, "reply", template=code, next_on="2026-11-27", words="では。")
    assert answer.status_code == 303
    found = notes.look(handoff_id)
    assert found.next_on == "2026-11-27"
    said = found.said[-1]
    assert said.texts == {"ja": "{date}までに、{desk}（{telephone}）から。"}
    assert said.words == "では。"
    assert said.params["date"] == "2026-11-27"
    assert set(said.params) == {"date", "desk", "telephone"}
    assert post(notes.send(), "acknowledgement", template=code).status_code == 422


def test_its_reader_gets_it_in_the_own_language_and_as_it_was_sent(
    app: Flask, okada: FlaskClient, post: Post, notes: Notes, store: Store, cast: Cast, make: Any
) -> None:
    code = make(ja="{date}までに。", easy="{date}までに 知《し》らせます。", en="By {date}.")
    handoff_id = notes.acknowledged()
    post(handoff_id, "reply", template=code, next_on="2026-11-27")
    send(okada, f"/{code.partition('.')[0]}", occasion="reply", text_ja="変えた", version="1")
    thread_id = _thread_of(store, handoff_id)
    reader = town.signed_in(app.test_client(), store, cast.suzuki)
    for language, words in (
        ("ja", "11月27日(金)までに。"),
        ("ja@easy", "<ruby>知<rt>し</rt></ruby>らせます。"),
        ("en", "By Friday 27 November."),
    ):
        with store.write() as session:
            session.get_one(Person, cast.suzuki).language = language
        page = reader.get(f"/notes/{thread_id}").text
        assert words in page
        assert "変えた" not in page


def test_a_missing_language_is_told_before_and_marked_for_the_reader(
    app: Flask, okada: FlaskClient, post: Post, notes: Notes, store: Store, cast: Cast, make: Any
) -> None:
    code = make(ja="来週うかがいます。")
    with store.write() as session:
        session.get_one(Person, cast.suzuki).language = "en"
    handoff_id = notes.acknowledged()
    page = okada.get(f"/desk/handoffs/{handoff_id}").text
    assert "英語の文がないので、日本語で届きます。" in page
    post(handoff_id, "reply", template=code)
    thread_id = _thread_of(store, handoff_id)
    reader = town.signed_in(app.test_client(), store, cast.suzuki)
    page = reader.get(f"/notes/{thread_id}").text
    assert '<span lang="ja">来週うかがいます。</span>' in page
    answer = reader.get(f"/api/v1/observations/{_note_of(store, handoff_id)}").json
    assert "来週うかがいます。" in str(answer)


def _thread_of(store: Store, handoff_id: uuid.UUID) -> uuid.UUID:
    with store.read() as session:
        return session.get_one(Handoff, handoff_id).thread_id


def _note_of(store: Store, handoff_id: uuid.UUID) -> uuid.UUID:
    with store.read() as session:
        client_id = session.get_one(Handoff, handoff_id).thread.observation.client_id
        assert client_id is not None
        return client_id


def test_what_changed_while_somebody_wrote_is_not_sent_unseen(
    okada: FlaskClient, post: Post, notes: Notes, make: Any
) -> None:
    code = make(ja="前の文。")
    handoff_id = notes.acknowledged()
    send(okada, f"/{code.partition('.')[0]}", occasion="reply", text_ja="後の文。", version="1")
    answer = post(handoff_id, "reply", template=code, words="一言。")
    assert answer.status_code == 422
    assert "選んだ文が、書いているあいだに変わりました" in answer.text
    assert "一言。" in answer.text
    assert len(notes.look(handoff_id).said) == 1


def test_a_sealed_thread_never_hears_it(app: Flask, store: Store, cast: Cast, notes: Notes) -> None:
    aoki = town.signed_in(app.test_client(), store, cast.aoki)
    with store.write() as session:
        core, by = session.get_one(Desk, cast.core), session.get_one(Person, cast.aoki)
        said = {"ja": "核の文。"}
        made = DeskTemplate.make(session, core, Occasion.REPLY, said, by, MORNING)
        code = f"{made.id}.1"
    handoff_id = notes.acknowledged(by="aoki", not_nearby=True)
    page = aoki.get(f"/desk/handoffs/{handoff_id}").text
    assert "核の文。" not in page
    answer = aoki.post(
        f"/desk/handoffs/{handoff_id}/reply", data={"template": code}, headers=town.csrf(aoki)
    )
    assert answer.status_code == 422


def test_a_question_may_be_a_template_and_stays_own_words_at_first(
    okada: FlaskClient, post: Post, notes: Notes, make: Any
) -> None:
    code = make(Occasion.QUESTION, ja="最後に会ったのは、いつですか。")
    handoff_id = notes.acknowledged()
    assert post(handoff_id, "question", template=code).status_code == 303
    assert notes.look(handoff_id).said[-1].texts == {"ja": "最後に会ったのは、いつですか。"}
    assert post(handoff_id, "question", template="own").status_code == 422
    assert post(handoff_id, "question", words="いつですか。").status_code == 303
    assert notes.look(handoff_id).said[-1] == Said(words="いつですか。")
    assert "自分の言葉で書く" in okada.get(f"/desk/handoffs/{handoff_id}").text


def test_what_was_undone_stands_in_the_form_with_its_template(
    okada: FlaskClient, post: Post, notes: Notes, make: Any
) -> None:
    code = make(Occasion.ACKNOWLEDGE, ja="{date}までに、見ます。")
    handoff_id = notes.send()
    post(handoff_id, "acknowledgement", template=code, words="では。", next_on="2026-11-27")
    page = okada.get(post(handoff_id, "undoing").headers["Location"]).text
    assert f'value="{code}" checked' in page


def test_a_desk_without_a_number_offers_none(
    okada: FlaskClient, store: Store, cast: Cast, notes: Notes, make: Any
) -> None:
    make(ja="電話は{telephone}です。")
    handoff_id = notes.acknowledged()
    assert "電話は" in okada.get(f"/desk/handoffs/{handoff_id}").text
    with store.write() as session:
        session.get_one(Desk, cast.north_desk).telephone = ""
    assert "電話は" not in okada.get(f"/desk/handoffs/{handoff_id}").text


def test_nothing_with_a_day_is_offered_once_it_has_ended(
    post: Post, okada: FlaskClient, notes: Notes, make: Any
) -> None:
    make(ja="{date}までに、見ます。")
    make(ja="また声をかけてください。")
    handoff_id = notes.acknowledged()
    post(handoff_id, "closure", outcome="settled")
    page = okada.get(f"/desk/handoffs/{handoff_id}").text
    assert "また声をかけてください。" in page
    assert "までに、見ます。" not in page


def test_another_desks_templates_are_not_here(
    app: Flask, store: Store, cast: Cast, make: Any
) -> None:
    make(ja="北の文。")
    kimura = town.signed_in(app.test_client(), store, cast.kimura)
    assert "北の文。" not in kimura.get("/desk/templates").text
    assert kimura.get(f"/desk/templates?desk={cast.north_desk}").status_code == 404
    assert send(kimura, desk=cast.north_desk, occasion="reply", text_ja="x").status_code == 404

"""What cannot be done: two hands at once, words that may not be said, rows of others."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import staffing
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import MEMO, Notes, Post
from tests.town import MORNING, Cast

NAMES = "山本さんが見に行きます。"


def acknowledge_first(notes: Notes, handoff_id: uuid.UUID) -> None:
    """Kato is a moment earlier."""
    notes.change(handoff_id, lambda h, by: h.acknowledge(by, Said("check"), MORNING), by="kato")


def test_who_comes_second_is_told_by_whom_and_keeps_the_words(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    acknowledge_first(notes, handoff_id)
    answer = post(handoff_id, "acknowledgement", template="look", words="新聞店にも聞きます。")
    assert answer.status_code == 409
    assert "加藤さんが きょう 9:20 に受け止めました。" in answer.text
    assert "あなたの文は送っていません" in answer.text
    assert "新聞店にも聞きます。" in answer.text
    assert f'action="/desk/handoffs/{handoff_id}/reply"' in answer.text
    assert notes.look(handoff_id).said == [Said("check")]


def test_the_kept_words_can_follow_as_a_reply(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    acknowledge_first(notes, handoff_id)
    post(handoff_id, "reply", template="still_on_it", words="新聞店にも聞きます。")
    assert notes.look(handoff_id).said[-1].words == "新聞店にも聞きます。"


def test_who_wrote_nothing_is_only_told(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    acknowledge_first(notes, handoff_id)
    answer = post(handoff_id, "acknowledgement", view="waiting")
    assert answer.status_code == 409
    assert "<textarea" not in answer.text


def test_nothing_moves_before_the_acknowledgement(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    answer = post(handoff_id, "visit", inside="玄関で話した")
    assert answer.status_code == 409
    assert "まだだれも受け止めていません" in answer.text
    assert "玄関で話した" in answer.text
    assert notes.look(handoff_id).inside == []


def test_what_did_not_come_from_another_desk_cannot_be_given_back(post: Post, notes: Notes) -> None:
    answer = post(notes.send(), "return", reason="ちがう地区です")
    assert answer.status_code == 409
    assert "ほかの窓口から来たものではない" in answer.text
    assert "ちがう地区です" in answer.text


def test_a_name_is_asked_about_once(post: Post, notes: Notes) -> None:
    handoff_id = notes.send()
    form = {"template": "look", "next_on": "2026-11-27", "words": NAMES}
    asked = post(handoff_id, "acknowledgement", **form)
    assert asked.status_code == 422
    assert "このまま送りますか" in asked.text
    assert NAMES in asked.text
    assert 'value="2026-11-27"' in asked.text
    assert notes.look(handoff_id).said == []
    assert post(handoff_id, "acknowledgement", sure="1", **form).status_code == 303
    assert notes.look(handoff_id).said[0].words == NAMES


@pytest.mark.parametrize(
    ("noun", "form", "sentence"),
    [
        ("acknowledgement", {"template": "look", "words": "一文目です。二文目です。"}, "一文だけ"),
        ("acknowledgement", {"template": "look", "words": "あ" * 141}, "1文字多いよう"),
        ("acknowledgement", {"template": "look", "words": "北町1-2-3です"}, "住所を消すと"),
        ("acknowledgement", {"template": "known"}, "この中から選んでください"),
        (
            "acknowledgement",
            {"template": "own", "words": "ありがとう。"},
            "この中から選んでください",
        ),
        ("acknowledgement", {"template": "look", "next_on": "2026-11-23"}, "きょうから一年"),
        ("acknowledgement", {"template": "look", "next_on": "あした"}, "きょうから一年"),
        ("acknowledgement", {"template": "look", "next_on": "2028-01-01"}, "きょうから一年"),
        ("question", {"words": " "}, "一言書くと"),
        ("question", {"words": "番号は123456789018ですか"}, "マイナンバー"),
        ("passing-on", {"reason": "遠い"}, "窓口を選ぶと"),
        ("passing-on", {"reason": "遠い", "to_desk": "x"}, "窓口を選ぶと"),
        ("passing-on", {"reason": "", "to_desk": "{core}"}, "一言書くと"),
        ("passing-on", {"reason": "遠い", "to_desk": "{north_desk}"}, "ほかの窓口を選んで"),
        ("memo", {"memo": "\u200b"}, "一言書くと"),
        ("memo", {"memo": "あ" * 2001}, "1文字多いよう"),
    ],
)
def test_what_may_not_be_said_comes_back_in_its_field(
    post: Post, notes: Notes, cast: Cast, noun: str, form: dict[str, str], sentence: str
) -> None:
    ids = {"core": cast.core, "north_desk": cast.north_desk}
    filled = {name: value.format(**ids) for name, value in form.items()}
    handoff_id = notes.send()
    answer = post(handoff_id, noun, **filled)
    assert answer.status_code == 422
    assert sentence in answer.text
    typed = [v for name, v in filled.items() if name in ("words", "reason", "memo") and v.strip()]
    assert all(value in answer.text for value in typed)
    found = notes.look(handoff_id)
    assert (found.state, found.said, found.inside) == ("sent", [], [])


def test_a_desk_that_one_stands_in_for_says_that_nobody_is_there(
    client: FlaskClient, store: Store, cast: Cast, notes: Notes
) -> None:
    handoff_id = notes.send(area="shima")
    with store.write() as session:
        kimura, by = (session.get_one(Person, one) for one in (cast.kimura, cast.yamamoto))
        staffing.suspend(session, kimura, by, MORNING)
    town.signed_in(client, store, cast.ueda)
    form = {"to_desk": cast.south_desk, "reason": "南部です"}
    path = f"/desk/handoffs/{handoff_id}/passing-on"
    answer = client.post(path, data=form, headers=town.csrf(client))
    assert answer.status_code == 422
    assert "南の相談室には、いま担当の人がいません" in answer.text
    assert "南部です" in answer.text


def test_closing_needs_an_outcome(post: Post, notes: Notes) -> None:
    handoff_id = notes.acknowledged()
    answer = post(handoff_id, "closure", outcome="taken_back")
    assert answer.status_code == 422
    assert "どう終わったか" in answer.text
    assert notes.look(handoff_id).state == "received"


def test_commissioners_get_own_words(post: Post, notes: Notes) -> None:
    handoff_id = notes.send(by="sato")
    words = f"{NAMES}\n金曜の午後にご一緒できますか。"
    assert post(handoff_id, "acknowledgement", template="own", words=words).status_code == 303
    assert notes.look(handoff_id).said == [Said(words=words)]


@pytest.mark.parametrize(
    ("noun", "form"),
    [
        ("acknowledgement", {"template": "look"}),
        ("acknowledgement", {"template": "check", "words": "ありがとう。"}),
        ("acknowledgement", {"template": "own", "words": "ありがとう。"}),
        ("question", {"words": "いつからですか。"}),
        ("passing-on", {"reason": "遠い", "to_desk": "{north_desk}"}),
    ],
)
def test_a_sealed_thread_gets_the_neutral_set_and_stays(
    client: FlaskClient, store: Store, cast: Cast, notes: Notes, noun: str, form: dict[str, Any]
) -> None:
    handoff_id = notes.send(not_nearby=True)
    town.signed_in(client, store, cast.aoki)
    filled = {name: value.format(north_desk=cast.north_desk) for name, value in form.items()}
    path = f"/desk/handoffs/{handoff_id}/{noun}"
    assert client.post(path, data=filled, headers=town.csrf(client)).status_code == 422
    found = notes.look(handoff_id)
    assert (found.state, found.said, found.desk) == ("sent", [], cast.core)


def test_every_step_of_a_sealed_thread_sounds_the_same(
    client: FlaskClient, store: Store, cast: Cast, notes: Notes
) -> None:
    handoff_id = notes.send(not_nearby=True)
    town.signed_in(client, store, cast.aoki)
    for noun, form in (("acknowledgement", {}), ("visit", {}), ("closure", {"outcome": "ours"})):
        path = f"/desk/handoffs/{handoff_id}/{noun}"
        assert client.post(path, data=form, headers=town.csrf(client)).status_code == 303
    said = [one.template for one in notes.look(handoff_id).said]
    assert said == ["check", "still_on_it", "closed"]


@pytest.mark.parametrize("who", ["kimura", "ueda", "yamamoto", "suzuki", "kubo"])
def test_nobody_else_can_act_or_learn_that_it_is_there(
    client: FlaskClient, store: Store, cast: Cast, notes: Notes, who: str
) -> None:
    handoff_id = notes.send()
    town.signed_in(client, store, getattr(cast, who))
    headers = town.csrf(client)
    there = client.post(f"/desk/handoffs/{handoff_id}/memo", data={"memo": "x"}, headers=headers)
    gone = client.post(f"/desk/handoffs/{uuid.uuid4()}/memo", data={"memo": "x"}, headers=headers)
    assert there.status_code == gone.status_code == 404
    assert notes.look(handoff_id).inside == []


def test_several_at_once_leave_alone_what_others_took(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    chosen = [notes.send(**MEMO) for _ in range(3)]
    acknowledge_first(notes, chosen[1])
    form = {"handoff": chosen, "desk": cast.north_desk}
    answer = okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    page = okada.get(answer.location).text
    assert "2件を受け止めました。" in page
    assert "1件は、ほかの人が先に受け止めていました。" in page
    said = [notes.look(one).said[0].template for one in chosen]
    assert said == ["look", "check", "look"]


def test_several_at_once_are_not_undone_by_one_that_is_no_longer_there(
    okada: FlaskClient, notes: Notes, cast: Cast
) -> None:
    mine, theirs, back = (
        notes.send(**MEMO, area=area) for area in ("kitamachi", "minamimachi", "kitamachi")
    )
    notes.change(back, lambda handoff, _by: handoff.take_back(MORNING))
    form = {"handoff": [theirs, back, uuid.uuid4(), mine], "desk": cast.north_desk}
    answer = okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    assert answer.location.endswith("acknowledged=1&late=3")
    assert [notes.look(one).state for one in (mine, theirs)] == ["received", "sent"]


@pytest.mark.parametrize("urgency", ["soon", "today", "now"])
def test_what_is_more_than_a_memo_is_acknowledged_by_itself(
    okada: FlaskClient, notes: Notes, cast: Cast, urgency: str
) -> None:
    chosen = [notes.send(urgency=urgency), notes.send(**MEMO)]
    form = {"handoff": chosen, "desk": cast.north_desk}
    answer = okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    assert answer.location.endswith("acknowledged=1&late=1")
    assert [notes.look(one).state for one in chosen] == ["sent", "received"]


def test_a_form_without_its_token_is_not_taken(okada: FlaskClient, notes: Notes) -> None:
    handoff_id = notes.send()
    answer = okada.post(f"/desk/handoffs/{handoff_id}/memo", data={"memo": "残したいメモ"})
    assert answer.status_code == 400
    assert "残したいメモ" in answer.text
    assert notes.look(handoff_id).inside == []

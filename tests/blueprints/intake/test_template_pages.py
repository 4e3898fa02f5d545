"""窓口の文: made by a desk's staff, offered with its verbs, read in the reader's language."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.desk_template import DeskTemplate
from models.store import Store
from tests.blueprints.intake.conftest import send_template as send
from tests.town import Cast

TELLS = "【お約束の日】までに、【窓口の名前】からお知らせします。"


def only(store: Store) -> DeskTemplate:
    with store.read() as session:
        found = session.scalars(sa.select(DeskTemplate)).one()
        assert found.texts
        session.expunge(found)
        return found


def texts(store: Store) -> dict[str, str]:
    with store.read() as session:
        return session.scalars(sa.select(DeskTemplate)).one().texts


def test_a_template_is_made_with_variables_in_whatever_language(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    answer = send(okada, occasion="reply", text_ja=TELLS, text_en="【Next date】: 【desk name】.")
    assert answer.location == f"/desk/templates?desk={cast.north_desk}&done=template_saved"
    assert texts(store) == {
        "ja": "{date}までに、{desk}からお知らせします。",
        "en": "{date}: {desk}.",
    }
    page = okada.get(answer.location).text
    assert "文を保存しました。" in page
    assert '<b class="nowrap">【お約束の日】</b>までに、' in page
    assert "日本語の文が届きます" in page
    again = okada.get(f"/desk/templates/{only(store).id}").text
    assert TELLS in again
    assert "【お約束の日】: 【窓口の名前】." in again


@pytest.mark.parametrize(
    ("form", "sentence", "field"),
    [
        ({}, "いつ使う文かを選ぶと", "occasion"),
        ({"occasion": "any"}, "いつ使う文かを選ぶと", "occasion"),
        ({"occasion": "reply", "text_en": "Hello"}, "日本語の文を書くと", "text_ja"),
        (
            {"occasion": "reply", "text_ja": "【名前】へ"},
            "【名前】という差しこみはありません",
            "text_ja",
        ),
        (
            {"occasion": "close", "text_ja": "【お約束の日】に"},
            "【お約束の日】は、選んだ場面では",
            "text_ja",
        ),
        (
            {"occasion": "reply", "text_ja": "あ", "text_easy": "北町1-2-3"},
            "住所",
            "text_easy",
        ),
    ],
)
def test_what_cannot_be_saved_comes_back_with_the_cause_beside_its_field(
    okada: FlaskClient, store: Store, form: dict[str, str], sentence: str, field: str
) -> None:
    answer = send(okada, **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.index(sentence, answer.text.index(f'id="{field}-error"'))
    for name in form.keys() - {"occasion"}:
        assert form[name] in answer.text
    with store.read() as session:
        assert session.scalars(sa.select(DeskTemplate)).first() is None


def test_what_looks_like_a_name_is_asked_about_once(okada: FlaskClient, store: Store) -> None:
    form = {"occasion": "reply", "text_ja": "担当の花さんが行きます。"}
    assert "このまま保存する" in send(okada, **form).text
    assert send(okada, **form, sure="1").status_code == 303
    assert texts(store) == {"ja": "担当の花さんが行きます。"}


def test_a_change_that_somebody_else_overtook_is_not_saved_unseen(
    okada: FlaskClient, store: Store, make: Any
) -> None:
    template_id = uuid.UUID(make(ja="一。").partition(".")[0])
    first = send(okada, f"/{template_id}", occasion="reply", text_ja="二。", version="1")
    assert first.status_code == 303
    late = send(okada, f"/{template_id}", occasion="reply", text_ja="三。", version="1")
    assert late.status_code == 422
    assert "ほかの人が、先にこの文を変えました" in late.text
    assert 'name="version" value="2"' in late.text
    assert (
        send(okada, f"/{template_id}", occasion="reply", text_ja="三。", version="2").status_code
        == 303
    )
    assert texts(store) == {"ja": "三。"}


def test_templates_are_ordered_put_away_and_brought_back(okada: FlaskClient, make: Any) -> None:
    first, second = (make(ja=words).partition(".")[0] for words in ("一番目", "二番目"))

    def order() -> list[bool]:
        page = okada.get("/desk/templates").text
        return [page.index("一番目") < page.index("二番目"), "しまってある文" in page]

    assert order() == [True, False]
    send(okada, f"/{second}/place", way="up")
    assert order() == [False, False]
    send(okada, f"/{second}/place", way="down")
    assert send(okada, f"/{first}/putting-away").location.endswith("done=template_away")
    assert order() == [False, True]
    assert send(okada, f"/{first}/return").location.endswith("done=template_back")
    assert order() == [False, False]


def test_what_a_colleague_put_away_stays_away_whatever_an_old_page_asks(
    okada: FlaskClient, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (make(ja=words).partition(".")[0] for words in ("一番目", "二番目"))
    for _ in "ab":
        send(okada, f"/{first}/putting-away")
    assert send(okada, f"/{first}/place", way="down").status_code == 303
    assert "しまってある文" in okada.get("/desk/templates").text
    monkeypatch.setattr("models.desk_template.MOST", 1)
    assert send(okada, f"/{second}/return").location.endswith("done=template_back")


def test_a_tap_on_a_language_is_no_desk_that_is_full(okada: FlaskClient, make: Any) -> None:
    template_id = make(ja="一。").partition(".")[0]
    answer = send(okada, f"/{template_id}/putting-away", speak="en")
    assert "template_full" not in str(answer.location)
    assert "Nothing has been sent yet" in answer.text


def test_what_does_not_fit_any_more_stays_away(
    okada: FlaskClient, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    template_id = make(ja="一。").partition(".")[0]
    send(okada, f"/{template_id}/putting-away")
    monkeypatch.setattr("models.desk_template.MOST", 0)
    answer = send(okada, f"/{template_id}/return")
    assert "ほかの文を一つしまうと" in okada.get(answer.location).text
    assert send(okada, occasion="reply", text_ja="あ").status_code == 422
